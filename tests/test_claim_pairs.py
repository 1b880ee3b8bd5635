"""Bundled pairs: which line is column 2, which modifiers part them, and what holds for any claim."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codes.models import PtpEdit
from codes.tools.claim_facts import facts_of
from codes.tools.claim_lines import Claim, Line
from codes.tools.claim_pairs import ASSOCIATED, parting
from codes.tools.claim_rules import check
from tests.claims import DAY, LEGEND, checked, claim, facts, found, pair, release

BEFORE, SINCE = date(2019, 6, 30), date(2019, 7, 1)


@pytest.fixture
def edits(db):
    """Pairs: two procedures either way of the indicator, a visit beside a procedure, one that has ended, one that never was."""
    made = release("ncci-ptp", "practitioner")
    pair(made, "63650", "95970")
    pair(made, "63650", "76000", modifier=0)
    pair(made, "63650", "99213")
    pair(made, "99291", "36600")
    pair(made, "63650", "01935", since=date(2015, 1, 1), until=date(2021, 12, 31))
    pair(made, "63650", "72100", modifier=9, since=date(2015, 1, 1), until=date(2015, 1, 1))
    return made


def test_it_works(edits):
    (finding,) = found("95970 / 63650", "pair")
    assert finding.what == "95970 (column 2) is not paid beside 63650 (column 1). Modifier indicator 1: a modifier may part them."
    assert finding.lines == (1, 2)
    assert finding.do.startswith("Add XE, XP, XS, XU or 59 to 95970")
    assert finding.since == date(2010, 1, 1)
    assert [basis.title for basis in finding.basis] == ["Test ncci-ptp practitioner"]
    (shown,) = checked("95970 / 63650").pairs
    assert (shown.column1, shown.lines1, shown.column2, shown.line2, shown.indicator) == ("63650", (2,), "95970", 1, 1)
    assert shown.rationale == LEGEND[0]
    assert shown.standing == "Parted by a modifier alone; none is there."


@pytest.mark.parametrize(
    ("text", "day", "parted"),
    [
        ("63650 / 95970-59", DAY, True),
        ("63650-59 / 95970", DAY, True),
        ("63650 / 95970-XS", DAY, True),
        ("63650-59 / 95970", BEFORE, False),
        ("63650 / 95970-59", BEFORE, True),
        ("63650-XU / 95970", SINCE, True),
        ("63650 / 95970-XE", date(2014, 12, 31), False),
        ("63650 / 95970-RT", DAY, True),
        ("63650-RT / 95970-RT", DAY, False),
        ("63650-LT / 95970-RT", DAY, True),
        ("63650 / 95970-F2", DAY, True),
        ("63650 / 95970-78", DAY, True),
        ("63650 / 95970-25", DAY, False),
        ("63650 / 95970-51", DAY, False),
        ("63650 / 95970-22-76", DAY, False),
        ("63650 / 99213-25", DAY, True),
        ("63650 / 99213-57", DAY, True),
        ("63650 / 99213-24", DAY, True),
        ("63650 / 99213-59", DAY, False),
        ("63650-RT / 99213", DAY, False),
        ("63650-59 / 99213", DAY, False),
        ("63650-25 / 99213", DAY, False),
        ("99291-25 / 36600", DAY, True),
        ("99291 / 36600-59", DAY, True),
        ("63650 / 76000-59", DAY, False),
        ("63650-59 / 76000-59", DAY, False),
    ],
)
def test_which_modifiers_part_a_pair(edits, text, day, parted):
    report = checked(text, day=day)
    assert [shown.parted for shown in report.pairs] == [parted]
    assert ([finding for finding in report.findings if finding.kind == "pair"] == []) == parted


def test_27_parts_visits_of_a_hospital(db):
    for setting in ("practitioner", "outpatient"):
        pair(release("ncci-ptp", setting), "99284", "99213")
    assert found("99284 / 99213-27", "pair", setting="outpatient") == []
    assert "27 goes on a hospital's outpatient visit" in found("99284 / 99213-27", "pair")[0].what


def test_what_is_said_of_modifiers(edits):
    assert "76000 (column 2)" in found("63650 / 76000-59", "pair")[0].what
    assert found("63650 / 76000-59", "pair")[0].do == "Bill 63650 alone."
    assert "What is there does not: RT stands on both and tells no two places apart." in found("63650-RT / 95970-RT", "pair")[0].what
    assert found("63650 / 99213", "pair")[0].do.startswith("Add 25 to 99213 if the record shows")
    assert checked("63650 / 95970-59").pairs[0].standing == "Parted by 59 on line 2, if the record bears it out."


def test_a_line_must_be_parted_from_each_line_of_column_1(edits):
    (finding,) = found("63650-LT / 63650-RT / 95970-RT / 95970-59", "pair")
    assert finding.lines == (2, 3)


def test_days_of_a_pair(edits):
    assert found("63650 / 01935", "pair", day=date(2021, 12, 31)) != []
    assert found("63650 / 01935", "pair", day=date(2022, 1, 1)) == []
    assert found("63650 / 01935", "pair", day=date(2014, 12, 31)) == []
    assert found("63650 / 72100", "pair", day=date(2015, 1, 1)) == []


# For any claim

PROCEDURES = ["20610", "63650", "63655", "64483", "76000", "95970"]
VISITS = ["99213", "99284"]
MODIFIERS = st.lists(st.sampled_from(["25", "57", "59", "XS", "LT", "RT", "51", "22", "F1"]), max_size=2, unique=True)
DIAGNOSES = st.lists(st.sampled_from(["E11.9", "E11", "E11.A", "Z99.9"]), max_size=2, unique=True)
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def edited(draw):
    """Pairs among the codes, one for each two of them at most, in force or not."""
    chosen = draw(st.lists(st.sampled_from(list(permutations(PROCEDURES + VISITS, 2))), min_size=1, max_size=12, unique_by=frozenset))
    return [PtpEdit(column1=one, column2=two, modifier=draw(st.sampled_from([0, 1, 1])), effective_date=date(2010, 1, 1), rationale=0) for one, two in chosen]


@st.composite
def claims(draw, codes=PROCEDURES + VISITS, day=DAY, unique=False):
    """A claim of up to eight lines."""
    chosen = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=8, unique=unique))
    lines = [Line(number, code, tuple(draw(MODIFIERS)), draw(st.integers(1, 3)), tuple(draw(DIAGNOSES))) for number, code in enumerate(chosen, 1)]
    return Claim(day, tuple(lines))


def comparable(report, order):
    """The findings and pairs with the lines' first numbers."""
    findings = sorted((finding.kind, finding.what, finding.do, tuple(sorted(order[line] for line in finding.lines))) for finding in report.findings)
    pairs = sorted(
        (shown.column1, shown.column2, shown.parted, tuple(sorted(order[line] for line in shown.lines1)), order[shown.line2]) for shown in report.pairs
    )
    return findings, pairs


