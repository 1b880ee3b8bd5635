"""The Medicare Coverage panel: payment here and there, the documents that list the code, by contractor and state, and the page of all of them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from codes.models import Catalogue, CoverageCode, CoverageContractor, CoverageDocument, FeeScheduleLine, Gpci, Release
from tests.pages import code_url, text_of

TITLES = {"mcd-articles": "Test articles", "mcd-lcd": "Test local determinations", "ncd": "Test national determinations"}


@pytest.fixture
def loaded(db):
    """An LCD of two contractors, an article in force, one retired, and the national determination that the LCD refers to."""
    releases = {kind: Release.objects.create(kind=kind, title=title, version="t", digest=kind.ljust(64, "x"), current=True) for kind, title in TITLES.items()}
    document(releases["mcd-lcd"], "lcd", 33394, "L33394", effective_date=date(2025, 2, 1), related=[["ncd", 240, 2], ["article", 52370]])
    document(releases["mcd-articles"], "article", 52370, "A52370", type="Billing and Coding", effective_date=date(2026, 3, 1))
    document(releases["mcd-articles"], "article", 52000, "A52000", status="R", effective_date=date(2020, 1, 1), end_date=date(2021, 1, 31))
    document(releases["mcd-articles"], "article", 59999, "A59999", code="11111")
    document(releases["ncd"], "ncd", 240, "160.7", code="", title="Stimulators", type="Restricted coverage")
    document(releases["ncd"], "ncd", 241, "160.8", code="")
    for name, number, states in (
        ("Harbor Administrators", "01", ["CT", "NY"]),
        ("Harbor Administrators", "02", ["NY", "MA"]),
        ("Desert Services", "03", ["AZ"]),
    ):
        served(releases["mcd-lcd"], 33394, name, number, states)
    served(releases["mcd-articles"], 52370, "Desert Services", "03", ["AZ"])
    Catalogue.count_up()
    return releases


def document(release, kind, number, display_id, *, code="63650", version=1, **values):
    values = {"status": "A", "title": f"About {display_id}"} | values
    CoverageDocument.objects.create(release=release, kind=kind, number=number, version=version, display_id=display_id, text="<p>Its long text</p>", **values)
    if code:
        CoverageCode.objects.create(release=release, number=number, version=version, code=code, group=1)


def served(release, number, contractor, contractor_number, states):
    CoverageContractor.objects.create(
        release=release, number=number, version=1, contractor=contractor, contractor_number=contractor_number, type="MAC", states=states
    )


def panel(client, code="63650", system="cpt"):
    return text_of(client.get(code_url(code, system))).partition('data-panel="coverage"')[2].partition("</section>")[0]


def listed(client, query=""):
    client.get(code_url("63650"))
    page = client.get(f"{code_url('63650')}coverage/{query}")
    assert page.status_code == 200
    return text_of(page)


def test_it_works(as_coder, loaded):
    body = panel(as_coder)
    assert "Status A: Active." in body
    for number in ("160.7", "L33394", "A52370", "A52000"):
        assert f">{number}</a>" in body
    assert "https://www.cms.gov/medicare-coverage-database/view/lcd.aspx?lcdid=33394&amp;ver=1" in body
    assert "Feb 1, 2025 on" in body
    assert "Jan 1, 2020 to Jan 31, 2021" in body
    assert "Test local determinations. Test articles. Test national determinations." in body
    assert "Its long text" not in body


def test_contractors_come_once_with_all_their_states(as_coder, loaded):
    row = panel(as_coder).partition(">L33394</a>")[2].partition("</tr>")[0]
    assert 'Desert Services <span class="aside">AZ</span>; Harbor Administrators <span class="aside">CT, MA, NY</span>' in row


def test_documents_of_other_codes_are_not_shown(as_coder, loaded):
    body = panel(as_coder)
    assert "A59999" not in body
    assert "160.8" not in body


def test_the_version_counts_too(as_coder, loaded):
    """Version 2 of the article no longer lists the code."""
    CoverageCode.objects.filter(number=52370).update(version=2)
    Catalogue.count_up()
    assert "A52370" not in panel(as_coder)


def test_those_in_force_come_first(as_coder, loaded):
    body = panel(as_coder)
    places = [body.index(f">{number}</a>") for number in ("160.7", "L33394", "A52370", "A52000")]
    assert places == sorted(places)


def test_a_release_that_is_not_current_is_not_shown(as_coder, loaded):
    Release.objects.filter(kind="mcd-lcd").update(current=False)
    Catalogue.count_up()
    body = panel(as_coder)
    assert "L33394" not in body
    assert "160.7" not in body
    assert "A52370" in body


def test_a_code_that_no_document_lists(as_coder, loaded):
    assert "No determination or article that is loaded lists 99213." in panel(as_coder, "99213")


def test_without_documents_it_says_so(as_coder, db):
    assert "No coverage determinations are loaded here yet." in panel(as_coder)


def test_diagnoses_have_no_documents(as_coder, loaded):
    CoverageCode.objects.filter(number=52370).update(code="E119")
    Catalogue.count_up()
    assert "A52370" not in panel(as_coder, "E11.9", "icd10cm")


# Payment


def indices(*, year=2025):
    """Two localities, the only ones; a fee schedule of 2025 is current already."""
    Release.objects.filter(kind="gpci").update(current=False)
    release = Release.objects.create(kind="gpci", title=f"Test GPCI {year}", version=str(year), digest="g" * 64, effective_date=date(year, 1, 1), current=True)
    for mac, name, state, *values in (("13202", "MANHATTAN", "NY", "1.065", "1.166", "1.656"), ("07302", "MISSISSIPPI", "MS", "1.000", "0.852", "0.768")):
        work, pe, mp = map(Decimal, values)
        Gpci.objects.create(release=release, mac=mac, locality="01", state=state, name=name, work=work, pe=pe, mp=mp)
    Catalogue.count_up()


def test_national_payment_and_the_way_to_the_calculator(as_coder, db):
    body = panel(as_coder, "99213")
    assert 'data-label="Payment, office">$88.95<' in body  # 2.75 × 32.3465
    assert 'data-label="Payment, facility">$63.72<' in body  # 1.97 × 32.3465
    assert 'href="/tools/fees/?code=99213"' in body


def test_components_lead_to_the_calculator_each(as_coder, db):
    body = panel(as_coder, "70450")
    assert 'href="/tools/fees/?code=70450-26">26</a>' in body
    assert 'href="/tools/fees/?code=70450-TC">TC</a>' in body


def test_payment_in_some_localities(as_coder, db):
    indices()
    body = panel(as_coder, "99213")
    assert "MANHATTAN, NY" in body
    assert "$101.06" in body
    assert "$81.74" in body  # (1.30 + 1.35 × 0.852 + 0.10 × 0.768) × 32.3465 = 81.7397
    assert "/tools/fees/?code=99213&amp;locality=13202-01" in body
    assert "Test GPCI 2025, from low to high indices." in body


def test_indices_of_another_year_are_not_mixed_in(as_coder, db):
    indices(year=2024)
    assert "MANHATTAN" not in panel(as_coder, "99213")


def test_what_medicare_does_not_pay_has_no_payment_by_locality(as_coder, db):
    indices()
    FeeScheduleLine.objects.filter(code="99213").update(status="N")
    Catalogue.count_up()
    body = panel(as_coder, "99213")
    assert "Status N: Not covered." in body
    assert "MANHATTAN" not in body


# The page of all documents


def test_the_page_of_all_documents(as_coder, loaded):
    page = listed(as_coder)
    assert "4 documents." in page
    assert '<option value="MA">MA</option>' in page


@pytest.mark.parametrize(("state", "shown", "left_out"), [("NY", ["160.7", "L33394"], ["A52370", "A52000"]), ("AZ", ["160.7", "L33394", "A52370"], ["A52000"])])
def test_by_state(as_coder, loaded, state, shown, left_out):
    page = listed(as_coder, f"?state={state}")
    assert [number for number in shown if f">{number}</a>" not in page] == []
    assert [number for number in left_out if f">{number}</a>" in page] == []
    assert f"{len(shown)} documents for {state}, the national ones included." in page


@pytest.mark.parametrize("query", ["?state=ZZ", "?state=%27", "?page=x", "?page=99", f"?state={'9' * 5000}"])
def test_odd_questions_are_answered(as_coder, loaded, query):
    assert "4 documents." in listed(as_coder, query)


def test_it_is_open_where_the_code_is_open(as_coder, loaded):
    page = as_coder.get(f"{code_url('63650')}coverage/")
    assert (page.status_code, page["Location"]) == (302, code_url("63650"))


def test_many_documents_take_no_more_queries(as_coder, loaded):
    as_coder.get(code_url("63650"))
    few, few_listed = queries_of(as_coder, code_url("63650")), queries_of(as_coder, f"{code_url('63650')}coverage/")
    for number in range(60000, 60060):
        document(loaded["mcd-articles"], "article", number, f"A{number}", related=[["ncd", 240]])
        served(loaded["mcd-articles"], number, "Harbor Administrators", "01", ["NY"])
    assert queries_of(as_coder, code_url("63650")) == few
    assert queries_of(as_coder, f"{code_url('63650')}coverage/") == few_listed
    body = panel(as_coder)
    assert body.count("Harbor Administrators") <= 6
    assert "All 63 documents that list 63650, by state" in body
    assert "Page 1 of 2" in listed(as_coder)
    assert "Page 2 of 2" in listed(as_coder, "?page=2")


def queries_of(client, url):
    """How many queries a page takes that nobody opened since the catalogue moved on, once its neighbors were."""
    Catalogue.count_up()
    client.get(code_url("63664"))
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return sum('"codes_' in query["sql"] for query in found)  # throttles and sessions aside
