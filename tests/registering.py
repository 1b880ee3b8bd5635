"""Signing up and logging in through the site's own forms."""

import re

from django.core import mail
from django.test import Client

from tests.conftest import PASSWORD
from tests.pages import text_of

EMAIL = "new@example.net"
SIGN_UP, LOG_IN, CONFIRM, USAGE = "/accounts/signup/", "/accounts/login/", "/accounts/confirm-email/", "/accounts/usage/"
CODE = re.compile(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{2,})\s*$", re.M)


def sign_up(browser: Client, email: str = EMAIL, **fields: str):
    return browser.post(SIGN_UP, {"email": email, "password1": PASSWORD, **fields})


def log_in(browser: Client, email: str = EMAIL, password: str = PASSWORD):
    return browser.post(LOG_IN, {"login": email, "password": password})


def mailed_code() -> str:
    found = CODE.search(str(mail.outbox[-1].body))
    assert found, "the mail has no code on a line of its own"
    return found[1]


def is_logged_in(browser: Client) -> bool:
    return browser.get(USAGE).status_code == 200


def confirm(browser: Client, to: str):
    """Open a page that asks for the password first."""
    asked = browser.get(to)["Location"]
    assert asked.startswith("/accounts/reauthenticate/?next=%2Faccounts%2F")
    assert browser.post(asked, {"password": PASSWORD})["Location"] == to
    return text_of(browser.get(to))
