"""The query language, in the search of the demonstration catalogue and a few diagnoses."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from codes.models import Code, SearchChoice, Synonym, compact
from codes.search import query, synonyms
from codes.search.live import live
from codes.search.synonyms import Thesaurus


def found(text, **wanted):
    """The whole answer."""
    opened = live.open
    return opened.engine.search(query.parse(text), wanted.pop("thesaurus", opened.thesaurus), **wanted)


def codes(text, **wanted):
    """The numbers of all hits."""
    return [hit.code for hit in found(text, **wanted).hits]


@pytest.fixture(autouse=True)
def _index(searching):
    """The search of the test's catalogue."""


def test_it_works():
    answer = found("99213")
    assert (answer.exact.code, answer.hits[0].system, answer.hits[0].url) == ("99213", "cpt", "/codes/cpt/99213/")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("E119", "E11.9"),
        ("e11.9", "E11.9"),
        ("99213-25", "99213"),
        ("99213-25-59", "99213"),
        ("cpt 99213", "99213"),
        ("CPT: 99213", "99213"),
        ("code 99213 x 2", "99213"),
        ("99213.", "99213"),
        ("dx E11.9", "E11.9"),
    ],
)
def test_a_number(text, code):
    assert found(text).exact.code == code


def test_several_numbers_in_their_order():
    assert codes("99214, E119 99213")[:3] == ["99214", "E11.9", "99213"]
    assert found("99214 99213").exact is None


def test_a_number_with_words_of_its_own_is_words():
    assert codes("99213 kangaroo") == []


def test_a_beginning_finds_all_that_start_so():
    assert {code[:4] for code in codes("9921")} == {"9921"}


def test_a_range():
    everything = set(Code.objects.current().filter(system__slug="cpt").values_list("code", flat=True))
    assert codes("99212-99215", most=50) == sorted(code for code in everything if "99212" <= code <= "99215")
    assert codes("99212 to 99215") == codes("99212–99215") == codes("99212-99215")
    assert codes("E11-E13") == ["E11", "E11.9", "E11.A"]


def test_a_wildcard():
    everything = Code.objects.current().values_list("code", flat=True)
    assert set(codes("9921*", most=50)) == {code for code in everything if compact(code).startswith("9921")}
    assert set(codes("E11.?")) == {"E11.9", "E11.A"}
    assert codes("E11.**************") == codes("E11*")
    assert codes("99213?????????????????????????????") == []


@pytest.mark.parametrize("text", ["992*(", "992*[", "992*)|.*", "99?+{", "992*\\", "9*{1000000}", "*", "???", "AB12" + "*A" * 900])
def test_signs_of_regular_expressions_do_no_harm(text):
    found(text)


def test_words_must_all_match():
    assert codes("diabetes type 2")[0] == "E11"
    answer = found("diabetes remission")
    assert (answer.hits[0].code, answer.count) == ("E11.A", 1)


def test_words_are_relaxed_where_nothing_has_them_all():
    answer = found("diabetes in remission kangaroo")
    assert (answer.hits, answer.more[0].code) == ([], "E11.A")
    assert {"diabet", "remiss"} <= answer.meant


def test_a_phrase_stands_together():
    assert codes('"diabetes mellitus"')
    assert codes('"mellitus diabetes"') == []
    assert codes('"diabetes mellitus') == codes('"diabetes mellitus"')


def test_without():
    assert "E11.A" in codes("diabetes mellitus")
    assert "E11.A" not in codes("diabetes mellitus -remission")
    assert "E11.A" not in codes('diabetes mellitus -"in remission"')


def test_filters():
    assert {hit.system for hit in found("system:icd10cm").hits} == {"icd10cm"}
    assert {hit.system for hit in found("office visit system:icd10cm").hits} == set()
    assert set(codes("heading:e08-e13")) == {"E11", "E11.9", "E11.A"}
    assert set(codes('heading:"diabetes mellitus"')) == {"E11", "E11.9", "E11.A"}
    assert codes("diabetes status:deleted") == []


