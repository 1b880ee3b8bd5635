"""Synonyms at work: in a query's terms the longest that are known are widened by what they mean."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product

from django.conf import settings
from django.db import transaction

from codes.models import Synonym
from codes.search.text import terms

SEED = settings.BASE_DIR / "fixtures" / "search"
FILES = {
    "abbreviations.csv": Synonym.ABBREVIATION,
    "lay.csv": Synonym.LAY,
    "words.csv": Synonym.LAY,
    "spelling.csv": Synonym.SPELLING,
    "anatomy.csv": Synonym.ANATOMY,
    "diagnoses.csv": Synonym.LAY,
    "procedures.csv": Synonym.LAY,
    "supplies.csv": Synonym.LAY,
}
MOST_WORDS = {"term": 6, "means": 8}
MOST_MEANINGS, MOST_COMPOSED = 3, 6  # of each part of a longer synonym; of all parts together
Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Terms of a query that belong together, and what else they may mean."""

    terms: Terms
    means: tuple[Terms, ...] = ()


class Thesaurus:
    """All active synonyms, by their terms."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.means: dict[Terms, list[Terms]] = {}
        for term, means in pairs:
            key, value = tuple(terms(term)), tuple(terms(means))
            if key and value and key != value and value not in self.means.setdefault(key, []):
                self.means[key].append(value)
        self.longest = max((len(key) for key in self.means), default=1)
        self.parts = frozenset(term for key in self.means for term in key)

    def groups(self, typed: Sequence[str]) -> list[Group]:
        """The terms of a query in groups, from the left the longest that is known."""
        return [Group(key, tuple(dict.fromkeys((*self.means.get(key, ()), *self.composed(key))))) for key in self.cut(typed, self.longest)]

    def cut(self, typed: Sequence[str], longest: int) -> Iterator[Terms]:
        """The terms, from the left the longest that is known and not longer than that together."""
        start = 0
        while start < len(typed):
            lengths = range(min(longest, len(typed) - start), 1, -1)
            length = next((length for length in lengths if tuple(typed[start : start + length]) in self.means), 1)
            yield tuple(typed[start : start + length])
            start += length

    def composed(self, key: Terms) -> Iterator[Terms]:
        """What the parts of a longer synonym mean together: `knee oa` stands for one diagnosis, and is osteoarthritis of the knee besides.

        What has all terms of the key is left out: whatever it finds the key finds.
        """
        if len(key) > 1:
            parts = [(part, *self.means.get(part, ()))[:MOST_MEANINGS] for part in self.cut(key, len(key) - 1)]
            for together in islice(product(*parts), 1, MOST_COMPOSED):
                found = tuple(dict.fromkeys(chain(*together)))
                if not set(key) <= set(found):
                    yield found

    def knows(self, term: str) -> bool:
        """Whether a term is one of a synonym, or part of one."""
        return term in self.parts


def load() -> Thesaurus:
    """The synonyms as editors have them now."""
    return Thesaurus(Synonym.objects.filter(active=True).values_list("term", "means"))


# Writing


def tidy(text: str) -> str:
    """As terms and meanings are kept: in small letters, spaces folded."""
    return " ".join(text.lower().split())


def faults(term: str, means: str) -> dict[str, str]:
    """What is wrong with a pair, by field; nothing where it is right."""
    found = {}
    cut = {"term": terms(term), "means": terms(means)}
    for name, most in MOST_WORDS.items():
        if not cut[name]:
            found[name] = "A letter or a digit is missing."
        elif len(cut[name]) > most:
            found[name] = f"These are {len(cut[name])} words; {most} are the most. A hyphen parts words."
    if not found and cut["term"] == cut["means"]:
        found["means"] = "The search takes both for the same words already: it cuts endings, capitals and hyphens."
    return found


def fixture() -> Iterator[tuple[str, str, str]]:
    """Term, meaning and kind of each row that comes with the site; without those that would change no search."""
    for name, kind in FILES.items():
        with (SEED / name).open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                term, means = tidy(row["term"]), tidy(row["means"])
                if not faults(term, means):
                    yield term, means, kind


@transaction.atomic
def seed() -> int:
    """Add the rows of the fixture that were never added; how many.

    `Synonym.seed` keeps what a row was added as. So one that an editor switched off or changed is known, whatever it says
    now, and does not come back beside itself. A row that an editor wrote before the fixture had it becomes the fixture's.
    """
    there = {(row.term, row.means): row for row in Synonym.objects.all()}
    known = {row.seed for row in there.values()}
    added, claimed = [], []
    for term, means, kind in fixture():
        row = Synonym(term=term, means=means, kind=kind, seed=f"{term} → {means}")
        if row.seed in known:
            continue
        known.add(row.seed)
        if (term, means) not in there:
            added.append(row)
        elif not (own := there[term, means]).seed:
            own.seed = row.seed
            claimed.append(own)
    if claimed:
        Synonym.objects.bulk_update(claimed, ["seed"], batch_size=500)
    if added:
        Synonym.objects.bulk_create(added, batch_size=500, ignore_conflicts=True)  # another node may be at it
    return len(added)
