"""The HTML of every public page: parsed strictly, one h1, a title of its own, nothing inline, and little of it."""

import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.conf import settings
from django.test import RequestFactory

from casepilot import errors
from codes import panels
from tests.pages import code_url, text_of

PUBLIC = [
    "/",
    "/codes/",
    "/codes/cpt/",
    "/codes/hcpcs/",
    "/codes/icd10cm/",
    "/codes/cpt/range/nervous-system-61000-64999/",
    "/codes/cpt/range/neurostimulators-spinal-63650-63688/",
    code_url("63663"),
    code_url("E11", "icd10cm"),
    code_url("E11.9", "icd10cm"),
    "/codes/search/",
    "/codes/search/?q=knee",
    "/codes/search/?q=%3C%22xyzzy%26",
    "/plans/",
    "/casepilot/",
    "/caseconsultant/",
    "/careers/",
    "/accounts/signup/",
    "/accounts/login/",
    "/accounts/password/reset/",
    code_url("00000"),
]
OWN = ["/accounts/usage/", "/accounts/logout/", "/accounts/email/", "/accounts/password/change/", code_url("63663"), code_url("99213"), code_url("70450")]
TOOLS = [
    "/tools/",
    "/tools/claim/",
    "/tools/claim/?lines=99213+25%0A29881+59%0A29880%0A64484&dx=E11",
    "/tools/fees/",
    "/tools/fees/?code=99213&code=29881-50&locality=13202-01&year=2025",
    "/tools/em/",
    "/tools/em/?kind=office-established&problems=3&risk=3&minutes=70&procedure=minor",
    "/tools/compare/?codes=29880+29881+63650",
    "/tools/my-codes/",
]
STATUSES = [400, 403, 404, 429, 500]
PAGE_BYTES = 60 * 1024
SHEET_BYTES = 14 * 1024


@pytest.mark.parametrize("path", PUBLIC)
def test_it_works(client, path):
    examine(text_of(client.get(path)))


@pytest.mark.parametrize("path", OWN)
def test_a_coders_pages(as_coder, path):
    examine(text_of(as_coder.get(path)))


@pytest.mark.parametrize("path", TOOLS)
def test_tools(client, as_coder, path):
    examine(text_of(as_coder.get(path)), sheets=2)
    examine(text_of(client.get(path)), sheets=2)


@pytest.mark.parametrize("panel", panels.LISTS)
def test_lists_with_a_page_of_their_own(as_coder, panel):
    as_coder.get(code_url("63663"))
    examine(text_of(as_coder.get(f"{code_url('63663')}{panel}/")), sheets=2)


def test_locked_pages(client, as_coder):
    client.get(code_url("63663"))
    page = client.get(code_url("27447"))
    assert b'data-access="locked"' in page.content
    examine(text_of(page))
    for code in ("63650", "63655", "63661", "63662", "63663", "63664"):
        as_coder.get(code_url(code))
    page = as_coder.get(code_url("27447"))
    assert b'data-access="locked"' in page.content
    examine(text_of(page))


@pytest.mark.parametrize("status", STATUSES)
def test_error_pages(db, status):
    page = errors.page(RequestFactory().get("/"), status)
    assert page.status_code == status
    examine(text_of(page))


def examine(html: str, *, sheets: int = 1) -> None:
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert document.get("lang") == "en"
    assert len(document.findall(".//h1")) == 1
    assert len(document.findall(".//main")) == 1
    assert title_of(html).endswith("CasePilot") or title_of(html).startswith("CasePilot")
    ids = Counter(element.get("id") for element in document.iter() if element.get("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    for label in document.findall(".//label"):
        assert label.get("for") in ids, "a label that names nothing"
    for link in document.findall(".//a"):
        href = link.get("href", "")
        assert not href.startswith("#") or href[1:] in ids, f"{href} leads nowhere on the page"
    assert len([link for link in document.findall(".//link") if link.get("rel") == "stylesheet"]) == sheets
    assert [element.tag for element in document.iter() if is_inline(element)] == []


def is_inline(element: Any) -> bool:
    """Whether the strict policy (CSP) would refuse it: style or script in the page itself. JSON is data."""
    script = element.tag == "script" and not element.get("src") and "json" not in element.get("type", "")
    return script or element.tag == "style" or any(name == "style" or name.startswith("on") for name in element.attrib)


def title_of(html: str) -> str:
    found = re.search(r"<title>(.*?)</title>", html, re.S)
    assert found
    return " ".join(unescape(found.group(1)).split())


def test_each_page_has_a_title_of_its_own(client, as_coder):
    pages = [text_of(client.get(path)) for path in PUBLIC] + [text_of(as_coder.get(path)) for path in OWN[:4]]
    pages += [text_of(errors.page(RequestFactory().get("/"), status)) for status in STATUSES if status != 404]
    assert [title for title, times in Counter(map(title_of, pages)).items() if times > 1] == []


def test_a_strict_parse_would_object():
    with pytest.raises(html5lib.html5parser.ParseError):
        examine("<!doctype html><html lang=en><title>x</title><p><div></p>")


def test_the_first_load_of_a_code_page_is_small(site):
    """HTML, style sheet and icon, as a browser that takes gzip gets them: for a guest, and with all panels open."""
    guest, coder = site.browser(), site.browser()
    site.register(coder, "html@example.net")
    for browser in (guest, coder):
        html = browser.get(code_url("63663")).content.decode()
        browser.headers["Accept-Encoding"] = "gzip"
        answers = [browser.get(path) for path in (code_url("63663"), *re.findall(r'<link rel="(?:icon|stylesheet)" href="([^"]+)"', html))]
        assert [answer.status for answer in answers] == [200, 200, 200]
        assert sum(len(answer.content) for answer in answers) <= PAGE_BYTES


def test_the_style_sheet_is_small():
    assert (Path(settings.BASE_DIR) / "static" / "casepilot.css").stat().st_size <= SHEET_BYTES
