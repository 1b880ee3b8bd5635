"""Which modifiers fit a code and which do not: by indicator, by number, by the title's words, by an NCCI pair."""

from datetime import date

import pytest

from codes.models import Code, FeeScheduleLine, PtpEdit, Release
from codes.modifier_objections import objection
from codes.modifier_rules import Facts, by_telehealth, fits, is_visit
from codes.panels import modifiers
from codes.panels.subject import Subject

PLAIN = {"status": "A", "pctc": "0", "global_days": "XXX", "mult_proc": "0", "bilat_surg": "0", "asst_surg": "9", "co_surg": "9", "team_surg": "9"}


def line(**indicators):
    return FeeScheduleLine(code="00000", modifier="", **(PLAIN | indicators))


def names(code="20610", title="", parted=False, **indicators):
    return {fit.modifier for fit in fits(Facts(code, [line(**indicators)], title, parted))}


def test_it_works():
    found = fits(Facts("27447", [line(bilat_surg="1", global_days="090", mult_proc="2", asst_surg="2", co_surg="1")]))
    assert [fit.modifier for fit in found] == ["50", "LT, RT", "51", "62", "80, 81, 82", "AS", "22", "52, 53", "54, 55, 56", "58", "78", "79"]
    bilateral = found[0]
    assert (bilateral.rule, bilateral.source) == ("Bilateral indicator 1", "Column BILAT SURG; MCPM chapter 12, section 40.7")
    assert "150 percent" in bilateral.why


@pytest.mark.parametrize(
    ("title", "modifier"),
    [
        ("Repair of a tendon, one finger", "FA, F1 to F9"),
        ("Straighten a hammertoe, one toe", "TA, T1 to T9"),
        ("Remove a growth of the eyelid", "E1 to E4"),
        ("Stent in one coronary artery", "LC, LD, LM, RC, RI"),
        ("Remove nail and its matrix", "FA to F9, TA to T9"),
    ],
)
def test_the_titles_place_brings_its_modifiers(title, modifier):
    assert modifier in names(title=title)
    assert modifier not in names(title="Inject a large joint")


def test_a_named_toe_leaves_fingers_out():
    assert "FA to F9, TA to T9" not in names(title="Nail of a toe")


def test_59_and_its_narrower_forms_need_a_pair():
    assert {"59", "XE, XS, XP, XU"} <= names(parted=True)
    assert not {"59", "XE, XS, XP, XU"} & names()


@pytest.mark.parametrize("code", ["99202", "99213", "99499", "92014", "G0439"])
def test_visits_take_25(code):
    assert is_visit(code)
    assert {"24", "25", "57"} <= names(code=code)


@pytest.mark.parametrize("code", ["99201X", "99183", "92015", "G0009", "27447"])
def test_other_services_do_not(code):
    assert not is_visit(code)


def test_telehealth():
    assert by_telehealth("99213")
    assert by_telehealth("90837")
    assert not by_telehealth("99281")
    assert not by_telehealth("90784")


@pytest.mark.parametrize(
    ("modifier", "code", "indicators", "rule"),
    [
        ("50", "20610", {"bilat_surg": "0"}, "Bilateral indicator 0"),
        ("50", "20610", {"bilat_surg": "2"}, "Bilateral indicator 2"),
        ("51", "64484", {"global_days": "ZZZ", "mult_proc": "2"}, "an add-on code"),
        ("51", "64484", {"mult_proc": "0"}, "multiple procedure indicator 0"),
        ("26", "20610", {"pctc": "0"}, "PC/TC indicator 0"),
        ("TC", "85060", {"pctc": "6"}, "PC/TC indicator 6"),
        ("62", "20610", {"co_surg": "0"}, "Co-surgeon indicator 0"),
        ("66", "20610", {"team_surg": "0"}, "Team indicator 0"),
        ("AS", "20610", {"asst_surg": "1"}, "Assistant indicator 1"),
        ("25", "20610", {"global_days": "000"}, "global days 000"),
        ("57", "27447", {"global_days": "090"}, "global days 090"),
        ("54", "20610", {"global_days": "000"}, "Global days 000"),
        ("58", "99213", {}, "a visit takes 24, 25 or 57"),
        ("91", "99213", {}, "laboratory test"),
        ("AA", "27447", {}, "anesthesia services"),
    ],
)
def test_what_does_not_fit_is_said_with_its_rule(modifier, code, indicators, rule):
    said = objection(modifier, code, [line(**indicators)])
    assert said is not None
    assert rule in said


@pytest.mark.parametrize(
    ("modifier", "code", "indicators"),
    [
        ("50", "20610", {"bilat_surg": "1"}),
        ("51", "29881", {"mult_proc": "3", "global_days": "090"}),
        ("26", "70450", {"pctc": "1"}),
        ("26", "85060", {"pctc": "6"}),
        ("80", "27447", {"asst_surg": "2"}),
        ("25", "99213", {}),
        ("25", "96372", {}),
        ("54", "27447", {"global_days": "090"}),
        ("91", "83036", {}),
        ("91", "0001U", {}),
        ("AA", "00400", {"status": "J"}),
        ("59", "20610", {}),
        ("RT", "20610", {"bilat_surg": "0"}),
    ],
)
def test_what_fits_meets_no_objection(modifier, code, indicators):
    assert objection(modifier, code, [line(**indicators)]) is None


def test_without_a_line_only_the_number_speaks():
    assert objection("50", "J1885", []) is None
    assert objection("91", "27447", [])


@pytest.fixture
def pair(db):
    """Write a pair of 63663 into a release of practitioner edits."""
    release, _ = Release.objects.get_or_create(
        kind="ncci-ptp", part="practitioner", current=True, defaults={"version": "test", "title": "NCCI test", "digest": "t" * 64, "state": "ready"}
    )

    def write(**facts):
        PtpEdit.objects.filter(column1="63663").delete()
        PtpEdit.objects.create(release=release, column1="63663", column2="99999", effective_date=date(2024, 1, 1), rationale=0, **facts)
        return release

    return write


@pytest.mark.parametrize(("facts", "fits_59"), [({"modifier": 1}, True), ({"modifier": 0}, False), ({"modifier": 1, "deletion_date": date(2024, 2, 1)}, False)])
def test_the_panel_offers_59_where_a_pair_in_force_allows_one(pair, facts, fits_59):
    code = Code.objects.select_related("system").get(system__slug="cpt", code="63663")
    release = pair(**facts)
    PtpEdit.objects.filter(column2="63663").delete()
    shown = modifiers.context(Subject(code, edition=10_000 + facts["modifier"]))
    assert ("59" in {fit.modifier for fit in shown.get("fits", [])}) == fits_59
    assert (release in shown.get("releases", [])) == fits_59
