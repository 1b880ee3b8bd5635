"""The browse tree, and finding codes by number, range and words."""

import re

import pytest

from tests.pages import text_of


def hits(client, query: str) -> list[str]:
    return re.findall(r'data-code="([^"]+)"', text_of(client.get("/codes/search/", {"q": query})))


def test_it_works(client):
    for url in ("/codes/", "/codes/cpt/", "/codes/icd10cm/", "/codes/hcpcs/", "/codes/cpt/range/neurostimulators-spinal-63650-63688/"):
        assert client.get(url).status_code == 200
    assert "Surgery" in text_of(client.get("/codes/cpt/"))
    body = text_of(client.get("/codes/cpt/range/neurostimulators-spinal-63650-63688/"))
    assert "/codes/cpt/63663/" in body
    assert "Nervous System" in body


def test_an_empty_system_says_so(client):
    assert "No release of HCPCS is loaded on this site yet." in text_of(client.get("/codes/hcpcs/"))


def test_an_unknown_heading_is_not_found(client):
    assert client.get("/codes/cpt/range/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("63663", "/codes/cpt/63663/"),
        (" e119 ", "/codes/icd10cm/E11.9/"),
        ("E11.9", "/codes/icd10cm/E11.9/"),
        ("99213-25", "/codes/cpt/99213/"),
        ("1159f", "/codes/cpt/1159F/"),
    ],
)
def test_one_exact_number_goes_straight_to_its_page(client, searching, query, url):
    answer = client.get("/codes/search/", {"q": query})
    assert (answer.status_code, answer["Location"]) == (302, url)


def test_the_start_of_a_number(client, searching):
    assert hits(client, "6366") == ["63661", "63662", "63663", "63664"]


def test_a_range(client, searching):
    assert hits(client, "63661-63664") == ["63661", "63662", "63663", "63664"]
    assert hits(client, "63661 \u2013 63664") == ["63661", "63662", "63663", "63664"]


def test_words_of_a_title(client, searching):
    assert hits(client, "diabetes complications")[0] == "E11.9"


def test_browsing_takes_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        client.get("/codes/cpt/")
    with django_assert_max_num_queries(5):
        client.get("/codes/cpt/range/neurostimulators-spinal-63650-63688/")


def test_guests_touch_no_session(client, searching):
    for url in ("/", "/codes/", "/codes/cpt/", "/codes/cpt/63663/", "/codes/search/?q=knee", "/plans/"):
        answer = client.get(url)
        assert "sessionid" not in answer.cookies
        assert "csrftoken" not in answer.cookies
        assert "csrfmiddlewaretoken" not in text_of(answer)
