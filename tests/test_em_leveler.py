"""The E/M leveler: two of three elements, time, prolonged services, and the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codes.tools.em_rules import FAMILIES, Data, by_time, decision, level, of_data, prolonged
from quotas.models import View
from tests.pages import text_of

LEVELS, DATA = st.integers(1, 4), st.builds(Data, st.integers(0, 9), st.booleans(), st.booleans(), st.booleans())
OFFICE = FAMILIES["office-established"]
ASKED = {"kind": "office-established", "problems": "3", "items": "1", "risk": "3", "minutes": "", "procedure": ""}


def code(kind, problems, data, risk, minutes=0):
    return level(FAMILIES[kind], problems, data, risk, minutes).code


def test_it_works():
    answer = level(OFFICE, 3, Data(items=1), 3)
    assert answer.code == "99214"
    assert answer.by == "decision making"
    assert answer.why == ["Decision making is moderate: problems and risk reach it; two of three are needed."]


@pytest.mark.parametrize(
    ("data", "reached"),
    [
        (Data(), 1),
        (Data(items=1), 1),
        (Data(items=2), 2),
        (Data(historian=True), 2),
        (Data(items=2, historian=True), 3),
        (Data(items=3), 3),
        (Data(interpretation=True), 3),
        (Data(discussion=True), 3),
        (Data(items=3, discussion=True), 4),
        (Data(interpretation=True, discussion=True), 4),
        (Data(items=2, interpretation=True), 3),
    ],
)
def test_the_level_of_data(data, reached):
    assert of_data(data).level == reached


@pytest.mark.parametrize(
    ("kind", "levels", "expected"),
    [
        ("office-new", (1, 1), "99202"),
        ("office-new", (4, 4), "99205"),
        ("hospital-initial", (2, 2), "99221"),
        ("hospital-initial", (3, 3), "99222"),
        ("hospital-subsequent", (2, 2), "99231"),
        ("hospital-same-day", (4, 4), "99236"),
        ("emergency", (3, 3), "99284"),
        ("nursing-initial", (2, 2), "99304"),
        ("nursing-subsequent", (2, 2), "99308"),
        ("home-new", (3, 3), "99344"),
        ("home-established", (1, 1), "99347"),
    ],
)
def test_each_kind_by_decision_making(kind, levels, expected):
    assert code(kind, levels[0], Data(), levels[1]) == expected


@pytest.mark.parametrize(
    ("kind", "minutes", "expected"),
    [
        ("office-established", 9, "99212"),
        ("office-established", 29, "99213"),
        ("office-established", 30, "99214"),
        ("office-new", 60, "99205"),
        ("hospital-initial", 75, "99223"),
        ("nursing-initial", 50, "99306"),
        ("nursing-subsequent", 20, "99308"),
        ("home-new", 59, "99342"),
        ("emergency", 300, "99282"),
    ],
)
def test_time_raises_a_straightforward_visit(kind, minutes, expected):
    assert code(kind, 1, Data(), 1, minutes) == expected


@pytest.mark.parametrize(
    ("kind", "minutes", "units"),
    [
        ("office-established", 54, {}),
        ("office-established", 55, {"99417": 1}),
        ("office-established", 69, {"99417": 1, "G2212": 1}),
        ("office-established", 85, {"99417": 3, "G2212": 2}),
        ("office-new", 89, {"99417": 1, "G2212": 1}),
        ("hospital-initial", 90, {"99418": 1, "G0316": 1}),
        ("nursing-initial", 95, {"99418": 3, "G0317": 1}),
        ("home-established", 110, {"99417": 3, "G0318": 1}),
        ("emergency", 300, {}),
    ],
)
def test_prolonged_services_begin_at_their_minutes(kind, minutes, units):
    assert {code: number for code, number, _ in level(FAMILIES[kind], 1, Data(), 1, minutes).units} == units


def test_none_beside_a_lower_code():
    assert prolonged(OFFICE, OFFICE.steps[0], 300) == []
    assert level(OFFICE, 4, Data(), 4, 30).units == []


@given(LEVELS, DATA, LEVELS)
def test_two_elements_reach_the_level_and_no_two_a_higher_one(problems, data, risk):
    reached, elements = decision(problems, data, risk)
    assert sum(element.level >= reached for element in elements) >= 2
    assert sum(element.level > reached for element in elements) < 2


@given(st.sampled_from(sorted(FAMILIES)), LEVELS, DATA, LEVELS, st.integers(0, 1440))
def test_more_minutes_never_lower_the_code(kind, problems, data, risk, minutes):
    family = FAMILIES[kind]
    order = [step.code for step in family.steps]
    without, with_time = level(family, problems, data, risk), level(family, problems, data, risk, minutes)
    assert order.index(with_time.code) >= order.index(without.code)
    met = by_time(family, minutes)
    assert order.index(with_time.code) == max(order.index(without.code), order.index(met.code) if met else 0)


def test_the_page_answers(as_coder):
    body = text_of(as_coder.get("/tools/em/", ASKED))
    assert '<a href="/codes/cpt/99214/"><span class="code-number">99214</span></a>' in body
    assert "by decision making" in body


def test_time_and_a_procedure(as_coder):
    body = text_of(as_coder.get("/tools/em/", ASKED | {"minutes": "70", "procedure": "minor"}))
    assert "99215" in body
    assert "99417 × 2" in body
    assert "G2212 × 1" in body
    assert "Modifier 25" in body
    assert "section 30.6.6.B" in body


def test_a_guest_is_told_what_it_does(client):
    page = client.get("/tools/em/", ASKED)
    assert page.status_code == 200
    body = text_of(page)
    assert "Create a free account" in body
    assert "/accounts/signup/?next=/tools/em/%3Fkind" in body
    assert "99214" not in body


@pytest.mark.parametrize("odd", [{"kind": "x"}, {"problems": "9"}, {"minutes": "-1"}, {"minutes": "9" * 400}, {"items": "NaN"}, {"risk": ""}])
def test_wrong_answers_are_named(as_coder, odd):
    page = as_coder.get("/tools/em/", ASKED | odd)
    assert page.status_code == 200
    assert "errorlist" in text_of(page)
    assert 'class="answer"' not in text_of(page)


def test_it_spends_no_view(as_coder, coder):

    as_coder.get("/tools/em/", ASKED)
    assert not View.objects.filter(allowance__user=coder).exists()
