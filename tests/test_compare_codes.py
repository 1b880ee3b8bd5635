"""Codes side by side."""

import pytest

from codes import demo
from tests.pages import code_url, text_of

PAGE = "/tools/compare/"


def compared(client, codes):
    return text_of(client.get(PAGE, {"codes": codes}))


def test_it_works(as_coder):
    body = compared(as_coder, "63650, 63663")
    assert body.index('<a href="/codes/cpt/63650/">63650</a>') < body.index('<a href="/codes/cpt/63663/">63663</a>')
    assert "010: 10 postoperative days" in body
    assert "$2127.11" in body
    assert "63650 is not paid beside 63663: no modifier parts them." in body
    assert "NCCI PTP edits, practitioner, version 30.2 (July 2024)" in body


def test_descriptions_of_opened_codes_alone(as_coder):
    long = {code: demo.read_entry(demo.FOLDER / "codes" / f"{code}.md").long for code in ("63650", "63663")}
    assert long["63650"] not in compared(as_coder, "63650 63663")
    as_coder.get(code_url("63650"))
    body = compared(as_coder, "63650 63663")
    assert long["63650"] in body
    assert long["63663"] not in body


def test_a_guest_reads_what_it_does(client):
    assert "Create a free account" in compared(client, "63650 63663")


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ("", "Two to four codes"),
        ("63650", "Name one more code"),
        ("63650 99999", "No code 99999 is loaded here."),
        ("63650 63663 63655 63661 63662", "4 codes are compared at a time"),
        ("<script>", "No code"),
        ("x" * 5000, "No code"),
        ("63650 63650", "Name one more code"),
    ],
)
def test_what_cannot_be_compared_is_said(as_coder, codes, says):
    assert says in compared(as_coder, codes)


def test_four_codes_take_no_more_queries_than_two(as_coder, django_assert_max_num_queries):
    compared(as_coder, "63650 63663")
    with django_assert_max_num_queries(15):  # the throttle (2), session, user, codes, edition, lines, units, systems, descriptions, pairs; and a standing each
        compared(as_coder, "63650 63663 63655 63661")
