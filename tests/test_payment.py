"""What one line of the fee schedule is paid: to the cent, with its steps, its modifiers and the reasons why nothing is paid."""

from decimal import Decimal

import pytest

from codes.payment import NATIONAL, evenly, fee, pick, rules, unpaid
from tests.fee_lines import index, line, lines

LINES = lines()


def of(code, modifier=""):
    return LINES[code][modifier]


def rule(code, *modifiers):
    (found,) = rules(of(code), modifiers)
    return found


def test_it_works():
    """(1.30 × 1.065 + 1.35 × 1.166 + 0.10 × 1.656) × 32.3465 = 101.0569…: Manhattan, 2025."""
    found = fee(of("99213"), index("13202-01"))
    assert found.amount == Decimal("101.06")
    assert [(step.what, str(step.rvu), str(step.gpci), str(step.product)) for step in found.steps] == [
        ("Work", "1.30", "1.065", "1.38450"),
        ("Practice expense", "1.35", "1.166", "1.57410"),
        ("Malpractice", "0.10", "1.656", "0.16560"),
    ]
    assert (found.total, found.factor) == (Decimal("3.12420"), Decimal("32.3465"))


# Each worked out by hand from PPRRVU2025_Oct and GPCI2025.
@pytest.mark.parametrize(("code", "modifier", "place", "office", "facility"), [
    ("99213", "", "13202-01", "101.06", "71.64"),  # (1.3845 + 0.57 × 1.166 + 0.1656) × 32.3465 = 71.6384
    ("27447", "", "04412-18", "1320.65", "1320.65"),  # (19.60 × 1.014 + 15.30 × 1.003 + 3.98 × 1.409) × 32.3465 = 1320.6468
    ("70450", "26", "02102-01", "52.85", "52.85"),  # (0.85 × 1.5 + 0.31 × 1.081 + 0.04 × 0.592) × 32.3465 = 52.8474
    ("45378", "", "07302-00", "293.61", "165.46"),  # (3.26 + 6.44 × 0.852 + 0.43 × 0.768) × 32.3465 = 293.6131; with 1.79: 165.4627
    ("99285", "", "01182-18", "174.93", "174.93"),  # (4.00 × 1.042 + 0.79 × 1.194 + 0.43 × 0.690) × 32.3465 = 174.9286
    ("97110", "", "12202-01", "32.34", "32.34"),  # (0.45 × 1.057 + 0.43 × 1.192 + 0.01 × 1.168) × 32.3465 = 32.3429
    ("93306", "TC", "09102-04", "127.33", "127.33"),  # (3.76 × 1.027 + 0.03 × 2.500) × 32.3465 = 127.3326
    ("63650", "", "14212-01", "2502.26", "439.33"),  # (7.15 × 1.042 + 57.79 × 1.197 + 0.82 × 0.894) × 32.3465 = 2502.2609; with 4.51: 439.3253
])  # fmt: skip
def test_published_arithmetic_to_the_cent(code, modifier, place, office, facility):
    assert fee(of(code, modifier), index(place)).amount == Decimal(office)
    assert fee(of(code, modifier), index(place), facility=True).amount == Decimal(facility)


def test_half_a_cent_is_rounded_up():
    assert fee(of("52282"), NATIONAL).total * Decimal("32.3465") == Decimal("323.465")
    assert fee(of("52282"), NATIONAL).amount == Decimal("323.47")


def test_nothing_is_rounded_on_the_way():
    """With each product to two decimals it would be 100.92."""
    assert sum(round(step.product, 2) for step in fee(of("99213"), index("13202-01")).steps) == Decimal("3.12")


@pytest.mark.parametrize(("code", "modifiers", "priced"), [
    ("70450", (), ""), ("70450", ("26",), "26"), ("70450", ("59", "TC"), "TC"), ("45378", ("53",), "53"), ("99213", ("53",), ""), ("99213", ("26",), None),
])  # fmt: skip
def test_components_have_lines_of_their_own(code, modifiers, priced):
    found = pick(LINES[code], modifiers)
    assert (found.modifier if found else None) == priced


