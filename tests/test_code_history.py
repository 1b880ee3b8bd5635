"""What became of each code of a system from release to release: new, revised, deleted, restored."""

from collections.abc import Iterator
from datetime import date

import pytest

from codes.models import Change, Code, Heading, Release
from codes.releases import comparing, loading
from codes.releases.kinds import LISTING
from codes.releases.reading import Listed, Node
from codes.releases.refused import Refused
from codes.releases.source import Source
from codes.releases.tally import Tally
from tests.invented import (
    AUTUMN,
    BASS,
    CELLO,
    FIRST,
    FLUTE,
    NEXT_AUTUMN,
    NEXT_SPRING,
    OBOE,
    SPRING,
    SYSTEM,
    TREE,
    VIOLA,
    VIOLIN,
    changes,
    code,
    load,
    now,
    numbers,
)
from tests.listings import Listings


def test_it_works(db):
    first = load("spring", SPRING, FIRST)
    assert (first.current, first.rows, first.difference, first.counts["carried"]) == (True, 7, {}, 0)
    assert changes(first) == []
    viola = now("A00.1")
    assert (viola.status, viola.effective_date, viola.end_date, viola.history, viola.details) == (Code.ACTIVE, None, None, [], {})
    assert (viola.compact, viola.position, viola.parent, viola.heading.path, viola.heading.parent.path) == ("A001", 2, now("A00"), "01/01", "01")

    second = load("autumn", AUTUMN, (VIOLIN, BASS, code("A00.2", "Violoncello", parent="A00"), OBOE))
    assert second.replaced == first
    assert second.difference["codes"] == {"added": 1, "revised": 1, "deleted": 1}
    assert second.counts == {"read": 7, "stored": {"headings": 3, "codes": 4}, "joined": 0, "left_out": {}, "carried": 1}
    assert changes(second) == [("A00.1", "deleted"), ("A00.15", "added"), ("A00.2", "revised")]
    assert numbers() == ["A00", "A00.1", "A00.15", "A00.2", "B00"]

    added = now("A00.15")
    assert (added.status, added.effective_date, added.history) == (Code.NEW, AUTUMN, [])
    revised = now("A00.2")
    assert (revised.status, revised.long) == (Code.ACTIVE, "Violoncello, in full")
    wording = {"short": "Cello", "long": "Cello, in full"}
    assert revised.history == [{"date": "2024-10-01", "release": "autumn", "what": "revised", "before": wording}]
    change = Change.objects.get(release=second, code="A00.2")
    assert (change.before, change.after, change.title) == (wording, {"short": "Violoncello", "long": "Violoncello, in full"}, "Violoncello")
    gone = now("A00.1")
    assert (gone.status, gone.end_date, gone.long) == (Code.DELETED, date(2024, 9, 30), "Viola, in full")
    assert gone.history == [{"date": "2024-10-01", "release": "autumn", "what": "deleted", "before": {}}]
    assert (gone.parent, gone.heading) == (now("A00"), Heading.objects.current().get(system__slug=SYSTEM, slug="strings"))
    assert gone.heading.release == second
    assert Change.objects.get(release=second, code="A00.1").before == {"short": "Viola", "long": "Viola, in full"}
    assert Change.objects.get(release=second, code="A00.15").after == {"short": "Double bass", "long": "Double bass, in full"}
    untouched = now("B00")
    assert (untouched.status, untouched.history, untouched.release) == (Code.ACTIVE, [], second)


def test_of_a_first_release_the_file_says_what_is_new(db):
    release = load("spring", SPRING, (code("A00", "Violin", what="revised"), code("A00.1", "Viola", what="added", effective=SPRING), CELLO))
    assert changes(release) == [("A00", "revised"), ("A00.1", "added")]
    assert release.difference["codes"] == {"added": 1, "revised": 1, "deleted": 0}
    assert [now(number).status for number in ("A00", "A00.1", "A00.2")] == [Code.ACTIVE, Code.NEW, Code.ACTIVE]
    assert Change.objects.get(release=release, code="A00").before == {}  # what stood there before, no file says


def test_later_the_comparison_says_what_is_new(db):
    load("spring", SPRING, FIRST)
    release = load("autumn", AUTUMN, (code("A00", "Violin", what="added"), VIOLA, CELLO, OBOE))
    assert changes(release) == []
    assert release.difference["codes"] == {"added": 0, "revised": 0, "deleted": 0}


