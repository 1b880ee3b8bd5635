"""Spending under concurrency: real threads, a real server with two processes, either database."""

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from codes import demo
from tests.pages import access, code_url, remaining
from tests.site import Site

CODES = list(demo.read_entries())
people = itertools.count()


def race(site: Site, cookie: str, codes: list[str], threads: int = 40) -> list[tuple[str, str | None]]:
    """Ask for all codes at once with one cookie; each code with the access it got."""

    def ask(code: str) -> tuple[str, str | None]:
        answer = site.browser(Cookie=cookie).get(code_url(code))
        assert answer.status == 200
        return code, access(answer)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(ask, codes))


def newcomer(site: Site):
    """A registered coder who has opened nothing yet."""
    browser = site.browser()
    site.register(browser, f"racer{next(people)}@example.net")
    return browser


def test_it_works(site):
    browser = site.browser()
    assert access(browser.get(code_url("63663"))) == "preview"
    assert access(browser.get(code_url("99213"))) == "locked"


def test_two_hundred_requests_of_one_guest_open_exactly_one(site):
    browser = site.browser()
    browser.get(code_url("63663"))
    site.manage(
        "shell",
        "-c",
        "from quotas.models import View, Allowance; View.objects.filter(allowance__user=None).delete(); Allowance.objects.filter(user=None).delete()",
    )
    answers = race(site, browser.cookie, CODES[:50] * 4)
    assert len(answers) == 200
    opened = {code for code, got in answers if got == "preview"}
    assert len(opened) == 1
    after = {code for code, got in race(site, browser.cookie, CODES[:50]) if got == "preview"}
    assert after == opened


def test_two_hundred_requests_of_one_coder_open_exactly_six(site):
    browser = newcomer(site)
    answers = race(site, browser.cookie, CODES[:50] * 4)
    opened = {code for code, got in answers if got == "full"}
    assert len(opened) == 6
    assert {got for _, got in answers} == {"full", "locked"}
    after = {code for code, got in race(site, browser.cookie, CODES[:50]) if got == "full"}
    assert after == opened
    assert remaining(browser.get(code_url(next(iter(opened))))) == "0"


def test_two_tabs_that_open_the_same_code_pay_once(site):
    browser = newcomer(site)
    answers = race(site, browser.cookie, ["63663"] * 60)
    assert Counter(got for _, got in answers) == {"full": 60}
    assert remaining(browser.get(code_url("63663"))) == "5"


def test_a_race_at_the_last_view_keeps_what_it_bought(site):
    """Many tabs on the last view's code: every one of them shows it, since one has paid."""
    browser = newcomer(site)
    for code in CODES[:5]:
        assert access(browser.get(code_url(code))) == "full"
    answers = race(site, browser.cookie, ["63663"] * 40)
    assert {got for _, got in answers} == {"full"}


def test_cookieless_guests_who_race_stay_within_the_network_limit(tmp_path):
    from tests.site import start

    running = start(tmp_path, GUEST_NETWORK_LIMIT="7")
    site = next(running)
    try:
        answers = race(site, "", CODES[:20] * 3, threads=20)
        assert Counter(got for _, got in answers) == {"preview": 7, "locked": 53}
    finally:
        running.close()


@pytest.mark.parametrize("rounds", [3])
def test_signing_in_while_tabs_race_charges_each_code_once(site, rounds):
    for _ in range(rounds):
        browser = site.browser()
        browser.get(code_url("63663"))
        site.register(browser, f"racer{next(people)}@example.net")
        opened = {code for code, got in race(site, browser.cookie, ["63663", *CODES[:7]] * 5) if got == "full"}
        assert len(opened | {"63663"}) == 6
