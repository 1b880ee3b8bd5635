"""Suggestions while somebody types: the JSON, what it costs, and the combobox in a real Chromium."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
from django.conf import settings as site_settings
from django.test import Client

from codes.models import Code, CommonDescription
from codes.search.engine import Engine
from codes.search.live import live
from tests.pages import text_of
from tests.test_accessibility import AXE, RUN, TAGS

pytest_plugins = ["tests.browser"]

SPEC = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
LEADS = ["63661", "63662", "63663", "63664"]


def suggested(client, text, **more):
    answer = client.get("/codes/suggest/", {"q": text, **more})
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_it_works(client, searching):
    answer = client.get("/codes/suggest/", {"q": "6366"})
    assert answer["Content-Type"] == "application/json"
    first = {"code": "63661", "system": "cpt", "title": "Remove percutaneous spinal stimulator leads", "url": "/codes/cpt/63661/"}
    assert json.loads(answer.content)[0] == first
    assert [hit["code"] for hit in suggested(client, "6366")] == LEADS


def test_a_word_that_is_begun(client, searching):
    assert "63661" in [hit["code"] for hit in suggested(client, "percut spin")] + [hit["code"] for hit in suggested(client, "percutaneous spin")]
    assert suggested(client, "SPIN ") == suggested(client, "spin")


def test_at_most_eight(client, searching):
    assert len(suggested(client, "knee")) == 8


@pytest.mark.parametrize("text", ["", " ", "xyzzyq", "?!", '"', "-", "x" * 10_000, "knee " * 2000, "\u202eknee", "مفصل", "🦴", ".*", "[0-9", "system:", "\x1f"])
def test_odd_texts(client, searching, text):
    for more in ({}, {"format": "opensearch"}):
        assert isinstance(suggested(client, text, **more), list)


def test_no_metered_text(client, searching):
    code = Code.objects.get(code="63663")
    Code.objects.filter(pk=code.pk).update(long="Long zqlong words.")
    CommonDescription.objects.filter(code=code).update(html="<p>zqcommon prose</p>")
    searching()
    for word in ("zqlong", "zqcommon"):
        assert "zq" not in text_of(client.get("/codes/suggest/", {"q": word}))


def test_without_an_index_there_are_none(client, searching, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(live, "current", lambda: None)
        assert suggested(client, "knee") == []
    monkeypatch.setattr(live, "broken", lambda: None)
    with monkeypatch.context() as patch:
        patch.setattr(Engine, "search", lambda *_, **__: 1 / 0)
        assert suggested(client, "spinal") == []
    assert suggested(client, "spinal"), "a failure is not kept"


def test_what_is_kept_is_of_the_index_that_is_open(client, searching):
    assert "Zitherpluck" not in json.dumps(suggested(client, "63661"))
    Code.objects.filter(code="63661").update(short="Zitherpluck")
    searching()
    assert suggested(client, "63661")[0]["title"] == "Zitherpluck"


def test_no_query_but_the_throttles(client, searching, settings, django_assert_num_queries):
    suggested(client, "knee")  # the day's salt, once a process
    with django_assert_num_queries(2):  # the throttle counts in the cache, which is a table here
        suggested(client, "spinal")
    settings.RATELIMIT_ENABLE = False
    with django_assert_num_queries(0):
        suggested(client, "spinal")
        suggested(client, "stim lead")


def test_no_cookie_is_set(client, searching):
    assert not client.get("/codes/suggest/", {"q": "knee"}).cookies


def test_the_throttle_holds(client, searching, one_window):
    answers = [client.get("/codes/suggest/", {"q": "knee"}).status_code for _ in range(301)]
    assert answers == [200] * 300 + [429]


# Browsers' own search


def test_browsers_can_add_the_search(client):
    assert '<link rel="search" type="application/opensearchdescription+xml" title="CasePilot" href="/opensearch.xml">' in text_of(client.get("/plans/"))
    answer = client.get("/opensearch.xml")
    assert answer["Content-Type"] == "application/opensearchdescription+xml"
    assert not answer.cookies
    tree = ET.fromstring(answer.content)
    assert len(tree.findtext("o:ShortName", namespaces=SPEC)) <= 16
    urls = {url.get("type"): url.get("template") for url in tree.findall("o:Url", SPEC)}
    assert urls == {
        "text/html": f"{site_settings.SITE_URL}/codes/search/?q={{searchTerms}}",
        "application/x-suggestions+json": f"{site_settings.SITE_URL}/codes/suggest/?q={{searchTerms}}&format=opensearch",
        "application/opensearchdescription+xml": f"{site_settings.SITE_URL}/opensearch.xml",
    }
    image = tree.findtext("o:Image", namespaces=SPEC)
    picture = client.get(image.removeprefix(site_settings.SITE_URL))
    assert picture.status_code == 200
    picture.close()


def test_browsers_get_suggestions_in_their_own_form(client, searching):
    answer = client.get("/codes/suggest/", {"q": "6366", "format": "opensearch"})
    assert answer["Content-Type"] == "application/x-suggestions+json"
    text, lines = json.loads(answer.content)
    assert text == "6366"
    assert lines[0] == "63661 Remove percutaneous spinal stimulator leads"


def test_what_browsers_suggest_is_found_when_it_is_chosen(client, searching):
    _, lines = suggested(client, "spinal", format="opensearch")
    for line in lines[:3]:
        found = client.get("/codes/search/", {"q": line})
        assert f'data-code="{line.split()[0]}"' in text_of(found) or found["Location"].endswith(f"/{line.split()[0]}/")


# The combobox


@pytest.fixture
def field(open_as):
    """Opens a page and gives its search field."""

    def opened(path="/codes/", selector="#site-q", width=1440, scheme="light", script=None, **options):
        page = open_as("new", width, scheme, script, **options).page
        page.goto(path)
        return page, page.locator(selector)

    return opened


def options(page, least=1):
    page.wait_for_selector("[role=option]")
    found = page.locator("[role=option]:visible")
    assert found.count() >= least
    return found


def active(page, field):
    """The code of the option that the arrows are at."""
    place = field.get_attribute("aria-activedescendant")
    chosen = page.locator("[role=option][aria-selected=true]")
    if place is None:
        assert chosen.count() == 0
        return None
    assert chosen.count() == 1
    assert chosen.get_attribute("id") == place
    return chosen.locator("b").inner_text()


@pytest.mark.browser
def test_the_keyboard_leads_to_a_code(field):
    page, box = field()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "site-q"
    assert box.get_attribute("aria-expanded") == "false"
    page.keyboard.type("6366", delay=20)
    found = options(page, 4)
    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-autocomplete") == "list"
    assert box.get_attribute("aria-expanded") == "true"
    assert page.locator(f"#{box.get_attribute('aria-controls')}").get_attribute("role") == "listbox"
    assert page.locator("form.site-search [role=status]").inner_text() == "4 suggestions. Up and down arrows choose."
    assert active(page, box) is None
    for key, code in [("ArrowDown", LEADS[0]), ("ArrowDown", LEADS[1]), ("End", LEADS[3]), ("ArrowDown", None), ("ArrowUp", LEADS[3]), ("Home", LEADS[0])]:
        page.keyboard.press(key)
        assert active(page, box) == code, key
    page.keyboard.press("Escape")
    assert found.count() == 0
    assert box.get_attribute("aria-expanded") == "false"
    assert box.get_attribute("aria-activedescendant") is None
    assert box.input_value() == "6366"
    page.keyboard.press("ArrowDown")
    options(page, 4)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/codes/cpt/63664/")


@pytest.mark.browser
@pytest.mark.parametrize(("path", "selector"), [("/codes/", "#site-q"), ("/", "#q"), ("/codes/search/", "#q")])
def test_enter_without_a_choice_searches(field, path, selector):
    page, box = field(path, selector)
    box.press_sequentially("spinal", delay=20)
    options(page)
    box.press("Enter")
    page.wait_for_url(re.compile(r"/codes/search/\?q=spinal(&system=)?$"))
    assert page.locator("[data-hit]").count() > 3


@pytest.mark.browser
def test_a_choice_by_mouse(field):
    page, box = field()
    box.press_sequentially("6366", delay=20)
    options(page, 4).nth(2).click()
    page.wait_for_url("**/codes/cpt/63663/")


@pytest.mark.browser
def test_leaving_the_field_closes_the_list(field):
    page, box = field()
    box.press_sequentially("6366", delay=20)
    found = options(page, 4)
    box.press("Tab")
    assert found.count() == 0
    assert box.get_attribute("aria-expanded") == "false"


@pytest.mark.browser
def test_an_emptied_field_closes_the_list(field):
    page, box = field()
    box.press_sequentially("6366", delay=20)
    options(page, 4)
    box.fill("6")
    page.wait_for_selector("[role=listbox]", state="hidden")


@pytest.mark.browser
def test_nothing_to_suggest_is_told(field):
    page, box = field()
    box.press_sequentially("xyzzyqq", delay=20)
    page.get_by_text("No suggestions.").wait_for(state="attached")
    assert page.locator("[role=option]").count() == 0


@pytest.mark.browser
def test_letters_typed_at_once_ask_once_and_a_late_answer_is_overtaken(field):
    page, box = field()
    asked, waiting, given_up = [], [], []

    def hold_the_first(route):
        asked.append(route.request.url.partition("?q=")[2])
        if len(asked) == 1:
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/codes/suggest/**", hold_the_first)
    page.on("requestfailed", lambda request: given_up.append(request.url.partition("?q=")[2]))
    box.press_sequentially("6365")
    page.wait_for_timeout(400)
    assert asked == ["6365"]
    box.press("Backspace")
    box.press_sequentially("61")
    assert options(page, 1).first.locator("b").inner_text() == "63661"
    assert asked == ["6365", "63661"]
    assert given_up == ["6365"]


@pytest.mark.browser
def test_a_slash_in_a_field_is_a_slash(field):
    page, box = field("/", "#q")
    box.press_sequentially("1/2")
    assert box.input_value() == "1/2"


@pytest.mark.browser
def test_the_slash_can_be_switched_off(field):
    """WCAG 2.1.4. The choice stays, on all pages, until it is taken back."""
    page, box = field("/codes/search/", "input[name=q]", 320, script=AXE)
    switch = page.get_by_label("On every page, the key / goes to the search field")

    def reached(path):
        page.goto(path)
        page.keyboard.press("/")
        focused = page.evaluate("document.activeElement.name === 'q'")
        assert box.get_attribute("aria-keyshortcuts") == ("/" if focused else "")
        return focused

    assert reached("/codes/search/")
    assert switch.is_checked()
    switch.uncheck()
    assert not reached("/codes/")
    assert not reached("/codes/search/")
    assert not switch.is_checked()
    assert page.evaluate(RUN, TAGS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    switch.check()
    assert box.get_attribute("aria-keyshortcuts") == "/"
    assert reached("/codes/")


@pytest.mark.browser
def test_without_a_place_for_the_choice_there_is_no_slash(field):
    page, _ = field("/codes/search/", "#q", script="Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('refused') } })")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement === document.body")
    assert not page.get_by_label("On every page, the key / goes to the search field").is_checked()


@pytest.mark.browser
def test_an_answer_that_fails_leaves_the_form(field):
    page, box = field()
    page.route("**/codes/suggest/**", lambda route: route.fulfill(body="no list"))
    with page.expect_response("**/codes/suggest/**"):
        box.press_sequentially("knee")
    box.press("Enter")
    page.wait_for_url("**/codes/search/?q=knee")


@pytest.mark.browser
def test_without_script_the_form_works(field):
    page, box = field(java_script_enabled=False)
    assert box.get_attribute("role") is None
    box.fill("spinal")
    box.press("Enter")
    page.wait_for_url("**/codes/search/?q=spinal")
    assert page.locator("[data-hit]").count() > 3


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize(("path", "selector"), [("/codes/", "#site-q"), ("/codes/search/?q=spinal", "#q")])
def test_the_open_list_is_accessible_and_fits(field, width, path, selector):
    page, box = field(path, selector, width, script=AXE)
    box.fill("")
    box.press_sequentially("spinal", delay=20)
    options(page)
    box.press("ArrowDown")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(RUN, TAGS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    inside = page.locator("[role=listbox]:visible").bounding_box()
    below = box.bounding_box()
    assert inside["x"] >= 0
    assert inside["x"] + inside["width"] <= width
    assert inside["y"] >= below["y"] + below["height"]


@pytest.mark.browser
def test_an_opened_hit_is_told(field):
    page, _ = field("/codes/search/?q=spinal", "#q")
    hit = page.locator("[data-hit]").first
    code = hit.get_attribute("data-code")
    with page.expect_request("**/codes/search/chosen/") as told:
        hit.locator("a").click()
    assert told.value.method == "POST"
    assert told.value.post_data == f"q=spinal&system=cpt&code={code}"
    assert "cookie" not in told.value.headers
    page.wait_for_url(f"**/codes/cpt/{code}/")


@pytest.mark.browser
def test_other_links_are_not_told(field):
    page, _ = field("/codes/search/?q=spinal", "#q")
    told = []
    page.on("request", lambda request: told.append(request.url) if "chosen" in request.url else None)
    page.locator("summary").click()
    page.locator("dl a").first.click()
    page.wait_for_url("**/codes/cpt/99213/")
    assert told == []


def test_the_script_is_small_and_asks_nobody_else(client):
    source = (site_settings.BASE_DIR / "static" / "search.js").read_text()
    assert len(source) < 6 * 1024
    assert not re.search(r"https?:|eval|innerHTML|\.style\s*=|setAttribute\('style'", source)
    (name,) = re.findall(r'<script src="([^"]+)" defer></script>', text_of(Client().get("/plans/")))
    assert "search" in name
