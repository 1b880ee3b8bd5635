"""Search crawlers that prove themselves see previews and pay nothing; impostors are guests."""

import pytest
from django.test import Client

from quotas import crawlers
from quotas.models import View
from tests.pages import access, code_url, remaining, text_of

AGENT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


class Book:
    """A resolver with a fixed book of names, counting what it was asked."""

    def __init__(self, names: dict[str, str], addresses: dict[str, set[str]]) -> None:
        self.names, self.addresses, self.asked = names, addresses, 0

    def name_of(self, address: str) -> str:
        self.asked += 1
        if address not in self.names:
            raise OSError("no name")
        return self.names[address]

    def addresses_of(self, name: str) -> set[str]:
        if name not in self.addresses:
            raise OSError("no address")
        return self.addresses[name]


@pytest.fixture
def book(monkeypatch, db) -> Book:
    book = Book(
        {"66.249.66.1": "crawl-66-249-66-1.googlebot.com", "192.0.2.1": "crawl.googlebot.com", "192.0.2.2": "googlebot.com.evil.example"},
        {"crawl-66-249-66-1.googlebot.com": {"66.249.66.1"}, "crawl.googlebot.com": {"66.249.66.9"}, "googlebot.com.evil.example": {"192.0.2.2"}},
    )
    monkeypatch.setattr(crawlers, "resolver", book)
    return book


def crawl(address: str, code: str, agent: str = AGENT):
    return Client().get(code_url(code), REMOTE_ADDR=address, HTTP_USER_AGENT=agent)


def test_it_works(book):
    for code in ("63663", "63664", "99213"):
        page = crawl("66.249.66.1", code)
        assert (access(page), remaining(page)) == ("preview", None)
        assert "data-common" in text_of(page)
        assert "visitor" not in page.cookies
        assert "RateLimit" not in page
    assert View.objects.count() == 0


def test_the_proof_is_remembered(book):
    for code in ("63663", "63664", "99213"):
        crawl("66.249.66.1", code)
    assert book.asked == 1


@pytest.mark.parametrize("address", ["192.0.2.1", "192.0.2.2", "192.0.2.3", ""])
def test_an_impostor_is_a_guest(book, settings, address):
    settings.GUEST_NETWORK_LIMIT = 1
    assert access(crawl(address, "63663")) == "preview"
    assert View.objects.count() == 1
    assert access(crawl(address, "99213")) == "locked"


def test_nobody_else_is_looked_up(book):
    crawl("66.249.66.1", "63663", agent="Mozilla/5.0 Firefox/140.0")
    assert book.asked == 0
    assert View.objects.count() == 1


def test_a_crawlers_page_has_no_panel(book):
    assert 'data-locked="false"' not in text_of(crawl("66.249.66.1", "63663"))


def test_the_systems_resolver_turns_silence_into_an_error(monkeypatch):
    monkeypatch.setattr(crawlers, "PATIENCE", 0.01)
    monkeypatch.setattr(crawlers.socket, "gethostbyaddr", lambda address: __import__("time").sleep(0.3))
    with pytest.raises(OSError, match="in time"):
        crawlers.SystemResolver().name_of("192.0.2.1")


def test_the_systems_resolver_knows_this_machine():
    assert "127.0.0.1" in crawlers.SystemResolver().addresses_of("localhost")
