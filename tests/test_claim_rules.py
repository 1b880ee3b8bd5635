"""The claim checker's rules: codes, units, add-on codes, modifiers, duplicates, and the releases that the day of service chooses."""

from datetime import date

import pytest

from codes.models import Modifier, Release
from tests.claims import DAY, add_on, code, fee, found, pair, release, units


@pytest.fixture(autouse=True)
def _releases(db):
    """Nothing of CMS's is loaded but what a test loads."""
    Release.objects.filter(kind__in=["ncci-ptp", "mue", "add-on", "pfs", "mcd-articles"]).update(current=False)


def said(findings):
    return [finding.what for finding in findings]


# Codes


def test_it_works():
    code("cpt", "99241", status="deleted", end_date=date(2022, 12, 31), details={"replaced_by": ["99242"]})
    (finding,) = found("99241", "code")
    assert finding.what == "99241 ended on December 31, 2022, before the date of service."
    assert finding.do == "It refers to 99242."
    assert finding.label == "Problem"
    assert [basis.title for basis in finding.basis] == ["CasePilot demonstration catalogue"]
    assert found("99241", "code", day=date(2022, 12, 31)) == []


def test_unknown_codes():
    (finding,) = found("99213 / 12345 / 12345-59", "code")
    assert finding.what == "12345 is in none of the loaded files of CPT, HCPCS and the fee schedule."
    assert finding.lines == (2, 3)
    assert finding.severity == "check"
    assert "so it may well be valid" in finding.do


def test_a_code_that_the_fee_schedule_has_is_known():
    fee("12345", of=release("pfs"))
    assert found("12345", "code") == []
    (finding,) = found("54321", "code")
    assert finding.severity == "problem"
    assert "valid" not in finding.do


def test_codes_before_their_day_and_headers():
    code("cpt", "0999T", effective_date=date(2025, 1, 1))
    code("cpt", "0998T", billable=False)
    assert said(found("0999T / 0998T", "code")) == [
        "0999T takes effect on January 1, 2025, after the date of service.",
        "0998T groups other codes and is not billable.",
    ]
    assert said(found("0999T", "code", day=date(2025, 1, 1))) == []


def test_what_medicare_does_not_pay():
    fees = release("pfs")
    fee("12345", of=fees, status="B")
    (finding,) = found("12345", "status")
    assert "status B in the fee schedule: always bundled" in finding.what
    assert found("12345", "status", setting="outpatient") == []


# Lines


def test_duplicates():
    (finding,) = found("63650-LT / 63650-RT / 63650-LT 2 / 95970", "duplicate")
    assert finding.lines == (1, 3)
    assert finding.what == "63650 with LT stands on 2 lines."
    assert found("63650 / 63650-76 / 63650-76", "duplicate") == []


# Units


@pytest.mark.parametrize(
    ("mai", "text", "lines"),
    [
        (1, "63650 2", ()),
        (1, "63650 3", (1,)),
        (1, "63650 2 / 63650-59 2", ()),
        (1, "63650 2 / 63650-59 3", (2,)),
        (2, "63650 2", ()),
        (2, "63650 1 / 95970 / 63650-59 2", (1, 3)),
        (3, "63650 1 / 63650-59 1", ()),
        (3, "63650 3", (1,)),
    ],
)
def test_unlikely_units(mai, text, lines):
    units(release("mue", "practitioner"), "63650", 2, mai)
    findings = found(text, "units")
    assert [finding.lines for finding in findings] == ([lines] if lines else [])


def test_units_name_their_quarter_and_how_they_are_counted():
    units(release("mue", "practitioner", date(2024, 7, 1)), "63650", 1, 3)
    (inside,) = found("63650 2", "units", day=date(2024, 9, 30))
    assert inside.what == "63650 has at most 1 unit a day (MAI 3); the claim has 2."
    assert inside.basis[0].remark == ""
    for outside in (date(2024, 10, 1), date(2024, 6, 30)):
        (finding,) = found("63650 2", "units", day=outside)
        assert finding.basis[0].remark == "Its quarter, which began on July 1, 2024, does not hold the date of service."


def test_units_of_an_earlier_quarter_where_they_are_still_here():
    units(release("mue", "practitioner", date(2024, 4, 1), "before"), "63650", 5, 3)
    units(release("mue", "practitioner", date(2024, 7, 1)), "63650", 1, 3)
    assert found("63650 2", "units", day=date(2024, 5, 1)) == []
    assert found("63650 2", "units", day=DAY) != []


def test_both_sides_on_one_line():
    units(release("mue", "practitioner"), "20610", 1, 3)
    fee("20610", of=release("pfs"), bilat_surg="1")
    (finding,) = found("20610-LT / 20610-RT", "units")
    assert "report one line with modifier 50 and one unit" in finding.do
    assert said(found("20610-50 2", "bilateral")) == ["20610-50 has 2 units; modifier 50 says both sides with one."]
    assert said(found("20610-50-LT", "bilateral")) == ["20610 carries 50 and the modifier of one side."]
    assert found("20610-50", "bilateral") == []


