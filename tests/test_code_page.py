"""The code page: what it shows at each access, and how few queries it takes."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from codes import demo
from codes.models import Code, CommonDescription, FeeScheduleLine
from codes.panels import modifiers
from codes.panels.subject import Subject
from tests.pages import access, attribute, code_url, panels, remaining, text_of

PANELS = ["guidelines", "modifiers", "crosswalks", "ncci", "compliance", "coverage"]


def test_it_works(client):
    page = client.get(code_url("63663"))
    assert page.status_code == 200
    assert (attribute(page, "data-page"), attribute(page, "data-code"), attribute(page, "data-system")) == ("code", "63663", "cpt")
    entry = demo.read_entry(demo.FOLDER / "codes" / "63663.md")
    assert escape(entry.long) in text_of(page)
    assert escape(entry.text[:60]) in text_of(page)
    assert "Demonstration descriptor, not the AMA&#x27;s" in text_of(page)
    assert "Have a question about CPT® Code 63663?" in text_of(page)


def test_the_order_of_a_page_is_the_designs(client):
    body = text_of(client.get(code_url("63663")))
    places = [
        body.index(mark)
        for mark in ('class="code-number"', "data-official", "data-common", "Have a question about", *(f'data-panel="{panel}"' for panel in PANELS))
    ]
    assert places == sorted(places)


def test_a_guest_sees_six_locked_panels(client):
    page = client.get(code_url("63663"))
    assert access(page) == "preview"
    assert panels(page) == dict.fromkeys(PANELS, "true")
    assert text_of(page).count("Register to view content.") == 6
    assert text_of(page).count("Create a free account to unlock this content") == 6


def test_a_registered_coder_sees_all_panels(as_coder):
    page = as_coder.get(code_url("63663"))
    assert access(page) == "full"
    assert panels(page) == dict.fromkeys(PANELS, "false")
    assert "CMS PFS 2025 October release" in text_of(page)


def test_figures_are_the_fee_schedules(as_coder):
    body = text_of(as_coder.get(code_url("99213")))
    # (1.30 + 1.35 + 0.10) × 32.3465 = 88.952875, and in a facility (1.30 + 0.57 + 0.10) × 32.3465 = 63.722605
    assert "$88.95" in body
    assert "$63.72" in body


@pytest.mark.parametrize(
    ("code", "fits", "does_not"),
    [
        ("70450", ["26", "TC"], ["62", "50"]),
        ("27447", ["50", "LT, RT", "51", "62", "80, 81, 82", "AS", "54, 55, 56", "78"], ["26", "TC", "66"]),
        ("29880", ["50", "62", "51"], ["66"]),
        ("99213", ["24", "25", "57"], ["50", "51", "80, 81, 82"]),
        ("64484", ["50"], ["51", "22"]),
        ("00400", ["AA", "QZ"], ["50", "26"]),
        ("73030", ["26", "TC", "50", "LT, RT"], ["51"]),
        ("33361", ["62", "66"], ["50"]),
    ],
)
def test_modifiers_follow_from_the_indicators(db, code, fits, does_not):
    found = Code.objects.get(system__slug="cpt", code=code)
    lines = list(FeeScheduleLine.objects.filter(code=code).select_related("release"))
    said = {fit.modifier for fit in modifiers.context(Subject(found, lines))["fits"]}
    assert said >= set(fits)
    assert not said & set(does_not)


def test_compliance_facts_explain_the_indicators(as_coder):
    body = text_of(as_coder.get(code_url("27447")))
    assert "90 postoperative days" in body
    assert "69 percent the operation" in body


def test_a_code_without_figures_says_so(as_coder):
    FeeScheduleLine.objects.filter(code="99213").delete()
    body = text_of(as_coder.get(code_url("99213")))
    assert "Nothing is loaded for this code yet." in body
    assert "$88.95" not in body


def test_neighbours_and_siblings(client):
    body = text_of(client.get(code_url("63663")))
    assert 'rel="prev" href="/codes/cpt/63662/"' in body
    assert 'rel="next" href="/codes/cpt/63664/"' in body
    assert "/codes/cpt/63685/" in body
    assert "Neurostimulators (Spinal)" in body


def test_icd10cm_is_free_and_shows_its_notes(client):
    page = client.get(code_url("E11.9", "icd10cm"))
    assert (access(page), remaining(page)) == ("full", None)
    body = text_of(page)
    assert "diabetes NOS" in body
    assert "/codes/icd10cm/E11.A/" in body
    assert "visitor" not in page.cookies


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/codes/cpt/1159f/", "/codes/cpt/1159F/"),
        ("/codes/icd10cm/e119/", "/codes/icd10cm/E11.9/"),
        ("/codes/icd10cm/E119/", "/codes/icd10cm/E11.9/"),
        ("/codes/CPT/63663/", "/codes/cpt/63663/"),
        ("/codes/cpt/63663", "/codes/cpt/63663/"),
    ],
)
def test_other_spellings_lead_to_the_canonical_page(client, asked, canonical):
    page = client.get(asked)
    assert page.status_code == 301
    assert page["Location"] == canonical


def test_an_unknown_code_says_what_is_missing(client):
    page = client.get(code_url("00000"))
    assert page.status_code == 404
    assert "There is no CPT code 00000" in text_of(page)


def test_an_open_page_takes_two_queries(client, as_coder, django_assert_num_queries):
    client.get(code_url("63650"))
    with django_assert_num_queries(2):  # the code, the standing
        client.get(code_url("63650"))
    as_coder.get(code_url("63650"))
    with django_assert_num_queries(4):  # and the session and the user
        as_coder.get(code_url("63650"))


def test_a_new_page_takes_a_fixed_number_of_queries(as_coder, django_assert_num_queries):
    as_coder.get(code_url("63650"))
    # session, user, code, standing; the code's texts, those around it, its fees; the purchase: two writes in their transaction;
    # six of the panels on edits and units; four of what editors attached: guidelines, crosswalks and their titles, compliance points
    for code in ("63655", "63661", "63685"):
        with django_assert_num_queries(7 + 4 + 6 + 4):
            as_coder.get(code_url(code))
    with django_assert_num_queries(7 + 4 + 6 + 4 + 2):  # the first page of a heading asks for what is above it
        as_coder.get(code_url("45378"))


def test_the_first_page_of_a_process_takes_few_queries(as_coder, django_assert_num_queries):
    with django_assert_num_queries(7 + 4 + 6 + 4 + 2 + 4):  # and for its system, its release and that of the fee schedule
        as_coder.get(code_url("63650"))


def test_a_locked_page_loads_no_description(client, django_assert_num_queries):
    client.get(code_url("63650"))
    with django_assert_num_queries(4) as queries:  # code, standing; the code without its texts, those around it
        page = client.get(code_url("63664"))
    assert access(page) == "locked"
    for query in queries.captured_queries:
        assert '"long"' not in query["sql"]
        assert "codes_commondescription" not in query["sql"]


def test_no_more_queries_with_more_codes(as_coder, django_assert_num_queries):
    as_coder.get(code_url("63650"))
    code = Code.objects.get(code="63664")
    Code.objects.bulk_create(
        Code(
            system=code.system,
            code=f"6{number:04d}",
            compact=f"6{number:04d}",
            position=5000 + number,
            heading=code.heading,
            release=code.release,
            short="More",
        )
        for number in range(1000, 1300)
    )
    with django_assert_num_queries(7 + 4 + 6 + 4):
        as_coder.get(code_url("63664"))


def test_structured_data_says_what_is_not_free(client):
    body = text_of(client.get(code_url("63663")))
    assert '"isAccessibleForFree": false' in body
    assert '"cssSelector": "[data-panel]"' in body


def test_a_draft_is_not_shown(client):
    CommonDescription.objects.filter(code__code="63663").update(html="", status="draft")
    assert "No common language description has been published" in text_of(client.get(code_url("63663")))


def test_every_code_has_its_page(client, db):
    urls = [reverse("codes:code", args=["cpt", code]) for code in Code.objects.filter(system__slug="cpt").values_list("code", flat=True)]
    assert len(urls) == 244
    assert {client.get(url).status_code for url in urls} == {200}
