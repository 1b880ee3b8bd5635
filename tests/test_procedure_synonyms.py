"""What a chart or a coder types for procedures, as fixtures/search/procedures.csv has it."""

import csv
from functools import lru_cache

from codes.search import synonyms
from codes.search.live import live
from codes.search.query import parse
from codes.search.synonyms import Thesaurus
from codes.search.text import terms

FILE = "procedures.csv"
TYPED = {
    "new pt l3": "99203",
    "anes egd": "00731",
    "matrixectomy": "11750",
    "ln2 warts": "17110",
    "microdiscectomy": "63030",
    "scs battery replacement": "63685",
    "fistulogram": "36901",
    "mediport": "36561",
    "lhc": "93458",
    "gxt": "93015",
    "pipelle": "58100",
    "tlh bso": "58571",
    "ct renal stone": "74176",
    "accucheck": "82962",
    "protime": "85610",
    "boostrix": "90715",
    "45 min psychotherapy": "90834",
    "hvf 24-2": "92083",
    "svn": "94640",
}


def rows(name: str) -> list[tuple[str, str]]:
    """Terms and meanings of a file, as they stand there."""
    with (synonyms.SEED / name).open(newline="", encoding="utf-8") as file:
        return [(row["term"], row["means"]) for row in csv.DictReader(file)]


def cut(pairs: list[tuple[str, str]]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The pairs as the search takes them."""
    return [(tuple(terms(term)), tuple(terms(means))) for term, means in pairs]


@lru_cache(maxsize=2)
def thesaurus(without: str = "") -> Thesaurus:
    """The synonyms of all files but one."""
    return Thesaurus(pair for name in synonyms.FILES if name != without for pair in rows(name))


def found(text: str, known: Thesaurus) -> list[str]:
    """The numbers of the first hits, those with most of the words included."""
    assert live.open is not None
    answer = live.open.engine.search(parse(text), known, most=5)
    return [hit.code for hit in (*answer.hits, *answer.more)]


def test_it_works(searching):
    assert found("est pt l4", thesaurus())[0] == "99214"
    assert found("est pt l4", thesaurus(FILE))[:1] != ["99214"]


def test_what_a_chart_says_is_the_first_hit(searching):
    first = {typed: found(typed, thesaurus())[:1] for typed in TYPED}
    assert first == {typed: [code] for typed, code in TYPED.items()}


def test_everyday_words_still_find_what_they_found(searching):
    for typed in ("acl", "cerumen", "hernia", "neurostimulator", "psa", "screening", "spinal stenosis", "suture"):
        before = found(typed, thesaurus(FILE))[:1]
        assert before, typed
        assert before[0] in found(typed, thesaurus()), typed


def test_every_row_is_kept():
    faulty = [(term, means) for term, means in rows(FILE) if synonyms.faults(term, means) or (term, means) != (synonyms.tidy(term), synonyms.tidy(means))]
    assert rows(FILE)
    assert faulty == []


def test_no_row_stands_twice():
    own = cut(rows(FILE))
    others = {pair for name in synonyms.FILES if name != FILE for pair in cut(rows(name))}
    assert len(set(own)) == len(own)
    assert others.isdisjoint(own)
