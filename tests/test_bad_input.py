"""Whatever is asked for: a clear page and the right status, never a 500."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.pages import text_of

SHAPES = [
    "/codes/cpt/{}/", "/codes/{}/63663/", "/codes/{}/", "/codes/cpt/range/{}/", "/codes/{}/range/x/", "/codes/search/?q={}", "/codes/suggest/?q={}",
    "/codes/search/?q=knee&page={}", "/codes/search/?q=knee&system={}", "/codes/icd10cm/{}/", "/codes/icd10cm/range/e08-e13/?page={}", "/accounts/{}/",
    "/accounts/login/?next={}", "/accounts/usage/?page={}", "/admin/{}/", "/careers/{}/", "/tools/claim/?lines={}", "/casepilot/?q={}", "/codes/changes/{}/", "/{}",
]  # fmt: skip
ODD = [
    "%00",
    "%ff%fe",
    "..%2f..%2fetc",
    "%F0%9F%A6%B4",
    "'%20OR%201=1--",
    "{{7*7}}",
    "%3Cscript%3E",
    "A" * 10_000,
    "-1",
    "1e309",
    "NaN",
    "%E2%80%AE",
    "%0d%0aX:1",
    "null",
    "0",
    "٣٤٥",
    "%",
    "%zz",
    "?",
    "#",
    "//",
    "\\",
]


def ask(path, **headers):
    client = Client(raise_request_exception=False)
    return client.get(path, **headers)


def sound(response) -> None:
    assert response.status_code < 500, response
    assert b"Traceback" not in response.content
    assert response.status_code in (200, 301, 302, 400, 403, 404, 405, 429)
    if response.status_code in (400, 403, 404) and "html" in response.get("Content-Type", ""):
        assert "<h1>" in text_of(response)


def test_it_works(db):
    page = ask("/codes/xyz/63663/")
    assert page.status_code == 404
    assert "There is no such code system here." in text_of(page)
    assert "There is no CPT code 1" in text_of(ask("/codes/cpt/1/"))


@pytest.mark.parametrize("shape", SHAPES)
def test_odd_values(db, shape):
    for odd in ODD:
        sound(ask(shape.format(odd)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.sampled_from(SHAPES),
    value=st.text(st.characters(codec="utf-8"), max_size=60),
    cookie=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=';,"\\'), max_size=40),
)
@example(shape="/codes/cpt/{}/", value="\x00", cookie="")
@example(shape="/{}", value="\ud7ff", cookie="a:b:c")
def test_any_value_anywhere(db, shape, value, cookie):
    from urllib.parse import quote

    client = Client(raise_request_exception=False)
    client.cookies["visitor"] = cookie
    client.cookies["sessionid"] = cookie
    client.cookies["csrftoken"] = cookie
    sound(client.get(shape.format(quote(value, safe=""))))


@pytest.mark.parametrize(
    "path", ["/codes/cpt/%00/", "/codes/%00/", "/codes/%00/range/x/", "/codes/search/?system=%00", "/codes/search/?q=a%00b", "/accounts/login/?next=%00"]
)
def test_a_nul_is_refused(db, path):
    assert ask(path).status_code == 400


@pytest.mark.parametrize("name", ["sessionid", "visitor", "csrftoken", "messages"])
def test_a_nul_hidden_in_a_cookie_is_refused(db, name):
    assert ask("/codes/cpt/63663/", HTTP_COOKIE=f'{name}="\\000\\000abcdefgh"').status_code == 400


@pytest.mark.parametrize("page", ["-1", "0", "99999999999999999999", "x", ""])
def test_page_numbers_beyond_the_last_show_a_page(db, page):
    assert ask(f"/codes/search/?q=spinal&page={page}").status_code == 200


def test_a_long_path_is_not_found(db):
    assert ask("/codes/cpt/" + "9" * 10_240 + "/").status_code == 404


def test_a_form_without_its_token_explains_itself(db):
    client = Client(enforce_csrf_checks=True)
    page = client.post("/accounts/login/", {"login": "a@example.org", "password": "x"})
    assert page.status_code == 403
    assert "Nothing was changed" in text_of(page)


def test_an_unknown_host_is_a_bad_request(db):
    assert ask("/", HTTP_HOST="evil.example").status_code == 400


def test_a_throttled_search_says_when_to_come_back(db, settings, one_window):
    settings.RATELIMIT_ENABLE = True
    answers = [ask("/codes/search/?q=knee") for _ in range(125)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "60"
    assert "Wait a minute" in text_of(answers[-1])


def test_a_failing_page_is_an_honest_500(db, monkeypatch):
    monkeypatch.setattr("codes.views.CodeSystem.objects.all", lambda: 1 / 0)
    page = ask("/codes/")
    assert page.status_code == 500
    assert "nothing of yours is lost" in text_of(page)
