"""The environment: every variable is documented, and a bad value stops the start with one clear sentence."""

import ast
import os
import re
import subprocess
import sys

import pytest

from tests.site import ROOT

READERS = ("casepilot/settings.py", "casepilot/environment.py", "casepilot/gunicorn.py")
SECRET = "0123456789abcdef" * 4
PASSWORD = "hunter2-hunter2"


def start(var, module="casepilot.settings", **environment):
    """Read the settings in a process of its own, with nothing in the environment but what is given."""
    shown = "{name: value for name, value in vars(m).items() if not name.startswith('_') and name != 'LOGGING' and isinstance(value, (str, int, list, tuple, dict))}"
    command = [sys.executable, "-c", f"import {module} as m; print({shown})"]
    given = {"VAR_DIR": str(var), "SECRET_KEY": SECRET, **environment}
    return subprocess.run(
        command, cwd=ROOT, env={name: value for name, value in given.items() if value is not None}, capture_output=True, text=True, check=False
    )


def read_names() -> set[str]:
    """The variables that the code reads: upper-case names that stand first in a call."""
    names = set()
    for path in READERS:
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.Call) and node.args and getattr(node.func, "attr", "") != "get":
                first = node.args[0]
                if isinstance(first, ast.Constant) and re.fullmatch("[A-Z][A-Z_]+", str(first.value)):
                    names.add(str(first.value))
    return names


