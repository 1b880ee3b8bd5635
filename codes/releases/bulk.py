"""Writing rows in bulk: COPY on PostgreSQL, executemany on SQLite. The one module that goes around the ORM to write.

SQLite has one writer at a time, so rows go in batches of some milliseconds, each a transaction of its own, with a gap
after it in which a visitor's view gets its turn (casepilot.sqlite waits for such gaps).
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection, models, transaction

from codes.models import Code
from codes.releases.reading import Table

LONGEST_BATCH = 0.030  # seconds that a batch may hold the write lock
GAP = 0.002  # seconds in which others write
FIRST_BATCH, LARGEST_BATCH = 500, 20_000
COPY_BATCH = 50_000
MOST_VALUES = 900  # of one statement; SQLite takes 999 at least
ROOM = -64_000  # KiB of pages that SQLite keeps while it loads: an index is written in no order


class Writer:
    """Writes rows of one table for one release, in batches, and counts them."""

    def __init__(self, model: type[models.Model], columns: Sequence[str], release: int) -> None:
        self.table, self.columns, self.release = model._meta.db_table, tuple(columns), release
        self.size = COPY_BATCH if connection.vendor == "postgresql" else FIRST_BATCH
        self.rows = 0

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """All rows, a batch at a time."""
        rows = iter(rows)
        if connection.vendor == "postgresql":  # which stores rows while the next are read
            for first in rows:
                self.write_batch(chain([first], islice(rows, self.size - 1)))
        else:
            while batch := list(islice(rows, self.size)):
                self.write_batch(batch)

    def write_batch(self, batch: Iterable[Sequence[Any]]) -> None:
        """One batch, in one transaction."""
        begun = time.monotonic()
        with transaction.atomic(), connection.wrap_database_errors:  # both go to the driver itself, whose errors are not Django's
            written = self.copy(batch) if connection.vendor == "postgresql" else self.execute(list(batch))
        self.rows += written
        if connection.vendor == "sqlite":
            self.size = next_size(written, time.monotonic() - begun)
            time.sleep(GAP)

    def copy(self, batch: Iterable[Sequence[Any]]) -> int:
        """PostgreSQL's COPY; how many rows. What it parses is text, so dates and numbers may come as text."""
        names, number = ", ".join(f'"{column}"' for column in ("release_id", *self.columns)), 0
        with connection.cursor() as cursor, cursor.copy(f"COPY {self.table} ({names}) FROM STDIN") as copying:
            for number, row in enumerate(batch, 1):  # noqa: B007
                copying.write_row((self.release, *row))
        return number

    def execute(self, batch: Sequence[Sequence[Any]]) -> int:
        """SQLite's executemany, on the driver itself (Django would read every statement for marks of its own); how many rows.

        Many rows a statement, then the rest one by one: measured, in half the time that one by one takes. OR FAIL spares
        SQLite a journal for each statement; what fails is rolled back with its transaction.
        """
        names = ", ".join(f'"{column}"' for column in ("release_id", *self.columns))
        row = f"({self.release:d}, {', '.join(['?'] * len(self.columns))})"
        many = MOST_VALUES // len(self.columns)
        whole = len(batch) - len(batch) % many
        connection.ensure_connection()
        write = connection.connection.executemany
        insert = f"INSERT OR FAIL INTO {self.table} ({names}) VALUES "
        write(insert + ", ".join([row] * many), (list(chain.from_iterable(batch[start : start + many])) for start in range(0, whole, many)))
        write(insert + row, batch[whole:])
        return len(batch)


class Writers(dict[Table, Writer]):
    """The writers of one release, each made when its table first has a row."""

    def __init__(self, release: int) -> None:
        self.release = release

    def __missing__(self, table: Table) -> Writer:
        self[table] = writer = Writer(table.model, table.columns, self.release)
        return writer


def next_size(rows: int, seconds: float) -> int:
    """How many rows SQLite's next batch may have, after one of so many rows that took so long."""
    return min(LARGEST_BATCH, max(FIRST_BATCH, int(rows * LONGEST_BATCH / max(seconds, 0.0001))))


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


def delete(model: type[models.Model], release: int) -> int:
    """The rows of a release, the last first (a row's parent stands before it), in batches; how many.

    By ranges of keys: asked for a release's last rows, SQLite would read and sort all of them for each batch.
    """
    sqlite = connection.vendor == "sqlite"
    deleted, size = 0, FIRST_BATCH if sqlite else COPY_BATCH
    rows = model._default_manager.filter(common=None) if model is Code else model._default_manager.all()
    first, end = rows.filter(release_id=release).aggregate(first=models.Min("pk"), last=models.Max("pk")).values()
    while end and end >= first:
        span = rows.filter(pk__gt=end - size, pk__lte=end).values_list("pk", "release_id")
        keys = [key for key, owner in span if owner == release]
        end -= size
        if keys:
            begun = time.monotonic()
            with transaction.atomic():
                model._default_manager.filter(pk__in=keys)._raw_delete(connection.alias)
            deleted += len(keys)
            if sqlite:
                size = next_size(len(keys), time.monotonic() - begun)
                time.sleep(GAP)
    return deleted


def analyze(models_written: Iterable[type[models.Model]]) -> None:
    """Let PostgreSQL's planner know the new rows at once."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in models_written:
                cursor.execute(f"ANALYZE {model._meta.db_table}")
