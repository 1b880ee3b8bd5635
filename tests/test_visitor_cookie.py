"""The visitor's cookie: signed, private, and worth nothing when forged, expired or copied."""

import re

from django.test import Client

from quotas import visitors
from quotas.models import Allowance, View
from tests.pages import access, code_url


def with_cookie(value: str) -> Client:
    client = Client()
    client.cookies[visitors.COOKIE] = value
    return client


def test_it_works(client):
    cookie = client.get(code_url("63663")).cookies["visitor"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert re.fullmatch(r"[0-9a-f]{32}", visitors.of_value(cookie.value))
    assert Allowance.objects.get().visitor == visitors.of_value(cookie.value)


def test_it_is_secure_over_https(client, settings):
    settings.HTTPS = True
    assert client.get(code_url("63663")).cookies["visitor"]["secure"]


def test_it_comes_with_the_first_view_alone(client):
    for answer in (client.get("/"), client.head(code_url("63663")), client.get(code_url("00000")), client.get(code_url("E11.9", "icd10cm"))):
        assert "visitor" not in answer.cookies
    assert "visitor" in client.get(code_url("63663")).cookies
    assert "visitor" not in client.get(code_url("99213")).cookies


def test_a_forged_cookie_is_no_cookie(db, settings):
    settings.GUEST_NETWORK_LIMIT = 2
    good = visitors.sign("0" * 32)
    for forged in ("0" * 32, good[:-1] + ("A" if good[-1] != "A" else "B"), good.replace("0", "1", 1), "a:b:c", "", "\u00e9:b:c"):
        page = with_cookie(forged).get(code_url("63663"))
        assert page.status_code == 200
    # Each counted as a guest without a cookie, so the network limit held.
    assert View.objects.count() == 2


def test_an_expired_cookie_is_no_cookie(db, monkeypatch):
    monkeypatch.setattr("django.core.signing.time.time", lambda: 1_500_000_000.0)
    old = visitors.sign("0" * 32)
    monkeypatch.undo()
    page = with_cookie(old).get(code_url("63663"))
    assert page.cookies["visitor"].value.partition(":")[0] != "0" * 32


def test_a_copied_cookie_shares_the_one_allowance(client):
    client.get(code_url("63663"))
    copy = with_cookie(client.cookies["visitor"].value)
    assert access(copy.get(code_url("63663"))) == "preview"
    assert access(copy.get(code_url("99213"))) == "locked"


def test_an_old_cookie_replayed_after_signing_in_refunds_nothing(client, coder, sign_in):
    client.get(code_url("63663"))
    before = client.cookies["visitor"].value
    sign_in(client, coder)
    replay = with_cookie(before)
    assert access(replay.get(code_url("99213"))) == "locked"


def test_broken_session_cookies_are_guests(db):
    for value in ("zzz", "\u00e9", "x" * 5000, ""):
        client = with_cookie("a:b:c")
        client.cookies["sessionid"] = value
        assert client.get(code_url("63663")).status_code == 200
