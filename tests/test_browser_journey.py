"""The site as a person meets it, in a real Chromium: from the guest's view to the last of six, with and without JavaScript."""

import re

import pytest

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.browser

PASSWORD = "quiet-Harbour-63663"
SIX = ["63650", "63655", "63661", "63662", "63663", "63664"]


def test_it_works(open_as):
    page = open_as("new").page
    page.goto("/")
    page.get_by_role("combobox").fill("63663")
    page.keyboard.press("Enter")
    page.wait_for_url("**/codes/cpt/63663/")
    assert page.locator("main").get_attribute("data-access") == "preview"
    assert "Spinal cord stimulation" in page.locator("[data-common]").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_guest_to_the_last_view(open_as, site, script):
    page = open_as("new", java_script_enabled=script).page
    email = f"journey-{script}@example.net".lower()

    page.goto("/codes/cpt/63663/")
    assert access(page) == "preview"
    assert page.get_by_text("Register to view content.").count() == 6
    assert banner(page).startswith("0 code page views remaining. Guest accounts are limited to 1 page view.")

    page.goto("/codes/cpt/63650/")
    assert access(page) == "locked"
    locked = page.content()

    page.get_by_role("link", name="Register free account").click()
    sign_up(page, site, email)
    if not page.url.endswith("/codes/cpt/63650/"):
        page.goto("/codes/cpt/63650/")
    assert access(page) == "full"
    for part in ("[data-official] .official", "[data-common] p >> nth=0", "[data-panel=compliance] dd >> nth=0"):
        assert page.locator(part).inner_text() not in locked, "the locked page had text of this code"

    assert banner(page).startswith("4 code page views remaining")
    for code in SIX:
        page.goto(f"/codes/cpt/{code}/")
        assert (access(page), page.locator('[data-locked="false"]').count()) == ("full", 6), code
    assert banner(page).startswith("0 code page views remaining")
    page.goto("/codes/cpt/27447/")
    assert access(page) == "locked"
    assert re.search(r"Your views come back on [A-Z][a-z]+ 1, 20\d\d\.", banner(page))
    assert page.get_by_role("link", name="member plan").get_attribute("href") == "/plans/"

    page.get_by_role("link", name="Your views").click()
    assert sorted(page.locator("main .codes b").all_inner_texts()) == SIX

    page.get_by_role("link", name="Log out").click()
    page.locator("main form[method=post] button").first.click()
    page.get_by_role("link", name="Log in").wait_for()
    page.goto(f"/codes/cpt/{SIX[0]}/")
    assert access(page) == "locked"

    page.get_by_role("banner").get_by_role("link", name="Log in").click()
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/accounts/usage/")
    page.goto(f"/codes/cpt/{SIX[0]}/")
    assert access(page) == "full"


def access(page):
    return page.locator("main[data-page=code]").get_attribute("data-access")


def banner(page):
    return " ".join(page.locator(".views").inner_text().split())


def sign_up(page, site, email):
    """Fill the form in, and enter the code that came by mail."""
    page.fill("[name=email]", email)
    for box in page.locator("main input[type=password]").all():
        box.fill(PASSWORD)
    page.press("[name=email]", "Enter")
    page.wait_for_selector("[name=code]")
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{2,})\s*$", site.mail_to(email), re.M)
    page.fill("[name=code]", code.group(1))
    page.press("[name=code]", "Enter")
    page.wait_for_selector("text=Log out")


def test_the_scheme_follows_the_system(open_as):
    shades = []
    for scheme in ("light", "dark"):
        page = open_as("guest", scheme=scheme).page
        page.goto("/")
        shades.append(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]"))
    assert shades[0] > 200
    assert shades[1] < 60


FOCUSED = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it)
  if (it === document.body) return null
  const top = document.elementFromPoint(box.x + Math.min(box.width, 12) / 2, Math.max(box.y, 0) + Math.min(box.height, 12) / 2)
  return {
    name: it.getAttribute('name') || it.innerText, outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: Math.min(box.bottom, innerHeight) - Math.max(box.top, 0) >= 16 && Math.min(box.right, innerWidth) - Math.max(box.left, 0) >= 16,
    covered: !(it === top || it.contains(top)),
  }
}"""


@pytest.mark.parametrize("width", [320, 1440])
def test_the_keyboard_alone_is_enough(open_as, width):
    page = open_as("guest", width).page
    page.goto("/codes/cpt/63663/")
    stops = []
    for _ in range(80):
        page.keyboard.press("Tab")
        if (stop := page.evaluate(FOCUSED)) is None:
            break
        assert stop["outlined"], stop
        assert stop["seen"], stop
        assert not stop["covered"], stop
        stops.append(stop["name"])
    assert stops[0] == "Skip to the content"
    assert [name for name in stops if name in ("CasePilot", "q", "Search", "Log in", "Register", "Case2Code", "Guidelines")][:7] == [
        "CasePilot",
        "q",
        "Search",
        "Log in",
        "Register",
        "Case2Code",
        "Guidelines",
    ]


def test_the_skip_link_skips(open_as):
    page = open_as("guest").page
    page.goto("/codes/cpt/63663/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null && document.activeElement.innerText") == "Codes"


def test_a_page_prints_without_its_frame(open_as):
    page = open_as("coder").page
    page.goto("/codes/cpt/63663/")
    page.emulate_media(media="print")
    for part in (".site", ".site-foot", ".views", ".contents", ".question"):
        assert not page.locator(part).is_visible(), part
    assert page.locator("[data-common]").is_visible()
    assert page.locator("[data-panel=coverage] table >> nth=0").is_visible()
