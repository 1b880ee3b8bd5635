"""The pages of changes: what a release made new, revised and deleted, and the Atom feed."""

from datetime import date
from xml.etree import ElementTree

import pytest

from codes.models import Change, Code, Release
from codes.releases import current
from codes.releases.reading import Listed
from tests.listings import load
from tests.pages import code_url, text_of

ATOM = "{http://www.w3.org/2005/Atom}"
SPRING, AUTUMN = date(2026, 4, 1), date(2026, 10, 1)
SPRING_CODES = (
    Listed("A0001", "Wooden splint", "Wooden splint, any size"),
    Listed("A0002", "Paper gown", "Paper gown, each"),
    Listed("A0003", "Glass syringe", "Glass syringe, each"),
)
AUTUMN_CODES = (
    Listed("A0001", "Wooden splint", "Wooden splint, each secret size"),
    Listed("A0003", "Glass syringe", "Glass syringe, each", end=date(2026, 6, 30), details={"replaced_by": ["A0004", "CPT"]}),
    Listed("A0004", "Steel syringe", "Steel syringe, each"),
)


@pytest.fixture
def spring(db) -> Release:
    return load("hcpcs", "Spring", SPRING, *SPRING_CODES)


@pytest.fixture
def autumn(spring) -> Release:
    return load("hcpcs", "Autumn", AUTUMN, *AUTUMN_CODES)


def listed(client, release: Release, what: str):
    page = client.get(release.get_absolute_url(), {"what": what})
    assert page.status_code == 200
    return text_of(page).partition("<main")[2].partition("</main>")[0]


def test_it_works(client, autumn):
    assert autumn.difference == {"codes": {"added": 1, "revised": 1, "deleted": 2}}
    assert "A0004" in listed(client, autumn, "added")
    revised = listed(client, autumn, "revised")
    assert "A0001" in revised
    assert "Changed: official description." in revised
    deleted = listed(client, autumn, "deleted")
    assert "A0002" in deleted
    assert "Ended June 30, 2026." in deleted
    assert "Codes: 1 new, 1 revised, 2 deleted, against Spring" in deleted
    assert f'href="{code_url("A0002", "hcpcs")}"' in deleted


def test_wording_of_a_metered_system_stays_on_its_page(client, autumn, django_assert_num_queries):
    assert "secret size" not in listed(client, autumn, "revised")
    with django_assert_num_queries(6) as queries:
        client.get(autumn.get_absolute_url(), {"what": "revised"})
    assert all('"codes_change"."before"' not in query["sql"] for query in queries.captured_queries)


def test_wording_of_a_free_system_is_shown(client, db):
    load("icd10pcs", "First", SPRING, Listed("00A", "Bypass", "Bypass of one vein"))
    release = load("icd10pcs", "Second", AUTUMN, Listed("00A", "Bypass", "Bypass of two veins"))
    shown = listed(client, release, "revised")
    assert "<del>Bypass of one vein</del> <ins>Bypass of two veins</ins>" in shown


def test_the_page_takes_no_more_queries_with_more_changes(client, autumn, django_assert_num_queries):
    Change.objects.bulk_create(Change(release=autumn, what="revised", code=f"B{number:04}", columns=["long"]) for number in range(500))
    with django_assert_num_queries(6):
        page = client.get(autumn.get_absolute_url(), {"what": "revised"})
    assert "Page 1 of 3" in text_of(page)


def test_an_address_is_found_by_its_number(client, autumn):
    assert client.get(f"/codes/changes/{autumn.pk}/").url == autumn.get_absolute_url()
    assert client.get(f"/codes/changes/anything-{autumn.pk}/").status_code == 301
    for wrong in ("hcpcs", "hcpcs-999999", "9" * 40, "hcpcs-2026-٣"):
        assert client.get(f"/codes/changes/{wrong}/").status_code == 404


def test_a_release_that_is_importing_has_no_page(client, autumn):
    Release.objects.filter(pk=autumn.pk).update(state="importing", current=False)
    assert client.get(f"/codes/changes/{autumn.pk}/").status_code == 404
    assert "Autumn" not in text_of(client.get("/codes/changes/"))


