"""The lines of a claim, out of what was pasted or typed: code, modifiers, units, diagnoses. Everything else is left out, in words.

Cells are divided by tabs, semicolons, commas or blanks. Below a line of captions they are taken by their column, otherwise by
their shape: the code first, then modifiers of two characters, a number of units, and diagnoses or letters that point to them.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

MOST_LINES, MOST_MODIFIERS, MOST_DIAGNOSES, MOST_UNITS = 50, 4, 12, 99_999  # of an 837 professional claim; units are ours
PROCEDURE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
MODIFIER = re.compile(r"[0-9A-Z]{2}")
UNITS = re.compile(r"\*?([0-9]{1,4})(\.0)?")  # 1.0 is a spreadsheet's 1; 125.00 is a charge; *25 is 25 units where modifier 25 might be meant
DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")
POINTERS = re.compile(r"[A-L]{1,4}|[1-9]|1[0-2]")
DATE = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}")
JOINED = re.compile(r"[0-9A-Z]{5}([-:][0-9A-Z]{2})+|[0-9A-Z]{2}([-:/][0-9A-Z]{2})+|[^/]+(/[^/]+)+")
# Modifiers of CPT (Level I) that are numbers: any other number of two digits counts units.
CPT_MODIFIERS = frozenset(map(str, (*range(22, 28), 32, 33, 47, *range(50, 60), 62, 63, 66, 73, 74, *range(76, 83), 90, 91, 92, 93, 95, 96, 97, 99)))
CAPTIONS = {
    "code": re.compile(r"(cpt|hcpcs|cpthcpcs|hcpcscpt|procedure|proc)(codes?)?|codes?"),
    "modifiers": re.compile(r"(mod|modifier|m)s?[1-4]?"),
    "units": re.compile(r"units?|qty|quantity|uos|daysorunits|unitsofservice|serviceunits"),
    "diagnoses": re.compile(r"(dx|diag|diagnosis|diagnoses|icd|icd10|icd10cm)(codes?)?(pointers?|ptr)?[0-9]{0,2}|pointers?|ptr"),
    "number": re.compile(r"(line|row|no|nr|number|linenumber|lineno)?"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a claim; `diagnoses` are its own, with their dots."""

    number: int
    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    diagnoses: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As it can be pasted again: 99213-25 1 E11.9."""
        units = f"*{self.units}" if str(self.units) in CPT_MODIFIERS else str(self.units)
        return " ".join(["-".join((self.code, *self.modifiers)), units, *self.diagnoses])


@dataclass(frozen=True, slots=True)
class Claim:
    """What is checked. `diagnoses` are those of the whole claim, for lines that name none of their own."""

    day: date
    lines: tuple[Line, ...]
    diagnoses: tuple[str, ...] = ()
    setting: str = "practitioner"
    contractor: str = ""

    def of(self, line: Line) -> tuple[str, ...]:
        """The diagnoses that a line stands on."""
        return line.diagnoses or self.diagnoses

    @property
    def all_diagnoses(self) -> tuple[str, ...]:
        """Each diagnosis once."""
        return tuple(dict.fromkeys([*self.diagnoses, *(code for line in self.lines for code in line.diagnoses)]))


@dataclass(slots=True)
class Row:
    """One row's words by what they are."""

    code: str = ""
    modifiers: list[str] = field(default_factory=list)
    units: str = ""
    diagnoses: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def take(self, word: str, *, after_empty: bool = False, pointing: bool = False) -> None:
        """Take a word by its shape. Modifier columns are filled from the left, so a number behind an empty cell counts units."""
        if not self.code:
            if PROCEDURE.fullmatch(word):
                self.code = word
            elif not re.fullmatch(r"[0-9]{1,2}\.?", word):  # the number of the line
                self.strange.append(word)
        elif not self.units and UNITS.fullmatch(word) and (after_empty or word not in CPT_MODIFIERS):
            self.units = word
        elif self.units and pointing and POINTERS.fullmatch(word):
            self.diagnoses.append(word)
        elif MODIFIER.fullmatch(word) and (word in CPT_MODIFIERS or not word.isdigit()):
            self.modifiers.append(word)
        elif DIAGNOSIS.fullmatch(word) or POINTERS.fullmatch(word):
            self.diagnoses.append(word)
        else:
            self.strange.append(word)

    def put(self, column: str, word: str) -> None:
        """Take a word of a column that has a name."""
        if column == "code" and not self.code and PROCEDURE.fullmatch(word):
            self.code = word
        elif column in ("code", "modifiers") and MODIFIER.fullmatch(word):
            self.modifiers.append(word)
        elif column == "units" and not self.units:
            self.units = word
        elif column == "diagnoses" and (DIAGNOSIS.fullmatch(word) or POINTERS.fullmatch(word)):
            self.diagnoses.append(word)
        elif column != "number":
            self.strange.append(word)


def quoted(word: str) -> str:
    """A word as a message repeats it."""
    return f"“{word if len(word) <= 20 else word[:20] + '…'}”"