@SOME
@given(claims(), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(edits, given_claim, dice):
    units_and_more = facts_of(given_claim)
    shuffled = list(given_claim.lines)
    dice.shuffle(shuffled)
    order = {number: line.number for number, line in enumerate(shuffled, 1)}
    other = Claim(DAY, tuple(Line(number, line.code, line.modifiers, line.units, line.diagnoses) for number, line in enumerate(shuffled, 1)))
    same = {line.number: line.number for line in given_claim.lines}
    assert comparable(check(given_claim, units_and_more), same) == comparable(check(other, facts_of(other)), order)


@SOME
@given(edited(), claims(unique=True), st.data())
def test_a_modifier_that_is_allowed_removes_what_it_resolves_and_nothing_else(pairs, given_claim, data):
    before = check(given_claim, facts(pairs_of(pairs, given_claim)))
    line = data.draw(st.sampled_from(given_claim.lines))
    added = "25" if line.code in VISITS else "XS"
    if added in line.modifiers:
        return
    changed = Line(line.number, line.code, (*line.modifiers, added), line.units, line.diagnoses)
    after_claim = Claim(DAY, tuple(changed if other is line else other for other in given_claim.lines))
    after = check(after_claim, facts(pairs_of(pairs, after_claim)))
    resolved = {key(finding) for finding in before.findings if finding.kind == "pair" and resolves(finding, line)}
    assert {key(finding) for finding in before.findings} - {key(finding) for finding in after.findings} == resolved
    assert {key(finding) for finding in after.findings} <= {key(finding) for finding in before.findings}


def pairs_of(pairs, given_claim):
    """The pairs whose codes the claim has, as the database gives them."""
    codes = {line.code for line in given_claim.lines}
    return [edit for edit in pairs if {edit.column1, edit.column2} <= codes]


def key(finding):
    """A finding without what it says of modifiers that do not help."""
    return finding.kind, finding.lines, finding.what.partition(" What is there")[0]


def resolves(finding, line):
    """Whether 25 on a visit, or XS on a procedure, resolves a pair's finding: allowed by the indicator, and no visit in column 2 of a procedure."""
    if "indicator 1" not in finding.what or line.number not in finding.lines:
        return False
    second = finding.what[:5]
    return line.code in VISITS or line.code == second or second not in VISITS


@SOME
@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 4000), st.none() | st.integers(0, 4000), st.sampled_from([0, 1, 9]))
def test_a_pair_that_is_not_in_force_is_not_reported(edits, day, begun, lasts, modifier):
    since = date(2005, 1, 1) + timedelta(days=begun)
    until = since + timedelta(days=lasts) if lasts is not None else None
    PtpEdit.objects.all().delete()
    pair(edits, "64483", "20610", modifier=modifier, since=since, until=until)
    in_force = modifier != 9 and since <= day and (until is None or day <= until)
    assert (found("20610 / 64483", "pair", day=day) != []) == in_force


@given(st.sampled_from(sorted(ASSOCIATED)), st.sampled_from(PROCEDURES), st.sampled_from(PROCEDURES))
def test_two_lines_are_parted_from_either_column_alike(modifier, one, two):
    if one != two:
        first, second = claim(f"{one}-{modifier} / {two}").lines
        given_claim = Claim(DAY, (first, second))
        assert bool(parting(first, second, given_claim)[0]) == bool(parting(second, first, given_claim)[0])
