"""The site under a real server: gunicorn with two processes of four threads, on a database of its own."""

import http.cookiejar
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes
    url: str


class Browser:
    """Cookies, redirects and forms; no script."""

    def __init__(self, base: str, **headers: str) -> None:
        self.base, self.headers, self.jar = base, headers, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str, method: str = "GET", data: dict[str, str] | None = None, **headers: str) -> Answer:
        url = path if path.startswith("http") else self.base + path
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(
            url, body, {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}, method="POST" if body is not None else method
        )
        if body is not None:
            request.add_header("Referer", url)
        try:
            with self.opener.open(request, timeout=60) as response:
                return Answer(response.status, dict(response.headers), response.read(), response.url)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read(), error.url)

    def submit(self, page: Answer, **fields: str) -> Answer:
        """Post the page's form that has these fields."""
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", page.content.decode(), re.S):
            if not all(f'name="{name}"' in form for name in fields):
                continue
            action = re.search(r'action="([^"]*)"', form)
            hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
            target = urllib.parse.urljoin(page.url, unescape(action.group(1))) if action else page.url
            return self.get(target, data={**{name: unescape(value) for name, value in hidden.items()}, **fields})
        raise AssertionError(f"no form with {sorted(fields)} at {page.url}")

    @property
    def cookie(self) -> str:
        """The Cookie header, for requests that race."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


@dataclass
class Site:
    """A running site: where it answers, and the environment for its `manage.py`."""

    base: str
    environment: dict[str, str]
    var: Path

    def browser(self, **headers: str) -> Browser:
        return Browser(self.base, **headers)

    def manage(self, *arguments: str) -> str:
        return manage(self.environment, *arguments)

    def mail_to(self, email: str) -> str:
        """The newest mail to an address."""
        for _ in range(100):
            found = [path for path in (self.var / "mail").glob("*.eml") if f"To: {email}" in path.read_text()]
            if found:
                return max(found, key=lambda path: path.stat().st_mtime_ns).read_text()
            time.sleep(0.05)
        raise AssertionError(f"no mail to {email}")

    def register(self, browser: Browser, email: str) -> Answer:
        """Sign up and verify, as a person would."""
        page = browser.submit(browser.get("/accounts/signup/"), email=email, password1="quiet-Harbour-63663")
        code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{2,})\s*$", self.mail_to(email), re.M)
        assert code, "the mail has no code on a line of its own"
        return browser.submit(page, code=code.group(1))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def manage(environment: dict[str, str], *arguments: str) -> str:
    """What a command says; it must succeed."""
    return subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def new_database(template: str = "template1") -> dict[str, str]:
    """The environment that names a new database on the server that the tests run on; none on SQLite, where the folder `VAR_DIR` says it."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {}
    name = f"site_{os.getpid()}_{time.time_ns()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return {"DATABASE_URL": urllib.parse.urlunsplit(urllib.parse.urlsplit(url)._replace(path=f"/{name}"))}


@cache
def original() -> dict[str, str]:
    """The environment of a database with the demonstration catalogue, made once; each site has a copy of it."""
    var = tempfile.mkdtemp(prefix="original-", dir=os.environ["VAR_DIR"])
    environment = {**os.environ, "VAR_DIR": var, **new_database()}
    for command in (["migrate", "--verbosity", "0"], ["createcachetable"], ["load_demo"]):
        manage(environment, *command)
    return environment


def own_database(var: Path) -> dict[str, str]:
    """The environment that names a copy of the original, of the kind the tests run on."""
    environment = original()
    if environment.get("DATABASE_URL"):
        return new_database(urllib.parse.urlsplit(environment["DATABASE_URL"]).path.removeprefix("/"))
    file = "casepilot.sqlite3"
    with closing(sqlite3.connect(Path(environment["VAR_DIR"]) / file)) as source, closing(sqlite3.connect(var / file)) as copy:
        source.backup(copy)
    return {}


def start(var: Path, **settings: str) -> Iterator[Site]:
    """Serve a new site until the generator is closed; its static files are those of the test run."""
    port = free_port()
    environment = {
        **os.environ,
        "VAR_DIR": str(var),
        "PORT": str(port),
        "GUEST_NETWORK_LIMIT": "1000000",
        "RATELIMIT_ENABLE": "0",
        **own_database(var),
        **settings,
    }
    site = Site(f"http://127.0.0.1:{port}", environment, var)
    command = [sys.executable, "-m", "gunicorn", "casepilot.wsgi", "--config", "casepilot/gunicorn.py", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    with (var / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_for(site)
            yield site
        finally:
            server.terminate()
            server.wait(30)


def wait_for(site: Site) -> None:
    for _ in range(200):
        try:
            if site.browser().get("/readyz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the site does not answer: " + (site.var / "log").read_text()[-2000:])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One running site for all tests that only go through its front door."""
    yield from start(tmp_path_factory.mktemp("site"))
