"""What lines of one day are paid beside each other: surgery, endoscopy, imaging, heart, eyes, therapy; to the cent, national amounts of 2025."""

from decimal import Decimal

import pytest

from codes.payment import NATIONAL
from codes.payment_line import Priced, Unpaid
from codes.payment_several import price
from tests.fee_lines import asked, index


def paid(*texts, facility=False):
    """What each line is paid; `None` where some of it has no figure."""
    found = price([asked(text) for text in texts], facility=facility)
    return [None if isinstance(entry, Unpaid) or entry.by_report else str(entry.amount) for entry in found]


def runs(text, *others):
    entry = price([asked(text), *map(asked, others)])[0]
    assert isinstance(entry, Priced)
    return [(run.units, None if run.each is None else str(run.each)) for run in entry.runs]


def test_it_works():
    """27447 1257.63 in full; 17311 661.16, 66984 521.75, 64493 172.08 and 11042 125.18 at half; a visit takes no part."""
    assert paid("11042", "99213", "17311", "27447", "64493", "66984") == ["62.59", "88.95", "330.58", "1257.63", "86.04", "260.88"]


def test_a_sixth_procedure_is_paid_by_report():
    found = price([asked(text) for text in ("10060", "27447", "17311", "66984", "64493", "11042")])
    assert [entry.by_report for entry in found] == [True, False, False, False, False, False]
    assert found[0].runs[0].why == "Sixth procedure of the day or later: by report, at least $62.11 each."  # 124.21 × 0.5 = 62.105
    assert sum(entry.amount for entry in found) == Decimal("1997.72")


def test_units_are_procedures():
    assert runs("11042x7") == [(1, "125.18"), (4, "62.59"), (2, None)]
    assert runs("11042x3", "27447") == [(3, "62.59")]
    assert runs("11042") == [(1, "125.18")]


def test_the_order_of_lines_does_not_matter():
    texts = ["43239", "27447-50", "74177", "93306", "97110x2", "11042", "72191", "43247", "93880", "97140"]
    there = dict(zip(texts, paid(*texts), strict=True))
    back = dict(zip(reversed(texts), paid(*reversed(texts)), strict=True))
    assert there == back


# Roles and sides


@pytest.mark.parametrize(("text", "amount"), [
    ("27130", "1259.25"), ("27130-80", "201.48"), ("27130-AS", "171.26"), ("27130-62", "787.03"),
    ("27130-54", "994.81"), ("27130-55", "264.44"), ("27130-56", "125.93"), ("27130-78", "868.88"),
    ("27447-50", "1886.45"), ("73562-50", "78.92"), ("93880-50", "181.79"), ("27130-80-50", "302.22"),
])  # fmt: skip
def test_a_line_with_its_own_rules(text, amount):
    assert paid(text) == [amount]


def test_both_sides_count_before_the_ranking():
    """66984 at 521.75 ranks behind 17311 at 661.16; on both sides, 782.625, before it."""
    assert paid("66984", "17311") == ["260.88", "661.16"]
    assert paid("66984-50", "17311") == ["782.63", "330.58"]


def test_percentages_are_rounded_once():
    """66984 on both sides beside 27447: 521.75 × 1.5 × 0.5 = 391.3125; with an assistant 62.61."""
    assert paid("66984-50", "27447")[0] == "391.31"


def test_assistants_are_ranked_apart():
    assert paid("27130-80", "27447") == ["201.48", "1257.63"]
    assert paid("27130-80", "27447-80") == ["201.48", "100.61"]  # 1257.63 × 0.5 × 0.16 = 100.6104


def test_by_report_stays_by_report():
    assert paid("27447-53", "11042") == [None, "62.59"]


# Endoscopy


def test_a_family_is_paid_by_what_goes_beyond_its_base():
    """43247 366.49 in full; 43239 357.11 less 276.24; the base 43235 is part of both."""
    assert paid("43239", "43235", "43247") == ["80.87", "0.00", "366.49"]


def test_an_endoscopy_beside_its_base_alone():
    assert paid("45378", "45380") == ["0.00", "414.68"]


def test_the_same_endoscopy_twice():
    assert runs("43239x2") == [(1, "357.11"), (1, "80.87")]