@pytest.mark.parametrize(("code", "modifiers", "said"), [
    ("00100", (), "Status J, anesthesia service: Paid by base and time units"),
    ("36415", (), "Status X, outside the fee schedule:"),
    ("15876", (), "without relative values: the Medicare contractor sets the price"),
    ("99213", ("26",), "There is no line with 26. PC/TC indicator 0:"),
    ("10060", ("80",), "Not paid with 80. Assistant indicator 1, not paid:"),
    ("10060", ("62",), "Not paid with 62. Co-surgeon indicator 0, not permitted:"),
    ("27130", ("66",), "Not paid with 66. Team indicator 0, not permitted:"),
])  # fmt: skip
def test_what_is_not_paid_says_why(code, modifiers, said):
    assert said in unpaid(LINES[code], modifiers)


def test_a_code_that_is_not_listed():
    assert unpaid({}, ()) == "The fee schedule of this release does not list the code."


@pytest.mark.parametrize("code", ["99213", "27447", "70450", "94760"])
def test_what_is_paid_has_no_reason(code):
    assert unpaid(LINES[code], ("25",)) == ""


@pytest.mark.parametrize("status", ["B", "C", "D", "E", "I", "J", "M", "N", "P", "X"])
def test_unpaid_statuses(status):
    other = line(f"11111 - {status} 1.00 1.00 1.00 1.00 0 XXX 0.00 0.00 0.00 00000 - 0.00 0.00 - -")
    assert unpaid({"": other}, ()).startswith(f"Status {status}, ")


@pytest.mark.parametrize(("code", "modifier", "percent", "section"), [
    ("27130", "50", "150", "40.7"), ("73562", "50", "200", "40.7"), ("93880", "50", "100", "40.7"), ("10060", "50", "100", "40.7"),
    ("27130", "80", "16", "20.4.3"), ("27130", "82", "16", "20.4.3"), ("27130", "AS", "13.6", "110.2"), ("27130", "62", "62.5", "40.8"),
    ("27130", "54", "79", "40.4"), ("27130", "55", "21", "40.4"), ("27130", "56", "10", "40.4"), ("27130", "78", "69", "40.4"), ("20610", "78", "100", "40.4"),
])  # fmt: skip
def test_shares_by_modifier(code, modifier, percent, section):
    found = rule(code, modifier)
    assert (found.modifier, str(found.percent)) == (modifier, percent)
    assert section in found.source


@pytest.mark.parametrize(("code", "modifier"), [("99213", "52"), ("27130", "53"), ("20610", "54"), ("99213", "55")])
def test_what_is_paid_by_report(code, modifier):
    assert rule(code, modifier).share is None


def test_a_team_is_paid_by_report():
    team = line("22222 - A 9.00 9.00 9.00 1.00 0 090 0.10 0.70 0.20 20022 - 0.00 0.00 - -")
    (found,) = rules(team, ("66",))
    assert (unpaid({"": team}, ("66",)), found.share) == ("", None)


def test_53_with_a_line_of_its_own_is_paid_by_it():
    assert rules(of("45378", "53"), ("53",)) == []


def test_parts_of_the_global_package_add_up():
    assert rule("27130", "55", "54").share == Decimal("1.00")


def test_one_assistant_counts_once():
    assert [found.modifier for found in rules(of("27130"), ("82", "80"))] == ["80"]


@pytest.mark.parametrize("modifier", ["25", "59", "LT", "51", "57", "79", "22"])
def test_other_modifiers_change_no_amount(modifier):
    assert rules(of("27130"), (modifier,)) == []


def test_evenly():
    assert evenly(range(109), 5) == [0, 27, 54, 81, 108]
    assert evenly([1, 2], 5) == [1, 2]
