"""Writers on SQLite get their turn beside a load: casepilot.sqlite asks for it often, gives up in the end, and hides no other error."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connections, transaction

from casepilot.sqlite import base
from tests.aliases import alias_for

pytestmark = pytest.mark.skipif(settings.DATABASES["default"]["ENGINE"] != "casepilot.sqlite", reason="turns are SQLite's; PostgreSQL has many writers")

BATCH, GAP = 0.030, 0.002  # seconds that a load holds the lock and leaves it
TURNS = 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database file in use as the site's is."""
    path = tmp_path / "turns.sqlite3"
    with closing(path) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("CREATE TABLE written (who TEXT)")
    return path


@pytest.fixture
def alias(file: Path, django_db_blocker) -> Iterator[str]:
    """An alias for it, through CasePilot's wrapper."""
    with django_db_blocker.unblock(), alias_for(str(file)) as alias:
        yield alias


@contextmanager
def closing(path: Path) -> Iterator[sqlite3.Connection]:
    """The driver's own connection, which does nothing by itself."""
    raw = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
    try:
        yield raw
    finally:
        raw.close()


class Load(threading.Thread):
    """Writes batch after batch, with a short gap between two."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.batches, self.ended = path, 0, threading.Event()

    def run(self) -> None:
        with closing(self.path) as raw:
            while not self.ended.is_set():
                raw.execute("BEGIN IMMEDIATE")
                raw.execute("INSERT INTO written VALUES ('load')")
                time.sleep(BATCH)
                raw.execute("COMMIT")
                self.batches += 1
                time.sleep(GAP)


def write(alias: str, who: str = "guest") -> None:
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("INSERT INTO written VALUES (%s)", [who])


def busy_timeout(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        return int(cursor.execute("PRAGMA busy_timeout").fetchone()[0])


def test_it_works(file, alias):
    write(alias)
    with closing(file) as raw:
        assert raw.execute("SELECT who FROM written").fetchall() == [("guest",)]


def test_the_site_uses_it():
    wrapper = connections["default"]
    assert isinstance(wrapper, base.DatabaseWrapper)
    assert wrapper.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_writer_gets_its_turn_after_one_batch(file, alias):
    """Measured in the load's batches, not in seconds: what ends while a writer waits."""
    load = Load(file)
    load.start()
    try:
        waits = []
        for _ in range(TURNS):
            time.sleep(BATCH / 3)
            before = load.batches
            write(alias)
            waits.append(load.batches - before)
    finally:
        load.ended.set()
        load.join()
    assert load.batches >= TURNS // 2, "the load has not been busy"
    assert sorted(waits)[TURNS * 3 // 4] <= 1, waits
    assert max(waits) <= 8, waits  # a busy machine misses a gap now and then
    with closing(file) as raw:
        assert raw.execute("SELECT count(*) FROM written WHERE who = 'guest'").fetchone() == (TURNS,)


def test_many_writers_at_once_all_get_their_turn(file, alias):
    failures: list[Exception] = []

    def several() -> None:
        try:
            for _ in range(5):
                write(alias, "one of many")
        except Exception as failure:
            failures.append(failure)
        finally:
            connections[alias].close()

    load, writers = Load(file), [threading.Thread(target=several) for _ in range(6)]
    load.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    load.ended.set()
    load.join()
    assert not failures
    with closing(file) as raw:
        assert raw.execute("SELECT count(*) FROM written WHERE who = 'one of many'").fetchone() == (30,)


def test_it_gives_up_when_its_patience_ends(file, alias, monkeypatch):
    monkeypatch.setattr(base, "PATIENCE", 0.3)
    with closing(file) as raw:
        raw.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="database is locked"):
            write(alias)
        assert 0.3 <= time.monotonic() - begun < 3
        raw.execute("ROLLBACK")
    write(alias)  # and the connection is still good


def test_the_busy_timeout_is_put_back(file, alias, monkeypatch):
    """Statements outside a transaction wait as SQLite waits, and must not fail at once."""
    write(alias)
    assert busy_timeout(alias) == 10_000
    monkeypatch.setattr(base, "PATIENCE", 0.1)
    with closing(file) as raw:
        raw.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError):
            write(alias)
    assert busy_timeout(alias) == 100


def test_another_error_is_raised_at_once(alias):
    wrapper = connections[alias]
    wrapper.ensure_connection()
    wrapper.transaction_mode = "SOMETIMES"
    begun = time.monotonic()
    with pytest.raises(OperationalError, match="syntax error"):
        write(alias)
    assert time.monotonic() - begun < 2
    wrapper.transaction_mode = "IMMEDIATE"
    assert busy_timeout(alias) == 10_000


def test_a_transaction_in_a_transaction_is_refused_at_once(alias):
    wrapper = connections[alias]
    wrapper.ensure_connection()
    wrapper.connection.execute("BEGIN")
    with pytest.raises(OperationalError, match="within a transaction"):
        wrapper._start_transaction_under_autocommit()
    wrapper.connection.execute("ROLLBACK")
