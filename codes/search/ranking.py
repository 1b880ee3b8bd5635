"""The order of hits: how much of the query and of the title go together, before how rare the words are.

The engine's score knows rare words and short fields. It does not know that a coder who says nothing of the encounter
means the first one, that a title with nothing left over is the one that was meant, or that a deleted code is the last to
want. The weights were tuned on one half of the relevance set (tests/relevance).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from codes.search.synonyms import Group, Terms
from codes.search.text import terms

SEPARATOR = "\x1f"
# Terms that say little: a title that has them beside what was asked for loses little, and one that lacks them too.
NEUTRAL = frozenset(
    terms(
        "of the and or with a an for in to by on at from due as is w not any each per including "
        "other specified unspecified nos nec elsewhere classified type encounter"
    )
)
WORTHS = dict.fromkeys(NEUTRAL, 0.2)  # of a term in a title; all others 1
# Terms that a coder would have said: a title that has one which the query has not is likely not the one.
UNSAID = frozenset(
    terms(
        "open subsequent sequela nondisplaced delayed malunion nonunion greenstick recurrent secondary neonatal newborn fetus family history personal "
        "screening underdosing assault self harm adverse intentional bilateral pediatric traumatic congenital infantile"
    )
)
SPECIFIC = frozenset(terms("right left bilateral initial subsequent sequela trimester closed open displaced nondisplaced"))
SIDES, SIDELESS = frozenset(terms("right left bilateral rt lt bilat both")), ("cpt", "hcpcs")  # these systems tell sides by modifiers
DEFAULTS = frozenset(terms("unspecified uncomplicated"))  # what a coder means who says no more
INITIAL, WITHOUT = terms("initial without")
MIXED, NEARLY, MIXING = 5, 1.2, {"cpt", "hcpcs", "icd10cm"}
LONG = 4  # terms of a query that may be a title with words left out
USUAL = 1.4  # times as many terms has the title of such a query
SYSTEMS = {"cpt": 0.25, "hcpcs": -0.12, "icd10cm": -0.15, "cdt": 0.0, "icd10pcs": -0.4, "icd9cm": -0.5}


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each fact counts."""

    engine: float = 0.36
    title: float = 0.72
    query: float = 2.0
    further: float = 0.9
    in_order: float = 0.25
    unsaid: float = 0.22
    without: float = 0.05
    unspecified: float = 0.17
    initial: float = 0.03
    deleted: float = 0.68
    header_specific: float = 0.18
    header_vague: float = 0.06
    whole: float = 0.27
    kept: float = 1.6


WEIGHTS = Weights()


def is_side(asked: Terms) -> bool:
    """Whether these terms say a side and no more."""
    return SIDES.issuperset(asked)


class Wording:
    """What a code is ranked by, as the index keeps it (`pack`): as little as can be is left to do for each hit of each query."""

    __slots__ = ("active", "billable", "brief", "further", "shown", "system", "there", "title", "told", "unsaid", "weight", "weight_of_brief")

    def __init__(self, card: str) -> None:
        *shown, title, brief, further, told, told_brief, unsaid = card.split(SEPARATOR)
        self.shown = shown  # what a hit shows
        self.system, self.active, self.billable = shown[0], shown[4] == "active", shown[5] == "1"
        self.title, self.further, self.unsaid = title.split(), further, unsaid
        self.weight, self.told = weight(len(self.title), told), told
        self.brief: list[str] = []  # none where it is the title
        if brief:
            self.brief = brief.split()
            self.weight_of_brief, self.told = weight(len(self.brief), told_brief), f"{told}|{told_brief}"
        self.there = frozenset(self.title + self.brief)


def pack(shown: Iterable[str], title: str, brief: str, further: str) -> str:
    """A card of the index. Its format (codes.search.index) counts up when NEUTRAL or UNSAID change."""
    brief = "" if brief == title else brief
    unsaid = " ".join(UNSAID.intersection(title.split() + brief.split()))
    return SEPARATOR.join((*shown, title, brief, further, without_neutral(title), without_neutral(brief), unsaid))


def without_neutral(title: str) -> str:
    """The terms that tell something, between spaces, so that neighbours are found as a part of the text."""
    told = [term for term in title.split() if term not in NEUTRAL]
    return f" {' '.join(told)} " if told else ""


def weight(terms: int, told: str) -> float:
    """What there is of a title to name; neutral terms count a fifth."""
    telling = max(told.count(" ") - 1, 0)
    return telling + 0.2 * (terms - telling) or 1.0