def test_a_code_is_new_in_one_release_alone(db):
    load("spring", SPRING, FIRST)
    load("autumn", AUTUMN, (*FIRST, FLUTE))
    assert now("B01").status == Code.NEW
    load("next spring", NEXT_SPRING, (*FIRST, FLUTE))
    assert (now("B01").status, now("B01").effective_date) == (Code.ACTIVE, AUTUMN)


def test_spaces_are_no_revision(db):
    load("spring", SPRING, FIRST)
    release = load("autumn", AUTUMN, (Listed("A00", " Violin", "Violin,  in\tfull", heading="01/01"), VIOLA, CELLO, OBOE))
    assert changes(release) == []
    assert now("A00").history == []


def test_a_code_keeps_every_former_wording(db):
    for name, effective, title in (("1", SPRING, "Oboe"), ("2", AUTUMN, "Hautbois"), ("3", NEXT_SPRING, "Hautbois"), ("4", NEXT_AUTUMN, "Hoboy")):
        load(name, effective, (code("B00", title),))
    assert [(line["release"], line["before"]["short"]) for line in now("B00").history] == [("2", "Oboe"), ("4", "Hautbois")]


def test_a_deleted_code_is_deleted_once(db):
    load("spring", SPRING, FIRST)
    load("autumn", AUTUMN, (VIOLIN, OBOE))
    third = load("next spring", NEXT_SPRING, (VIOLIN, OBOE))
    assert changes(third) == []
    assert third.counts["carried"] == 2
    assert (now("A00.1").end_date, len(now("A00.1").history)) == (date(2024, 9, 30), 1)
    assert numbers() == ["A00", "A00.1", "A00.2", "B00"]


def test_a_restored_code(db):
    load("spring", SPRING, FIRST)
    load("autumn", AUTUMN, (VIOLIN, VIOLA, CELLO))
    third = load("next spring", NEXT_SPRING, (VIOLIN, VIOLA, CELLO, code("B00", "Hautbois")))
    assert changes(third) == [("B00", "added")]
    oboe = now("B00")
    assert (oboe.status, oboe.end_date, oboe.short) == (Code.ACTIVE, None, "Hautbois")
    assert [(line["what"], line["date"]) for line in oboe.history] == [("deleted", "2024-10-01"), ("restored", "2025-04-01")]
    assert oboe.history[1]["before"] == {"short": "Oboe", "long": "Oboe, in full"}
    fourth = load("next autumn", NEXT_AUTUMN, (VIOLIN, VIOLA, CELLO))
    assert changes(fourth) == [("B00", "deleted")]
    assert now("B00").end_date == date(2025, 9, 30)


def test_an_end_date_in_the_file_deletes_the_code(db):
    load("spring", SPRING, (VIOLIN, code("B00", "Oboe", effective=date(2001, 1, 1))))
    ended = code("B00", "Oboe", effective=date(2001, 1, 1), end=date(2024, 6, 30))
    second = load("autumn", AUTUMN, (VIOLIN, ended))
    assert changes(second) == [("B00", "deleted")]
    assert (now("B00").status, now("B00").effective_date, now("B00").end_date) == (Code.DELETED, date(2001, 1, 1), date(2024, 6, 30))
    assert [line["what"] for line in now("B00").history] == ["deleted"]
    third = load("next spring", NEXT_SPRING, (VIOLIN,))  # the file drops it some years on
    assert changes(third) == []
    assert (now("B00").status, now("B00").end_date) == (Code.DELETED, date(2024, 6, 30))
    assert len(now("B00").history) == 1


def test_a_code_that_vanishes_before_its_announced_end_keeps_that_date(db, monkeypatch):
    monkeypatch.setattr("codes.releases.listing.timezone.localdate", lambda: AUTUMN)
    load("spring", SPRING, (VIOLIN, code("B00", "Oboe", end=date(2024, 12, 31))))
    assert (now("B00").status, now("B00").end_date) == (Code.ACTIVE, date(2024, 12, 31))
    load("autumn", AUTUMN, (VIOLIN,))
    assert (now("B00").status, now("B00").end_date) == (Code.DELETED, date(2024, 12, 31))


def test_a_code_that_ended_before_it_was_known_is_no_news(db):
    load("spring", SPRING, (VIOLIN,))
    release = load("autumn", AUTUMN, (VIOLIN, code("B00", "Oboe", end=date(2020, 6, 30))))
    assert changes(release) == []
    assert (now("B00").status, now("B00").effective_date) == (Code.DELETED, None)


