"""The second step of logging in: an authenticator app, recovery codes, keys; and all account pages in a real browser."""

import re

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from tests.conftest import PASSWORD
from tests.pages import access, code_url, text_of
from tests.registering import CODE, LOG_IN, SIGN_UP, USAGE, confirm, is_logged_in, log_in, sign_up
from tests.test_accessibility import AXE, RUN, TAGS

pytest_plugins = ["tests.browser"]

OWN = [USAGE, "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/"]
OWN += ["/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/totp/deactivate/", "/accounts/logout/"]


def code_at(secret: str) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))))


@pytest.fixture
def clock(monkeypatch):
    """The authenticator's clock, which stands; `clock()` moves it to the next code."""
    now = [next(totp.yield_hotp_counters_from_time())]
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter(now))
    return lambda: now.insert(0, now.pop() + 1)


@pytest.fixture
def with_app(client, coder, sign_in, clock):
    """The secret of an app that the coder has set up, logged out again."""
    sign_in(client, coder)
    secret = re.search(r"<b data-secret>([A-Z2-7]+)</b>", confirm(client, "/accounts/2fa/totp/activate/"))[1]
    assert "Incorrect code." in text_of(client.post("/accounts/2fa/totp/activate/", {"code": "000000"}))
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_at(secret)}).status_code == 302
    assert "On. Logging in asks for a code" in text_of(client.get("/accounts/2fa/"))
    client.post("/accounts/logout/")
    clock()
    return secret


def test_it_works(client, coder, with_app):
    assert log_in(client, coder.email)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_logged_in(client)
    assert access(client.get(code_url("63663"))) == "preview"
    assert "Incorrect code." in text_of(client.post("/accounts/2fa/authenticate/", {"code": "000000"}))
    assert client.post("/accounts/2fa/authenticate/", {"code": code_at(with_app)})["Location"] == USAGE
    assert is_logged_in(client)


def test_a_code_of_the_app_works_once(client, coder, with_app):
    log_in(client, coder.email)
    client.post("/accounts/2fa/authenticate/", {"code": code_at(with_app)})
    other = Client()
    log_in(other, coder.email)
    other.post("/accounts/2fa/authenticate/", {"code": code_at(with_app)})
    assert not is_logged_in(other)


def test_a_recovery_code_works_once(client, coder, with_app, clock):
    log_in(client, coder.email)
    client.post("/accounts/2fa/authenticate/", {"code": code_at(with_app)})
    page = confirm(client, "/accounts/2fa/recovery-codes/")
    codes = re.search(r"<pre data-recovery-codes>(.*?)</pre>", page, re.S)[1].split()
    assert len(codes) == 10
    for expected in (True, False):
        browser = Client()
        log_in(browser, coder.email)
        browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert is_logged_in(browser) is expected


def test_the_second_step_is_no_way_around_verification(client):
    sign_up(client)
    for path in ("/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        assert client.get(path)["Location"].startswith((LOG_IN, "/accounts/reauthenticate/"))


def test_keys_are_asked_for_by_the_browser(client, coder, sign_in):
    sign_in(client, coder)
    assert "None yet." in text_of(client.get("/accounts/2fa/webauthn/"))
    page = confirm(client, "/accounts/2fa/webauthn/add/")
    assert '"creation_options"' in page
    assert 'data-allauth-onload="allauth.webauthn.forms.addForm"' in page


def test_changes_that_protect_the_account_ask_who_it_is(as_coder):
    assert "Confirm that it is you" in text_of(as_coder.get("/accounts/2fa/totp/activate/", follow=True))
    assert as_coder.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code == 200
    assert as_coder.get("/accounts/2fa/totp/activate/").status_code == 302
    assert "Set up an authenticator app" in confirm(as_coder, "/accounts/2fa/totp/activate/")


@pytest.mark.browser
def test_from_sign_up_to_the_second_step_in_a_browser(open_as, site):
    """No page complains (`open_as` sees to that), none is wider than its window, and axe has nothing to object to."""
    page, email = open_as("new", script=AXE).page, "steps@example.net"

    def fits() -> None:
        for width, scheme in ((1440, "light"), (320, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.url, width)
            assert page.evaluate(RUN, TAGS) == [], (page.url, width, scheme)

    def send(**fields: str) -> None:
        for name, value in fields.items():
            page.fill(f"[name={name}]", value)
        with page.expect_navigation():
            page.press(f"[name={name}]", "Enter")
        fits()

    page.goto(SIGN_UP)
    send(email="nonsense@x", password1="12345")
    assert page.locator(".errorlist").count() == 2
    send(email=email, password1=PASSWORD)
    send(code="WRONG1")
    send(code=CODE.search(site.mail_to(email))[1])
    page.goto("/accounts/2fa/totp/activate/")
    send(password=PASSWORD)
    corner = page.locator("main svg rect").bounding_box()
    assert corner["width"] >= 200
    assert page.locator("main svg rect").evaluate("it => getComputedStyle(it).fill") == "rgb(255, 255, 255)"
    secret = page.inner_text("[data-secret]")
    send(code=code_at(secret))
    assert len(page.inner_text("[data-recovery-codes]").split()) == 10
    for path in OWN:
        page.goto(path)
        fits()
    page.click("main form button")
    page.wait_for_selector("text=Log in")
    page.goto(LOG_IN)
    send(login=email, password="wrong")
    send(login=email, password=PASSWORD)
    assert page.url.endswith("/accounts/2fa/authenticate/")
    assert page.get_by_role("button", name="Use a security key or passkey").is_visible()


@pytest.mark.browser
def test_a_key_is_added_and_logs_in(new_context, site):
    """With a key that Chromium plays. It takes a name for the host: browsers have no keys for bare addresses."""
    from tests.browser import Watched  # a plugin of this module: imported any earlier its assertions would not be rewritten

    home = site.base.replace("127.0.0.1", "localhost")
    context = new_context()
    watched = Watched(context.new_page(), home)
    page, email = watched.page, "key@example.net"
    played = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": played})

    page.goto(f"{home}{SIGN_UP}")
    page.fill("[name=email]", email)
    page.fill("[name=password1]", PASSWORD)
    page.press("[name=email]", "Enter")
    page.fill("[name=code]", CODE.search(site.mail_to(email))[1])
    page.press("[name=code]", "Enter")
    page.wait_for_url(f"**{USAGE}")
    page.goto(f"{home}/accounts/2fa/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():  # its script is there with the page, and may not be there with the button
        page.press("[name=password]", "Enter")
    page.click("text=Add the key")
    page.wait_for_selector("[data-recovery-codes]")
    page.goto(f"{home}/accounts/2fa/webauthn/")
    assert page.get_by_text("Added on").count() == 1
    page.goto(f"{home}/accounts/logout/")
    page.click("main form button")
    page.wait_for_selector("text=Log in")
    page.goto(f"{home}{LOG_IN}")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.click("text=Use a security key or passkey")
    page.wait_for_url(f"**{USAGE}")
    assert watched.complaints == []
