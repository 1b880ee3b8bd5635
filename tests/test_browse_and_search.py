"""The browse tree, and finding codes by number, range and words."""

import json

import pytest

from tests.pages import text_of


def hits(client, query: str) -> list[str]:
    import re

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
def test_one_exact_number_goes_straight_to_its_page(client, query, url):
    answer = client.get("/codes/search/", {"q": query})
    assert (answer.status_code, answer["Location"]) == (302, url)


def test_the_start_of_a_number(client):
    assert hits(client, "6366") == ["63661", "63662", "63663", "63664"]


def test_a_range(client):
    assert hits(client, "63661-63664") == ["63661", "63662", "63663", "63664"]
    assert hits(client, "63661 \u2013 63664") == ["63661", "63662", "63663", "63664"]


def test_all_words_must_be_in_the_title(client):
    assert "E11.9" in hits(client, "diabetes complications")
    assert hits(client, "diabetes paddle") == []


def test_no_hit_says_what_to_try(client):
    assert "No code has this number" in text_of(client.get("/codes/search/", {"q": "xyzzy"}))


def test_an_empty_query_says_what_can_be_typed(client):
    assert "Type a code" in text_of(client.get("/codes/search/"))


def test_one_system_alone(client):
    found = text_of(client.get("/codes/search/", {"q": "type 2", "system": "cpt"}))
    assert "E11" not in found


def test_suggestions_are_json(client):
    answer = client.get("/codes/suggest/", {"q": "6366"})
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.content)[0] == {
        "code": "63661",
        "system": "cpt",
        "title": "Remove percutaneous spinal stimulator leads",
        "url": "/codes/cpt/63661/",
    }


def test_pages_of_hits_keep_the_query(client):
    body = text_of(client.get("/codes/search/", {"q": "9"}))
    assert "Page 1 of" not in body or "q=9" in body
    many = text_of(client.get("/codes/search/", {"q": "99"}))
    assert "?q=99&amp;system=&amp;page=2" in many


def test_browsing_takes_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        client.get("/codes/cpt/")
    with django_assert_max_num_queries(5):
        client.get("/codes/cpt/range/neurostimulators-spinal-63650-63688/")
    client.get("/codes/search/?q=knee")  # the day's salt, once a process
    with django_assert_max_num_queries(5):  # the throttle's two, the count, the hits, the systems
        client.get("/codes/search/?q=spinal")


def test_guests_touch_no_session(client):
    for url in ("/", "/codes/", "/codes/cpt/", "/codes/cpt/63663/", "/codes/search/?q=knee", "/plans/"):
        answer = client.get(url)
        assert "sessionid" not in answer.cookies
        assert "csrftoken" not in answer.cookies
        assert "csrfmiddlewaretoken" not in text_of(answer)
