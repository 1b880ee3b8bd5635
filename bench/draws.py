"""Which code is asked for, and by whom: codes by Zipf's law, and no holder the same code twice."""

import random
from collections.abc import Iterator
from itertools import accumulate

SEED = 99213
HOLDERS = 15_000
NEWCOMERS = 100  # users with nothing open, twice
OPEN = 30_000


def zipf(codes: list[str]) -> Iterator[str]:
    """Codes without end, the most popular first in the list: the n-th has 1/n of the first one's chance (Zipf's law, s = 1)."""
    dice = random.Random(SEED)
    chances = list(accumulate(1 / rank for rank in range(1, len(codes) + 1)))
    while True:
        yield from dice.choices(codes, cum_weights=chances, k=1000)


def pairs(codes: list[str]) -> Iterator[tuple[int, str]]:
    """A holder's number and a code by Zipf's law, each pair once: a code goes round the holders, from a place of its own.

    The first `OPEN` pairs are what the holders have open already. It ends when the most popular code
    has been with every holder.
    """
    turn: dict[str, int] = {}
    for code in zipf(codes):
        count = turn[code] = turn.get(code, -1) + 1
        if count == HOLDERS:
            return
        yield (int(code) * 104729 + count * 7919) % HOLDERS, code
