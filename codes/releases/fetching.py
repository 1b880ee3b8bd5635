"""Fetching a published file from its address to `var/releases/`."""

import re
import sys
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from tqdm import tqdm

from codes.releases.refused import Refused

LARGEST = 1024 * 1024 * 1024
CHUNK = 256 * 1024
SECONDS = 60


def fetch(address: str) -> Path:
    """The file at an http or https address, fetched whole or not at all; Refused where it cannot be had or is too large."""
    folder = settings.VAR_DIR / "releases"
    folder.mkdir(parents=True, exist_ok=True)
    target: Path = folder / name_of(address)
    begun = target.with_name(f"{target.name}.part")
    try:
        with urlopen(Request(address, headers={"User-Agent": "CasePilot"}), timeout=SECONDS) as answer, begun.open("wb") as file:  # noqa: S310
            length, come = int(answer.headers.get("Content-Length") or 0), 0
            with tqdm(total=length or None, unit="B", unit_scale=True, desc=target.name, file=sys.stderr, disable=None) as bar:
                while chunk := answer.read(CHUNK):
                    bar.update(len(chunk))  # which counts only where it is shown
                    come += len(chunk)
                    if come > LARGEST or length > LARGEST:
                        raise Refused(f"at most {LARGEST // 1024**2:,} MiB were expected", file=address)
                    file.write(chunk)
        if length and come != length:
            raise Refused(f"{length:,} bytes were expected, and {come:,} came", file=address)
        return begun.replace(target)
    except (HTTPException, OSError, ValueError) as failure:  # URLError is an OSError
        if isinstance(failure, HTTPError):
            failure.close()
        raise Refused(f"the file could not be fetched ({failure})", file=address) from failure
    finally:
        begun.unlink(missing_ok=True)


def name_of(address: str) -> str:
    """The file's own name at the end of an address, harmless as a file's name here."""
    name = unquote(urlsplit(address).path).rpartition("/")[2]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).lstrip(".")[:120] or "release"
