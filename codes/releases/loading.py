"""Loading a release: beside the current one, in batches, and made current by one short transaction.

Readers see the old release whole or the new one whole. Whatever ends a load early leaves the old one, and what a killed
load has written is swept by the next.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from codes.models import Code, Heading, Release
from codes.releases import bulk, comparing, current, listing
from codes.releases.reading import Reader, Reading
from codes.releases.refused import Refused
from codes.releases.source import Source
from codes.releases.tally import Tally

LOADED, UNCHANGED, RETURNED, CHECKED = "loaded", "unchanged", "returned", "checked"
LOCK = 7283461  # any number, the same for all: PostgreSQL's advisory lock
Progress = Callable[[Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a load did: loaded, unchanged (the file is current already), returned (it was loaded before), or checked (a dry run)."""

    what: str
    release: Release
    tally: Tally


def load(reader: Reader, source: Source, *, dry_run: bool = False, back: bool = True, progress: Progress = iter) -> Outcome:
    """Load a source. Raises Refused with a sentence; nothing of a refused file stays.

    A file that was loaded before, and is not current, becomes current again, unless `back` is false: what loads by itself
    at every start must not undo an operator's choice.
    """
    tally = Tally()
    if dry_run:
        reading = reader.read(source, tally)
        for _ in progress(reading.rows):
            pass
        check(tally, source)
        return Outcome(CHECKED, record(reader, reading, source), tally)
    with one_at_a_time():
        sweep()
        reading = reader.read(source, tally)
        before = Release.objects.filter(kind=reader.KIND, part=reading.part, digest=source.digest, state=Release.READY).first()
        if before is not None:
            if before.current or not back:
                return Outcome(UNCHANGED, before, tally)
            current.make_current(before)
            return Outcome(RETURNED, before, tally)
        release = record(reader, reading, source)
        release.save()
        try:
            store(release, reader, reading, source, tally, progress)
        except BaseException:
            with suppress(DatabaseError):  # no room to sweep in: the next load does
                current.remove(release)
            raise
        return Outcome(LOADED, Release.objects.get(pk=release.pk), tally)


def record(reader: Reader, reading: Reading, source: Source) -> Release:
    """The release's row, not saved."""
    return Release(
        kind=reader.KIND,
        part=reading.part,
        title=reading.title[:120],
        version=reading.version[:40],
        effective_date=reading.effective,
        source=source.name[:250],
        digest=source.digest,
        copyright_line=reading.copyright_line[:200],
        state=Release.IMPORTING,
    )


def store(release: Release, reader: Reader, reading: Reading, source: Source, tally: Tally, progress: Progress) -> None:
    """Write the rows, check them, compare them with those before, and make them current."""
    there = Release.objects.filter(kind=release.kind, part=release.part, current=True)
    before = there.first() if release.version == Release.DEMONSTRATION else there.exclude(version=Release.DEMONSTRATION).first()
    bulk.make_room()
    counts: dict[str, Any] = {}
    if reading.system:
        counts["carried"] = listing.store(release, before, reading, progress)
    else:
        write_facts(release, progress(reading.rows))
    check(tally, source)
    bulk.analyze({*((Code, Heading) if reading.system else ()), *(table.model for table in reader.TABLES)})
    release.difference = comparing.record(release, before, reader.TABLES)
    release.counts = tally.as_json() | counts
    release.rows = tally.stored.total()
    release.legend = reading.legend
    current.make_current(release)


def write_facts(release: Release, rows: Iterable[Any]) -> None:
    """Rows of tables, each table's as they come one after the other."""
    writers = bulk.Writers(release.pk)
    for table, run in groupby(rows, key=lambda pair: pair[0]):
        writers[table].write(row for _, row in run)


def check(tally: Tally, source: Source) -> None:
    """Every row of the file is accounted for, and there is one at all."""
    if not tally.stored.total():
        raise Refused("rows were expected, but none were found", file=source.name)
    if not tally.reconciles:
        raise Refused(f"every row must be accounted for, but the count does not come out: {tally.as_json()}", file=source.name)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """One load at a time on a database; the lock falls with the process that holds it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            free = cursor.fetchone()[0]
        if not free:
            raise Refused("another load is running; try again when it is done")
        try:
            yield
        finally:
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    import fcntl

    with (settings.VAR_DIR / "load.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("another load is running; try again when it is done") from None
        yield


def sweep() -> None:
    """Remove what dead loads have left."""
    for dead in Release.objects.filter(state=Release.IMPORTING):
        current.remove(dead)


def warnings(release: Release) -> list[str]:
    """What an operator should look at after a load."""
    before = release.compared_with  # none in place of what only stood in for a publisher's file
    if before is None or not release.current:
        return []
    found = []
    if release.rows * 4 < before.rows * 3:
        found.append(
            f"it has {release.rows:,} rows where {before} has {before.rows:,}: is the file whole? `manage.py releases rollback {release.kind}` returns to it"
        )
    if release.effective_date and before.effective_date and release.effective_date < before.effective_date:
        found.append(f"it is older than {before}. `manage.py releases rollback {release.kind}` returns to that")
    return found