class Measure:
    """What a query's hits are measured by: its terms in order, its groups with what each is worth, and all that it may match by."""

    def __init__(self, groups: Sequence[Group], worths: Sequence[float], phrases: Sequence[Terms] = ()) -> None:
        self.asked = [term for group in groups for term in group.terms] + [term for phrase in phrases for term in phrase]
        self.said = frozenset(self.asked)
        self.meant = self.said.union(*(means for group in groups for means in group.means)) if groups else self.said
        self.neighbours = neighbours(self.asked)
        self.specific = bool(self.said & SPECIFIC)
        self.wanted = [
            (worth, [frozenset(alternative) for alternative in (group.terms, *group.means)]) for group, worth in zip(groups, worths, strict=True) if worth
        ]
        self.whole = sum(worth for worth, _ in self.wanted) or 1.0
        sides = [(worth, group) for group, worth in zip(groups, worths, strict=True) if is_side(group.terms)]
        self.sides = sum(worth for worth, _ in sides) if len(sides) < len(groups) else 0.0
        self.sidewords = frozenset(term for _, group in sides for part in (group.terms, *group.means) for term in part)
        self.codes: dict[tuple[int, int], Wording] = {}  # that were looked at, by their place in the index

    def of(self, share: float, code: Wording) -> float:
        """A hit's place, the larger the sooner. `share` is its part of the engine's best score."""
        covered = self.covered(code)
        matched = self.matched(code.there)
        if self.sides and code.system in SIDELESS and self.sidewords.isdisjoint(code.there):
            matched += self.sides
        if code.further and matched < self.whole - 0.001:
            matched += WEIGHTS.further * (self.matched(code.there.union(code.further.split())) - matched)
        points = WEIGHTS.engine * share + WEIGHTS.title * covered + WEIGHTS.query * matched / self.whole + SYSTEMS.get(code.system, 0.0)
        if self.neighbours:
            points += WEIGHTS.in_order * len([pair for pair in self.neighbours if pair in code.told]) / len(self.neighbours)
        if code.unsaid:
            points -= WEIGHTS.unsaid * len([term for term in code.unsaid.split() if term not in self.meant])
        if WITHOUT in code.there and WITHOUT not in self.meant:
            points -= WEIGHTS.without
        if covered > 0.999:
            points += WEIGHTS.whole
        elif len(self.asked) >= LONG:
            points += WEIGHTS.kept * self.kept(code)
        if not code.active:
            points -= WEIGHTS.deleted
        return points + (self.of_a_diagnosis(code) if code.system == "icd10cm" else 0.0)

    def covered(self, code: Wording) -> float:
        """The part of the better title that the query names, 0 to 1; neutral terms count a fifth."""
        named = self.meant & code.there
        if not named:
            return 0.0
        part = sum([WORTHS.get(term, 1.0) for term in code.title if term in named]) / code.weight
        if code.brief:
            part = max(part, 0.95 * sum([WORTHS.get(term, 1.0) for term in code.brief if term in named]) / code.weight_of_brief)
        return part

    def matched(self, there: frozenset[str]) -> float:
        """The worth of the groups that are there, in their own terms or by a meaning."""
        found = 0.0
        for worth, alternatives in self.wanted:
            for alternative in alternatives:
                if alternative <= there:
                    found += worth
                    break
        return found

    def kept(self, code: Wording) -> float:
        """How well a long query is a title with words left out: whether it has all terms in the title's order, and leaves out about a third."""
        best = 0.0
        if self.said <= code.there:
            for title in (code.title, code.brief):
                if in_turn(self.asked, title):
                    best = max(best, 1.0 - abs(len(title) - USUAL * len(self.asked)) / len(title))
        return best

    def of_a_diagnosis(self, code: Wording) -> float:
        """Headers where a query is vague, billable codes where it is specific; unspecified and initial where nothing else is said."""
        points = 0.0 if DEFAULTS.isdisjoint(code.there) else WEIGHTS.unspecified
        if INITIAL in code.there:
            points += WEIGHTS.initial
        if not code.billable:
            points += -WEIGHTS.header_specific if self.specific else WEIGHTS.header_vague
        return points


def in_turn(asked: Sequence[str], title: Sequence[str]) -> bool:
    """Whether a title has all terms in their order, with others between them."""
    rest = iter(title)
    return all(term in rest for term in asked)


def neighbours(found: Sequence[str]) -> set[str]:
    """Neighbours among the terms, neutral ones left out, as they stand in a title without neutral terms."""
    told = [term for term in found if term not in NEUTRAL]
    return {f" {first} {second} " for first, second in pairwise(told)}


def mixed(points: list[tuple[float, int, Wording]]) -> list[Wording]:
    """Hits in their order, but for this: the best of each system that is nearly as good as the first is among the first five.

    The same words name a procedure, a supply and a diagnosis; which was wanted only the coder knows.
    """
    hits = [hit for _, _, hit in points]
    seen = {hit.system for hit in hits[:MIXED]}
    for value, _, hit in points[MIXED:]:
        if hit.system not in seen and hit.system in MIXING and points[0][0] - value <= NEARLY:
            hits.remove(hit)
            hits.insert(MIXED - 1, hit)
            seen.add(hit.system)
    return hits
