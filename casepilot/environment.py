"""Reading the environment: every setting of CasePilot comes from here, and a bad value stops the start.

The documented table of names is docs/configuration.md; a test keeps the two in step.
"""

import os
import secrets
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from environs import Env, EnvError, validate

env = Env()


def refuse(sentence: str) -> NoReturn:
    """Stop the start with one sentence that says which name is wrong and what was expected."""
    sys.stderr.write(f"CasePilot cannot start: {sentence}\n")
    raise SystemExit(2)


def whole(name: str, default: int, *, at_least: int = 0, at_most: int | None = None) -> int:
    """A whole number within bounds."""
    try:
        return env.int(name, default, validate=validate.Range(at_least, at_most))
    except EnvError:
        bounds = f"{at_least} or more" if at_most is None else f"{at_least} to {at_most}"
        refuse(f"{name} must be a whole number of {bounds}, not {os.environ[name]!r}.")


def switch(name: str, *, default: bool) -> bool:
    """An on/off switch: 1 or 0 (true/false and yes/no are understood too)."""
    try:
        return env.bool(name, default)
    except EnvError:
        refuse(f"{name} must be 1 or 0, not {os.environ[name]!r}.")


def web_address(name: str, default: str) -> str:
    """An http or https address without a trailing slash."""
    address = env.str(name, default).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        refuse(f"{name} must be an address such as https://codes.example.org, not {address!r}.")
    return address


def time_zone(name: str, default: str) -> str:
    """A time zone of the tz database, such as America/New_York."""
    zone = env.str(name, default)
    if zone not in available_timezones():
        refuse(f"{name} must be a name of the tz database such as America/New_York, not {zone!r}.")
    return ZoneInfo(zone).key


def secret_key(name: str, *, keep_in: Path, embedded: bool) -> str:
    """The site's secret: given, or (embedded default only) made on the first start and kept in a file."""
    if given := env.str(name, ""):
        if len(given) < 32:
            refuse(f"{name} must have at least 32 characters; `openssl rand -hex 32` makes a good one.")
        return given
    if not embedded:
        refuse(f"{name} is missing; `openssl rand -hex 32` makes a good one.")
    keep_in.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(keep_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return keep_in.read_text().strip()
