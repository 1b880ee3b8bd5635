"""A site to measure: an empty database and folder of its own, filled by the site's own commands and `bench.prepare`."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.server import ROOT

HOST = "codes.example.org"


@dataclass(frozen=True, slots=True)
class Done:
    """How a command went: what it said, how long it took, and the most memory that it had."""

    output: str
    seconds: float
    megabytes: float


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

    def measured(self, *arguments: str) -> Done:
        """The same, with what it printed and its memory."""
        begun = time.monotonic()
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=out, stderr=err)
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.monotonic() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
            for file in (out, err):
                file.seek(0)
            if process.returncode:
                raise RuntimeError(f"{' '.join(arguments)} failed: {err.read()[-2000:]}")
            return Done(out.read(), seconds, used.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024))


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


def fill(place: Place) -> None:
    """Everything that `make run` loads, and the benchmark's own rows."""
    for command in (["migrate", "--verbosity", "0"], ["createcachetable"], ["collectstatic", "--noinput", "--verbosity", "0"], ["load_demo"]):
        place.run("manage.py", *command)
    for command in (["load_synonyms"], ["load_release", "icd10cm"]):
        place.run("manage.py", *command)
    place.run("-m", "bench.prepare", str(place.folder / "people.json"))
    place.run("manage.py", "build_search")
