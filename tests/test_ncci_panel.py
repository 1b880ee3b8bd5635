"""The NCCI panel and the page of all pairs: what is bundled, which modifier parts it, how many units, what is added to what."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from codes.models import AddOnEdit, Catalogue, MueEdit, PtpEdit, Release
from tests.pages import code_url, text_of

LEGEND = ["Misuse of Column Two code with Column One code", "More extensive procedure"]


@pytest.fixture
def loaded(db):
    """Releases of pairs, units and add-on codes with a few rows; nothing else of them is there."""

    def release(kind, part=""):
        Release.objects.filter(kind=kind, part=part).update(current=False)
        made = Release.objects.create(
            kind=kind, part=part, version="t", title=f"Test {kind}", digest=(kind + part).ljust(64, "x"), state="ready", legend=LEGEND
        )
        Release.objects.filter(pk=made.pk).update(current=True)
        return made

    edits, units, added = release("ncci-ptp", "practitioner"), release("mue", "practitioner"), release("add-on")
    for column1, column2, modifier, ended in (
        ("63650", "63663", 1, None),
        ("63650", "76000", 0, None),
        ("63650", "01935", 0, date(2021, 12, 31)),
        ("95970", "63650", 1, None),
    ):
        PtpEdit.objects.create(
            release=edits, column1=column1, column2=column2, modifier=modifier, effective_date=date(2010, 1, 1), deletion_date=ended, rationale=1
        )
    MueEdit.objects.create(release=units, code="63650", value=2, mai=3, rationale="Nature of Service/Procedure")
    AddOnEdit.objects.create(release=added, type=1, add_on="64484", primary="64483", effective_date=date(2011, 1, 1))
    AddOnEdit.objects.create(release=added, type=1, add_on="64484", primary="11111", effective_date=date(2011, 1, 1), deletion_date=date(2012, 1, 1))
    Catalogue.count_up()
    return edits


def listed(client, query="", code="63650"):
    return client.get(f"{code_url(code)}ncci/{query}")


def numbers(page):
    return [row.partition("<")[0].partition(">")[2].strip() for row in text_of(page).split('<th scope="row"')[1:]]


def panel(client, code="63650"):
    return text_of(client.get(code_url(code))).partition('data-panel="ncci"')[2].partition("</section>")[0]


def test_it_works(as_coder, loaded):
    body = panel(as_coder)
    assert "Not paid beside 63650 (column 2 codes)" in body
    assert '<a href="/codes/cpt/63663/">63663</a>' in body
    assert "Allowed (1)" in body
    assert "Not allowed (0)" in body
    assert "More extensive procedure" in body
    assert "63650 is not paid beside (column 1 codes)" in body
    assert "01935" not in body
    assert "At most 2 units for one patient on one day. Adjudication indicator 3." in body
    assert "Test ncci-ptp." in body


def test_an_add_on_code_names_what_it_needs_today(as_coder, loaded):
    body = panel(as_coder, "64484")
    assert "It needs one of" in body
    assert "64483" in body
    assert "11111" not in body
    assert "May be added to it" in panel(as_coder, "64483")


def test_more_pairs_take_no_more_queries(as_coder, loaded, django_assert_num_queries):
    as_coder.get(code_url("63650"))
    Catalogue.count_up()
    few = queries_of(as_coder)
    PtpEdit.objects.bulk_create(
        PtpEdit(release=loaded, column1="63650", column2=f"{number:05d}", modifier=1, effective_date=date(2020, 1, 1), rationale=0)
        for number in range(20000, 24000)
    )
    Catalogue.count_up()
    assert queries_of(as_coder) == few
    body = panel(as_coder)
    assert body.count('<th scope="row"') == 8 + 1
    assert "All pairs with 63650 in column 1" in body


def queries_of(client):
    """How many queries the page takes that nobody opened since the catalogue moved on, once its neighbours were."""
    client.get(code_url("63664"))
    with CaptureQueriesContext(connection) as found:
        client.get(code_url("63650"))
    return len(found)


def test_the_page_of_all_pairs(as_coder, loaded):
    as_coder.get(code_url("63650"))
    page = listed(as_coder)
    assert page.status_code == 200
    assert "63663" in text_of(page)
    assert "01935" not in text_of(page)
    assert "01935" in text_of(listed(as_coder, "?deleted=1"))
    assert "Dec 31, 2021" in text_of(listed(as_coder, "?deleted=1"))
    assert "95970" in text_of(listed(as_coder, "?column=2"))


def test_filtering_by_number_and_by_words(as_coder, loaded):
    as_coder.get(code_url("63650"))
    assert "76000" not in text_of(listed(as_coder, "?q=636"))
    by_words = text_of(listed(as_coder, "?q=lead+electrode"))
    assert "76000" not in by_words
    nothing = text_of(listed(as_coder, "?q=zzz"))
    assert "Look in column 2 too" in nothing


@pytest.mark.parametrize("query", ["?column=9", "?page=x", "?page=999", "?order=x", "?q=%E2%80%AE", "?setting=none", f"?q={'9' * 5000}", "?q=%27%22%3E"])
def test_odd_questions_are_answered(as_coder, loaded, query):
    as_coder.get(code_url("63650"))
    assert listed(as_coder, query).status_code == 200


def test_it_is_open_where_the_code_is_open(client, as_coder, loaded):
    page = listed(as_coder)
    assert (page.status_code, page["Location"]) == (302, code_url("63650"))
    as_coder.get(code_url("63650"))
    assert listed(as_coder).status_code == 200


def test_a_guest_is_led_to_the_code_page(client, loaded):
    client.get(code_url("63650"))
    page = listed(client)
    assert (page.status_code, page["Location"]) == (302, code_url("63650"))


def test_staff_read_it_without_a_view(as_coder, coder, loaded):
    coder.is_staff = True
    coder.save()
    assert listed(as_coder).status_code == 200


def test_panels_without_a_page_of_their_own(as_coder, loaded):
    as_coder.get(code_url("63650"))
    assert as_coder.get(f"{code_url('63650')}modifiers/").status_code == 404
