"""`manage.py load_release`: what it says, what it refuses in words, where files come from, and what an end before the end leaves."""

import contextlib
import fcntl
from collections.abc import Iterator
from types import SimpleNamespace

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from codes.models import PtpEdit, Release
from codes.releases import bulk, current, loading, ncci_ptp
from codes.releases.kinds import READERS
from codes.releases.source import open_source
from tests import published
from tests.loading_pairs import MINE, NAME, ROWS, TITLE, everything, load, nothing_dead, now_current, refusal


def test_it_works(db, tmp_path):
    said = load("ncci-ptp", published.pairs(tmp_path, 1, ROWS))
    release = now_current()
    assert f"{TITLE}: loaded in" in said
    assert "46 rows read" in said
    assert "40 stored as pairs" in said
    assert "6 left out: captions and copyright" in said
    assert (release.title, release.version, release.state, release.rows) == (TITLE, "30.2", Release.READY, ROWS)
    assert PtpEdit.objects.filter(release=release, effective_date=published.telltale(1)).count() == ROWS
    assert release.source == NAME
    assert release.counts == {"read": 46, "stored": {"pairs": 40}, "joined": 0, "left_out": {"captions and copyright": 6}}


def test_a_new_file_says_how_it_differs(db, tmp_path):
    load("ncci-ptp", published.pairs(tmp_path / "1", 1, ROWS))
    old = now_current()
    said = load("ncci-ptp", published.pairs(tmp_path / "2", 1, ROWS + 2))
    assert f"Against {TITLE}: pairs: 2 new, 0 revised, 0 deleted" in said
    assert (now_current().replaced, now_current().rows) == (old, ROWS + 2)


def test_a_dry_run_writes_nothing(db, tmp_path):
    before = everything()
    said = load("ncci-ptp", published.pairs(tmp_path, 1, ROWS), dry_run=True)
    assert f"{TITLE}: read in" in said
    assert "nothing was written" in said
    assert "40 stored as pairs" in said
    assert everything() == before


def test_a_dry_run_refuses_what_a_load_refuses(db, tmp_path):
    path = published.pairs(tmp_path, 1, ROWS)
    path.write_text(path.read_text().replace("\t1\tM", "\t7\tM", 1))
    with pytest.raises(CommandError, match=r"line \d+, column Modifier: '7' stands where 0, 1 or 9 was expected"):
        load("ncci-ptp", path, dry_run=True)


def test_the_same_file_again_changes_nothing_and_says_so(db, tmp_path):
    path = published.pairs(tmp_path, 1, ROWS)
    load("ncci-ptp", path)
    before = everything()
    assert load("ncci-ptp", path) == f"{TITLE} is loaded already; nothing was changed\n"
    assert everything() == before


def test_a_file_that_was_loaded_before_is_current_again(db, tmp_path):
    first = published.pairs(tmp_path / "1", 1, ROWS)
    load("ncci-ptp", first)
    old, pairs = now_current(), PtpEdit.objects.filter(release=now_current()).count()
    load("ncci-ptp", published.pairs(tmp_path / "2", 2, ROWS))
    assert load("ncci-ptp", first).startswith(f"{TITLE} was loaded before; it is current again\n")
    assert now_current() == old
    assert PtpEdit.objects.filter(release=old).count() == pairs


