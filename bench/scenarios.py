"""What is measured: the requests of each scenario, what their answers must contain, and the goal."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from urllib.parse import quote_plus

from bench import words
from bench.draws import HOLDERS, OPEN, SEED, pairs, zipf
from bench.place import HOST
from bench.wire import Request

WARM = 15_000
WARM_FEW = 200


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of the table. `stream` gives requests without end, or as many as there can be."""

    name: str
    goals: dict[str, float]
    stream: Iterator[Request]
    mark: bytes
    spends: bool = False
    warm: int = WARM


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


def scenarios(people: dict[str, list[str]]) -> list[Scenario]:
    """All of them, for a site with these people."""
    dice = random.Random(SEED)
    codes = people["codes"]
    guests, users = [f"visitor={value}" for value in people["visitors"]], [f"sessionid={key}" for key in people["sessions"]]
    spend, open_, cold = {"SQLite": 0.35, "PostgreSQL": 0.25}, {"SQLite": 0.60, "PostgreSQL": 0.40}, both(0.12)
    preview, full = b'data-access="preview"', b'data-access="full"'
    new_pairs = islice(pairs(codes), OPEN, None)
    newcomers = zip(codes, cycle(users[HOLDERS:]), strict=False)
    return [
        Scenario("code page, spends: new guest", spend, (page(dice, code) for code in zipf(codes)), preview, spends=True),
        Scenario("code page, spends: signed in", spend, (page(dice, code, users[user]) for user, code in new_pairs), full, spends=True),
        Scenario("code page, open: guest", open_, opened(dice, codes, guests), preview),
        Scenario("code page, open: signed in", open_, opened(dice, codes, users), full),
        Scenario("code page, cold: new guest", cold, (page(dice, code) for code in codes), preview, spends=True, warm=WARM_FEW),
        Scenario(
            "code page, cold: signed in",
            cold,
            (page(dice, code, user) for code, user in newcomers),
            full,
            spends=True,
            warm=WARM_FEW,
        ),
        Scenario("search", both(0.30), searches(dice, codes), b'data-page="search"', warm=WARM_FEW),
        Scenario("suggestions", both(0.50), suggestions(dice, codes), b"[{", warm=WARM_FEW),
    ]


def both(goal: float) -> dict[str, float]:
    """The same goal on both databases."""
    return {"SQLite": goal, "PostgreSQL": goal}


def opened(dice: random.Random, codes: list[str], cookies: list[str]) -> Iterator[Request]:
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
