"""Registering and signing in: what was opened as a guest stays open, nothing is charged twice, nothing refunded."""

from django.test import Client

from quotas.models import Allowance, View
from tests.pages import access, code_url, remaining

SIX = ["63650", "63655", "63661", "63662", "63664", "63685"]


def test_it_works(client, coder, sign_in):
    client.get(code_url("63663"))
    sign_in(client, coder)
    page = client.get(code_url("63663"))
    assert (access(page), remaining(page)) == ("full", "5")
    opened = [access(client.get(code_url(code))) for code in SIX]
    assert opened == ["full"] * 5 + ["locked"]


def test_six_in_all_without_a_guest_view(as_coder):
    opened = [access(as_coder.get(code_url(code))) for code in [*SIX, "63688"]]
    assert opened == ["full"] * 6 + ["locked"]


def test_a_code_that_the_user_has_is_not_charged_again(client, coder, sign_in):
    own = Client()
    own.force_login(coder)
    own.get(code_url("63663"))
    client.get(code_url("63663"))
    sign_in(client, coder)
    assert remaining(client.get(code_url("63663"))) == "5"


def test_signing_in_twice_charges_once(client, coder, sign_in):
    client.get(code_url("63663"))
    for _ in range(2):
        sign_in(client, coder)
        client.post("/accounts/logout/")
    assert Allowance.objects.get(user=coder).used == 1


def test_after_logging_out_the_guest_view_is_still_used(client, coder, sign_in):
    client.get(code_url("63663"))
    sign_in(client, coder)
    client.post("/accounts/logout/")
    assert access(client.get(code_url("63663"))) == "preview"
    assert access(client.get(code_url("99213"))) == "locked"


def test_with_no_view_left_the_code_stays_open_as_it_was(client, coder, sign_in):
    own = Client()
    own.force_login(coder)
    for code in SIX:
        own.get(code_url(code))
    client.get(code_url("63663"))
    sign_in(client, coder)
    assert access(client.get(code_url("63663"))) == "preview"
    assert access(client.get(code_url("99213"))) == "locked"
    assert View.objects.filter(allowance__user=coder).count() == 6


def test_guests_and_log_ins_in_turn_open_no_more_than_six(coder, sign_in):
    """Clearing cookies and signing in again and again earns no seventh code in full."""
    full = set()
    for code in [*SIX, "63688", "63663", "99213"]:
        client = Client()
        client.get(code_url(code))
        sign_in(client, coder)
        if access(client.get(code_url(code))) == "full":
            full.add(code)
    assert len(full) == 6


def test_a_stranger_who_signs_in_without_a_cookie_merges_nothing(coder, sign_in):
    client = Client()
    sign_in(client, coder)
    assert not View.objects.exists()