def test_a_family_is_ranked_as_one_procedure():
    """Its 447.36 comes after 27447: 366.49 and 80.87 at half."""
    assert paid("43247", "27447", "43239") == ["183.25", "1257.63", "40.44"]


def test_two_families():
    assert paid("45380", "45378", "43239", "43235") == ["414.68", "0.00", "178.56", "0.00"]


def test_endoscopies_of_different_bases_follow_the_usual_rule():
    assert paid("45380", "43239") == ["414.68", "178.56"]


def test_a_base_that_is_not_loaded_is_named():
    found = price([asked("52282"), asked("11042")])
    assert "Its base endoscopy 52000 is not loaded" in found[0].runs[0].why
    assert found[0].amount == Decimal("323.47")


# Tests


def test_imaging_reduces_both_components():
    """74177 297.26 with the dearest of both components; 70450 105.13: 38.82 at 95 percent, 66.31 at half."""
    assert paid("74177", "70450") == ["297.26", "70.03"]  # 105.13 − 1.941 − 33.155


def test_interpretations_alone():
    assert paid("74177-26", "70450-26") == ["83.45", "36.88"]  # 38.82 × 0.95 = 36.879


def test_technical_components_alone():
    assert paid("74177-TC", "70450-TC") == ["213.81", "33.16"]  # 66.31 × 0.5 = 33.155


def test_the_outpatient_cap():
    """72191: technical 218.02, and (5.48 + 0.02) × 32.3465 = 177.91 in a hospital."""
    (found,) = price([asked("72191")])
    assert isinstance(found, Priced)
    assert (found.fee.amount, found.technical, found.ceiling, found.capped) == (Decimal("299.85"), Decimal("218.02"), Decimal("177.91"), True)
    assert paid("72191") == ["259.74"]
    assert paid("72191-TC") == ["177.91"]
    assert paid("72191-26") == ["81.84"]


def test_the_cap_is_compared_with_what_the_reduction_leaves():
    """The second unit: 299.85 − 81.84 × 0.05 − 218.02 × 0.5, which is below the cap."""
    assert runs("72191x2") == [(1, "259.74"), (1, "186.75")]


def test_hearts():
    """93880's technical 145.56 in full; 93306: 187.93 − 122.59 × 0.25."""
    assert paid("93306", "93880") == ["157.28", "181.79"]
    assert paid("93306-26", "93880") == ["65.34", "181.79"]


def test_a_test_whose_components_have_codes_of_their_own():
    found = price([asked("93000"), asked("93880")])
    assert "is not computed here" in found[0].runs[0].why
    assert found[0].amount == Decimal("13.91")


def test_eyes():
    """92134's technical 14.23 in full; 92133: 29.76 − 13.91 × 0.2."""
    assert paid("92133", "92134") == ["26.98", "31.38"]


def test_therapy_by_units():
    """97110 28.79 once; then with half of its practice expense 21.83, and 97140 20.70."""
    assert runs("97110x2", "97140") == [(1, "28.79"), (1, "21.83")]
    assert paid("97110x2", "97140") == ["50.62", "20.70"]
    assert paid("97110") == ["28.79"]


def test_groups_do_not_touch_each_other():
    assert paid("97110", "93306", "74177", "92133", "27447") == ["28.79", "187.93", "297.26", "29.76", "1257.63"]


# Status


def test_status_t_is_paid_only_on_its_own():
    assert paid("94760") == ["3.56"]
    assert paid("94760", "36415") == ["3.56", None]
    (lost, visit) = price([asked("94760"), asked("99213")])
    assert isinstance(lost, Unpaid)
    assert "paid only on its own" in lost.reason
    assert isinstance(visit, Priced)


def test_what_is_not_paid_takes_no_place_in_the_ranking():
    assert paid("27130-66", "11042") == [None, "125.18"]


def test_places_and_settings():
    manhattan = price([asked("27447"), asked("20610")], index("13202-01"), facility=True)
    assert [str(entry.amount) for entry in manhattan] == ["1465.45", "25.39"]  # 50.77 × 0.5 = 25.385
    assert paid("20610", facility=True) == ["43.99"]
    assert [str(entry.amount) for entry in price([asked("20610")], NATIONAL)] == ["63.40"]
