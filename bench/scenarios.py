"""What is measured: the requests of each scenario, what their answers must contain, and the goal."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, cycle, islice
from urllib.parse import quote_plus

from bench import words
from bench.draws import HOLDERS, NEWCOMERS, OPEN, SEED, pairs, zipf
from bench.place import HOST
from bench.wire import Request

MIXED, RUN_IN = 15_000, 200


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
    the most popular last, then codes came by chance. Those of cold pages have only run in.
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

    def alone(scenario: Scenario) -> Group:
        return Group(scenario, RUN_IN, [scenario])

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
        alone(Scenario("search", both(0.30), searches(dice, codes), b'data-page="search"')),
        alone(Scenario("suggestions", both(0.50), suggestions(dice, codes), b"[{")),
    ]


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


def searches(dice: random.Random, codes: list[str]) -> Iterator[Request]:
    """Result pages."""
    for code in zipf(codes):
        yield request(dice, f"/codes/search/?q={quote_plus(words.query(dice, code))}", sampled=(b"data-hit", b"</html>"))


def suggestions(dice: random.Random, codes: list[str]) -> Iterator[Request]:
    """What the search box asks for while somebody types."""
    for code in zipf(codes):
        yield request(dice, f"/codes/suggest/?q={quote_plus(words.typing(dice, code))}", sampled=(b'"url"',))
