"""What is asked of the fee calculator: a query string, read with care and written back short, so that it can be shared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from django.http import QueryDict

MOST_LINES, SPARE_LINES, MOST_UNITS, MOST_MODIFIERS = 25, 3, 999, 4
LONGEST_PLACE = 80
FACILITY = "facility"


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it was typed: code in capitals, modifiers, units. `99213-25` in the field of the code brings its modifier along."""

    code: str = ""
    modifiers: tuple[str, ...] = ()
    units: int = 1

    def __str__(self) -> str:
        return "-".join((self.code, *self.modifiers))


@dataclass(frozen=True, slots=True)
class Question:
    """Lines, year (`2025`, `2026-qpp`), year of the indices where another is wanted, setting and place, with what could not be read."""

    rows: tuple[Row, ...] = ()
    year: str = ""
    indices: str = ""
    facility: bool = False
    locality: str = ""
    place: str = ""
    objections: list[str] = field(default_factory=list)

    def query(self, **changes: Any) -> str:
        """The query string, with changes; what is left empty is left out."""
        asked = QueryDict(mutable=True)
        named = {"year": self.year, "indices": self.indices, "setting": FACILITY if self.facility else "", "locality": self.locality, "place": self.place}
        for name, value in (named | changes).items():
            if value:
                asked[name] = value
        plain = all(row.units == 1 for row in self.rows)
        for row in self.rows:
            asked.appendlist("code", str(row))
            if not plain:
                asked.appendlist("units", str(row.units))
        return asked.urlencode()

    def form_rows(self) -> Iterator[Row]:
        """The lines, and some empty ones to fill in."""
        yield from self.rows
        yield from [Row()] * min(SPARE_LINES, MOST_LINES - len(self.rows))


def read(asked: QueryDict) -> Question:
    """The question; what is no number of units or no modifier is named and left out."""
    objections: list[str] = []
    typed = list(zip_longest(asked.getlist("code"), asked.getlist("mod"), asked.getlist("units"), fillvalue=""))
    filled = [entry for entry in typed if entry[0].strip()]
    if len(filled) > MOST_LINES:
        objections.append(f"There are {len(filled)} lines; the first {MOST_LINES} are computed.")
    rows = tuple(row(number, entry, objections) for number, entry in enumerate(filled[:MOST_LINES], 1))
    return Question(
        rows=rows,
        year=asked.get("year", "")[:8],
        indices=asked.get("indices", "")[:4],
        facility=asked.get("setting") == FACILITY,
        locality=re.sub(r"[^0-9-]", "", asked.get("locality", ""))[:8],
        place=" ".join(asked.get("place", "").split())[:LONGEST_PLACE],
        objections=objections,
    )


def row(number: int, typed: tuple[str, str, str], objections: list[str]) -> Row:
    """One line, as far as it can be read."""
    code, *more = re.findall(r"[A-Z0-9]+", typed[0].upper()) or [""]
    letters = "".join([*more, *re.findall(r"[A-Z0-9]+", typed[1].upper())])
    modifiers = tuple(dict.fromkeys(re.findall("..", letters)))
    if len(letters) % 2 or len(modifiers) > MOST_MODIFIERS:
        objections.append(
            f"Line {number}: up to {MOST_MODIFIERS} modifiers of two characters were expected; computed with {', '.join(modifiers[:4]) or 'none'}."
        )
    units = typed[2].strip()
    if units and not (re.fullmatch(r"[0-9]{1,3}", units) and 1 <= int(units) <= MOST_UNITS):
        objections.append(f"Line {number}: a whole number of units from 1 to {MOST_UNITS} was expected; computed with 1.")
        units = ""
    return Row(code[:10], modifiers[:MOST_MODIFIERS], int(units or 1))
