"""Reading the environment: every setting of CasePilot comes from here, and a bad value stops the start.

An empty value counts as not set. The documented table of names is docs/configuration.md; a test keeps
the two in step.
"""

import os
import re
import secrets
import sys
from email.utils import parseaddr
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from environs import Env, EnvError, validate

env = Env()

MOST = 1_000_000_000
HOST = re.compile(r"\*|\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)


def refuse(sentence: str) -> NoReturn:
    """Stop the start with one sentence that says which name is wrong and what was expected."""
    sys.stderr.write(f"CasePilot cannot start: {sentence}\n")
    raise SystemExit(2)


def text(name: str, default: str = "") -> str:
    """The value as it is, or the default."""
    return env.str(name, "").strip() or default


def whole(name: str, default: int, *, at_least: int = 0, at_most: int = MOST) -> int:
    """A whole number within bounds."""
    if not text(name):
        return default
    try:
        return env.int(name, validate=validate.Range(at_least, at_most))
    except EnvError:
        refuse(f"{name} must be a whole number of {at_least} to {at_most}, not {os.environ[name]!r}.")


def switch(name: str, *, default: bool) -> bool:
    """An on/off switch: 1 or 0 (true/false, yes/no and on/off are understood too)."""
    if not text(name):
        return default
    try:
        return env.bool(name)
    except EnvError:
        refuse(f"{name} must be 1 or 0, not {os.environ[name]!r}.")


def web_address(name: str, default: str) -> str:
    """An http or https address: scheme, host, and a port where it is not the usual one."""
    address = text(name, default).rstrip("/")
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or "@" in address or address != f"{parts.scheme}://{parts.netloc}":
        refuse(f"{name} must be an address such as https://codes.example.org, not {address!r}.")
    return address


def hosts(name: str, default: list[str]) -> list[str]:
    """Host names with commas between them."""
    entries = [entry.strip() for entry in text(name).split(",") if entry.strip()]
    for entry in entries:
        if not HOST.fullmatch(entry):
            refuse(f"{name} must be host names with commas between them, without scheme or port; {entry!r} is none.")
    return entries or default


def time_zone(name: str, default: str) -> str:
    """A time zone of the tz database, such as America/New_York."""
    zone = text(name, default)
    if zone not in available_timezones():
        refuse(f"{name} must be a name of the tz database such as America/New_York, not {zone!r}.")
    return ZoneInfo(zone).key


def sender(name: str, default: str) -> str:
    """What mail comes from: an address, or a name and an address in angle brackets."""
    value = text(name, default)
    if "\n" in value or "@" not in parseaddr(value)[1]:
        refuse(f"{name} must be a sender such as CasePilot <no-reply@example.org>, not {value!r}.")
    return value


def folder(name: str, default: Path) -> Path:
    """A folder; it need not be there yet."""
    return Path(text(name, str(default))).absolute()


def made(name: str, path: Path) -> Path:
    """The folder, made where it is missing."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        refuse(f"{name} must be a folder that can be written to, not {str(path)!r}.")
    if not os.access(path, os.W_OK):
        refuse(f"{name} must be a folder that can be written to, not {str(path)!r}.")
    return path


def postgres(name: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL address. The address holds a password, so no sentence repeats it."""
    try:
        database = dict(env.dj_db_url(name, conn_max_age=600, conn_health_checks=True))
    except (EnvError, ValueError, KeyError):
        database = {}
    if "postgresql" not in database.get("ENGINE", "") or not database.get("NAME"):
        refuse(f"{name} must be an address such as postgres://user:password@host:5432/casepilot; leave it out to use SQLite.")
    return database


def redis_server(name: str) -> str:
    """A Redis address, or empty."""
    address = text(name)
    if address:
        from redis.connection import parse_url

        try:
            parse_url(address)  # type: ignore[no-untyped-call]
        except ValueError:
            refuse(f"{name} must be an address such as redis://host:6379/0.")
    return address


def mail_server(name: str) -> dict[str, Any]:
    """Django's settings for a mail server: `submission` is SMTP with STARTTLS, `smtp` is plain (or TLS with `?ssl=1`)."""
    try:
        parts = urlsplit(text(name))
        mail = dict(env.dj_email_url(name)) if parts.scheme in ("smtp", "submission") and parts.hostname else {}
    except (EnvError, ValueError, KeyError):
        mail = {}
    if not mail:
        refuse(f"{name} must be an address such as submission://user:password@host:587.")
    return {**mail, "EMAIL_TIMEOUT": mail["EMAIL_TIMEOUT"] or 10}


def secret_key(name: str, *, keep_in: Path, embedded: bool) -> str:
    """The site's secret: given, or (embedded default only) made on the first start and kept in a file."""
    if given := text(name):
        if len(given) < 32:
            refuse(f"{name} must have at least 32 characters; `openssl rand -hex 32` makes a good one.")
        return given
    if not embedded:
        refuse(f"{name} is missing; `openssl rand -hex 32` makes a good one.")
    try:
        with open(os.open(keep_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return keep_in.read_text().strip()
