"""The query language: numbers, ranges, wildcards, words, "phrases", -without, and the filters system:, heading:, status:.

Nothing that is typed is an error: what cannot be understood as one of these is words.
"""

import re
from dataclasses import dataclass, field

from codes.models import compact

LONGEST = 2_000  # characters of a query that are read: hardly a descriptor is longer
MOST_WORDS = 200
PIECE = re.compile(r'(?P<without>-?)(?:(?P<name>system|heading|status):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))', re.IGNORECASE)
NUMBER = re.compile(r"(?=.*\d)[A-Z0-9]{2,7}")
RANGE = re.compile(r"^\s*([A-Za-z]?\d[\dA-Za-z.]{1,7})\s*(?:-|\u2013|\u2014|\bto\b|\bthru\b|\bthrough\b)\s*([A-Za-z]?\d[\dA-Za-z.]{1,7})\s*$")
WILDCARD = re.compile(r"^(?=.*\d)[A-Za-z0-9.]{2,7}[A-Za-z0-9.*?]*$")
SYSTEMS = {"cpt": "cpt", "hcpcs": "hcpcs", "icd10": "icd10cm", "icd10cm": "icd10cm", "icd10pcs": "icd10pcs", "icd9": "icd9cm", "icd9cm": "icd9cm", "cdt": "cdt"}
BESIDE_A_NUMBER = {"code", "codes", "mod", "modifier", "modifiers", "dx", "x", "unit", "units", "and", "or", "w", "with", "level", "ii"}


@dataclass(slots=True)
class Asked:
    """What a query asks for."""

    text: str
    words: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    systems: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    bounds: tuple[str, str] | None = None
    pattern: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.words or self.phrases or self.bounds or self.pattern)


def parse(text: str) -> Asked:
    """Understand a query."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    asked = Asked(text)
    rest = []
    for piece in PIECE.finditer(text):
        value = (piece["phrase"] if piece["phrase"] is not None else piece["word"]).strip()
        if not value:
            continue
        if piece["name"]:
            {"system": asked.systems, "heading": asked.headings, "status": asked.statuses}[piece["name"].casefold()].append(value.lower())
        elif piece["without"]:
            asked.without.append(value)
        elif piece["phrase"] is not None:
            asked.phrases.append(value)
        else:
            rest.append(value)
    asked.systems = [SYSTEMS.get(name.replace("-", ""), name) for name in asked.systems]
    understand(asked, " ".join(rest))
    return asked


def understand(asked: Asked, text: str) -> None:
    """A range, a wildcard, or words."""
    found = RANGE.match(text)
    if found and len(compact(found[1])) >= 3 and (len(found[1]) == len(found[2]) or found[1][0] == found[2][0]) and compact(found[1]) <= compact(found[2]):
        asked.bounds = compact(found[1]), compact(found[2])
        dotted(asked, found[1] + found[2])
    elif ("*" in text or "?" in text) and WILDCARD.match(text):
        asked.pattern = compact(text)
        dotted(asked, text)
    else:
        asked.words = text.split()[:MOST_WORDS]


def dotted(asked: Asked, text: str) -> None:
    """A dot, or numbers of three characters, are those of diagnoses."""
    if not asked.systems and ("." in text or (asked.bounds and len(asked.bounds[0]) == 3)):
        asked.systems = ["icd10cm", "icd9cm"]


def numbers(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """What may be code numbers among the words (compact), the systems that are named beside them, and the other words.

    A modifier, a count of units and words such as "code" beside a number are none of the others: `99213-25`, `J0897 x 60`.
    """
    found: list[str] = []
    systems: list[str] = []
    others: list[str] = []
    for word in joined(words):
        pieces = [piece for piece in re.split(r"[/,;]", word) if piece]
        if word.lower().replace("-", "").strip(":.") in SYSTEMS:
            systems.append(SYSTEMS[word.lower().replace("-", "").strip(":.")])
        elif all(NUMBER.fullmatch(number_of(piece)) for piece in pieces) and pieces:
            found += [number_of(piece) for piece in pieces]
        else:
            others.append(word)
    return found, systems, others


def joined(words: list[str]) -> list[str]:
    """`M54 50` as M54.50: what stands behind a category of ICD-10-CM and looks like its rest, where nothing else is asked."""
    if len(words) == 2 and re.fullmatch(r"[A-Za-z]\d[0-9A-Za-z]", words[0]) and re.fullmatch(r"\d{1,4}[A-Za-z]?", words[1]):
        return [words[0] + words[1]]
    return words


def number_of(word: str) -> str:
    """A word as a code number, without a modifier behind it: `99213-25` is 99213."""
    return compact(re.sub(r"^([0-9A-Za-z]{5})(?:-[0-9A-Za-z]{2})+$", r"\1", word.strip(".:()#")))


def is_aside(word: str) -> bool:
    """Whether a word beside a number says nothing of which code: a modifier, units, "code"."""
    return word.lower().strip(".:") in BESIDE_A_NUMBER or re.fullmatch(r"[0-9A-Za-z]{2}|\d{1,3}", word) is not None
