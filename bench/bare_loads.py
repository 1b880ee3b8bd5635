"""The measure of a load: the bare engine writes the same rows, prepared beforehand, into the same indexed table at one go.

    python -m bench.bare_loads FILE…

Runs under a site's settings, for NCCI PTP files; prints the seconds. SQLite: `executemany` in one transaction, with the
settings that a load has too. PostgreSQL: one COPY of text, in one transaction. Neither reads a file meanwhile.
"""

import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings

BLOCK = 256 * 1024


def rows(paths: list[Path]) -> list[tuple[Any, ...]]:
    """What a load stores of the files."""
    from codes.releases import ncci_ptp
    from codes.releases.source import open_source
    from codes.releases.tally import Tally

    return [row for _, row in ncci_ptp.read(open_source(paths), Tally()).rows]  # type: ignore[misc]


def sqlite_seconds(prepared: list[tuple[Any, ...]], table: str, columns: tuple[str, ...], release: int) -> float:
    """Into the site's file."""
    from codes.releases import bulk

    marks = ", ".join(["?"] * len(columns))
    file = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    pragmas = ["foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL", f"cache_size = {bulk.ROOM}"]
    for pragma in pragmas:
        file.execute(f"PRAGMA {pragma}")
    begun = time.monotonic()
    file.execute("BEGIN IMMEDIATE")
    file.executemany(f"INSERT INTO {table} (release_id, {', '.join(columns)}) VALUES ({release}, {marks})", prepared)
    file.execute("COMMIT")
    seconds = time.monotonic() - begun
    file.close()
    return seconds


def postgres_seconds(prepared: list[tuple[Any, ...]], table: str, columns: tuple[str, ...], release: int) -> float:
    """Into the site's database."""
    from django.db import connection

    def text(value: object) -> str:
        return "\\N" if value is None else str(value)

    lines = "".join(f"{release}\t" + "\t".join(map(text, row)) + "\n" for row in prepared).encode()
    with psycopg.connect(**{**connection.get_connection_params(), "cursor_factory": None, "context": None}) as server:
        begun = time.monotonic()
        with server.cursor().copy(f"COPY {table} (release_id, {', '.join(columns)}) FROM STDIN".encode()) as copying:
            for start in range(0, len(lines), BLOCK):
                copying.write(lines[start : start + BLOCK])
        server.commit()
        return time.monotonic() - begun


def main() -> None:
    """Write them into a release of their own."""
    django.setup()
    from django.db import connection

    from codes.models import PtpEdit, Release
    from codes.releases.ncci_ptp import PAIRS

    prepared = rows([Path(path) for path in sys.argv[1:]])
    release = Release.objects.create(kind="ncci-ptp", part="bare", title="The bare engine's", version="1", digest="0" * 64)
    measure = sqlite_seconds if connection.vendor == "sqlite" else postgres_seconds
    print(f"{measure(prepared, PtpEdit._meta.db_table, PAIRS.columns, release.pk):.3f}")


if __name__ == "__main__":
    main()
