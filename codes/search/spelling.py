"""Words that no title has: which ones were meant. Up to two letters wrong, missing, doubled or swapped."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from codes.search.synonyms import Group, Thesaurus
from codes.search.text import terms

NOTHING: Mapping[int, list[str]] = {}
OF_A_SYNONYM = 20  # titles: how often a word of a synonym counts among others
DOUBLED = re.compile(r"(.)\1+")
ENDINGS = ("s", "ed", "ing", "ly", "al", "ion", "ment")
RARE, MUCH_MORE = 2, 40  # titles of a word that may be a misspelling, and times as many of the word that it may be one of
SHORTEST = 4  # shorter words are too near to too many others
MOST_WORDS = 40  # of a query that are looked at
MOST = 4  # corrections of a word that are tried


class Spelling:
    """The words of all titles, with how many titles have each."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts
        self.stems = frozenset(terms(" ".join(counts)))
        self.by_length: dict[int, list[str]] = {}
        for word in counts:
            if len(word) >= SHORTEST - 1 and word.isalpha():
                self.by_length.setdefault(len(word), []).append(word)

    def knows(self, word: str) -> bool:
        """Whether a title has it, or another form of it."""
        return word in self.counts or (word.endswith(ENDINGS) and any(term in self.stems for term in terms(word)))

    def plain(self, word: str) -> bool:
        """Whether enough titles have it that nothing else can be meant."""
        return self.counts.get(word, 0) > RARE

    def likely(self, word: str, further: Mapping[int, list[str]] = NOTHING) -> list[str]:
        """What a word may have been meant to be; nothing where it is plainly itself.

        Published texts have misspellings too: a word of very few titles may be one of a word of very many.
        """
        if not self.knows(word):
            return self.corrections(word, further=further)
        if self.counts.get(word, RARE + 1) > RARE:
            return []
        common = [other for other in self.corrections(word, but=word) if self.counts[other] >= MUCH_MORE * self.counts[word]]
        return [word, *common] if common else []

    def corrections(self, word: str, but: str = "", further: Mapping[int, list[str]] = NOTHING) -> list[str]:
        """The words that may have been meant, the likeliest first: few wrong letters, none but doubled ones, the same first letter, in many titles."""
        if len(word) < SHORTEST or not word.isalpha():
            return []
        near = within(word, self.by_length)
        near.pop(but, None)
        if further and (cut := terms(word)) and word.startswith(cut[0]) and len(cut[0]) >= SHORTEST:
            for term, distance in within(cut[0], further).items():
                near.setdefault(term + word[len(cut[0]) :], distance)
        once = single(word)
        ranked = sorted(near, key=lambda other: (near[other], single(other) != once, other[0] != word[0], -self.counts.get(other, OF_A_SYNONYM)))
        return [other for other in ranked if near[other] == near[ranked[0]]][:MOST]

    def corrected(self, typed: Sequence[str], thesaurus: Thesaurus) -> list[list[str]]:
        """Each word with what it may have been meant to be; nothing where all words are known."""
        found = []
        changed = False
        if len(typed) > MOST_WORDS:
            return []
        for word in typed:
            known = self.plain(word) or any(thesaurus.knows(term) for term in terms(word))
            likely = [] if known else self.likely(word, by_length(thesaurus))
            changed = changed or bool(likely)
            found.append(likely or [word])
        return found if changed else []


def within(word: str, words: Mapping[int, list[str]]) -> dict[str, int]:
    """The words, of those by their length, that differ by few enough letters, and by how many."""
    allowed = 1 if len(word) < 6 else 2
    found: dict[str, int] = {}
    for length in range(len(word) - allowed, len(word) + allowed + 1):
        near = process.extract(word, words.get(length, []), scorer=OSA.distance, score_cutoff=allowed, limit=20)
        found.update((other, int(distance)) for other, distance, _ in near)
    return found


def single(word: str) -> str:
    """A word without doubled letters, the commonest of all errors."""
    return DOUBLED.sub(r"\1", word)


def regrouped(corrected: Sequence[Sequence[str]], thesaurus: Thesaurus) -> list[Group]:
    """Groups of the corrected words; other corrections of a word count as its meanings."""
    groups = thesaurus.groups(terms(" ".join(group[0] for group in corrected)))
    others = {terms(group[0])[0]: [tuple(terms(other)) for other in group[1:]] for group in corrected if len(group) > 1}
    others = {term: [wider for one in found for wider in (one, *thesaurus.means.get(one, ()))] for term, found in others.items()}
    return [Group(group.terms, (*group.means, *others.get(group.terms[0], ()))) if len(group.terms) == 1 else group for group in groups]


def chosen(corrected: Sequence[Sequence[str]], title: str) -> str:
    """The corrected query: where a word may have been several, the one that a title has."""
    there = frozenset(terms(title))
    return " ".join(next((word for word in group if not there.isdisjoint(terms(word))), group[0]) for group in corrected)


@lru_cache(maxsize=2)
def by_length(thesaurus: Thesaurus) -> dict[int, list[str]]:
    """The terms of synonyms by their length. They have no endings: a correction gets that of the word that was typed."""
    found: dict[int, list[str]] = {}
    for term in sorted(thesaurus.parts):
        if len(term) >= SHORTEST and term.isalpha():
            found.setdefault(len(term), []).append(term)
    return found
