"""The relevance set: queries that we wrote, with the right codes. One half is tuned on; what is reported is of the other."""

import csv
import random
import string
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent
SETS = ("cpt", "hcpcs", "icd10cm")
WORDY = {"words", "lay", "abbreviation", "reordered", "symptom", "specific", "header", "inclusion"}  # kinds that are misspelled
SHORTEST = 5  # letters of a word that gets an error
Entry = tuple[str, str]  # a code's system and number
Search = Callable[[str, int], list[Entry]]  # a query, and how many codes are wanted of it


@dataclass(frozen=True, slots=True)
class Case:
    """A query, the system that it was written for, and the codes of which any is right."""

    system: str
    query: str
    codes: frozenset[str]
    kind: str

    @property
    def held_out(self) -> bool:
        """Whether it is of the half that nothing is tuned on."""
        return sha256(self.query.encode()).digest()[0] % 2 == 1


@dataclass(slots=True)
class Score:
    """How often a right code was first, and among the first five."""

    asked: int = 0
    firsts: int = 0
    fives: int = 0

    def count(self, found: Sequence[object], right: Collection[object]) -> None:
        """One more query."""
        self.asked += 1
        self.firsts += bool(found) and found[0] in right
        self.fives += any(one in right for one in found[:5])

    @property
    def first(self) -> float:
        """The share of the first."""
        return self.firsts / self.asked if self.asked else 0.0

    @property
    def five(self) -> float:
        """The share of the first five."""
        return self.fives / self.asked if self.asked else 0.0


def cases(sets: Iterable[str] = SETS) -> list[Case]:
    """The whole set."""
    found = []
    for name in sets:
        with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            found += [Case(name, row["query"], frozenset(row["codes"].split()), row["kind"]) for row in csv.DictReader(file)]
    return found


def relevance(asked: Iterable[Case], search: Search) -> Score:
    """How well these queries are answered."""
    score = Score()
    for case in asked:
        score.count([code for _, code in search(case.query, 5)], case.codes)
    return score


def misspelled(asked: Iterable[Case], seed: int = 4) -> list[Case]:
    """Those in words, each with one error in one of its longer words."""
    chance = random.Random(seed)
    found = []
    for case in asked:
        words = case.query.split()
        places = [place for place, word in enumerate(words) if len(word) >= SHORTEST and word.isascii() and word.isalpha()]
        if case.kind in WORDY and places:
            place = chance.choice(places)
            words[place] = mistyped(words[place], chance)
            found.append(Case(case.system, " ".join(words), case.codes, case.kind))
    return found


def mistyped(word: str, chance: random.Random) -> str:
    """A word with a letter wrong, missing, doubled or swapped with the next; its first letter is right, as it mostly is."""
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    other = chance.choice([one for one in string.ascii_lowercase if one != letter])
    ways = [before + other + after, before + after, before + letter + letter + after]
    if after[0] != letter:
        ways.append(before + after[0] + letter + after[1:])
    return chance.choice(ways)


def titles(entries: Iterable[tuple[str, str, str, str]]) -> list[tuple[Entry, str]]:
    """A code's short and long descriptor, each once, of entries (system, code, short, long)."""
    return [((system, code), text) for system, code, short, long in entries for text in dict.fromkeys((short, long)) if text]


def descriptors(sample: Iterable[tuple[Entry, str]], same: Callable[[str], Collection[Entry]], search: Search) -> Score:
    """How often a descriptor finds its own code, or one with the same text."""
    score = Score()
    for entry, text in sample:
        score.count(search(text, 5), {entry, *same(text)})
    return score


def shortened(sample: Iterable[tuple[Entry, str]], search: Search, seed: int = 5) -> Score:
    """The same with a third of the words dropped; here a code with the same text does not count."""
    chance = random.Random(seed)
    score = Score()
    for entry, text in sample:
        words = text.split()
        kept = sorted(chance.sample(range(len(words)), len(words) - len(words) // 3))
        score.count(search(" ".join(words[place] for place in kept), 5), {entry})
    return score
