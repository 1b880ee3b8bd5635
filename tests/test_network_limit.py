"""Clearing cookies is no free pass: guests without a cookie are counted by network and day."""

import pytest
from django.test import Client, RequestFactory

from quotas import network
from quotas.models import DailySalt, NetworkTally, View
from tests.pages import access, code_url, remaining, text_of

ADDRESS = "203.0.113.7"


def fresh(code, **meta):
    """A guest who has just cleared all cookies."""
    return Client().get(code_url(code), **{"REMOTE_ADDR": ADDRESS, **meta})


def test_it_works(db, settings):
    settings.GUEST_NETWORK_LIMIT = 3
    assert [access(fresh("63663")) for _ in range(4)] == ["preview", "preview", "preview", "locked"]
    assert View.objects.count() == 3


def test_the_locked_page_says_why_and_sets_no_cookie(db, settings):
    settings.GUEST_NETWORK_LIMIT = 0
    fresh("63663")
    settings.GUEST_NETWORK_LIMIT = 1
    page = fresh("63663")
    assert access(page) == "locked"
    assert remaining(page) == "0"
    assert "from your network today" in text_of(page)
    assert "visitor" not in page.cookies
    assert "r=0" in page["RateLimit"]


def test_guests_who_keep_their_cookie_are_not_counted(db, settings):
    settings.GUEST_NETWORK_LIMIT = 1
    client = Client(REMOTE_ADDR=ADDRESS)
    client.get(code_url("63663"))
    assert access(client.get(code_url("63663"))) == "preview"
    assert NetworkTally.objects.get().used == 1


def test_other_networks_have_their_own_count(db, settings):
    settings.GUEST_NETWORK_LIMIT = 1
    assert access(fresh("63663")) == "preview"
    assert access(fresh("63663")) == "locked"
    assert access(fresh("63663", REMOTE_ADDR="203.0.113.8")) == "preview"


def test_an_ipv6_network_is_its_first_64_bits(db, settings):
    settings.GUEST_NETWORK_LIMIT = 1
    assert access(fresh("63663", REMOTE_ADDR="2001:db8:1:2::1")) == "preview"
    assert access(fresh("63663", REMOTE_ADDR="2001:db8:1:2:ffff::9")) == "locked"
    assert access(fresh("63663", REMOTE_ADDR="2001:db8:1:3::1")) == "preview"


@pytest.mark.parametrize("forged", ["1.2.3.4", "1.2.3.4, 5.6.7.8", "", "x", "9" * 5000])
def test_a_forged_forwarded_header_changes_nothing_without_proxies(db, settings, forged):
    settings.GUEST_NETWORK_LIMIT = 1
    assert access(fresh("63663")) == "preview"
    assert access(fresh("63663", HTTP_X_FORWARDED_FOR=forged)) == "locked"


def test_a_forged_forwarded_header_changes_nothing_behind_a_proxy(db, settings):
    settings.GUEST_NETWORK_LIMIT, settings.TRUSTED_PROXY_COUNT = 1, 1
    assert access(fresh("63663", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=ADDRESS)) == "preview"
    for number in range(3):
        assert access(fresh("63663", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, {ADDRESS}")) == "locked"


@pytest.mark.parametrize(
    ("hops", "header", "address"),
    [
        (0, "198.51.100.1", "10.0.0.1"),
        (1, "198.51.100.1, 198.51.100.2", "198.51.100.2"),
        (2, "198.51.100.1, 198.51.100.2", "198.51.100.1"),
        (3, "198.51.100.1, 198.51.100.2", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "198.51.100.1, nonsense", "10.0.0.1"),
        (1, "198.51.100.2:4711", "198.51.100.2"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:198.51.100.2", "198.51.100.2"),
    ],
)
def test_the_address_is_taken_from_exactly_the_trusted_hops(settings, hops, header, address):
    settings.TRUSTED_PROXY_COUNT = hops
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=header)
    assert network.client_address(request) == address


def test_no_address_at_all_is_one_network(db, settings):
    settings.GUEST_NETWORK_LIMIT = 1
    assert access(fresh("63663", REMOTE_ADDR="")) == "preview"
    assert access(fresh("63663", REMOTE_ADDR="")) == "locked"


def test_the_address_is_kept_as_a_hash_under_a_salt_that_rotates(db, monkeypatch):
    fresh("63663")
    first = NetworkTally.objects.get()
    assert ADDRESS not in str(vars(first))
    tomorrow = network.today().replace(year=network.today().year + 1)
    monkeypatch.setattr("quotas.network.today", lambda: tomorrow)
    request = RequestFactory().get("/", REMOTE_ADDR=ADDRESS)
    assert network.network_hash(request) != first.network
    assert list(DailySalt.objects.values_list("day", flat=True)) == [tomorrow]


def test_a_locked_newcomer_is_charged_nothing(db, settings):
    settings.GUEST_NETWORK_LIMIT = 1
    fresh("63663")
    fresh("99213")
    assert NetworkTally.objects.get().used == 1
    assert View.objects.count() == 1
