"""The index on disk: what it is made of, that it appears whole, and that it costs no view."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tantivy import Order

from codes.models import Code, CommonDescription
from codes.search import index, ranking
from codes.search.engine import Engine
from codes.search.rows import Cutter
from codes.search.text import APOSTROPHE, UNIT, readable, terms, words


def test_it_works(db):
    path = index.build("test-whole")
    try:
        assert Engine(path).searcher.num_docs == Code.objects.current().count()
        assert json.loads((path / index.VOCABULARY).read_text())["diabetes"] >= 3
        assert not list(index.folder().glob("making-*"))
    finally:
        index.discard(path)
    assert not path.exists()


def test_a_build_that_fails_leaves_nothing(db, monkeypatch):
    def broken(documents, found):
        raise OSError("no room")

    monkeypatch.setattr(index.Documents, "of", broken)
    with pytest.raises(OSError, match="no room"):
        index.build("test-broken")
    assert not list(index.folder().glob("making-*"))
    assert not (index.folder() / "test-broken").exists()


@given(text=st.text(max_size=80) | st.text(st.sampled_from("abc-'’ 9éßÇ_.,ing"), max_size=80))
def test_texts_are_cut_as_the_analyzer_does(text):
    cutter = Cutter()
    for _ in range(2):
        assert cutter.words(readable(text)) == words(text)
        assert cutter.normal(readable(text)).split(" ") == (terms(text) or [""])
    assert readable(text) == UNIT.sub(" ", APOSTROPHE.sub("", text))


def test_words_are_counted_once_a_code(db):
    path = index.build("test-words")
    counted = Engine(path).spelling.counts
    index.discard(path)
    assert counted["mellitus"] == Code.objects.current().filter(heading__name__icontains="mellitus").count()


def test_nothing_that_costs_a_view_is_stored(db):
    code = Code.objects.current().get(code="99213")
    CommonDescription.objects.filter(code=code).delete()
    CommonDescription.objects.create(code=code, html="<p>A zebracrossing visit</p>")
    Code.objects.filter(pk=code.pk).update(long="A quixotic descriptor")
    path = index.build("test-metered")
    try:
        engine = Engine(path)
        cards = [engine.card(address) for _, address in engine.searcher.search(engine.titles.one_of("code", ["99213"]), 5).hits]
        assert len(cards) == 1
        shown = cards[0].split(ranking.SEPARATOR)[:6]
        assert shown[:3] == ["cpt", "99213", code.short]
        assert "quixotic" not in " ".join(shown)
        assert "zebracrossing" not in cards[0]
    finally:
        index.discard(path)


@pytest.mark.parametrize(("less", "more"), [("99212", "99213"), ("E11", "E11A"), ("0001A", "0001F"), ("99", "99213"), ("A0100", "B0100"), ("99999", "A0000")])
def test_numbers_are_in_order(less, more):
    assert index.in_digits(less) < index.in_digits(more)
    assert index.in_digits(less) <= index.in_digits(less, 36)


def test_a_range_ends_behind_all_that_start_so():
    assert index.in_digits("E11") < index.in_digits("E11ZZZZ") <= index.in_digits("E11", 36) < index.in_digits("E12")


def test_codes_stand_in_their_systems_order(db):
    """A code that was carried on as deleted has the position of the one that it followed, and a later key."""
    path = index.build("test-order")
    try:
        engine = Engine(path)
        found = engine.searcher.search(engine.titles.one_of("status", ["active", "deleted"]), 1_000, order_by_field="order", order=Order.Asc)
        codes = [engine.hit(address).code for _, address in found.hits]
        assert codes == list(Code.objects.current().order_by("system__order", "position", "pk").values_list("code", flat=True))
    finally:
        index.discard(path)
    first = {"system__order": 1, "position": 3, "pk": 9_999_999}
    assert index.in_order(first) < index.in_order(first | {"position": 4, "pk": 5}) < index.in_order(first | {"system__order": 2, "position": 1})
    assert index.in_order(first | {"pk": 5}) < index.in_order(first | {"pk": 6})
    assert index.in_order({"system__order": 32_767, "position": 9_999_999, "pk": 2**62}) < 2**64  # what the field holds