# Add-on codes


@pytest.mark.parametrize(
    ("kind", "primary", "text", "severity"),
    [
        (1, "64483", "64484", "problem"),
        (1, "64483", "64484 / 95970", "problem"),
        (1, "64483", "64483 / 64484", None),
        (2, "CCCCC", "64484", "problem"),
        (2, "CCCCC", "64484 / 95970", "note"),
        (3, "64483", "64484", "problem"),
        (3, "64483", "64484 / 95970", "check"),
        (3, "64483", "64484 / 64483", None),
    ],
)
def test_add_on_codes_without_their_primary(kind, primary, text, severity):
    add_on(release("add-on"), "64484", primary, kind)
    findings = found(text, "add-on")
    assert [finding.severity for finding in findings] == ([severity] if severity else [])


def test_add_on_relations_of_the_day():
    edits = release("add-on")
    add_on(edits, "64484", "64483")
    add_on(edits, "64484", "62310", until=date(2016, 12, 31))
    assert found("64484 / 62310", "add-on", day=date(2016, 12, 31)) == []
    (finding,) = found("64484 / 62310", "add-on", day=date(2017, 1, 1))
    assert finding.do == "It needs one of 64483."
    assert found("64484", "add-on", day=date(2010, 12, 31)) == []


# Modifiers


@pytest.mark.parametrize(
    ("text", "indicators", "says"),
    [
        ("63650-50", {"bilat_surg": "0"}, "63650-50: Bilateral indicator 0: modifier 50 does not apply"),
        ("63650-26", {"pctc": "0"}, "63650-26: PC/TC indicator 0: modifier 26 does not apply"),
        ("63650-80", {"asst_surg": "1"}, "63650-80: Assistant indicator 1: an assistant at surgery is not paid"),
        ("63650-62", {"co_surg": "0"}, "63650-62: Co-surgeon indicator 0: two surgeons are not paid"),
        ("63650-25", {"global_days": "010"}, "63650-25: Modifier 25 goes with visits; this is a procedure with global days 010"),
        ("63650-51", {"global_days": "ZZZ"}, "63650-51: Modifier 51 does not apply: an add-on code"),
    ],
)
def test_modifiers_that_do_not_fit(text, indicators, says):
    fee("63650", of=release("pfs"), **indicators)
    (finding,) = found(text, "modifier")
    assert finding.what == says
    assert "Medicare Claims Processing Manual, chapter 12" in finding.rule
    assert [basis.title for basis in finding.basis] == ["Test pfs"]


def test_modifiers_that_fit():
    fee("63650", of=release("pfs"), bilat_surg="1", asst_surg="2")
    assert found("63650-50-80-59", "modifier") == []


def test_modifiers_that_are_not_in_a_list():
    hcpcs = release("hcpcs")
    for name, ended in (("LT", None), ("XX", date(2020, 1, 1))):
        Modifier.objects.create(release=hcpcs, code=name, short=name, end_date=ended)
    assert said(found("63650-LT-59-XX-ZZ", "modifier")) == ["Modifier XX is not in force on the date of service.", "Modifier ZZ is not known."]
    Modifier.objects.all().delete()
    assert found("63650-ZZ", "modifier") == []


# Releases


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2024, 3, 1), "January 2024"),
        (date(2024, 12, 1), "July 2024"),
        (date(2025, 2, 1), "October 2025"),
        (date(2025, 11, 1), "October 2025"),
        (date(2026, 1, 1), "October 2025"),
    ],
)
def test_the_fee_schedule_of_the_year(day, title):
    for effective in (date(2024, 1, 1), date(2024, 7, 1), date(2025, 10, 1)):
        made = release("pfs", effective=effective, version=str(effective))
        Release.objects.filter(pk=made.pk).update(title=f"{effective:%B %Y}")
        fee("12345", of=made, status="N")
    (finding,) = found("12345", "status", day=day)
    assert finding.basis[0].title == title
    assert (finding.basis[0].remark == "") == (day in (date(2024, 3, 1), date(2025, 11, 1)))


def test_pairs_after_the_release():
    pair(release("ncci-ptp", "practitioner", date(2024, 7, 1)), "63650", "95970")
    assert found("63650 / 95970", "pair", day=date(2024, 9, 1))[0].basis[0].remark == ""
    assert found("63650 / 95970", "pair", day=date(2026, 9, 1))[0].basis[0].remark == "It is older than the date of service."
    assert found("63650 / 95970", "pair", day=date(2020, 9, 1))[0].basis[0].remark == ""


def test_each_setting_has_its_own():
    pair(release("ncci-ptp", "practitioner"), "63650", "95970")
    pair(release("ncci-ptp", "outpatient"), "63650", "76000")
    assert said(found("63650 / 95970 / 76000", "pair"))[0].startswith("95970 (column 2)")
    assert said(found("63650 / 95970 / 76000", "pair", setting="outpatient"))[0].startswith("76000 (column 2)")
