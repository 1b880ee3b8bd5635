"""Tables whose captions stand below a notice: looked for in every sheet of a workbook, or in text separated by commas or tabs.

Captions are told by patterns, since their case, line breaks and punctuation vary between quarters.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import SPREADSHEETS, Columns, Row, clean, fold, lines, separated, sheets
from codes.releases.tally import Tally

SEARCHED = 60  # rows from the top in which captions are looked for
LONGEST_LONE_CELL = 12  # a row of one cell that is longer than any code or date, with spaces, is a note
CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
Numbered = Iterator[tuple[int, list[str]]]
Captions = Mapping[str, tuple[str, str]]  # our name of a column: its caption, and a pattern of the folded spellings


class Lines:
    """Numbered lines of text, which know whether the last one that was read had its line end."""

    def __init__(self, numbered: Iterator[tuple[int, str]]) -> None:
        self.numbered, self.ended = numbered, True

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for number, text in self.numbered:
            self.ended = text.endswith(("\n", "\r"))
            yield number, text


@dataclass(frozen=True, slots=True)
class Captioned:
    """A table that was found: its columns, the rows below its captions, and how many rows stand `above` those, theirs among them."""

    columns: Columns
    numbered: Numbered
    width: int
    above: int
    spreadsheet: bool
    lines: Lines | None  # of text

    @property
    def cut(self) -> bool:
        """Whether the row just read has no line end, so that its last cell may be cut off."""
        return self.lines is not None and not self.lines.ended

    def code(self, row: Row, name: str, besides: str = "") -> str:
        """The code in a column, or what may stand there besides. Spreadsheets lose the zeros that a code begins with."""
        code = row.text(name).upper()
        if self.spreadsheet and re.fullmatch(r"[0-9]{1,4}", code):
            code = code.zfill(5)
        if CODE.fullmatch(code) or (code and code == besides):
            return code
        raise row.refused(name, code, f"a code of five characters{besides and f' or {besides}'} was expected")

    def rows(self, tally: Tally) -> Iterator[Row]:
        """Its rows. What is none (the notice, captions, empty rows, notes of one long cell) is counted as left out."""
        tally.leave_out("captions and copyright", self.above)
        for number, cells in self.numbered:
            filled = [text for cell in cells if (text := clean(cell))]
            if not filled:
                tally.leave_out("empty rows")
            elif len(filled) == 1 and len(filled[0]) > LONGEST_LONE_CELL and " " in filled[0]:
                tally.leave_out("notes below the table")
            else:
                if (self.cut and len(cells) < self.width) or any(clean(cell) for cell in cells[self.width :]):
                    wrong = "the line is cut off" if len(cells) < self.width else "a line end or a quotation mark is lacking"
                    raise Refused(f"{self.width} columns were expected, and there are {len(cells)}: {wrong}", file=self.columns.place, line=number)
                yield self.columns.row(number, cells)


def chosen(source: Source, files: str, forms: Sequence[str], release: Callable[[str], str], wanted: str) -> Member:
    """The member to read: a zip may hold the same release in several forms, of which the first is taken; two releases are refused.

    `files` is a pattern of names, `release` tells by a name which release it is.
    """
    tables = [member for member in source.members if form_of(member, forms) < len(forms)]
    tables = [member for member in tables if re.search(files, member.name, re.IGNORECASE)] or tables
    tables.sort(key=lambda member: (form_of(member, forms), member.name.lower()))
    there = ", ".join(member.name for member in (tables or source.members)[:12]) or "nothing"
    if len({release(member.name) for member in tables}) != 1:
        raise Refused(f"{wanted} was expected; there is: {there}", file=source.name)
    if len(tables) > 1 and form_of(tables[0], forms) == form_of(tables[1], forms):
        raise Refused(f"{wanted} was expected once; there is: {there}", file=source.name)
    return tables[0]


def form_of(member: Member, forms: Sequence[str]) -> int:
    """The place of its name's ending among the forms; behind them all for another ending."""
    return next((place for place, form in enumerate(forms) if member.name.lower().endswith(form)), len(forms))


def quarter_in(*names: str) -> tuple[int, int] | None:
    """Year and quarter, as the first name that has them says: V2026Q2, 2024-q3."""
    found = next((found for name in names if (found := re.search(r"(?<!\d)(20\d\d)[-_ ]?q([1-4])(?!\d)", name, re.IGNORECASE))), None)
    return (int(found[1]), int(found[2])) if found else None


@contextmanager
def opened(member: Member, captions: Captions, *, optional: Collection[str] = (), otherwise: str = "") -> Iterator[Captioned]:
    """The first table with these captions. `otherwise` is said where there is none."""
    with member.open() as file:
        if member.name.lower().endswith(SPREADSHEETS):
            tables = (below(sheet, captions, member.place, None, optional) for sheet in sheets(file, member.place))
            found = next((table for table in tables if table is not None), None)
        else:
            text = Lines(lines(file, member.place))
            found = below(separated(text, member.place, separator(member), quoted=True), captions, member.place, text, optional)
        if found is None:
            wanted = ", ".join(caption for caption, _ in captions.values())
            raise Refused(otherwise or f"a row of captions was expected ({wanted}), and there is none", file=member.place)
        yield found


def separator(member: Member) -> str:
    """A tab where the first lines have some, else a comma."""
    with member.open() as file:
        return "\t" if any(text.count("\t") > 1 for _, text in islice(lines(file, member.place), SEARCHED)) else ","


def below(numbered: Numbered, captions: Captions, place: str, text: Lines | None, optional: Collection[str]) -> Captioned | None:
    """The table below the first row that has half of the captions or more. A missing caption is refused by its name."""
    for above, (number, cells) in enumerate(islice(numbered, SEARCHED), 1):
        at = spots(cells, captions)
        if 2 * len(at) < len(captions):
            continue
        missing = [caption for name, (caption, _) in captions.items() if name not in at and name not in optional]
        if missing:
            raise Refused(f"a column {missing[0]} was expected, and the captions have none", file=place, line=number)
        columns = Columns(cells, {}, place=place, line=number)
        columns.at, columns.captions = at, {name: clean(cells[spot]) for name, spot in at.items()}
        width = max(spot for spot, caption in enumerate(cells) if clean(caption)) + 1
        return Captioned(columns, numbered, width, above, text is None, text)
    return None


def spots(cells: Sequence[str], captions: Captions) -> dict[str, int]:
    """Where the captions stand, those that are there."""
    folded = [fold(cell) for cell in cells]
    found = {name: next((spot for spot, caption in enumerate(folded) if re.fullmatch(pattern, caption)), None) for name, (_, pattern) in captions.items()}
    return {name: spot for name, spot in found.items() if spot is not None}