def test_a_code_that_vanishes_on_the_day_it_began_has_dates_in_order(db):
    load("spring", SPRING, (VIOLIN,))
    load("autumn", AUTUMN, (VIOLIN, OBOE))
    load("autumn, corrected", AUTUMN, (VIOLIN,))
    assert (now("B00").effective_date, now("B00").end_date) == (AUTUMN, AUTUMN)


def test_without_an_effective_date_the_day_of_loading_counts(db, monkeypatch):
    monkeypatch.setattr("codes.releases.listing.timezone.localdate", lambda: date(2025, 7, 4))
    load("one", None, FIRST)
    load("two", None, (VIOLIN, VIOLA, CELLO, FLUTE))
    assert (now("B00").status, now("B00").end_date) == (Code.DELETED, date(2025, 7, 3))
    assert (now("B01").status, now("B01").effective_date) == (Code.ACTIVE, None)


def test_deleted_codes_stand_behind_those_that_they_followed(db):
    load("spring", SPRING, FIRST)
    load("autumn", AUTUMN, (BASS, FLUTE, OBOE), TREE)  # a parent and what is below it go together
    assert numbers() == ["A00", "A00.1", "A00.2", "A00.15", "B01", "B00"]
    assert (now("A00.1").parent, now("A00").status) == (now("A00"), Code.DELETED)
    load("next spring", NEXT_SPRING, (FLUTE, OBOE))
    assert now("A00.1").parent == now("A00")
    assert numbers() == ["A00", "A00.1", "A00.2", "A00.15", "B01", "B00"]


def test_a_deleted_code_outlives_its_heading(db):
    load("spring", SPRING, FIRST)
    release = load("autumn", AUTUMN, (VIOLIN, VIOLA, CELLO), TREE[:2])
    assert (now("B00").status, now("B00").heading) == (Code.DELETED, None)
    assert set(Heading.objects.filter(release=release).values_list("slug", flat=True)) == {"instruments", "strings"}
    load("next spring", NEXT_SPRING, FIRST)
    assert now("B00").heading.slug == "winds"


def test_many_codes_in_several_batches(db, monkeypatch):
    monkeypatch.setattr("codes.releases.listing.BATCH", 7)
    many = [code(f"A{number:02d}", f"Instrument {number}") for number in range(40)]
    load("spring", SPRING, many)
    second = load("autumn", AUTUMN, [*many[:5], *many[25:]])
    assert second.difference["codes"]["deleted"] == second.counts["carried"] == 20
    assert numbers() == [listed.code for listed in many]


def test_two_releases_compared(db):
    first = load("spring", SPRING, FIRST)
    second = load("autumn", AUTUMN, (VIOLIN, BASS, code("A00.2", "Violoncello", parent="A00"), OBOE))
    assert comparing.count(LISTING, first.pk, second.pk) == {"added": 1, "revised": 1, "deleted": 1}
    found = {what: (before, after) for what, before, after in comparing.entries(LISTING, first.pk, second.pk)}
    assert found["added"][1]["code"] == "A00.15"
    assert (found["revised"][0]["short"], found["revised"][1]["short"]) == ("Cello", "Violoncello")
    assert found["deleted"][0]["code"] == "A00.1"
    assert comparing.count(LISTING, second.pk, first.pk) == {"added": 1, "revised": 1, "deleted": 1}
    assert comparing.count(LISTING, first.pk, first.pk) == {"added": 0, "revised": 0, "deleted": 0}


def test_a_listing_that_is_refused_halfway_leaves_nothing(db):
    load("spring", SPRING, FIRST)
    before = (Code.objects.count(), Heading.objects.count(), Change.objects.count(), Release.objects.count())

    class Broken(Listings):
        def counted(self, tally: Tally) -> Iterator[Node | Listed]:
            yield from super().counted(tally)
            raise Refused("a whole file was expected")

    with pytest.raises(Refused, match="a whole file was expected"):
        loading.load(Broken((*TREE, VIOLIN, FLUTE), AUTUMN), Source("autumn", (), "b" * 64))
    assert (Code.objects.count(), Heading.objects.count(), Change.objects.count(), Release.objects.count()) == before
    assert numbers() == ["A00", "A00.1", "A00.2", "B00"]
