"""The rows of a HCPCS file, from its text in columns, its workbook, or text of the workbook's columns; all give the same rows.

Columns of the text as CMS's record layout numbers them (HCPCS Contractor Record, 320 columns); captions as the workbook has them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codes.releases.refused import Refused
from codes.releases.source import Member
from codes.releases.tables import SPREADSHEETS, Columns, Row, clean, fold, lines, rows
from codes.releases.tally import Tally


@dataclass(frozen=True, slots=True)
class Place:
    """A column: our name, the workbook's captions, where it begins in the text, how wide it is, and how often it comes."""

    name: str
    captions: tuple[str, ...]
    first: int
    width: int
    times: int = 1

    @property
    def names(self) -> list[str]:
        """A name for each time: pricing1, pricing2."""
        return [f"{self.name}{number}" for number in range(1, self.times + 1)] if self.times > 1 else [self.name]

    def spellings(self, number: int) -> tuple[str, ...]:
        """The captions of one of its times, counted from 1."""
        return tuple(f"{caption}{number}" for caption in self.captions) if self.times > 1 else self.captions

    def spans(self) -> list[slice]:
        """Where each of its times stands in a line."""
        return [slice(begin, begin + self.width) for begin in range(self.first - 1, self.first - 1 + self.width * self.times, self.width)]


PLACES = (
    Place("code", ("HCPC",), 1, 5),
    Place("sequence", ("SEQNUM", "SEQUENCE"), 6, 5),
    Place("record", ("RECID", "RECORD ID"), 11, 1),
    Place("long", ("LONG DESCRIPTION", "LONG DESC"), 12, 80),
    Place("short", ("SHORT DESCRIPTION", "SHORT DESC"), 92, 28),
    Place("pricing", ("PRICE", "PRICING"), 120, 2, 4),
    Place("multiple_pricing", ("MULT_PI", "MULTIPLE PRICING"), 128, 1),
    Place("coverage_manual", ("CIM",), 129, 6, 3),
    Place("carrier_manual", ("MCM",), 147, 8, 3),
    Place("statute", ("STATUTE",), 171, 10),
    Place("laboratory", ("LABCERT",), 181, 3, 8),
    Place("replaced_by", ("XREF", "CROSS REFERENCE"), 205, 5, 5),
    Place("coverage", ("COV",), 230, 1),
    Place("asc_group", ("ASC_GRP", "ASC GROUP"), 231, 2),
    Place("asc_date", ("ASC_DT", "ASC DATE"), 233, 8),
    Place("opps_indicator", ("OPPS_PI", "OPPS INDICATOR"), 244, 1),
    Place("opps_date", ("OPPS_DT", "OPPS DATE"), 245, 8),
    Place("opps", ("OPPS",), 241, 3),  # after the two whose captions begin like its own
    Place("processing_note", ("PROCNOTE", "PROCESSING NOTE"), 253, 4),
    Place("betos", ("BETOS",), 257, 3),
    Place("type_of_service", ("TOS", "TYPE OF SERVICE"), 261, 1, 5),
    Place("anesthesia_units", ("ANEST_BU", "ANESTHESIA"), 266, 3),
    Place("added", ("ADD DT", "ADD DATE", "ADDED", "DATE ADDED"), 269, 8),
    Place("action_date", ("ACT EFF DT", "ACT EFF DATE", "ACTION EFF", "ACTION DATE"), 277, 8),
    Place("ended", ("TERM DT", "TERM DATE", "TERMINATION"), 285, 8),
    Place("action", ("ACTION CD", "ACTION CODE"), 293, 1),
)
NAMES = {name: place.spellings(number) for place in PLACES for number, name in enumerate(place.names, 1)}
NAMED = [(place, place.names) for place in PLACES]
SPANS = [span for place in PLACES for span in place.spans()]
OPTIONAL = {"sequence", "record", *(name for place in PLACES for name in place.names[1:])}
CAPTIONS = {fold(caption) for spellings in NAMES.values() for caption in spellings}
CODE = r"[A-Z]\d{4}|\d{4}[0-9A-Z]|[0-9A-Z]{2}"
CONTINUATIONS = {"4", "8"}
RECORD = re.compile(r"[0-9A-Z]{5}\d{5}|[A-Z]\d{4}|   [0-9A-Z]{2}\d")  # how no disclaimer begins
FIRST_LINE, LAST_COLUMN = 276, 293  # what follows the date added may be blank and trimmed; the action code ends the record
FARTHEST = 200  # lines above the first record, at most; eleven were seen


@dataclass(slots=True)
class Record:
    """A code's or a modifier's first row, and its long description in pieces, one a row."""

    row: Row
    code: str
    pieces: list[str]