def test_facets_count_all_hits():
    answer = found("diabetes mellitus")
    counted = live.open.engine.facets(answer)
    assert dict(counted["system"])["icd10cm"] == 3
    assert sum(count for _, count in counted["status"]) == answer.count


def test_deleted_codes_come_behind_active_ones(searching):
    Code.objects.filter(code="E11").update(status=Code.DELETED)
    searching()
    assert codes("type 2 diabetes mellitus complications remission", most=9) == []
    assert codes("diabetes mellitus")[-1] == "E11"
    assert codes("diabetes mellitus status:deleted") == ["E11"]


def test_headers_for_what_is_vague_and_billable_codes_for_what_is_specific():
    assert codes("diabetes mellitus")[0] == "E11"
    assert codes("type 2 diabetes without complications")[0] == "E11.9"


def test_a_descriptor_finds_its_code_whatever_signs_it_has(searching):
    Code.objects.filter(code="E11.A").update(short='Odd -diabetes "so called" state', long='Odd -diabetes "so called" state')
    searching()
    assert codes('Odd -diabetes "so called" state') == ["E11.A"]


def test_misspelled_words_are_corrected():
    answer = found("diabettes remision")
    assert (answer.corrected, answer.hits[0].code) == ("diabetes remission", "E11.A")
    assert found("diabetes").corrected == ""


def test_synonyms_count_as_soon_as_they_are_handed_in():
    assert codes("sweetpee quiet") == []
    both = Thesaurus([("sweetpee", "diabetes mellitus"), ("quiet", "remission")])
    assert codes("sweetpee quiet", thesaurus=both) == ["E11.A"]


def test_synonyms_of_editors():
    Synonym.objects.create(term="zzsugar", means="diabetes mellitus")
    assert set(codes("zzsugar", thesaurus=synonyms.load())) == {"E11", "E11.9", "E11.A"}
    Synonym.objects.update(active=False)
    assert codes("zzsugar", thesaurus=synonyms.load()) == []


def test_what_is_opened_more_often_is_first_among_equals(searching):
    from django.utils import timezone

    Code.objects.filter(code__in=["E11.9", "E11.A"]).update(short="Zzz state", long="Zzz state")
    searching()
    first, second = codes("zzz state")
    SearchChoice.objects.create(month=timezone.localdate().replace(day=1), query="zzz", system="icd10cm", code=second, times=500)
    searching()
    assert codes("zzz state") == [second, first]


def test_pages_of_hits():
    everything = codes("system:cpt", most=100)
    assert codes("system:cpt", most=10) + codes("system:cpt", most=10, offset=10) == everything[:20]
    assert codes("system:cpt", most=10, offset=100_000) == []


def test_marked():
    answer = found("diabetes system:icd10cm")
    assert answer.marked(answer.hits[0]) == "Type 2 <mark>diabetes</mark> mellitus"
    assert answer.marked(replace(answer.hits[0], short="<b> diabetes'")) == "&lt;b&gt; <mark>diabetes&#x27;</mark>"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        '"',
        '""',
        '-"',
        "-",
        "--",
        "...",
        "system:",
        'status:"',
        "heading:-",
        "ركبة",
        "ברך 99213",
        "🦵 knee",
        "\x00",
        "ſystem:cpt",
        "ſtatus:x",
        "x" * 10_000,
        "²",
        "٣٤٥*",
    ],
)
@pytest.mark.parametrize("typing", [False, True])
def test_odd_queries(text, typing):
    found(text, typing=typing)


PIECES = st.sampled_from(
    ['"', "-", "system:", "heading:", "status:", "cpt", "99213", "992*", "E11-", "?", "diabetes", "diabets", "(", "[", "\\", "ſ", "'", " "]
)
TEXTS = st.text(max_size=60) | st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, typing=st.booleans())
@example(text="992*(", typing=True)
def test_no_query_fails(text, typing):
    answer = found(text, typing=typing)
    for hit in (*answer.hits, *answer.more):
        answer.marked(hit)
    live.open.engine.facets(answer)
