"""The Crosswalks panel and its list: what billing articles and editors say goes together, from both ends."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from codes.models import (
    Catalogue,
    Code,
    CodeSystem,
    CoverageCode,
    CoverageContractor,
    CoverageDiagnosis,
    CoverageDocument,
    CoverageGroup,
    Crosswalk,
    FeeScheduleLine,
    Release,
)
from codes.panels import crosswalks
from codes.panels.subject import Subject
from tests.pages import code_url, text_of

CODE = "20610"


@pytest.fixture
def articles(db):
    """Articles are loaded, and none of them is there yet; nor is anything that came with the site."""
    Crosswalk.objects.all().delete()
    release = Release.objects.create(kind="mcd-articles", title="Test articles", version="t", digest="a" * 64)
    Release.objects.filter(pk=release.pk).update(current=True)
    Catalogue.count_up()
    return release


def article(release, number: int, diagnoses=(), codes=(CODE,), covered: bool = True, **more):
    """An article of version 3 that lists codes and diagnoses, and binds one contractor by two contracts."""
    more = {"title": f"Billing and Coding: number {number}", "status": "A", "kind": "article", **more}
    found = CoverageDocument.objects.create(release=release, number=number, version=3, display_id=f"A{number}", **more)
    at = {"release": release, "number": number, "version": 3}
    CoverageCode.objects.bulk_create(CoverageCode(**at, code=code, group=1) for code in codes)
    CoverageDiagnosis.objects.bulk_create(CoverageDiagnosis(**at, code=code, group=1, covered=covered) for code in diagnoses)
    CoverageGroup.objects.create(**at, what="covered", group=1, paragraph=f"<p>For <b>{CODE}</b> only.</p>")
    for contract, states in (("01", ["NC", "SC"]), ("02", ["VA", "NC"])):
        CoverageContractor.objects.create(**at, contractor="Palmetto GBA", contractor_number=contract, states=states)
    Catalogue.count_up()
    return found


def panel(client, code: str = CODE, system: str = "cpt"):
    return text_of(client.get(code_url(code, system))).partition('data-panel="crosswalks"')[2].partition("</section>")[0]


def whole(client, query: str = "", code: str = CODE, system: str = "cpt"):
    client.get(code_url(code, system))
    page = client.get(f"{code_url(code, system)}crosswalks/{query}")
    assert page.status_code == 200
    return text_of(page)


def relate(code: str, target: str, sort: str = "diagnosis", target_system: str = "icd10cm", **more) -> Crosswalk:
    systems = {system.slug: system for system in CodeSystem.objects.all()}
    return Crosswalk.objects.create(system=systems["cpt"], code=code, target_system=systems[target_system], target=target, sort=sort, **more)


def subject(code: str = CODE, system: str = "cpt") -> Subject:
    found = Code.objects.current().select_related("system").get(code=code, system__slug=system)
    return Subject(found, edition=Catalogue.state()[0])


def test_it_works(as_coder, articles):
    article(articles, 57000, ["E11.9", "E11.A", "X99.9"])
    body = panel(as_coder)
    assert "Diagnoses that billing articles list as supporting it" in body
    assert '<a href="https://www.cms.gov/medicare-coverage-database/view/article.aspx?articleid=57000&amp;ver=3">A57000</a>' in body
    assert "Palmetto GBA (NC, SC, VA)." in body
    assert '<a href="/codes/icd10cm/E11.9/"><b>E11.9</b> Type 2 diabetes mellitus without complications</a>' in body
    assert "<b>X99.9</b>" in body
    assert 'href="/codes/icd10cm/X99.9/"' not in body
    assert "Test articles." in body


def test_the_first_few_with_the_count_and_the_way_to_all(as_coder, articles):
    article(articles, 57000, [f"M{number}" for number in range(1000, 4000)])
    for number in range(58000, 58010):
        article(articles, number, ["E11.9"])
    body = panel(as_coder)
    assert "<b>All</b> 3,000 of A57000" in body
    assert body.count(">A5") == crosswalks.ARTICLES
    assert "All 11 articles" in body
    assert "M1003" in body
    assert "M1004" not in body


@pytest.mark.parametrize(
    "more",
    [{"status": "R"}, {"status": "P"}, {"covered": False}, {"end_date": timezone.localdate() - timedelta(days=1)}, {"kind": "lcd"}, {"codes": ["20605"]}],
)
def test_what_supports_nothing_today_is_not_shown(as_coder, articles, more):
    article(articles, 57000, ["E11.9"], **more)
    assert "A57000" not in panel(as_coder)
    assert "A57000" not in whole(as_coder)


def test_an_article_without_diagnoses_is_left_out(as_coder, articles):
    article(articles, 57000)
    assert "A57000" not in panel(as_coder)


def test_another_version_of_the_document_does_not_count(as_coder, articles):
    article(articles, 57000, ["E11.9"])
    CoverageCode.objects.filter(number=57000).update(version=2)
    Catalogue.count_up()
    assert "A57000" not in panel(as_coder)


def test_a_diagnosis_shows_the_procedures(client, articles):
    article(articles, 57000, ["E11.9"], codes=[CODE, "J3301"])
    body = panel(client, "E11.9", "icd10cm")
    assert "Procedures that billing articles list it for" in body
    assert f'<a href="/codes/cpt/{CODE}/"><b>{CODE}</b> Large joint aspiration/injection, no ultrasound</a>' in body
    assert "<b>J3301</b>" in body
    assert "A57000" not in panel(client, "E11.A", "icd10cm")
    assert "Large joint" in whole(client, "?q=joint+large", "E11.9", "icd10cm")
    assert "J3301" not in whole(client, "?q=joint+large", "E11.9", "icd10cm")


def test_nothing_of_a_metered_description_is_shown(client, articles):
    article(articles, 57000, ["E11.9"])
    code = Code.objects.current().get(system__slug="cpt", code=CODE)
    FeeScheduleLine.objects.filter(code=CODE).update(description="Licensed words")
    body = whole(client, "", "E11.9", "icd10cm") + panel(client, "E11.9", "icd10cm")
    assert code.short in body
    assert code.long not in body
    assert "Licensed words" not in body


def test_what_editors_attached(as_coder, articles):
    relate(CODE, "E11.9", note="With neuropathy.", source="Our desk")
    relate(CODE, "20605", "procedure", "cpt")
    relate(CODE, "01402", "anesthesia", "cpt", demonstration=True)
    relate("27447", "01402", "anesthesia", "cpt")
    body = panel(as_coder)
    titles = ["Diagnoses that support it", "With neuropathy. Our desk", "Related procedures", "Anesthesia for it", "Demonstration data, written by CasePilot."]
    assert [body.index(title) for title in titles] == sorted(body.index(title) for title in titles)
    there = panel(as_coder, "01402")
    assert "Procedures that it is given for" in there
    assert "Primary total knee replacement" in there
    assert there.count("Demonstration data.") == 1
    assert "Named as a related procedure by" in panel(as_coder, "20605")


def test_many_of_an_editors_are_all_in_the_list(as_coder, articles):
    for number in range(30):
        relate(CODE, f"M20.{number:02d}")
    assert panel(as_coder).count("<b>M20.") == crosswalks.ATTACHED
    assert "All of them" in panel(as_coder)
    assert whole(as_coder).count("<b>M20.") == 30
    assert whole(as_coder, "?q=m201").count("<b>M20.") == 10


def test_the_list_is_paged_and_says_what_the_group_is_for(as_coder, articles):
    article(articles, 57000, [f"M{number}" for number in range(1000, 1250)])
    first, last = whole(as_coder), whole(as_coder, "?page=3")
    assert "250 diagnoses in billing articles." in first
    assert "<p>For <b>20610</b> only.</p>" in first
    assert "Page 1 of 3" in first
    assert "M1000" in first
    assert "M1249" not in first
    assert "M1249" in last


def test_the_list_finds_by_number_by_words_and_by_article(as_coder, articles):
    article(articles, 57000, ["E11.9", "E11.A", "M17.0"])
    article(articles, 58000, ["E11.9"])
    for query, count in (
        ("?q=E11", 3),
        ("?q=e11a", 1),
        ("?q=E11.A", 1),
        ("?q=remission+diabetes", 1),
        ("?q=mellitus", 3),
        ("?article=58000", 1),
        ("?article=1", 4),
    ):
        body = whole(as_coder, query)
        assert f"{count} diagnos" in body, query
    assert "Nothing listed for 20610 has “zzz”" in whole(as_coder, "?q=zzz")


@pytest.mark.parametrize("query", ["?page=x", "?page=999", "?article=x", "?article=57000'", "?q=%E2%80%AE", f"?q={'9' * 5000}", "?q=%27%22%3E", "?q=%25_"])
def test_odd_questions_are_answered(as_coder, articles, query):
    article(articles, 57000, ["E11.9"])
    whole(as_coder, query)


def test_the_list_is_closed_where_the_page_is(client, as_coder, articles):
    article(articles, 57000, ["E11.9"])
    assert client.get(f"{code_url(CODE)}crosswalks/").status_code == 302
    assert as_coder.get(f"{code_url(CODE)}crosswalks/").status_code == 302
    whole(as_coder)


def test_more_articles_take_no_more_queries(articles):
    def queries() -> tuple[int, int]:
        subjects = subject(), subject("E11.9", "icd10cm")
        crosswalks.context(subjects[0])  # the releases are read once an edition
        found = []
        for about in subjects:
            with CaptureQueriesContext(connection) as counted:
                crosswalks.context(about)
            found.append(len(counted))
        with CaptureQueriesContext(connection) as counted:
            crosswalks.listed(subjects[0], QueryDict("q=E"))
        return max(found), len(counted)

    article(articles, 57000, ["E11.9"])
    few = queries()
    for number in range(58000, 58020):
        article(articles, number, ["E11.9", *(f"M{place}" for place in range(1000, 1100))])
        relate(CODE, f"M{number % 1000:03d}")
    assert queries() == few
    assert few[0] <= 6
    assert few[1] <= 8
