"""Whatever is searched for, and whatever becomes of the index: a helpful page."""

import re

import html5lib
import pytest

from codes.search import guard as guards
from codes.search.engine import Engine
from codes.search.live import live
from tests.pages import text_of
from tests.test_search_page import hits, page

PREPARED = "The search is being prepared"


@pytest.fixture(autouse=True)
def _guard(monkeypatch):
    """No index was thrown away by another test."""
    monkeypatch.setattr(guards.guard, "broke", float("-inf"))


def test_it_works(client, searching):
    assert PREPARED not in page(client, "spinal")


ODD = {
    "empty": "",
    "blanks": "   ",
    "no hit": "xyzzy",
    "long": "knee " * 2000,
    "one long word": "x" * 10_000,
    "punctuation": "!?,.;:-()[]{}^~*/\\+",
    "stars": "*** ???",
    "broken quotes": 'knee "scope',
    "quotes alone": '""" "" "',
    "minus": "-",
    "without alone": "-knee",
    "operators": "AND OR NOT (knee TO [",
    "empty filters": "system: heading: status:",
    "unknown filters": "system:nothing heading:zzz status:maybe knee",
    "filter alone": "status:deleted",
    "right to left": "مفصل الركبة",
    "override": "\u202eeenk",
    "combining": "k\u0301nee\u0300",
    "emoji": "🦴 knee",
    "digits of others": "٩٩٢١٣",
    "control": "\x01\x02knee\x1f\x7f",
    "separator": "knee\x1fcpt\x1f",
    "surrogate": "\ud7ffknee",
    "regex": "9.* [0-9]+ (a|b)",
    "half range": "63650-",
    "range backwards": "63688-63650",
    "markup": "<script>alert(1)</script>",
    "template": "{{ 7*7 }} {% url %}",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_queries_get_a_helpful_page(client, searching, name):
    answer = client.get("/codes/search/", {"q": ODD[name]})
    assert answer.status_code == 200
    body = text_of(answer)
    html5lib.HTMLParser(strict=True).parse(re.sub("[\x01-\x08\x0b\x0e-\x1f\x7f]", "", body))
    assert len(re.findall(r"<h1\b", body)) == 1
    assert "What can be typed" in body
    assert "<script>alert" not in body
    assert PREPARED not in body, "the index failed"


def test_an_empty_query_says_what_can_be_typed(client, searching):
    body = page(client, "")
    assert "Type a code" in body
    assert "<details open>" in body


def test_no_hit_says_what_to_try(client, searching):
    body = page(client, "xyzzy")
    assert "No code has this number, and no title has all of these words." in body
    assert "<details open>" in body
    assert "<details>" in page(client, "spinal")


def test_a_long_query_says_how_much_was_read(client, searching):
    assert "Only the first 2,000 characters were read." in page(client, "knee " * 2000)
    assert "Only the first 2,000 characters were read." not in page(client, "knee")


# Without an index


def test_without_an_index_a_number_is_found(client, monkeypatch):
    monkeypatch.setattr(live, "current", lambda: None)
    answer = client.get("/codes/search/", {"q": "e119"})
    assert (answer.status_code, answer["Location"]) == (302, "/codes/icd10cm/E11.9/")
    body = page(client, "6366")
    assert PREPARED in body
    assert hits(body) == ["63661", "63662", "63663", "63664"]
    assert hits(page(client, "6366", system="icd10cm")) == []
    assert hits(page(client, "e119", page="1")) == ["E11.9"]


@pytest.mark.parametrize("name", ODD)
def test_without_an_index_odd_queries_get_a_page(client, monkeypatch, name):
    monkeypatch.setattr(live, "current", lambda: None)
    answer = client.get("/codes/search/", {"q": ODD[name]})
    assert answer.status_code == 200
    assert PREPARED in text_of(answer)


class Panic(BaseException):
    """As the engine's own are."""


@pytest.mark.parametrize("error", [ValueError("zqtyped"), Panic("zqtyped")])
def test_an_index_that_fails_is_thrown_away_and_numbers_are_found(client, searching, monkeypatch, caplog, error):
    broken = []
    monkeypatch.setattr(live, "broken", lambda: broken.append(1))

    def fail(*arguments, **more):
        raise error

    monkeypatch.setattr(Engine, "search", fail)
    assert PREPARED in page(client, "zqtyped")
    assert hits(page(client, "6366")) == ["63661", "63662", "63663", "63664"]
    assert broken == [1], "a query that fails again soon after is not the index's fault"
    assert f"{type(error).__name__} in " in caplog.text
    assert "zqtyped" not in caplog.text


def test_a_failure_is_not_kept(client, searching, monkeypatch):
    monkeypatch.setattr(live, "broken", lambda: None)
    with monkeypatch.context() as patch:
        patch.setattr(Engine, "facets", lambda *_: 1 / 0)
        assert PREPARED in page(client, "spinal")
    assert "63661" in hits(page(client, "spinal"))
