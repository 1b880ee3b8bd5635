"""Writing rows in bulk: COPY on PostgreSQL, executemany on SQLite. The one module that goes around the ORM to write.

SQLite has one writer at a time, so rows go in batches of some milliseconds, each a transaction of its own, with a gap
after it in which a visitor's view gets its turn (casepilot.sqlite waits for such gaps).
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

from codes.models import Code

LONGEST_BATCH = 0.050  # seconds that a batch may hold the write lock
GAP = 0.001  # seconds in which others write
FIRST_BATCH, LARGEST_BATCH = 500, 20_000
COPY_BATCH = 50_000
# Of SQLite while it loads: KiB of pages kept (an index is written in no order), and pages in the log before they are
# copied to the file (each batch touches many of the same pages).
ROOM, LOG_PAGES = -64_000, 4_000


class Writer:
    """Writes rows of one table for one release, in batches, and counts them."""

    def __init__(self, model: type[models.Model], columns: Sequence[str], release: int) -> None:
        self.table, self.columns, self.release = model._meta.db_table, tuple(columns), release
        self.size = COPY_BATCH if connection.vendor == "postgresql" else FIRST_BATCH
        self.rows = 0

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """All rows, a batch at a time."""
        rows = iter(rows)
        while batch := list(islice(rows, self.size)):
            self.write_batch(batch)

    def write_batch(self, batch: Sequence[Sequence[Any]]) -> None:
        """One batch, in one transaction."""
        begun = time.monotonic()
        with transaction.atomic(), connection.wrap_database_errors:  # both go to the driver itself, whose errors are not Django's
            if connection.vendor == "postgresql":
                self.copy(batch)
            else:
                self.execute(batch)
        self.rows += len(batch)
        if connection.vendor == "sqlite":
            taken = time.monotonic() - begun
            self.size = min(LARGEST_BATCH, max(FIRST_BATCH, int(len(batch) * LONGEST_BATCH / max(taken, 0.0001))))
            time.sleep(GAP)

    def copy(self, batch: Sequence[Sequence[Any]]) -> None:
        """PostgreSQL's COPY. What it parses is text, so dates and numbers may come as text."""
        names = ", ".join(f'"{column}"' for column in ("release_id", *self.columns))
        with connection.cursor() as cursor, cursor.copy(f"COPY {self.table} ({names}) FROM STDIN") as copying:
            release = self.release
            for row in batch:
                copying.write_row((release, *row))

    def execute(self, batch: Sequence[Sequence[Any]]) -> None:
        """SQLite's executemany, on the driver itself: Django would read every statement for marks of its own."""
        names = ", ".join(f'"{column}"' for column in ("release_id", *self.columns))
        marks = ", ".join(["?"] * len(self.columns))
        connection.ensure_connection()
        connection.connection.executemany(f"INSERT INTO {self.table} ({names}) VALUES ({self.release:d}, {marks})", batch)


def reserve(model: type[models.Model], number: int) -> Iterator[int]:
    """So many primary keys that no row has yet. One load runs at a time, and nothing else writes the tables of releases."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
            first = cursor.fetchone()[0]
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + number])
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            first = (cursor.fetchone() or [0])[0] + 1
    return iter(range(first, first + number))


def make_room() -> None:
    """Let SQLite keep more pages while it loads; PostgreSQL does as it is configured."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {ROOM:d}")
            cursor.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES:d}")


def delete(model: type[models.Model], release: int) -> int:
    """The rows of a release, the last first (a row's parent stands before it), in batches; how many."""
    deleted = 0
    size = 2_000 if connection.vendor == "sqlite" else COPY_BATCH
    rows = model._default_manager.filter(release_id=release)
    if model is Code:
        rows = rows.filter(common=None)
    while keys := list(rows.order_by("-pk").values_list("pk", flat=True)[:size]):
        with transaction.atomic():
            model._default_manager.filter(pk__in=keys)._raw_delete(connection.alias)
        deleted += len(keys)
        time.sleep(GAP if connection.vendor == "sqlite" else 0)
    return deleted


def analyze(models_written: Iterable[type[models.Model]]) -> None:
    """Let PostgreSQL's planner know the new rows at once."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in models_written:
                cursor.execute(f"ANALYZE {model._meta.db_table}")
