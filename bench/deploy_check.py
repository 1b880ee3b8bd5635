"""`manage.py check --deploy` under production settings; any warning fails it. Needs neither database nor Redis."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "SITE_URL": "https://codes.example.org",
    "ALLOWED_HOSTS": "codes.example.org",
    "TRUSTED_PROXY_COUNT": "1",
    "DATABASE_URL": "postgres://casepilot:secret@db.example.org/casepilot",
    "REDIS_URL": "redis://cache.example.org:6379/0",
}
INHERITED = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "SYSTEMROOT")


def main() -> int:
    """The exit status of the check; nothing of the developer's own settings is passed on."""
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment |= PRODUCTION | {"SECRET_KEY": secrets.token_hex(32)}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