def words(cell: str) -> Iterator[str]:
    """The words of a cell in capitals; 99213-25, 25-59 and E11.9/I10 are taken apart, dates are not."""
    for word in re.split(r"[\s,;|+()]+", cell):
        upper = word.upper() if word.isascii() else word
        if upper and JOINED.fullmatch(upper) and not DATE.fullmatch(upper):
            yield from filter(None, re.split(r"[-:/]", upper))
        elif upper not in ("", "X", "*"):  # J0897 x 60
            yield upper


def cells_of(text: str) -> tuple[list[str], bool]:
    """A row's cells, and whether these are columns: blanks make none."""
    for delimiter in "\t;,":
        if delimiter in text:
            return next(csv.reader([text], delimiter=delimiter), []), True
    return text.split(), False


def captions(cells: Sequence[str]) -> list[str] | None:
    """What each column holds, in a line of captions; empty for a column that is left out, None where it is no such line."""
    folded = [re.sub(r"[^a-z0-9]", "", cell.lower()) for cell in cells]
    found = [next((name for name, pattern in CAPTIONS.items() if pattern.fullmatch(cell)), "") for cell in folded]
    return found if "code" in found else None


def read_rows(text: str, *, pointing: bool) -> Iterator[tuple[int, Row]]:
    """The rows of a text that have anything in them, with their numbers, the captions left out."""
    named: list[str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        cells, columns = cells_of(line)
        if not any(cell.strip() for cell in cells):
            continue
        found = captions(cells)
        if found:
            named = found if columns else None
            continue
        yield number, row_by_name(cells, named) if named and columns else row_by_shape(cells, pointing=pointing)


def row_by_name(cells: Sequence[str], named: Sequence[str]) -> Row:
    """A row below captions. A column without a caption that is known is not looked at."""
    row = Row()
    for column, cell in zip(named, cells, strict=False):
        for word in words(cell) if column else ():
            row.put(column, word)
    return row


def row_by_shape(cells: Sequence[str], *, pointing: bool) -> Row:
    """A row without captions."""
    row, after_empty = Row(), False
    for cell in cells:
        after_empty = after_empty or bool(row.code and not cell.strip())
        for word in words(cell):
            row.take(word, after_empty=after_empty, pointing=pointing)
    return row


def dotted(code: str) -> str:
    """E11.9 for E119."""
    bare = code.replace(".", "")
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


def read_diagnoses(text: str) -> tuple[tuple[str, ...], list[str]]:
    """The diagnoses of the claim in the order of their letters, and what is wrong with them in words."""
    found, problems = [], []
    for word in words(text):
        if DIAGNOSIS.fullmatch(word):
            found.append(dotted(word))
        else:
            problems.append(f"Diagnoses: {quoted(word)} is no ICD-10-CM code and was left out.")
    once = tuple(dict.fromkeys(found))
    if len(once) > MOST_DIAGNOSES:
        problems.append(f"Diagnoses: a claim has room for {MOST_DIAGNOSES}, A to L. The others were left out.")
    return once[:MOST_DIAGNOSES], problems


def line_of(row: Row, number: int, listed: Sequence[str]) -> tuple[Line | None, list[str]]:
    """A line, where the row has a code and a number of units that can be read; and what is wrong with it, in words without a full stop before them."""
    problems = [f"{quoted(word)} is no code, modifier, number of units or diagnosis and was left out." for word in row.strange[:5]]
    units = UNITS.fullmatch(row.units) or re.fullmatch("([0-9]{5})", row.units)
    if not row.code:
        return None, [*problems, "A procedure code of five characters was expected, as 99213; the row was left out."]
    if row.units and not (units and 1 <= int(units[1]) <= MOST_UNITS):
        return None, [*problems, f"Units {quoted(row.units)}: a whole number from 1 to {MOST_UNITS:,} was expected; the row was left out."]
    modifiers, diagnoses = list(dict.fromkeys(row.modifiers)), list(dict.fromkeys(resolved(row.diagnoses, listed, problems)))
    for what, found, most in (("modifiers", modifiers, MOST_MODIFIERS), ("diagnoses", diagnoses, MOST_DIAGNOSES)):
        if len(found) > most:
            problems.append(f"A line has room for {most} {what}; the others were left out.")
    return Line(number, row.code, tuple(modifiers[:MOST_MODIFIERS]), int(units[1]) if units else 1, tuple(diagnoses[:MOST_DIAGNOSES])), problems


def resolved(given: Sequence[str], listed: Sequence[str], problems: list[str]) -> Iterator[str]:
    """Diagnoses with their dots; letters and numbers become those that they point to."""
    for word in given:
        if DIAGNOSIS.fullmatch(word):
            yield dotted(word)
            continue
        for place in [int(word) - 1] if word.isdigit() else ["ABCDEFGHIJKL".index(letter) for letter in word]:
            if place < len(listed):
                yield listed[place]
            else:
                problems.append(f"{quoted(word)} points to a diagnosis that the claim does not list; it was left out.")
                break
