"""Which code is asked for, and by whom: codes by Zipf's law, and no holder the same code twice."""

import random
from collections.abc import Iterator
from itertools import accumulate

SEED = 99213
HOLDERS = 8_000
OPEN = 30_000


class Draws:
    """Draws from the codes, the most popular first: the n-th has 1/n of the first one's chance (Zipf, s = 1)."""

    def __init__(self, codes: list[str], seed: int = SEED) -> None:
        self.codes = codes
        self.dice = random.Random(seed)
        self.weights = list(accumulate(1 / rank for rank in range(1, len(codes) + 1)))

    def codes_forever(self) -> Iterator[str]:
        """One code after the other."""
        while True:
            yield from self.dice.choices(self.codes, cum_weights=self.weights, k=1000)

    def pairs(self) -> Iterator[tuple[int, str]]:
        """A holder's number and a code, each pair once: a code goes round the holders, from a place of its own.

        The first `OPEN` pairs are what the holders have open already. It ends when the most popular
        code has been with every holder.
        """
        turn: dict[str, int] = {}
        for code in self.codes_forever():
            count = turn[code] = turn.get(code, -1) + 1
            if count == HOLDERS:
                return
            yield (hash_place(code) + count * 7919) % HOLDERS, code


def hash_place(code: str) -> int:
    """A place that differs from code to code and is the same in every run."""
    return int(code) * 2654435761 % 1_000_003
