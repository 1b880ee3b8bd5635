"""A site to measure: an empty database and folder of its own, filled by the site's own commands and `bench.prepare`."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.server import ROOT

HOST = "codes.example.org"


@dataclass(frozen=True, slots=True)
class Place:
    """A site's folder and environment."""

    folder: Path
    environment: dict[str, str]

    @property
    def people(self) -> dict[str, list[str]]:
        """What `bench.prepare` left: `codes` (the most popular first), `visitors` (cookies) and `sessions` (keys)."""
        found: dict[str, Any] = json.loads((self.folder / "people.json").read_text())
        return found

    def run(self, *arguments: str) -> float:
        """Run Python with these arguments under the site's settings; how many seconds it took."""
        begun = time.monotonic()
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed: {done.stderr[-2000:]}")
        return time.monotonic() - begun


def make_place(folder: Path, database_url: str = "") -> Place:
    """A site set up as in production, behind a proxy that speaks HTTPS; throttles alone are off."""
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")}
    settings = {
        "VAR_DIR": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "SECRET_KEY": "only-for-the-benchmark-" + "0" * 32,
        "SITE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
        "TRUSTED_PROXY_COUNT": "1",
        "GUEST_NETWORK_LIMIT": "1000000000",
        "RATELIMIT_ENABLE": "0",
        "DJANGO_SETTINGS_MODULE": "casepilot.settings",
    }
    return Place(folder, kept | settings | ({"DATABASE_URL": database_url} if database_url else {}))


def fill(place: Place) -> float:
    """Everything that `make run` loads, and the benchmark's own rows; the seconds that `load_icd10cm` took."""
    for command in (["migrate", "--verbosity", "0"], ["createcachetable"], ["collectstatic", "--noinput", "--verbosity", "0"], ["load_demo"]):
        place.run("manage.py", *command)
    seconds = place.run("manage.py", "load_icd10cm")
    place.run("-m", "bench.prepare", str(place.folder / "people.json"))
    return seconds
