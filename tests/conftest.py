"""Fixtures: a loaded catalogue, browsers as guests and users, and the site under a real server."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts.models import User
from codes import demo, kept, surroundings
from codes.models import Catalogue, Code, CodeSystem, Heading, Release
from codes.search import index, learning
from codes.search.live import build_now, live
from quotas import network

pytest_plugins = ["tests.site", "tests.aliases"]
PASSWORD = "quiet-Harbour-1"


@pytest.fixture(scope="session", autouse=True)
def _static_files() -> Iterator[None]:
    """Hashed static files, as in use; looked for once, and not by the middleware of each new client."""
    call_command("collectstatic", interactive=False, verbosity=0)
    look, found = WhiteNoiseMiddleware.update_files_dictionary, {}

    def once(self: WhiteNoiseMiddleware, root: str, prefix: str) -> None:
        if (root, prefix) not in found:
            look(self, root, prefix)
            found[root, prefix] = dict(self.files)
        self.files.update(found[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "update_files_dictionary", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    """A hash that takes a third of a second is right for a site and wrong for a thousand log-ins."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """SQLite in a file, as in use: in memory it locks otherwise."""
    default = connections["default"]
    if default.vendor == "sqlite":
        default.settings_dict["TEST"]["NAME"] = str(default.settings_dict["NAME"]) + ".test"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The demonstration catalogue and a handful of ICD-10-CM codes, for all tests."""
    with django_db_blocker.unblock():
        demo.load()
        few_diagnoses()
    yield
    with django_db_blocker.unblock():
        end_other_sessions()


def end_other_sessions() -> None:
    """PostgreSQL drops no database that a thread of some test still has open."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


def few_diagnoses() -> None:
    """E11 and two codes below it."""
    system = CodeSystem.objects.get(slug="icd10cm")
    release = Release.objects.create(kind="icd10cm", title="ICD-10-CM test release", version="1", digest="0" * 64, current=True)
    chapter = Heading.objects.create(system=system, release=release, name="Endocrine diseases", slug="chapter-4", first="E00", last="E89", path="04")
    block = Heading.objects.create(
        system=system, release=release, parent=chapter, name="Diabetes mellitus", slug="e08-e13", first="E08", last="E13", path="04/01"
    )
    common = {"system": system, "heading": block, "release": release}
    top = Code.objects.create(
        code="E11",
        compact="E11",
        position=1,
        short="Type 2 diabetes mellitus",
        long="Type 2 diabetes mellitus",
        billable=False,
        notes={"includes": ["diabetes NOS"]},
        **common,
    )
    for position, (code, title) in enumerate(
        [("E11.9", "Type 2 diabetes mellitus without complications"), ("E11.A", "Type 2 diabetes mellitus in remission")], 2
    ):
        Code.objects.create(code=code, compact=code.replace(".", ""), position=position, short=title, long=title, parent=top, **common)


@pytest.fixture(autouse=True)
def _fresh(request: pytest.FixtureRequest) -> None:
    """No page, salt or throttle of another test."""
    kept.forget()
    surroundings.forget()
    live.forget()
    learning.counts.forget()
    network.salt_of.cache_clear()
    if "db" in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture
def no_facts(db: None) -> None:
    """No edits, units, add-on codes and localities of the demonstration: a test loads a file of its own."""
    Release.objects.filter(version=Release.DEMONSTRATION).exclude(kind__in=["cpt", "pfs"]).delete()


@pytest.fixture(scope="session")
def built(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the loaded catalogue, built once and kept where no test breaks it."""
    with django_db_blocker.unblock():
        return Path(shutil.copytree(build_now(), tmp_path_factory.mktemp("search") / "built"))


@pytest.fixture
def searching(db: None, built: Path) -> Callable[[], None]:
    """The index of the loaded catalogue is live; calling it makes the index of what the test has changed live."""

    def current() -> Path:
        path = index.folder() / index.name_of(*Catalogue.state())
        index.discard(path)
        return path

    def take(path: Path) -> None:
        live.take(path, Catalogue.state())
        live.looked = time.monotonic() + 3600  # the catalogue is not looked at meanwhile

    def anew() -> None:
        current()
        take(build_now())

    take(Path(shutil.copytree(built, current())))
    return anew


@pytest.fixture
def committing_db(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The test database without a transaction around the test, for threads; the test cleans up after itself."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """All requests of the test fall into one window of the throttles, also when a minute turns meanwhile."""
    end = int(time.time()) + 60
    monkeypatch.setattr("django_ratelimit.core._get_window", lambda value, period: end)


@pytest.fixture
def client(db: None) -> Client:
    """A guest's browser, on the loaded catalogue."""
    return Client()


@pytest.fixture
def coder(db: None) -> User:
    """A registered user with a verified address."""
    user = User.objects.create_user("coder@example.net", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def sign_in(db: None) -> Callable[[Client, User], None]:
    """Sign a browser in through the log-in form, so that its cookies count."""

    def through_the_form(client: Client, user: User) -> None:
        answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content

    return through_the_form


@pytest.fixture
def as_coder(coder: User) -> Client:
    """Their browser, signed in."""
    client = Client()
    client.force_login(coder)
    return client