def test_a_first_release_has_nothing_to_compare(client, spring):
    assert "there is nothing to compare it with" in listed(client, spring, "added")
    assert not Change.objects.filter(release=spring).exists()


def test_what_a_file_says_of_itself_counts_for_a_first_release(client, db):
    release = load("hcpcs", "Alone", AUTUMN, Listed("A0004", "Steel syringe", "Steel syringe, each", effective=AUTUMN, what="added"))
    shown = listed(client, release, "added")
    assert "A0004" in shown
    assert "as the publisher's file itself says" in shown
    assert Code.objects.get(code="A0004").status == Code.NEW


def test_a_rolled_back_release_says_so(client, autumn):
    current.roll_back("hcpcs")
    assert "Not in use now." in listed(client, autumn, "added")


def test_the_index_lists_releases(client, autumn):
    page = text_of(client.get("/codes/changes/"))
    assert page.index("Autumn") < page.index("Spring")
    assert "codes: 1 new, 1 revised, 2 deleted" in page
    assert "CMS PFS 2025 October release" in page


def test_the_feed(client, autumn):
    answer = client.get("/codes/changes/feed/")
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    entries = {entry.findtext(f"{ATOM}title"): entry for entry in feed.findall(f"{ATOM}entry")}
    assert entries["Autumn"].findtext(f"{ATOM}summary") == "codes: 1 new, 1 revised, 2 deleted"
    assert entries["Autumn"].find(f"{ATOM}link").get("href").endswith(autumn.get_absolute_url())
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "CasePilot"
    for page in ("/codes/changes/", autumn.get_absolute_url()):
        assert 'type="application/atom+xml"' in text_of(client.get(page))


def test_the_page_of_a_deleted_code_says_when_and_what_replaces_it(as_coder, autumn):
    gone = text_of(as_coder.get(code_url("A0003", "hcpcs")))
    assert "Deleted after June 30, 2026." in gone
    assert '<a href="/codes/hcpcs/A0004/">A0004</a>, CPT in its place.' in gone
    left_out = text_of(as_coder.get(code_url("A0002", "hcpcs")))
    assert "Deleted after September 30, 2026." in left_out
    assert "The publisher names no code in its place." in left_out
    assert "October 1, 2026: deleted by Autumn." in left_out


def test_the_page_of_a_revised_code_keeps_the_former_wording(client, as_coder, autumn):
    page = text_of(as_coder.get(code_url("A0001", "hcpcs")))
    assert "October 1, 2026: revised by Autumn." in page
    assert "Wooden splint, any size" in page
    client.get(code_url("63650"))  # the guest's one view
    assert "Wooden splint, any size" not in text_of(client.get(code_url("A0001", "hcpcs")))


def test_what_stood_in_for_the_publishers_file_is_not_compared(client, db):
    """Licensed CPT text comes after the demonstration catalogue: nothing of that is carried on, and all of it can be returned to."""
    release = load("cpt", "Licensed", AUTUMN, Listed("63650", "Invented title", "Invented descriptor"))
    assert release.replaced.version == Release.DEMONSTRATION
    assert release.difference == {}
    assert Code.objects.current().filter(system__slug="cpt").count() == 1
    assert client.get(code_url("99213")).status_code == 404
    assert "there is nothing to compare it with" in listed(client, release, "added")
    current.roll_back("cpt")
    assert Code.objects.current().filter(system__slug="cpt").count() == 244


def test_a_figure_that_is_the_same_on_all_lines_is_named_once(client, db):
    release = Release.objects.get(kind="pfs", current=True)
    release.difference = {"fee schedule lines": {"added": 1, "revised": 2, "deleted": 0}, "conv_factor": {"before": "32.7442", "now": "33.2875"}}
    release.save()
    assert "Fee schedule lines: 1 new, 2 revised, 0 deleted; conversion factor 33.2875, before 32.7442" in listed(client, release, "added")
