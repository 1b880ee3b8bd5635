"""What is measured: the requests of each scenario, what their answers must contain, and the goal."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, cycle, islice
from urllib.parse import quote_plus

from bench import words
from bench.draws import HOLDERS, NEWCOMERS, OPEN, SEED, pairs, zipf
from bench.place import HOST
from bench.wire import Request

MIXED, RUN_IN = 15_000, 200
Wording = Callable[[random.Random, str], str]  # what somebody types who wants a code


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of the table. `stream` gives requests without end, or as many as there can be."""

    name: str
    goals: dict[str, float]
    stream: Iterator[Request]
    mark: bytes
    spends: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Scenarios for one server, and the scenario that warms it up first, with so many requests."""

    warming: Scenario
    requests: int
    scenarios: list[Scenario]


def request(dice: random.Random, path: str, cookie: str = "", sampled: tuple[bytes, ...] = ()) -> Request:
    """A browser's request as a proxy passes it on, each from an address of its own."""
    address = ".".join(str(dice.randrange(1, 255)) for _ in range(4))
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", "User-Agent: Mozilla/5.0 (X11; Linux x86_64)", "Accept: text/html", "Accept-Language: en-US"]
    lines += [f"X-Forwarded-For: {address}", "X-Forwarded-Proto: https", *([f"Cookie: {cookie}"] if cookie else [])]
    return Request(("\r\n".join(lines) + "\r\n\r\n").encode(), sampled)


def page(dice: random.Random, code: str, cookie: str = "") -> Request:
    """A code page, which must be that code's, whole, and with a banner."""
    return request(dice, f"/codes/cpt/{code}/", cookie, (f'data-code="{code}"'.encode(), b'data-views-remaining="', b"</html>"))


def nothing() -> Iterator[Request]:
    """The bare project's only page."""
    dice = random.Random(SEED)
    while True:
        yield request(dice, "/")


def groups(people: dict[str, list[str]], warmth: float = 1.0) -> list[Group]:
    """All of them, for a site with these people.

    The servers of kept pages are warmed up as they are after a long while: every code has been opened,
    the most popular last, then codes came by chance. Those of searches have answered as many; what is asked follows Zipf's
    law too. Those of cold pages, and of what was never asked before, have only run in.
    """
    dice, codes = random.Random(SEED), people["codes"]
    guests, users = [f"visitor={value}" for value in people["visitors"]], [f"sessionid={key}" for key in people["sessions"]]
    holders, fillers, newcomers = users[:HOLDERS], users[HOLDERS : HOLDERS + NEWCOMERS], users[HOLDERS + NEWCOMERS :]
    popular = codes[: int(len(codes) * warmth)][::-1]
    mixed = int(MIXED * warmth)
    preview, full = b'data-access="preview"', b'data-access="full"'
    spend, opened, cold = {"SQLite": 0.35, "PostgreSQL": 0.25}, {"SQLite": 0.60, "PostgreSQL": 0.40}, both(0.12)

    by_guests = (page(dice, code) for code in zipf(codes))
    by_users = (page(dice, code, holders[holder]) for holder, code in islice(pairs(codes), OPEN, None))
    first_guests = (page(dice, code) for code in popular)
    first_users = (page(dice, code, user) for code, user in zip(popular, cycle(fillers), strict=False))
    cold_guests = (page(dice, code) for code in codes)
    cold_users = (page(dice, code, user) for code, user in zip(codes, cycle(newcomers), strict=False))

    return [
        Group(
            Scenario("warm-up", {}, chain(first_guests, by_guests), preview, spends=True),
            len(popular) + mixed,
            [
                Scenario("code page, spends: new guest", spend, by_guests, preview, spends=True),
                Scenario("code page, open: guest", opened, again(dice, codes, guests), preview),
            ],
        ),
        Group(
            Scenario("warm-up", {}, chain(first_users, by_users), full, spends=True),
            len(popular) + mixed,
            [
                Scenario("code page, spends: signed in", spend, by_users, full, spends=True),
                Scenario("code page, open: signed in", opened, again(dice, codes, holders), full),
            ],
        ),
        alone(Scenario("code page, cold: new guest", cold, cold_guests, preview, spends=True)),
        alone(Scenario("code page, cold: signed in", cold, cold_users, full, spends=True)),
        *search_groups(dice, codes, mixed),
    ]


def alone(scenario: Scenario, requests: int = RUN_IN) -> Group:
    """A server for one scenario, warmed up by so many of its own requests."""
    return Group(scenario, requests, [scenario])


def search_groups(dice: random.Random, codes: list[str], warming: int) -> list[Group]:
    """Searches: those of all visitors together, of which most were asked before; and those that nobody has asked."""
    page, lists = b'data-page="search"', b"[{"
    common, common_typing = searches(dice, asked_by_many(codes, words.query)), suggestions(dice, asked_by_many(codes, words.typing))
    rare, rare_typing = searches(dice, never_asked(codes, words.rare_query)), suggestions(dice, never_asked(codes, words.rare_typing))
    return [
        alone(Scenario("search: results page", both(0.30), common, page), warming),
        alone(Scenario("search: suggestions", both(0.50), common_typing, lists), warming),
        alone(Scenario("search: results page, never asked before", both(0.08), rare, page)),
        alone(Scenario("search: suggestions, never asked before", both(0.08), rare_typing, lists)),
    ]


def names() -> list[str]:
    """All names, in their order."""
    return [scenario.name for group in groups({"codes": [], "visitors": [], "sessions": []}) for scenario in group.scenarios]


def both(goal: float) -> dict[str, float]:
    """The same goal on both databases."""
    return {"SQLite": goal, "PostgreSQL": goal}


def again(dice: random.Random, codes: list[str], cookies: list[str]) -> Iterator[Request]:
    """Pages that their holders have open, over and over, in any order."""
    held = list(islice(pairs(codes), OPEN))
    while True:
        dice.shuffle(held)
        for holder, code in held:
            yield page(dice, code, cookies[holder])


def asked_by_many(codes: list[str], wording: Wording) -> Iterator[str]:
    """What is asked, by Zipf's law as codes are: whoever wants a code asks in the same words for it."""
    return (wording(random.Random(code), code) for code in zipf(codes))


def never_asked(codes: list[str], wording: Wording) -> Iterator[str]:
    """What is asked once and never again."""
    dice = random.Random(SEED)
    yield from dict.fromkeys(wording(dice, code) for code in codes * 3)


def searches(dice: random.Random, asked: Iterator[str]) -> Iterator[Request]:
    """Results pages."""
    return (request(dice, f"/codes/search/?q={quote_plus(text)}", sampled=(b"data-hit", b"</html>")) for text in asked)


def suggestions(dice: random.Random, asked: Iterator[str]) -> Iterator[Request]:
    """What the search box asks for while somebody types."""
    return (request(dice, f"/codes/suggest/?q={quote_plus(text)}", sampled=(b'"url"',)) for text in asked)