def documented() -> dict[str, str]:
    """The names of the table, each with what a bad value says."""
    table = (ROOT / "docs/configuration.md").read_text().partition("## Variables")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([A-Z_]+)` \|.*\| ([^|]+) \|$", table, re.M)
    assert len(rows) == len(dict(rows))
    return dict(rows)


def test_it_works(tmp_path):
    result = start(tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert "'SITE_URL': 'http://127.0.0.1:8000'" in result.stdout


def test_every_variable_is_documented_once():
    assert len(read_names()) > 15
    assert sorted(documented()) == sorted(read_names())


def test_nothing_else_reads_the_environment():
    own = {"casepilot/environment.py", "casepilot/wsgi.py", "manage.py"}
    for app in ("casepilot", "accounts", "quotas", "codes", "assistant", "consultant", "careers"):
        for path in (ROOT / app).rglob("*.py"):
            if path.relative_to(ROOT).as_posix() not in own:
                assert not re.search(r"\bos\.environ\b|\bgetenv\b", path.read_text()), path


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "0", "a whole number of 1 to 65535, not '0'"),
        ("PORT", "eighty", "a whole number of 1 to 65535, not 'eighty'"),
        ("PORT", "65536", "a whole number"),
        ("DEBUG", "maybe", "1 or 0, not 'maybe'"),
        ("RATELIMIT_ENABLE", "2", "1 or 0, not '2'"),
        ("TRUSTED_PROXY_COUNT", "-1", "a whole number of 0 to 10"),
        ("GUEST_NETWORK_LIMIT", "9" * 20, "a whole number"),
        ("VIEW_RETENTION_DAYS", "1.5", "a whole number of 0 to 36500"),
        ("SITE_URL", "codes.example.org", "an address such as https://codes.example.org"),
        ("SITE_URL", "https://codes.example.org/path", "an address such as"),
        ("SITE_URL", "https://codes.example.org:port", "an address such as"),
        ("SITE_URL", "http://[", "an address such as"),
        ("ALLOWED_HOSTS", "https://codes.example.org", "host names with commas between them, without scheme or port"),
        ("ALLOWED_HOSTS", "codes.example.org:443", "host names with commas between them"),
        ("TIME_ZONE", "Mars/Base", "a name of the tz database such as America/New_York, not 'Mars/Base'"),
        ("DEFAULT_FROM_EMAIL", "CasePilot", "a sender such as"),
        ("DEFAULT_FROM_EMAIL", "a@example.org\nBcc: b@example.org", "a sender such as"),
        ("DATABASE_URL", "nonsense", "an address such as postgres://"),
        ("DATABASE_URL", f"mysql://casepilot:{PASSWORD}@db/casepilot", "an address such as postgres://"),
        ("DATABASE_URL", f"postgres://casepilot:{PASSWORD}@db:port/casepilot", "an address such as postgres://"),
        ("DATABASE_URL", f"postgres://casepilot:{PASSWORD}@db", "an address such as postgres://"),
        ("REDIS_URL", "http://redis:6379", "an address such as redis://"),
        ("REDIS_URL", f"redis://:{PASSWORD}@redis:port/0", "an address such as redis://"),
        ("EMAIL_URL", "nonsense", "an address such as submission://"),
        ("EMAIL_URL", f"smtp+tls://casepilot:{PASSWORD}@mail:587", "an address such as submission://"),
        ("EMAIL_URL", f"submission://casepilot:{PASSWORD}@mail:port", "an address such as submission://"),
        ("SECRET_KEY", "too-short", "at least 32 characters"),
        ("VAR_DIR", str(ROOT / "manage.py"), "a folder that can be written to"),
    ],
)
def test_a_bad_value_stops_the_start_with_one_sentence(tmp_path, name, value, expected):
    result = start(tmp_path, **{name: value})
    assert result.returncode == 2
    assert result.stdout == ""
    assert re.fullmatch(rf"CasePilot cannot start: {name} must [^\n]+[.]\n", result.stderr), result.stderr
    assert expected in result.stderr
    assert documented()[name].partition(";")[0] in result.stderr
    assert PASSWORD not in result.stderr


@pytest.mark.parametrize("name", ["WORKERS", "THREADS"])
def test_a_bad_number_of_workers_or_threads_stops_the_start(tmp_path, name):
    result = start(tmp_path, "casepilot.gunicorn", **{name: "many"})
    assert result.stderr == f"CasePilot cannot start: {name} must be a whole number of 1 to 64, not 'many'.\n"
    assert documented()[name] in result.stderr


def test_a_database_server_needs_a_secret_of_its_own(tmp_path):
    result = start(tmp_path, SECRET_KEY=None, DATABASE_URL="postgres://casepilot@db/casepilot")
    assert result.stderr == "CasePilot cannot start: SECRET_KEY is missing; `openssl rand -hex 32` makes a good one.\n"


def test_the_embedded_default_makes_a_secret_and_keeps_it(tmp_path):
    secrets = [re.search(r"'SECRET_KEY': '(\w+)'", start(tmp_path, SECRET_KEY=None).stdout) for _ in range(2)]
    assert secrets[0]
    assert secrets[1]
    assert secrets[0][1] == secrets[1][1] == (tmp_path / "secret_key").read_text()
    assert len(secrets[0][1]) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_an_empty_value_counts_as_not_set(tmp_path):
    empty = dict.fromkeys(set(documented()) - {"VAR_DIR", "SECRET_KEY", "WORKERS", "THREADS"}, "")
    assert start(tmp_path, **empty).stdout == start(tmp_path).stdout
    assert start(tmp_path, "casepilot.gunicorn", WORKERS="", THREADS="").returncode == 0


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("SITE_URL", "https://codes.example.org/", "'SITE_URL': 'https://codes.example.org'"),
        ("SITE_URL", "https://codes.example.org", "'SESSION_COOKIE_SECURE': True"),
        ("SITE_URL", "http://localhost:9000", "'SECURE_SSL_REDIRECT': False"),
        ("ALLOWED_HOSTS", " codes.example.org, .example.net,[::1], ", "'ALLOWED_HOSTS': ['codes.example.org', '.example.net', '[::1]']"),
        ("EMAIL_URL", "submission://me:secret@mail.example.org", "'EMAIL_PORT': 587"),
        ("EMAIL_URL", "submission://me:secret@mail.example.org", "'EMAIL_USE_TLS': True"),
        ("EMAIL_URL", "submission://me:secret@mail.example.org", "'EMAIL_TIMEOUT': 10"),
        ("EMAIL_URL", "smtp://mail.example.org:465?ssl=1", "'EMAIL_USE_SSL': True"),
        ("REDIS_URL", "redis://:secret@redis:6379/0", "'BACKEND': 'django.core.cache.backends.redis.RedisCache'"),
        ("DATABASE_URL", "postgres://me:secret@db:5432/casepilot?sslmode=require", "'OPTIONS': {'sslmode': 'require'}"),
        ("RATELIMIT_ENABLE", "0", "'ACCOUNT_RATE_LIMITS': False"),
        ("TRUSTED_PROXY_COUNT", "2", "'ALLAUTH_TRUSTED_PROXY_COUNT': 2"),
        ("TRUSTED_PROXY_COUNT", "1", "'SECURE_PROXY_SSL_HEADER': ('HTTP_X_FORWARDED_PROTO', 'https')"),
        ("DEBUG", "yes", "'DEBUG': True"),
    ],
)
def test_a_good_value_is_understood(tmp_path, name, value, shown):
    result = start(tmp_path, **{name: value})
    assert result.stderr == ""
    assert shown in result.stdout


def test_forwarded_headers_are_ignored_unless_proxies_are_counted(tmp_path):
    assert "SECURE_PROXY_SSL_HEADER" not in start(tmp_path).stdout


def test_gunicorn_writes_no_control_socket(tmp_path):
    shown = start(tmp_path, "casepilot.gunicorn").stdout
    assert "'control_socket_disable': True" in shown
    code = "import gunicorn.config as c; c.Config().set('control_socket_disable', True)"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, env={"PATH": os.environ["PATH"]})
