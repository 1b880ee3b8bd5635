"""A real Chromium before the running site: the visitors it comes as, the pages it opens, and what it complains of."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.site import Browser, Site

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", *QUIET]

SIX = ("63663", "63650", "63655", "63661", "63662", "63664")
WIDTHS = (320, 1440)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# name → who opens it, and where. The guest has used its view on 63663, the coder all six on SIX.
PAGES = {
    "home": ("guest", "/"),
    "systems": ("guest", "/codes/"),
    "tree": ("guest", "/codes/cpt/"),
    "empty system": ("guest", "/codes/hcpcs/"),
    "heading": ("guest", "/codes/cpt/range/neurostimulators-spinal-63650-63688/"),
    "preview": ("guest", "/codes/cpt/63663/"),
    "locked": ("guest", "/codes/cpt/27447/"),
    "search": ("guest", "/codes/search/?q=knee"),
    "no hit": ("guest", "/codes/search/?q=xyzzy"),
    "sign-up": ("guest", "/accounts/signup/"),
    "log-in": ("guest", "/accounts/login/"),
    "reset": ("guest", "/accounts/password/reset/"),
    "plans": ("guest", "/plans/"),
    "assistant": ("guest", "/casepilot/"),
    "consultant": ("guest", "/caseconsultant/"),
    "careers": ("guest", "/careers/"),
    "404": ("guest", "/codes/cpt/00000/"),
    "full": ("coder", "/codes/cpt/63663/"),
    "pairs": ("coder", "/codes/cpt/63663/ncci/"),
    "diagnoses": ("coder", "/codes/cpt/63663/crosswalks/"),
    "documents": ("coder", "/codes/cpt/63663/coverage/"),
    "tools": ("guest", "/tools/"),
    "closed tool": ("guest", "/tools/claim/"),
    "claim": ("coder", "/tools/claim/?lines=99213+25%0A29881+59%0A29880%0A64484&dx=E11"),
    "fees": ("coder", "/tools/fees/?code=99213&code=29881-50&locality=13202-01&year=2025"),
    "E/M": ("coder", "/tools/em/?kind=office-established&problems=3&risk=3&minutes=70&procedure=minor"),
    "compare": ("coder", "/tools/compare/?codes=29880+29881+63650"),
    "my codes": ("coder", "/tools/my-codes/"),
    "out of views": ("coder", "/codes/cpt/27447/"),
    "usage": ("coder", "/accounts/usage/"),
    "addresses": ("coder", "/accounts/email/"),
    "password": ("coder", "/accounts/password/change/"),
    "second step": ("coder", "/accounts/2fa/"),
    "log-out": ("coder", "/accounts/logout/"),
}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """For pytest-playwright: the machine's own Chromium."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"needs a Chromium: none of {', '.join(NAMES)} is on the PATH")
    return {"executable_path": found, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(site: Site) -> dict[str, Any]:
    """For pytest-playwright: the site's address, and no smooth scrolling."""
    return {"base_url": site.base, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def visitors(site: Site) -> dict[str, list[Any]]:
    """The cookies of a guest without a view left, and of a registered coder without one."""
    guest, coder = site.browser(), site.browser()
    guest.get("/codes/cpt/63663/")
    site.register(coder, "browser@example.net")
    for code in SIX:
        assert b'data-access="full"' in coder.get(f"/codes/cpt/{code}/").content
    return {"guest": cookies(guest), "coder": cookies(coder)}


def cookies(browser: Browser) -> list[Any]:
    return [{"name": cookie.name, "value": cookie.value, "url": browser.base} for cookie in browser.jar]


@dataclass
class Watched:
    """A page whose every complaint is kept: of the console, of scripts, and of requests that leave the site."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self.on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self.on_request)

    def on_console(self, message: ConsoleMessage) -> None:
        # Chromium reports the 404 of a page that is not there, and what the policy (CSP) refused, as errors.
        if message.type in ("error", "warning") and "status of 404" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def on_request(self, request: Request) -> None:
        if urlsplit(request.url).scheme != "data" and not request.url.startswith(self.home):
            self.complaints.append(f"another host: {request.url}")


@pytest.fixture
def open_as(new_context: Callable[..., BrowserContext], site: Site, visitors: dict[str, list[Any]]) -> Iterator[Callable[..., Watched]]:
    """Makes a watched page for a visitor (`guest`, `coder`, or `new` without cookies); no page may have complained at the end."""
    opened: list[Watched] = []

    def make(who: str, width: int = 1440, scheme: str = "light", script: str | None = None, **options: Any) -> Watched:
        context = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
        context.add_cookies(visitors.get(who, []))
        if script:
            context.add_init_script(script)
        opened.append(Watched(context.new_page(), site.base))
        return opened[-1]

    yield make
    assert [complaint for watched in opened for complaint in watched.complaints] == []


@pytest.fixture(params=WIDTHS)
def tour(request: pytest.FixtureRequest, open_as: Callable[..., Watched]) -> Callable[..., Iterator[tuple[str, Page]]]:
    """Walks through all pages in one width: their names and color schemes, and each opened, and shown in each scheme."""

    def walk(script: str | None = None) -> Iterator[tuple[str, Page]]:
        pages = {who: open_as(who, request.param, script=script).page for who in ("guest", "coder")}
        for name, (who, path) in PAGES.items():
            page = pages[who]
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == (404 if name == "404" else 200), (name, answer.status)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                yield f"{name}, {scheme}", page

    return walk
