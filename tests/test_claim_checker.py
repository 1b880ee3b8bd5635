"""The claim checker's page: who may use it, what it shows, the CSV file, the link, and that nothing breaks it."""

import csv
from io import StringIO

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codes.models import Code, CommonDescription, CoverageContractor, CoverageDocument, FeeScheduleLine, PtpEdit
from quotas.models import View
from tests.claims import checked, claim, fee, pair, release
from tests.pages import text_of
from tests.test_html import examine

URL = "/tools/claim/"
BUNDLED = {"lines": "63650 1 E11.9\n95970 1 E11.9", "date": "2024-08-01"}


@pytest.fixture
def edits(db):
    made = release("ncci-ptp", "practitioner")
    pair(made, "63650", "95970")
    pair(made, "63650", "76000")
    return made


def post(client, **fields):
    return client.post(URL, {**BUNDLED, **fields})


def test_it_works(as_coder, edits):
    answer = post(as_coder)
    assert answer.status_code == 302
    page = text_of(as_coder.get(answer.url))
    assert "2 lines, date of service August 1, 2024, practitioner." in page
    assert "95970 (column 2) is not paid beside 63650 (column 1)." in page
    assert "Test ncci-ptp practitioner, in effect from July 1, 2024. The pair: from January 1, 2010 on." in page
    assert '<a href="/codes/cpt/63650/">63650</a>' in page
    assert "Implant" not in page.partition("<h2")[0]
    assert page.count("<h1") == 1


def test_its_html(as_coder, edits):
    for fields in ({}, {"lines": "63650 1 E11 <i>\n95970\n76000-59\nZZ999", "date": "2024-08-01"}):
        page = text_of(as_coder.get(URL, fields))
        examine(page, sheets=2)


def test_guests_read_what_it_does_and_how_to_get_in(client, edits):
    page = client.get(URL, BUNDLED)
    assert page.status_code == 200
    assert "Register to use this tool" in text_of(page)
    assert "not paid beside" not in text_of(page)
    assert "next=/tools/claim/%3Flines" in text_of(page)


def test_it_is_listed_among_the_tools(client):
    assert 'href="/tools/claim/"' in text_of(client.get("/tools/"))


def test_it_spends_nothing_and_shows_no_description(as_coder, edits):
    Code.objects.filter(code="63650").update(long="zqlong", medium="zqmedium", notes={"includes": ["zqnote"]})
    CommonDescription.objects.filter(code__code="63650").update(html="zqcommon", text="zqcommon")
    FeeScheduleLine.objects.filter(code="63650").update(description="zqfee")
    page = text_of(as_coder.get(URL, BUNDLED))
    assert "not paid beside" in page
    assert "zq" not in page
    assert not View.objects.exists()


def test_the_page_has_the_link_and_keeps_no_patient_data(as_coder, edits):
    page = text_of(post(as_coder, lines="63650 1 E11.9 Roe 555-12-3456\n95970-59"))
    assert "“ROE” is no code, modifier, number of units or diagnosis and was left out." in page
    link = page.partition('id="share" value="')[2].partition('"')[0].replace("&amp;", "&")
    assert link.startswith("http://testserver/tools/claim/?date=2024-08-01&lines=63650+1+E11.9%0A95970-59+1")
    assert "no patient data" in page
    again = text_of(as_coder.get(link))
    assert "ROE" not in again.upper().replace("PROCEDURE", "")
    assert "Parted by 59 on line 2" in again


def test_what_could_not_be_read_can_be_mended(as_coder, edits):
    page = text_of(post(as_coder, lines="63650\n9597 <b>", code=["76000"], modifiers=[""], units=[""], diagnoses=[""]))
    assert "Row 2: A procedure code of five characters was expected" in page
    assert "63650\n9597 &lt;b&gt;\n76000" in page
    assert "76000 (column 2)" in page


def test_csv(as_coder, edits):
    for answer in (as_coder.get(URL, {**BUNDLED, "format": "csv"}), post(as_coder, format="csv")):
        assert answer["Content-Type"].startswith("text/csv")
        assert 'filename="claim-2024-08-01.csv"' in answer["Content-Disposition"]
        rows = list(csv.DictReader(StringIO(answer.content.decode())))
        (found,) = [row for row in rows if "column 2" in row["Finding"]]
        assert (found["Severity"], found["Lines"], found["Codes"], found["In force from"]) == ("Problem", "1 2", "63650 95970", "2010-01-01")
        assert found["Release"] == "Test ncci-ptp practitioner"


