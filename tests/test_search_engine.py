"""The engine: descriptors find their codes, whole or with words left out; spelling; what the ranking weighs."""

import random
from collections import defaultdict

import pytest

from codes.models import Code
from codes.search import index, query, ranking
from codes.search.live import live
from codes.search.ranking import Measure, Wording, pack
from codes.search.spelling import Spelling, chosen, regrouped
from codes.search.synonyms import Group, Thesaurus
from tests.relevance import measure


@pytest.fixture
def search(searching):
    """Search the test's catalogue."""

    def ask(text, most):
        found = live.open.engine.search(query.parse(text), live.open.thesaurus, most=most)
        return [(hit.system, hit.code) for hit in (*found.hits, *found.more)[:most]]

    return ask


@pytest.fixture
def titles(db):
    """All descriptors, with their codes."""
    return measure.titles(Code.objects.current().order_by("pk").values_list("system__slug", "code", "short", "long"))


def test_it_works(search, titles):
    same = defaultdict(set)
    for entry, text in titles:
        same[index.normal(text)].add(entry)
    sample = random.Random(1).sample(titles, 200)
    assert measure.descriptors(sample, lambda text: same[index.normal(text)], search).first >= 0.99


def test_a_third_of_the_words_dropped(search, titles):
    sample = random.Random(2).sample(titles, 200)
    assert measure.shortened(sample, search).five >= 0.90


def test_a_long_query_is_read_to_its_end(searching, search):
    long = " ".join(f"alpha{number} beta" for number in range(80))
    Code.objects.filter(code="E11.A").update(long=long, short="Odd")
    Code.objects.filter(code="E11.9").update(long=f"{long} omega", short="Odd too")
    searching()
    assert search(long, 5)[0] == ("icd10cm", "E11.A")
    assert search(f"{long} omega", 5)[0] == ("icd10cm", "E11.9")


def test_a_number_among_words_of_its_title(search):
    assert search("E11.9 diabetes", 5)[0] == ("icd10cm", "E11.9")
    assert search("diabetes type 2 E119 lisinopril", 5)[0] == ("icd10cm", "E11.9")
    assert search("E11.9 knee arthroscopy", 5)[0] != ("icd10cm", "E11.9")


SPELLING = Spelling({"arthroscopy": 50, "remission": 5, "revision": 90, "knee": 100, "cataract": 9, "catarakt": 1, "cataracts": 400})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("artroscopy", "arthroscopy"),
        ("arthrsocpy", "arthroscopy"),
        ("arthroscoppy", "arthroscopy"),
        ("arthoscpy", "arthroscopy"),
        ("srthroscopy", "arthroscopy"),
        ("remision", "remission"),
        ("kneee", "knee"),
    ],
)
def test_spelling(typed, meant):
    assert SPELLING.likely(typed)[0] == meant


@pytest.mark.parametrize("word", ["knee", "arthroscopy", "kne", "x" * 2000, "zzzzzzz", "99213", "ركبة"])
def test_words_that_are_left_as_they_are(word):
    assert SPELLING.likely(word) == []


def test_words_of_synonyms_are_meant_too():
    thesaurus = Thesaurus([("gallstones", "cholelithiasis")])
    corrected = SPELLING.corrected(["galstones"], thesaurus)
    assert corrected == [["gallstones"]]
    assert regrouped(corrected, thesaurus)[0].means == tuple(thesaurus.means[("gallston",)])
    assert SPELLING.corrected(["gallstones"], thesaurus) == []


def test_long_queries_are_not_corrected():
    assert SPELLING.corrected(["artroscopy"] * 41, Thesaurus([])) == []


def test_the_correction_that_is_told_is_the_one_that_was_found():
    assert chosen([["revision", "remission"], ["knee"]], "Knee in remission") == "remission knee"
    assert chosen([["revision", "remission"]], "Elbow") == "revision"


def wording(title, *, system="cpt", status="active", billable="1", brief=None, further=""):
    shown = (system, "1", title, "", status, billable)
    return Wording(pack(shown, index.normal(title), index.normal(brief or title), index.normal(further)))


def points(asked, *titles, **given):
    """What each title is worth for a query."""
    measured = Measure([Group((term,)) for term in index.normal(asked).split()], [1.0] * len(index.normal(asked).split()))
    return [measured.of(0.5, wording(title, **given)) for title in titles]


@pytest.mark.parametrize(
    ("asked", "better", "worse"),
    [
        ("knee arthroscopy", "Knee arthroscopy", "Knee arthroscopy with menisectomy"),
        ("knee arthroscopy", "Arthroscopy of the knee", "Arthroscopy of elbow, not knee joint"),
        ("knee arthroscopy", "Diagnostic knee arthroscopy", "Arthroscopy of shoulder"),
        ("fracture of femur", "Fracture of femur", "Open fracture of femur, sequela"),
    ],
)
def test_the_ranking(asked, better, worse):
    first, second = points(asked, better, worse)
    assert first > second


def test_a_deleted_code_is_worth_less():
    assert points("knee", "Knee")[0] > points("knee", "Knee", status="deleted")[0]


def test_a_long_query_is_likely_a_title_with_words_left_out():
    asked = "removal of device from left joint"
    right, wrong = points(asked, "Removal of external device from left ankle joint", "Removal of a device from joint in the far left")
    assert right - wrong > ranking.WEIGHTS.kept / 2


def test_further_wordings_count_less_than_titles():
    said, further = points("sugar state", "Sugar state")[0], points("sugar state", "Glucose state", further="sugar disease")[0]
    assert said > further > points("sugar state", "Glucose state")[0]