def test_a_file_of_far_fewer_rows_is_noted(db, tmp_path):
    load("ncci-ptp", published.pairs(tmp_path / "1", 1, ROWS))
    assert "is the file whole?" in load("ncci-ptp", published.pairs(tmp_path / "2", 2, ROWS // 2))


def test_an_unknown_kind(db):
    with pytest.raises(CommandError, match="invalid choice: 'horoscopes'"):
        load("horoscopes", "stars.csv")


def test_a_file_that_is_not_there(db, tmp_path):
    assert refusal("ncci-ptp", tmp_path / "nowhere.zip").endswith("nowhere.zip: there is no such file")


def test_a_kind_that_needs_a_path(db):
    assert refusal("ncci-ptp") == "ncci-ptp was not loaded. a path or an address was expected: manage.py load_release ncci-ptp <path-or-URL>"


def test_an_empty_folder(db, tmp_path):
    assert "the folder has none of this kind" in refusal("ncci-ptp", tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("20200102", "20201302", r"line 7, column Effective Date: '20201302' stands where a date was expected, as 20260401"),
        ("10000", "100O!", r"line 7, column Column 1: '100O!' stands where a code of five characters was expected"),
    ],
)
def test_a_bad_value_is_refused_with_its_place_and_the_old_release_stays(db, tmp_path, old, new, expected):
    load("ncci-ptp", published.pairs(tmp_path / "1", 0, ROWS))
    before = everything()
    path = published.pairs(tmp_path / "2", 1, ROWS)
    path.write_text(path.read_text().replace(old, new))
    assert expected in refusal("ncci-ptp", path)
    assert everything() == before


def test_a_bad_line_after_many_good_ones_leaves_nothing(db, tmp_path):
    load("ncci-ptp", published.pairs(tmp_path / "1", 0, ROWS))
    before = everything()
    path = published.pairs(tmp_path / "2", 1, 3 * bulk.FIRST_BATCH)
    with path.open("a") as file:
        file.write("99999\t9999")  # cut off
    assert "line 1507" in refusal("ncci-ptp", path)
    assert everything() == before


def test_a_count_that_does_not_come_out_is_refused(db, tmp_path, monkeypatch):
    """A reader that loses a row is found out before anybody sees its rows."""

    def careless(source, tally):
        reading = ncci_ptp.read(source, tally)
        tally.read += 1
        return reading

    load("ncci-ptp", published.pairs(tmp_path / "1", 0, ROWS))
    before = everything()
    names = {name: getattr(ncci_ptp, name) for name in ("KIND", "TITLE", "FILES", "MONTHS", "TABLES")}
    monkeypatch.setitem(READERS, "ncci-ptp", SimpleNamespace(**names, read=careless))
    assert "every row must be accounted for, but the count does not come out" in refusal("ncci-ptp", published.pairs(tmp_path / "2", 1, ROWS))
    assert everything() == before


def test_a_file_without_rows_is_refused(db, tmp_path):
    before = everything()
    assert "rows were expected, but none were found" in refusal("ncci-ptp", published.pairs(tmp_path, 1, 0))
    assert everything() == before


# What ends a load early.


def test_an_interrupt_in_the_middle_sweeps(db, tmp_path):
    def interrupted(rows):
        for number, row in enumerate(rows):
            if number == 2 * bulk.FIRST_BATCH + 1:
                assert connection.vendor == "postgresql" or PtpEdit.objects.filter(release__state=Release.IMPORTING).exists()
                raise KeyboardInterrupt
            yield row

    load("ncci-ptp", published.pairs(tmp_path / "1", 0, ROWS))
    before = everything()
    with pytest.raises(KeyboardInterrupt):
        loading.load(ncci_ptp, open_source([published.pairs(tmp_path / "2", 1, 3 * bulk.FIRST_BATCH)]), progress=interrupted)
    assert everything() == before
    assert nothing_dead()


@contextlib.contextmanager
def another_load() -> Iterator[None]:
    """Hold what a load holds, as another process would."""
    if connection.vendor == "postgresql":
        # The test database is the default connection's; the lock is of the other session.
        with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None, "context": None}, autocommit=True) as other:
            other.execute("SELECT pg_advisory_lock(%s)", [loading.LOCK])
            yield
    else:
        with (settings.VAR_DIR / "load.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def test_a_second_load_at_the_same_time_is_refused(db, tmp_path):
    path = published.pairs(tmp_path, 1, ROWS)
    before = everything()
    with another_load():
        assert refusal("ncci-ptp", path) == "ncci-ptp was not loaded. another load is running; try again when it is done"
        assert everything() == before
        assert "nothing was written" in load("ncci-ptp", path, dry_run=True)
    assert "and current" in load("ncci-ptp", path)


@pytest.fixture
def committed(committing_db, tmp_path) -> Iterator[Release]:
    """A release that is loaded and committed, with its rows; the demonstration's is put back after the test."""
    demonstration = now_current()
    highest = Release.objects.order_by("-pk").values_list("pk", flat=True)[0]
    load("ncci-ptp", published.pairs(tmp_path / "committed", 0, ROWS))
    release = now_current()
    assert release is not None
    yield release
    for alive in Release.objects.filter(**MINE, current=True):
        Release.objects.filter(pk=alive.pk).update(current=False)
    if demonstration:
        current.make_current(demonstration)
    for mine in Release.objects.filter(pk__gt=highest):
        Release.objects.filter(pk=mine.pk).update(current=False)
        current.remove(mine)


@contextlib.contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No room after the first batch: SQLite's file may not grow any more; PostgreSQL says what it says when it has none."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")  # what was removed left pages to fill
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages + 30}")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA max_page_count = 4294967294")
        return
    copy, batches = bulk.Writer.copy, []

    def full(writer, batch):
        batches.append(batch)
        if len(batches) > 1:
            raise psycopg.errors.DiskFull("could not extend file: No space left on device")
        return copy(writer, batch)

    monkeypatch.setattr(bulk, "COPY_BATCH", 1_000)
    with monkeypatch.context() as patched:
        patched.setattr(bulk.Writer, "copy", full)
        yield


def test_a_full_disk_ends_in_a_sentence_and_the_old_release_stays(committed, tmp_path, monkeypatch):
    before = everything()
    path = published.pairs(tmp_path / "next", 1, 20_000)
    with full_disk(monkeypatch):
        said = refusal("ncci-ptp", path)
    assert said.startswith("ncci-ptp was not loaded, and what was current still is. ")
    assert "full" in said or "No space left" in said
    assert now_current() == committed
    assert PtpEdit.objects.filter(release__current=True, release__kind="ncci-ptp", release__part="practitioner").count() == ROWS
    load("ncci-ptp", path)
    assert now_current().rows == 20_000
    assert nothing_dead()
    assert before != everything()


def test_what_a_full_disk_left_is_swept_by_the_next_load(committed, tmp_path, monkeypatch):
    """There may be no room to sweep in at once."""
    monkeypatch.setattr(current, "remove", no_room := Removing())
    with full_disk(monkeypatch):
        refusal("ncci-ptp", published.pairs(tmp_path / "next", 1, 20_000))
    assert no_room.asked == 1
    assert Release.objects.filter(state=Release.IMPORTING).count() == 1
    assert PtpEdit.objects.filter(release__state=Release.IMPORTING).exists()
    assert now_current() == committed
    monkeypatch.undo()
    load("ncci-ptp", published.pairs(tmp_path / "after", 2, ROWS))
    assert nothing_dead()
    assert now_current().rows == ROWS


class Removing:
    """A removal for which there is no room."""

    asked = 0

    def __call__(self, release: Release) -> None:
        from django.db import OperationalError

        self.asked += 1
        raise OperationalError("database or disk is full")


# Files at an address.
