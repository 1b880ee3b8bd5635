"""The results page: hits in their order, filters, pages, and what it costs."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from django.conf import settings as site_settings
from django.test import Client

from codes.models import Code, CodeSystem, CommonDescription, Heading
from codes.search import query as language
from codes.search.found import marked
from codes.search.live import live
from codes.search.text import terms
from tests.pages import text_of


def page(client, query, **more):
    return text_of(client.get("/codes/search/", {"q": query, **more}))


def hits(body: str) -> list[str]:
    return re.findall(r'<li data-hit data-system="\w+" data-code="([^"]+)">', body)


def choices(body: str) -> dict[str, tuple[int, str]]:
    """The filters that are offered: label → how many hits, and the address."""
    narrow = body.partition('id="narrow"')[2].partition("</nav>")[0]
    found = re.findall(r'<a href="([^"]+)"><b>([\d,]+)</b> ([^<]+)</a>', narrow)
    return {unescape(label).strip(): (int(count.replace(",", "")), unescape(link)) for link, count, label in found}


def many(number: int, word: str = "Zither") -> None:
    """So many codes with a word."""
    like = Code.objects.filter(system__slug="icd10cm")[0]
    common = {"system": like.system, "release": like.release, "heading": like.heading}
    Code.objects.bulk_create(
        Code(code=f"Z{place:04}", compact=f"Z{place:04}", position=100 + place, short=f"{word} {place}", long=f"{word} {place}", **common)
        for place in range(number)
    )


def test_it_works(client, searching):
    body = page(client, "spinal stimulator")
    found = hits(body)
    assert "63661" in found
    line = re.search(r'<li data-hit data-system="cpt" data-code="63661">.*?</li>', body, re.S).group()
    assert '<a href="/codes/cpt/63661/"><b>63661</b> ' in line
    assert "Remove percutaneous <mark>spinal</mark> <mark>stimulator</mark> leads" in line
    assert '<span class="aside">CPT · ' in line


def test_hits_stand_in_ranked_order(client, searching):
    opened = live.current()
    ranked = opened.engine.search(language.parse("knee"), opened.thesaurus)
    assert len(ranked.hits) > 3
    assert hits(page(client, "knee"))[: len(ranked.hits)] == [hit.code for hit in ranked.hits]


# Numbers


@pytest.mark.parametrize("query", ["63663", " 63663 ", "63663-59", "CPT 63663"])
def test_one_exact_number_goes_straight_to_its_page(client, searching, query):
    answer = client.get("/codes/search/", {"q": query})
    assert (answer.status_code, answer["Location"]) == (302, "/codes/cpt/63663/")


def test_a_page_that_is_named_is_shown(client, searching):
    assert hits(page(client, "63663", page="1")) == ["63663"]


def test_several_exact_numbers_are_listed(client, searching):
    assert hits(page(client, "63663 99213"))[:2] == ["63663", "99213"]


def test_a_number_that_two_systems_have_is_listed(client, searching):
    like = Code.objects.get(code="E11.9")
    Code.objects.create(code="63663", compact="63663", position=9, short="Twin", system=like.system, release=like.release)
    searching()
    assert sorted(hits(page(client, "63663"))) == ["63663", "63663"]


def test_a_filter_tells_twins_apart(client, searching):
    like = Code.objects.get(code="E11.9")
    Code.objects.create(code="63663", compact="63663", position=9, short="Twin", system=like.system, release=like.release)
    searching()
    assert client.get("/codes/search/", {"q": "63663", "system": "icd10cm"})["Location"] == "/codes/icd10cm/63663/"


# What a hit says


def test_a_deleted_code_says_so(client, searching):
    Code.objects.filter(code="63661").update(status=Code.DELETED)
    searching()
    line = re.search(r'data-code="63661">.*?</li>', page(client, "63661-63662"), re.S).group()
    assert '<span class="status-deleted">deleted</span>' in line
    assert "deleted" not in re.search(r'data-code="63662">.*?</li>', page(client, "63661-63662"), re.S).group()


def test_a_header_says_so(client, searching):
    body = page(client, "type 2 diabetes")
    assert "· header" in re.search(r'data-code="E11">.*?</li>', body, re.S).group()
    assert "· header" not in re.search(r'data-code="E11.9">.*?</li>', body, re.S).group()


def test_titles_are_text(client, searching):
    Code.objects.filter(code="63661").update(short="Spinal <b>lead</b> & more")
    searching()
    body = page(client, "spinal lead", system="cpt")
    assert "&lt;b&gt;<mark>lead</mark>&lt;/b&gt; &amp; more" in body


def test_words_are_marked_whole():
    meant = frozenset(terms("knee kidney"))
    assert marked("Kidneys, a knee's & knee_pads: KNEE, kneecap", meant) == (
        "<mark>Kidneys</mark>, a <mark>knee&#x27;s</mark> &amp; <mark>knee</mark>_pads: <mark>KNEE</mark>, kneecap"
    )
    assert marked("\x03knee\x02 \x02and\x03", meant) == "<mark>knee</mark> and"


def test_hits_lead_to_their_pages(client, searching):
    """The addresses are made without `reverse`."""
    found = re.findall(r'<li data-hit data-system="(\w+)" data-code="([^"]+)"><a href="([^"]+)">', page(client, "type 2 diabetes") + page(client, "spinal"))
    assert {system for system, _, _ in found} == {"cpt", "icd10cm"}
    for system, code, link in found:
        assert link == Code.objects.get(system__slug=system, code=code).get_absolute_url()


def test_metered_text_is_found_and_neither_shown_nor_marked(client, searching):
    code = Code.objects.get(code="63663")
    Code.objects.filter(pk=code.pk).update(long="Long zqlong words.")
    CommonDescription.objects.filter(code=code).update(html="<p>zqcommon prose</p>")
    searching()
    for word in ("zqlong", "zqcommon"):
        body = page(client, word)
        assert hits(body) == ["63663"]
        assert "<mark>" not in body
        shown = body.replace(f"q={word}", "").replace(f'value="{word}"', "").replace(f"<title>{word}", "")
        assert word not in shown
    assert "zqcommon prose" not in page(client, "zqcommon prose").replace('value="zqcommon prose"', "").replace("<title>zqcommon prose", "")


# Relaxed and corrected


def test_codes_with_most_of_the_words_come_under_a_sentence(client, searching):
    body = page(client, "diabetes paddle")
    assert "No code has all of these words. These have most of them." in body
    assert len(hits(body)) > 3


def test_few_hits_are_followed_by_codes_with_most_of_the_words(client, searching):
    body = page(client, "type 2 diabetes mellitus in remission")
    assert hits(body)[0] == "E11.A"
    before, sentence, after = body.partition("These have most of the words.")
    assert sentence
    assert hits(before)
    assert hits(after)
    assert not set(hits(before)) & set(hits(after))


def test_a_typing_error_is_corrected_with_a_note(client, searching):
    body = page(client, "diabetis mellitus")
    assert "Showing results for <i>diabetes mellitus</i>." in body
    assert "E11" in hits(body)
    assert "Showing results for" not in page(client, "diabetes mellitus")


# Filters


def test_one_system_alone(client, searching):
    assert set(re.findall(r'<li data-hit data-system="(\w+)"', page(client, "diabetes without", system="icd10cm"))) == {"icd10cm"}
    assert 'value="icd10cm" selected' in page(client, "diabetes", system="icd10cm")
    assert 'value="icd10cm" selected' in page(client, "diabetes", system="ICD-10-CM")


def test_every_filter_leaves_as_many_hits_as_it_says(client, searching):
    Code.objects.filter(code="63661").update(status=Code.DELETED)
    many(3, "Spinal")
    searching()
    found = choices(page(client, "spinal"))
    assert {"CPT", "ICD-10-CM", "In use", "Deleted", "Endocrine diseases"} <= set(found)
    for label, (count, link) in found.items():
        body = text_of(client.get(f"/codes/search/{link}"))
        assert re.search(rf"<p>{count} codes?\.", body), label
        assert f'<span class="hidden">Without:</span> {label}</a>' in body


def test_a_chosen_filter_leads_back(client, searching):
    body = page(client, "spinal", system="cpt")
    back = re.search(r'<li aria-current="true"><a href="([^"]+)"><b>×</b> <span class="hidden">Without:</span> CPT</a>', body).group(1)
    assert unescape(back) == "?q=spinal"


def test_filters_go_along_to_the_next_page(client, searching):
    many(30)
    searching()
    assert 'href="?q=zither&amp;system=icd10cm&amp;status=active&amp;page=2"' in page(client, "zither", system="icd10cm", status="active")


def test_a_filter_in_the_query_counts_over_one_beside_it(client, searching):
    assert "E11" in hits(page(client, "system:icd10cm diabetes", system="cpt"))


@pytest.mark.parametrize(
    "query", ["heading:endocrine type", "heading:chapter-4 type", 'heading:"diabetes mellitus" type', "system:icd10cm type", "status:active type 2"]
)
def test_filters_in_the_query(client, searching, query):
    assert "E11.9" in hits(page(client, query))


def test_no_hit_under_filters_leads_out_of_them(client, searching):
    body = page(client, "paddle", system="icd10cm", status="active")
    assert hits(body) == []
    assert '<a href="?q=paddle">Look in all systems and sections</a>' in body


def test_the_words_of_the_help_are_links_that_find(client, searching):
    for link in set(re.findall(r"<dt>.*?</dt>", page(client, ""), re.S)):
        for address in re.findall(r'href="(\?[^"]+)"', link):
            assert client.get(f"/codes/search/{unescape(address)}").status_code in (200, 302)
    assert hits(page(client, "992*"))
    assert hits(page(client, "63650-63688"))
    assert hits(page(client, '"spinal cord"'))
    both = set(hits(page(client, "spinal")))
    assert set(hits(page(client, "spinal -percutaneous"))) < both


# Pages


def test_twenty_five_hits_a_page_and_twenty_pages(client, searching):
    many(540)
    searching()
    first, second, last = page(client, "zither"), page(client, "zither", page="2"), page(client, "zither", page="20")
    assert "<p>540 codes." in first
    assert "Page 1 of 20" in first
    assert len(hits(first)) == len(hits(second)) == len(hits(last)) == 25
    assert not set(hits(first)) & set(hits(second))
    assert "The first 500 are listed." in last
    assert "The first 500 are listed." not in second
    assert hits(page(client, "zither", page="21")) == hits(last)


@pytest.mark.parametrize(("number", "shown"), [("-1", 1), ("0", 1), ("x", 1), ("", 1), ("²", 1), ("9" * 5000, 1), ("3", 2), ("99999999999999999999", 2)])
def test_page_numbers_beyond_the_last_show_a_page(client, searching, number, shown):
    many(30)
    searching()
    body = page(client, "zither", page=number)
    assert f"Page {shown} of 2" in body
    assert len(hits(body)) == (25 if shown == 1 else 5)


# What pages cost, and for whom they are


def test_a_page_takes_a_fixed_number_of_queries(client, searching, one_window, django_assert_num_queries):
    client.get("/codes/search/?q=63663")  # the day's salt, once a process
    with django_assert_num_queries(4):  # the throttle's two; once an index the names of systems and sections
        page(client, "knee")
    for query in ("knee", "spinal", "63663", "xyzzy", ""):
        with django_assert_num_queries(2):  # the throttle's two
            page(client, query)
    many(400)
    searching()
    with django_assert_num_queries(4):
        page(client, "zither")
    with django_assert_num_queries(2):
        page(client, "zither", page="2")


def test_a_kept_page_is_of_the_index_that_is_open(client, searching):
    assert "Z0000" not in hits(page(client, "zither"))
    many(2)
    searching()
    assert hits(page(client, "zither")) == ["Z0000", "Z0001"]


def test_each_audience_has_its_own_menu(client, as_coder, searching):
    for _ in range(2):
        assert "Log in" in page(client, "spinal")
        assert "Your views" in page(as_coder, "spinal")


def test_no_cookie_is_set(client, searching):
    for query in ("", "spinal", "xyzzy"):
        answer = client.get("/codes/search/", {"q": query})
        assert not answer.cookies
        assert "csrfmiddlewaretoken" not in text_of(answer)


def test_pages_with_hits_are_one_page_to_search_engines(client, searching):
    canonical = f'<link rel="canonical" href="{site_settings.SITE_URL}/codes/search/">'
    for query in ("spinal", "diabetes paddle"):
        body = page(client, query)
        assert canonical in body
        assert "noindex" not in body
    for query in ("", "xyzzy"):
        body = page(client, query)
        assert '<meta name="robots" content="noindex">' in body
        assert "canonical" not in body


def test_sections_are_named_by_their_system(client, searching):
    """Two systems may have sections of the same slug."""
    system = CodeSystem.objects.get(slug="cpt")
    release = Heading.objects.current().filter(system=system).first().release
    Heading.objects.create(system=system, release=release, name="Another chapter", slug="chapter-4", first="9", last="9", path="99")
    many(2, "Spinal")
    searching()
    found = choices(page(client, "spinal"))
    assert found["Endocrine diseases"] == (2, "?q=spinal&system=icd10cm&heading=chapter-4")
    assert "Another chapter" not in found


def test_any_throttle_holds(client, searching, one_window):
    answers = [client.get("/codes/search/", {"q": quote("spinal")}).status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]


def test_a_head_answers(searching):
    assert Client().head("/codes/search/?q=spinal").status_code == 200
