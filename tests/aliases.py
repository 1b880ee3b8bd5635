"""A second database for a test: another file, or another database of the same server, under an alias of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.db import connections

from tests.site import Site, start


@contextmanager
def alias_for(name: str, alias: str = "another") -> Iterator[str]:
    """An alias for the database of this name, with the settings of the default one otherwise."""
    connections.settings[alias] = {**connections["default"].settings_dict, "NAME": name}
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]


def name_of_database(site: Site) -> str:
    """The database that a running site has to itself."""
    url = site.environment.get("DATABASE_URL")
    return urlsplit(url).path.removeprefix("/") if url else str(site.var / "casepilot.sqlite3")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of the module's own, whose releases may be replaced."""
    yield from start(tmp_path_factory.mktemp("running"))


@pytest.fixture
def alias(running: Site, django_db_blocker) -> Iterator[str]:
    """Its database."""
    with django_db_blocker.unblock(), alias_for(name_of_database(running)) as alias:
        yield alias
