"""Releases of a code system come, go and are pruned; descriptions and what readers see go with them."""

from datetime import date

import pytest

from codes.models import Catalogue, Change, Code, CommonDescription, Heading, Release
from codes.releases import bulk, current, loading
from codes.releases.refused import Refused
from codes.releases.source import Source
from tests.invented import (
    AUTUMN,
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
    describe,
    load,
    now,
)
from tests.listings import Listings


def test_descriptions_go_with_their_codes(db):
    load("spring", SPRING, FIRST)
    kept, of_deleted = describe("A00"), describe("A00.1")
    load("autumn", AUTUMN, (VIOLIN, CELLO, OBOE, FLUTE))
    of_added = describe("B01")

    def places() -> list[Code]:
        return [CommonDescription.objects.get(pk=description.pk).code for description in (kept, of_deleted, of_added)]

    assert places() == [now("A00"), now("A00.1"), now("B01")]
    assert now("A00.1").status == Code.DELETED
    current.roll_back(SYSTEM)
    assert places()[:2] == [now("A00"), now("A00.1")]
    assert (now("A00.1").status, places()[2].release.current) == (Code.ACTIVE, False)  # waits for a release that has the code
    load("next spring", NEXT_SPRING, (*FIRST, FLUTE))
    assert places() == [now("A00"), now("A00.1"), now("B01")]


def test_descriptions_of_other_systems_stay(db):
    there = dict(CommonDescription.objects.values_list("pk", "code"))
    load("spring", SPRING, [code(number[:3], "Invented") for number in ("A00", "B00")])
    assert dict(CommonDescription.objects.values_list("pk", "code")) == there


def test_rolling_back_returns_everything(db):
    first = load("spring", SPRING, FIRST)
    seen = list(Code.objects.current().filter(system__slug=SYSTEM).order_by("pk").values())
    tree = list(Heading.objects.current().filter(system__slug=SYSTEM).order_by("pk").values())
    second = load("autumn", AUTUMN, (code("A00", "Fiddle"), FLUTE), TREE[:1])
    assert list(Code.objects.current().filter(system__slug=SYSTEM).order_by("pk").values()) != seen
    edition = Catalogue.objects.get().edition
    assert current.roll_back(SYSTEM) == (second, first)
    assert list(Code.objects.current().filter(system__slug=SYSTEM).order_by("pk").values()) == seen
    assert list(Heading.objects.current().filter(system__slug=SYSTEM).order_by("pk").values()) == tree
    assert Catalogue.objects.get().edition > edition
    assert [release.current for release in Release.objects.filter(kind=SYSTEM).order_by("pk")] == [True, False]
    with pytest.raises(Refused, match="no release before spring"):
        current.roll_back(SYSTEM)


def test_a_release_that_was_rolled_back_can_return(db):
    load("spring", SPRING, FIRST)
    second = load("autumn", AUTUMN, (VIOLIN, FLUTE))
    current.roll_back(SYSTEM)
    outcome = loading.load(Listings((*TREE, VIOLIN, FLUTE), AUTUMN), Source("autumn", (), second.digest))
    assert (outcome.what, outcome.release.pk) == (loading.RETURNED, second.pk)
    assert (now("B00").status, now("B01").status) == (Code.DELETED, Code.NEW)
    assert current.roll_back(SYSTEM)[1].title == "spring"


def test_a_release_after_a_rollback_follows_the_one_returned_to(db):
    first = load("spring", SPRING, FIRST)
    second = load("autumn", AUTUMN, (code("A00", "Fiddle"), OBOE, FLUTE))
    current.roll_back(SYSTEM)
    third = load("autumn, corrected", AUTUMN, (code("A00", "Violino"), VIOLA, OBOE))
    assert third.replaced == first
    assert changes(third) == [("A00", "revised"), ("A00.2", "deleted")]
    assert [line["before"]["short"] for line in now("A00").history] == ["Violin"]  # nothing of what was rolled back
    assert not Code.objects.current().filter(system__slug=SYSTEM, code="B01").exists()
    assert current.roll_back(SYSTEM) == (third, first)
    assert Release.objects.get(pk=second.pk).state == Release.READY


def rows_of(release: Release) -> tuple[int, ...]:
    return tuple(model._default_manager.filter(release=release).count() for model in (Code, Heading, Change))


def four_releases() -> list[Release]:
    """The second was rolled back, and a description waits at its code B01, which no other has."""
    first, second = load("1", SPRING, FIRST), load("2", AUTUMN, (*FIRST, code("B01", "Flute", parent="B00")))
    describe("B01")
    current.roll_back(SYSTEM)
    third, fourth = (load(name, effective, (code("A00", f"Violin {name}"), VIOLA, CELLO, OBOE)) for name, effective in (("3", NEXT_SPRING), ("4", NEXT_AUTUMN)))
    return [first, second, third, fourth]


def test_pruning_keeps_records_and_described_codes(db):
    releases = four_releases()
    others = {release.pk: rows_of(release) for release in Release.objects.exclude(kind=SYSTEM)}
    described = CommonDescription.objects.get(code__system__slug=SYSTEM)
    done = current.prune()
    assert {release.title: removed for release, removed in done} == {"1": 4 + 3, "2": 4 + 3 + 1}
    assert [Release.objects.get(pk=release.pk).state for release in releases] == [Release.PRUNED, Release.PRUNED, Release.READY, Release.READY]
    assert [rows_of(release) for release in releases] == [(0, 0, 0), (1, 0, 0), (4, 3, 1), (4, 3, 1)]
    described.refresh_from_db()
    assert (described.code.code, described.code.heading, described.code.parent) == ("B01", None, None)
    assert current.prune() == []
    assert current.roll_back(SYSTEM)[1] == releases[2]
    with pytest.raises(Refused, match="no release before 3"):
        current.roll_back(SYSTEM)
    assert {release.pk: rows_of(release) for release in Release.objects.exclude(kind=SYSTEM)} == others


def test_a_pruned_release_can_be_loaded_again(db):
    releases = four_releases()
    current.prune()
    again = loading.load(Listings((*TREE, *FIRST, FLUTE), AUTUMN), Source("2", (), releases[1].digest))
    assert again.what == loading.LOADED
    assert again.release != releases[1]
    assert CommonDescription.objects.get(code__system__slug=SYSTEM).code == now("B01")


def test_a_pruning_that_was_killed_is_finished_by_the_next(db, monkeypatch):
    releases = four_releases()
    delete = bulk.delete

    def killed(model, release):
        if model is Heading:
            raise KeyboardInterrupt
        return delete(model, release)

    with monkeypatch.context() as patched:
        patched.setattr(bulk, "delete", killed)
        with pytest.raises(KeyboardInterrupt):
            current.prune()
    assert Release.objects.filter(kind=SYSTEM, state=Release.PRUNED).count() == 1
    current.prune()
    assert [rows_of(release) for release in releases[:2]] == [(0, 0, 0), (1, 0, 0)]


def test_the_row_kept_for_a_description_goes_once_it_has_moved_on(db):
    releases = four_releases()
    current.prune()
    fifth = load("5", date(2026, 4, 1), (*FIRST, FLUTE))
    assert CommonDescription.objects.get(code__system__slug=SYSTEM).code.release == fifth
    assert {release.title: removed for release, removed in current.prune()} == {"2": 1, "3": 4 + 3 + 1}
    assert rows_of(releases[1]) == (0, 0, 0)
