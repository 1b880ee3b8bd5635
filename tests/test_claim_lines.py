"""What the claim checker reads out of what is pasted and typed, and what it says of what it cannot read."""

import pytest
from django.http import QueryDict

from codes.tools.claim_form import asked, link


def reading(**fields):
    """A form with these fields as it was read."""
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return asked(data)


def lines(text, **fields):
    return [str(line) for line in reading(lines=text, **fields).claim.lines]


def test_it_works():
    given = reading(lines="99213-25 1 E11.9\n20610-RT 2 M17.11", date="2024-08-01")
    assert [str(line) for line in given.claim.lines] == ["99213-25 1 E11.9", "20610-RT 2 M17.11"]
    assert str(given.claim.day) == "2024-08-01"
    assert given.problems == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("99213", "99213 1"),
        ("j1745 10 k5090", "J1745 10 K50.90"),
        ("99213\t25\t\t\t\t1\tE11.9", "99213-25 1 E11.9"),
        ("20610;RT;59;2;M17.11", "20610-RT-59 2 M17.11"),
        ('20610,"RT,59",2,"M17.11,M17.12"', "20610-RT-59 2 M17.11 M17.12"),
        ("1\t99213\t25\t1\tE11.9", "99213-25 1 E11.9"),
        ("97110,,25,M54.5", "97110 *25 M54.5"),
        ("97110 12 M54.5", "97110 12 M54.5"),
        ("99213:25:57 E11.9/I10", "99213-25-57 1 E11.9 I10"),
        ("J0897 x 60", "J0897 60"),
        ("99213 X2 1", "99213-X2 1"),
        ("+64484 2.0", "64484 2"),
        ("0887T 1 F02.80", "0887T 1 F02.80"),
        ("99213,1,LT", "99213-LT 1"),
        ("99213 25 25 1 I10 I10", "99213-25 1 I10"),
    ],
)
def test_columns_by_their_shape(text, read):
    assert lines(text) == [read]
    assert reading(lines=text).problems == []
    assert lines(read) == [read]


def test_columns_by_their_captions():
    text = "Line,CPT Code,Patient,Mod 1,Mod 2,Charge,Units,Dx 1,Dx 2\n1,20610,Jane Roe,RT,59,125.00,25,M17.11,M17.12\n2,99213,Jane Roe,,,90,1,E11.9,"
    given = reading(lines=text)
    assert [str(line) for line in given.claim.lines] == ["20610-RT-59 *25 M17.11 M17.12", "99213 1 E11.9"]
    assert given.problems == []
    assert "Roe" not in link(given.claim)


def test_captions_without_columns():
    assert lines("Code Mod Units Dx\n99213 25 1 E11.9\n\n") == ["99213-25 1 E11.9"]


def test_pointers():
    assert lines("99213 25 1 AB\n20610 1 B\n36415", dx="E11.9, M17.11") == ["99213-25 1 E11.9 M17.11", "20610 1 M17.11", "36415 1"]
    given = reading(lines="99213 1 2", dx="E11.9 I10")
    assert [str(line) for line in given.claim.lines] == ["99213 1 I10"]
    assert given.claim.of(given.claim.lines[0]) == ("I10",)
    assert "“C” points to a diagnosis that the claim does not list" in reading(lines="99213 1 C", dx="E11.9").problems[0]


def test_typed_rows_follow_what_was_pasted():
    given = reading(lines="99213", code=["", "20610", "64484"], modifiers=["", "RT 59", ""], units=["", "2", ""], diagnoses=["", "M17.11", "A"], dx="G89.4")
    assert [str(line) for line in given.claim.lines] == ["99213 1", "20610-RT-59 2 M17.11", "64484 1 G89.4"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"lines": "hello"}, "Row 1: A procedure code of five characters was expected"),
        ({"lines": "99213 1 Smith"}, "Row 1: “SMITH” is no code"),
        ({"lines": "99213 0"}, "Row 1: Units “0”"),
        ({"code": ["99213"], "units": ["many"]}, "Typed row 1: Units “MANY”"),
        ({"code": ["99213"], "units": ["1.5"]}, "Typed row 1: Units “1.5”"),
        ({"lines": "99213 22 23 24 25 26"}, "room for 4 modifiers"),
        ({"lines": "99213 1 2024-01-05"}, "“2024-01-05” is no code"),
        ({"lines": "99213 1 123-45-6789"}, "“123-45-6789” is no code"),
        ({"lines": "99213 1 125.00"}, "“125.00” is no code"),
        ({"lines": "٩٩٢١٣"}, "Row 1: A procedure code"),
        ({"lines": "\n".join(["99213"] * 51)}, "Row 51 and what follows: a claim has room for 50 lines"),
        ({"lines": "9" * 10_000}, "Row 1: “99999999999999999999…” is no code"),
        ({"lines": "x" * 25_000}, "Only the first 20,000 characters were read"),
        ({"lines": " "}, "No line was given"),
        ({"lines": "99213", "dx": "E11.9 diabetes"}, "Diagnoses: “DIABETES” is no ICD-10-CM code"),
        ({"lines": "99213", "dx": " ".join(f"A{number}.1" for number in range(10, 23))}, "Diagnoses: a claim has room for 12"),
        ({"lines": "99213", "date": "yesterday"}, "A date of service such as 2026-04-01 was expected"),
        ({"lines": "99213", "date": "1066-10-14"}, "The date of service must lie between January 1996"),
    ],
)
def test_what_cannot_be_read_is_said(fields, says):
    assert any(says in problem for problem in reading(**fields).problems), reading(**fields).problems


def test_no_more_than_fifty_lines():
    assert len(reading(lines="\n".join(["99213"] * 80)).claim.lines) == 50


def test_dates_as_they_are_written():
    assert str(reading(lines="99213", date="08/01/2024").claim.day) == "2024-08-01"
    assert reading(lines="99213").problems == []


def test_the_link_carries_the_claim_and_nothing_else():
    given = reading(
        lines="99213-25 1 A Jane Roe 555-12-3456\n20610 2 M17.11", dx="E11.9", date="2024-08-01", setting="outpatient", contractor="01112", name="Roe"
    )
    address = link(given.claim)
    assert "Roe" not in address
    assert "ROE" not in address
    assert "3456" not in address
    again = asked(QueryDict(address.partition("?")[2]))
    assert again.claim == given.claim
    assert again.problems == []


def test_a_claim_that_is_too_long_has_no_link():
    text = "\n".join(f"99213-22-23-24-25 1 {' '.join(f'S{row:02}.{number}A' for number in range(100, 112))}" for row in range(50))
    assert len(reading(lines=text).claim.lines) == 50
    assert link(reading(lines=text).claim) == ""
