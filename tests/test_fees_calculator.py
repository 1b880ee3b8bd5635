"""The fee calculator: who may use it, what it shows to the cent, places, years, the chart, the link and the file."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from codes.models import FeeScheduleLine, Gpci, Locality, Release
from tests.fee_lines import INDICES, lines
from tests.pages import text_of

URL = "/tools/fees/"


def release(kind, title, year, *, current=False, part=""):
    made = Release.objects.create(kind=kind, part=part, title=title, version=f"{year}-{title}", digest=f"{kind}{title}"[:64], effective_date=date(year, 1, 1))
    if current:
        Release.objects.filter(kind=kind, part=part, current=True).update(current=False)
        Release.objects.filter(pk=made.pk).update(current=True)
    return made


@pytest.fixture
def loaded(db):
    """The fee schedule, indices and two counties of 2025, and a fee schedule of 2024 without indices."""
    Release.objects.filter(kind__in=["pfs", "gpci", "localities"]).update(current=False, state="pruned")
    schedule, before = release("pfs", "Test PFS 2025", 2025, current=True), release("pfs", "Test PFS 2024", 2024)
    rows = [line for of_code in lines().values() for line in of_code.values()]
    for line in rows:
        line.release = schedule
    FeeScheduleLine.objects.bulk_create(rows)
    older = lines()["99213"][""]
    older.release, older.nonfac_pe_rvu, older.conv_factor = before, Decimal("1.33"), Decimal("33.2875")
    older.save()
    indices, counties = release("gpci", "Test GPCI 2025", 2025, current=True), release("localities", "Test counties 2025", 2025, current=True)
    for key, (state, name, *values) in INDICES.items():
        mac, locality = key.split("-")
        Gpci.objects.create(
            release=indices, mac=mac, locality=locality, state=state, name=name, **dict(zip(("work", "pe", "mp"), map(Decimal, values), strict=True))
        )
    Locality.objects.create(release=counties, mac="13202", locality="01", state="NEW YORK", area="MANHATTAN", counties="NEW YORK")
    Locality.objects.create(
        release=counties, mac="01182", locality="18", state="CALIFORNIA", area="LOS ANGELES-LONG BEACH", counties="LOS ANGELES /ORAGNGE CNTY"
    )


def get(client, query=""):
    return client.get(f"{URL}?{query}")


def shown(client, query=""):
    page = get(client, query)
    assert page.status_code == 200
    return text_of(page)


def records(client, query):
    page = get(client, f"{query}&format=csv")
    assert page["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(text_of(page))))


def test_it_works(as_coder, loaded):
    page = shown(as_coder, "code=99213&locality=13202-01")
    for part in ("1.38450", "1.57410", "0.16560", "3.12420", "× conversion factor 32.3465", "$101.06", "Manhattan, NY (13202-01)"):
        assert part in page
    assert "Test PFS 2025, Test GPCI 2025." in page


def test_guests_read_what_it_does(client, loaded):
    page = shown(client, "code=99213")
    assert "Register to use this tool" in page
    assert "$" not in page.partition("<main")[2].partition("</main>")[0]


def test_the_empty_form_computes_nothing(as_coder, loaded):
    page = shown(as_coder)
    assert 'name="place"' in page
    assert '<optgroup label="New York"><option value="13202-01">Manhattan (13202-01)</option></optgroup>' in page
    assert 'id="answer"' not in page


@pytest.mark.parametrize(("query", "amount"), [
    ("code=99213", "88.95"), ("code=99213&setting=facility&locality=13202-01", "71.64"), ("code=27447&locality=04412-18", "1,320.65"),
    ("code=70450&mod=26&locality=02102-01", "52.85"), ("code=70450-26&locality=02102-01", "52.85"), ("code=27130&mod=AS", "171.26"), ("code=11042&units=3", "250.36"),
])  # fmt: skip
def test_settings_modifiers_and_units(as_coder, loaded, query, amount):
    assert f'<h2 id="answer">${amount}</h2>' in shown(as_coder, query)


def test_several_lines_are_reduced_and_added(as_coder, loaded):
    page = shown(as_coder, "code=11042&code=27447-50&code=99213-25&locality=")
    assert '<h2 id="answer">$2,037.99</h2>' in page  # 62.59 + 1886.45 + 88.95
    assert "Second to fifth procedure of the day: 50 percent." in page
    assert "MULT PROC 2; MCPM chapter 12, section 40.6." in page
    assert "Bilateral indicator 1, 150 percent applies." in page
    assert "25 changes no amount here." in page


def test_what_is_not_paid_says_why(as_coder, loaded):
    page = shown(as_coder, "code=00100&code=36415&code=99999&code=99213")
    assert "Status J, anesthesia service: Paid by base and time units" in page
    assert "Status X, outside the fee schedule" in page
    assert "The fee schedule of this release does not list the code." in page
    assert "3 lines without a figure" in page
    assert '<h2 id="answer">$88.95</h2>' in page


# Places


@pytest.mark.parametrize("place", ["Manhattan", "new york county, ny", "NY", "13202 01"])
def test_a_place_that_is_typed(as_coder, loaded, place):
    assert "Manhattan, NY (13202-01)" in shown(as_coder, f"code=99213&place={place}")


def test_what_is_typed_goes_before_what_is_selected(as_coder, loaded):
    page = shown(as_coder, "code=99213&place=orange&locality=13202-01")
    assert "Los Angeles-Long Beach-Anaheim (Los Angeles/Orange County), CA (01182-18)" in page


def test_a_place_that_is_unknown_is_named(as_coder, loaded):
    page = shown(as_coder, "code=99213&place=nowhere")
    assert "No locality is known as “nowhere”." in page
    assert '<h2 id="answer">$88.95</h2>' in page


def test_a_place_of_several_meanings_offers_them(as_coder, loaded):
    Gpci.objects.filter(name="HOUSTON").update(name="LONG BEACH, TX")
    page = shown(as_coder, "code=99213-25&code=11042&units=1&units=2&place=long+beach")
    assert "“long beach” may mean several localities." in page
    assert "National, every index 1" in page
    assert '<a href="?year=2025&amp;locality=04412-18&amp;code=99213-25&amp;code=11042&amp;units=1&amp;units=2">' in page


# Years


def test_a_year_without_indices_says_so_and_offers_what_is_loaded(as_coder, loaded):
    page = shown(as_coder, "code=99213&year=2024&locality=13202-01")
    assert "No geographic indices of 2024 are loaded" in page
    assert '<h2 id="answer">$90.87</h2>' in page  # (1.30 + 1.33 + 0.10) × 33.2875
    assert "?year=2024&amp;indices=2025&amp;locality=13202-01&amp;code=99213" in page
    taken = shown(as_coder, "code=99213&year=2024&indices=2025&locality=13202-01")
    assert '<h2 id="answer">$103.22</h2>' in taken  # (1.3845 + 1.33 × 1.166 + 0.1656) × 33.2875 = 103.2215
    assert "Indices of 2025 with a fee schedule of another year" in taken


def test_of_a_year_the_current_release_else_the_newest(as_coder, loaded):
    later = Release.objects.create(kind="pfs", title="Test PFS 2024 July", version="7", digest="7" * 64, effective_date=date(2024, 7, 1))
    importing = Release.objects.create(kind="pfs", title="Half", version="8", digest="8" * 64, effective_date=date(2025, 12, 1), state="importing")
    page = shown(as_coder)
    assert later.title in page
    assert "(Test PFS 2024)" not in page
    assert importing.title not in page
    newer = Release.objects.create(kind="pfs", title="Rolled back", version="9", digest="9" * 64, effective_date=date(2025, 12, 1))
    assert newer.title not in shown(as_coder)


def test_qpp_is_a_choice_of_its_own(as_coder, loaded):
    release("pfs", "Test QPP 2025", 2025, part="qpp", current=True)
    assert '<option value="2025-qpp">2025, QPP participants (Test QPP 2025)</option>' in shown(as_coder)


def test_without_any_release(as_coder, db):
    Release.objects.filter(kind__in=["pfs", "gpci", "localities"]).update(current=False, state="pruned")
    assert "No fee schedule is loaded here yet." in shown(as_coder, "code=99213")
    assert shown(as_coder, "code=99213&place=Ohio&indices=2025")


# Chart, link, file


def test_the_chart_has_the_ends_the_nation_and_the_place(as_coder, loaded):
    page = shown(as_coder, "code=99213&locality=13202-01")
    drawing = page.partition("<svg")[2].partition("</svg>")[0]
    assert 'role="img" aria-labelledby="bars-title bars-text"' in drawing
    assert drawing.count("<rect") == drawing.count("<text") == 7
    assert drawing.count('class="bar-chosen"') == drawing.count('class="bar-national"') == 1
    amounts = [float(part.partition("<")[0].replace(",", "")) for part in drawing.split('class="bar-amount">$')[1:]]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] == 112.20  # Alaska: (1.95 + 1.45935 + 0.0592) × 32.3465 = 112.1955
    assert 'width="100.0%"' in drawing
    assert "style" not in drawing


def test_every_locality_is_in_the_table(as_coder, loaded):
    page = shown(as_coder, "code=99213")
    assert f"All {len(INDICES)} localities" in page
    assert page.count('data-label="Number"') == len(INDICES)


def test_without_an_amount_there_is_no_chart(as_coder, loaded):
    assert "<svg" not in shown(as_coder, "code=00100&locality=13202-01")


def test_the_link_asks_for_the_same(as_coder, loaded):
    page = shown(as_coder, "code=99213&mod=25&units=1&code=&mod=&units=&code=11042&mod=59+LT&units=2&place=manhattan&setting=facility")
    link = page.partition('id="share" value="http://testserver/tools/fees/?')[2].partition('"')[0].replace("&amp;", "&")
    assert link == "year=2025&setting=facility&locality=13202-01&code=99213-25&code=11042-59-LT&units=1&units=2"
    total = '<h2 id="answer">'
    assert shown(as_coder, link).partition(total)[2][:12] == page.partition(total)[2][:12] != ""


def test_the_file(as_coder, loaded):
    first, second, third, total = records(as_coder, "code=99213-25&code=27447-53&code=00100&locality=13202-01")
    assert (first["code"], first["modifiers"], first["work RVU"], first["work GPCI"], first["amount"]) == ("99213", "25", "1.30", "1.065", "101.06")
    assert (first["fee schedule"], first["indices"], first["locality"]) == ("Test PFS 2025", "Test GPCI 2025", "13202-01 Manhattan, NY")
    assert (second["by report"], second["amount"]) == ("yes", "0")
    assert third["rules"].startswith("Status J")
    assert (total["line"], total["amount"], total["rules"]) == ("total", "101.06", "2 without a figure")


# Odd input


@pytest.mark.parametrize("query", [
    "code=%3Dcmd()&mod=%3D&units=-1", "code=99213&units=1e9", "code=99213&units=0", "code=99213&mod=2", "code=99213&mod=25+59+LT+RT+76", "year=x&code=99213",
    "indices=x&code=99213", "locality=%27%22%3E&code=99213", "place=%E2%80%AE&code=99213", "mod=25", "units=5", f"code={'9' * 5000}", "setting=&code=99213",
    "&".join(["code=99213"] * 60), "code=99213&units=%D9%A3", "format=csv",
])  # fmt: skip
def test_odd_questions_are_answered(as_coder, loaded, query):
    assert get(as_coder, query).status_code == 200


def test_what_cannot_be_read_is_named(as_coder, loaded):
    page = shown(as_coder, "code=99213&mod=2&units=many")
    assert "Line 1: up to 4 modifiers of two characters were expected" in page
    assert "Line 1: a whole number of units from 1 to 999 was expected; computed with 1." in page
    assert "There are 30 lines; the first 25 are computed." in shown(as_coder, "&".join(["code=99213"] * 30))


def test_no_formula_reaches_the_file(as_coder, loaded):
    assert [row["code"] for row in records(as_coder, "code=%3D1%2B1&mod=%2B%40")] == ["1", ""]


def test_no_descriptor_is_shown(as_coder, loaded):
    FeeScheduleLine.objects.update(description="Licensed words")
    assert "Licensed words" not in shown(as_coder, "code=99213&code=27447")
    assert "Licensed words" not in str(records(as_coder, "code=99213"))


def test_more_lines_take_no_more_queries(as_coder, loaded):
    few = queries_of(as_coder, "code=99213&locality=13202-01")
    assert len(few) == 5  # releases, indices, counties, lines, titles
    assert not any("description" in query for query in few)
    many = queries_of(as_coder, "&".join(f"code={code}&units=3" for code in ("99213", "27447", "74177", "43239", "52282") * 5) + "&place=manhattan")
    assert len(many) == 6  # and endoscopic bases that no line names


def queries_of(client, query):
    """The statements about the catalogue."""
    with CaptureQueriesContext(connection) as found:
        get(client, query)
    return [entry["sql"] for entry in found if '"codes_' in entry["sql"]]