def test_settings_and_contractors_are_offered_where_there_is_a_choice(as_coder, edits):
    page = text_of(as_coder.get(URL))
    assert 'name="setting"' not in page
    assert 'name="contractor"' not in page
    pair(release("ncci-ptp", "outpatient"), "63650", "99213")
    made = release("mcd-articles")
    CoverageDocument.objects.create(release=made, kind="article", number=1, version=1, display_id="A1", title="t", status="A")
    CoverageContractor.objects.create(release=made, number=1, version=1, contractor="Novitas", contractor_number="04412", states=["TX"])
    page = text_of(as_coder.get(URL, {**BUNDLED, "setting": "outpatient", "contractor": "04412"}))
    assert '<option value="outpatient" selected>Outpatient hospital</option>' in page
    assert '<option value="04412" selected>Novitas (04412)</option>' in page
    assert "outpatient hospital" in page
    assert "not paid beside" not in page


def test_a_claim_that_is_too_long_for_a_link(as_coder, edits):
    lines = "\n".join(f"63650-22-23-24-25 1 {' '.join(f'S{row:02}.{number}A' for number in range(100, 112))}" for row in range(50))
    page = post(as_coder, lines=lines)
    assert page.status_code == 200
    assert "too long for a link" in text_of(page)


def test_more_lines_and_more_pairs_take_no_more_queries(edits, django_assert_num_queries):
    for kind in ("mue", "add-on", "mcd-articles", "pfs"):
        fee("12345", of=release(kind, "practitioner" if kind == "mue" else ""))
    numbers = [f"{number:05}" for number in range(20_000, 20_048)]
    PtpEdit.objects.bulk_create(PtpEdit(release=edits, column1="63650", column2=two, modifier=1, effective_date="2010-01-01", rationale=0) for two in numbers)
    with django_assert_num_queries(15):
        assert len(checked("63650").pairs) == 0
    with django_assert_num_queries(15):
        report = checked(" / ".join(["63650-59 1 E11 S52.1 E11.9", "95970 2 Z99", *numbers]))
    assert len(report.pairs) == 49


def test_nothing_found(as_coder, db):
    release("ncci-ptp", "practitioner")
    assert "nothing to object to" in text_of(as_coder.get(URL, {"lines": "63650", "date": "2024-08-01"}))


TEXT = st.text(max_size=200) | st.text("0123456789ABEX \t,;-.\n", max_size=200)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("lines", "dx", "date", "code", "modifiers", "units", "diagnoses", "setting", "contractor"), TEXT)))
def test_no_input_breaks_it(as_coder, fields):
    unbroken(as_coder, fields)


def unbroken(browser, fields):
    """A page, or a link to go on to; the whole site refuses an address with a NUL in it."""
    in_address = "\0" in "".join(text for values in fields.values() for text in values)
    assert browser.get(URL, fields).status_code == (400 if in_address else 200)
    assert browser.post(URL, fields).status_code in (200, 302)


@pytest.mark.parametrize(
    "fields",
    [
        {"lines": "99213\0 1 E11.9\0"},
        {"lines": "9" * 10_000},
        {"lines": "99213 " * 5_000},
        {"lines": '"' * 999 + "\n99213"},
        {"lines": "\n" * 15_000},
        {"lines": "99213\n" * 51},
        {"lines": "\u202e99213 \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")},
        {"lines": "99213", "contractor": "\0", "setting": "\0", "date": "\0", "dx": "\0"},
        {"lines": "99213", "date": "9999-12-31"},
        {"code": ["99213"] * 200, "units": ["1"] * 3},
        {"format": "csv"},
        {},
    ],
)
def test_odd_input(as_coder, fields):
    unbroken(as_coder, fields)


def test_other_methods_and_forged_forms(coder, as_coder):
    assert as_coder.put(URL).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(coder)
    assert strict.post(URL, BUNDLED).status_code == 403


def test_the_check_is_the_same_by_form_and_by_link(as_coder, edits):
    given_claim = claim("63650 1 E11.9 / 95970 1 E11.9")
    assert given_claim.lines[1].diagnoses == ("E11.9",)
    by_link, by_form = as_coder.get(URL, BUNDLED), as_coder.get(post(as_coder).url)
    assert text_of(by_link).count('class="problem"') == text_of(by_form).count('class="problem"') == 1