def records(member: Member, tally: Tally) -> Iterator[Record]:
    """First rows with the rows that continue them. Their rows are not counted yet; all others are."""
    current: Record | None = None
    for row in table(member, tally) if captioned(member) else fixed(member, tally):
        code = row.matching("code", CODE, "a code of five characters or a modifier of two")
        if row.matching("record", "[3478]?", "3, 4, 7 or 8") not in CONTINUATIONS:
            if current:
                yield current
            current = Record(row, code, [row.text("long")])
        elif current and current.code == code:
            current.pieces.append(row.text("long"))
        else:
            raise row.refused("code", code, f"a continuation of {current.code if current else 'a record above it'} was expected")
    if current:
        yield current


def filled(row: Row) -> Iterator[tuple[Place, list[str]]]:
    """The row's columns that hold anything, with what they hold each time. Most of the sixty are blank."""
    at, cells = row.columns.at, row.cells
    for place, names in NAMED:
        there = [cells[at[name]] for name in names if name in at and at[name] < len(cells)]
        if values := [clean(cell) for cell in there if cell and not cell.isspace()]:
            yield place, values


def captioned(member: Member) -> bool:
    """Whether it is a table with captions: a workbook, or separated text. Text in columns has none; its disclaimers may hold tabs."""
    if member.name.lower().endswith((*SPREADSHEETS, ".csv")):
        return True
    with member.open() as file:
        return any(is_captions(line.split("\t")) for number, line in lines(file, member.place) if number <= FARTHEST)


def is_captions(cells: Sequence[str]) -> bool:
    """Whether a row names columns. A few known names are enough: which one is missing is said later."""
    return sum(fold(cell) in CAPTIONS for cell in cells) >= 5


def fixed(member: Member, tally: Tally) -> Iterator[Row]:
    """Rows of text in columns. A record is a line with a code, five digits, and 3, 4, 7 or 8 in column 11."""
    columns = Columns([spellings[0] for spellings in NAMES.values()], NAMES, place=member.place, line=1)
    begun, widest = False, 0
    with member.open() as file:
        for number, text in lines(file, member.place):
            line = text.rstrip("\r\n")
            if RECORD.match(line):
                row = columns.row(number, [line[span] for span in SPANS])
                row.matching("sequence", r"\d{5}", "five digits in columns 6 to 10")
                row.matching("record", "[3478]", "3, 4, 7 or 8 in column 11")
                widest = max(widest, len(line))
                check_whole(row, line, widest, ended=text.endswith("\n"))
                begun = True
                yield row
            elif not clean(line):
                tally.leave_out("empty lines")
            elif not begun and number > FARTHEST:
                break
            else:
                tally.leave_out("lines below the records" if begun else "disclaimer lines above the records")
    if not begun:
        raise Refused("records were expected, with 3, 4, 7 or 8 in column 11, or a row of captions that begins with HCPC", file=member.place)


def check_whole(row: Row, line: str, widest: int, *, ended: bool) -> None:
    """Refuse a line that was cut off: a first line without its dates, or a last line that neither ends nor is as long as others are."""
    first = row.text("record") not in CONTINUATIONS
    if (first and len(line) < FIRST_LINE) or not (ended or len(line) == widest or (first and len(line) >= LAST_COLUMN)):
        raise Refused("a whole line was expected; this one is cut off", file=row.columns.place, line=row.number, value=line[-20:].strip())


def table(member: Member, tally: Tally) -> Iterator[Row]:
    """Rows of a workbook or of separated text, below their captions."""
    columns: Columns | None = None
    short: Row | None = None
    for number, cells in rows(member):
        if columns is None:
            if is_captions(cells):
                columns = Columns(cells, NAMES, place=member.place, line=number, optional=OPTIONAL)
            elif number > FARTHEST:
                break
            tally.leave_out("captions and the rows above them")
            continue
        row = columns.row(number, [unquoted(cell) for cell in cells])
        filled = sum(bool(clean(cell)) for cell in cells)
        if filled == 0:
            tally.leave_out("empty rows")
        elif filled == 1 and not re.fullmatch(CODE, row.text("code")):
            tally.leave_out("notes below the table")
        else:
            short = row if len(cells) <= max(columns.at.values()) else None
            yield row
    if columns is None:
        raise Refused("a row of captions that begins with HCPC was expected", file=member.place)
    if short is not None:
        raise Refused("a whole row was expected; the last one is cut off", file=member.place, line=short.number, value=clean(short.cells[-1]))


def unquoted(cell: str) -> str:
    """A cell of tab-separated text without the quotes that a spreadsheet puts around commas and quotes."""
    inner = cell.strip()[1:-1]
    return inner.replace('""', '"') if cell.strip() == f'"{inner}"' and '"' not in inner.replace('""', "") else cell
