"""Rows out of a member: text in any of the encodings seen, separated or in a spreadsheet, with the line they stand in."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import IO

from codes.releases.refused import Refused
from codes.releases.source import Member

LONGEST_FIELD = 16 * 1024 * 1024  # articles carry whole pages of HTML in one field
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")  # control characters, but for tab and line ends
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb")


def decoded(raw: bytes) -> str:
    """One line: UTF-8 where it is, else CP1252 (the five bytes that it lacks as Latin-1 has them)."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in raw)


def lines(file: IO[bytes], place: str) -> Iterator[tuple[int, str]]:
    """Numbered lines, without a byte-order mark and with their line ends."""
    number = 0
    for number, raw in enumerate(file, 1):
        if number == 1 and raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Refused("UTF-8 or Windows text was expected, but the file is UTF-16: save it as UTF-8", file=place, line=1)
        if number == 1 and raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
            raise Refused("text was expected, but this is a zip, a spreadsheet or a PDF", file=place, line=1)
        yield number, decoded(raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw)
    if not number:
        raise Refused("the file is empty", file=place)


def clean(cell: str) -> str:
    """A cell without control characters, doubled spaces and the spaces around it."""
    return " ".join(UNSEEN.sub("", cell).split())


def rows(member: Member, separator: str = "") -> Iterator[tuple[int, list[str]]]:
    """Numbered rows of cells: of a spreadsheet's first sheet, or of text separated by commas (.csv), tabs, or what is named."""
    with member.open() as file:
        if member.name.lower().endswith(SPREADSHEETS):
            yield from sheet(file, member.place)
        else:
            yield from separated(lines(file, member.place), member.place, separator or ("," if member.name.lower().endswith(".csv") else "\t"))


def separated(numbered: Iterable[tuple[int, str]], place: str, separator: str, quoted: bool | None = None) -> Iterator[tuple[int, list[str]]]:
    """Rows of separated text; a quoted field may hold line breaks (of tabs only where that is said). A row's number is that of its first line."""
    csv.field_size_limit(LONGEST_FIELD)
    quoted = separator != "\t" if quoted is None else quoted
    reader = csv.reader((text for _, text in numbered), delimiter=separator, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE, strict=False)
    before = 0
    try:
        for row in reader:
            yield before + 1, row
            before = reader.line_num
    except csv.Error as wrong:
        raise Refused(f"separated text was expected ({wrong})", file=place, line=before + 1) from wrong


def sheet(file: IO[bytes], place: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of a workbook's first sheet, as text: whole numbers without a point, dates as YYYYMMDD."""
    return next(sheets(file, place))


def sheets(file: IO[bytes], place: str) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """The sheets of a workbook, each its rows from the first on, empty ones too."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
        names = [about.name for about in book.sheets_metadata if about.typ == calamine.SheetTypeEnum.WorkSheet]
        if not names:
            raise Refused("a workbook with a sheet was expected", file=place)
        for name in names:
            found = book.get_sheet_by_name(name)
            yield ((number, [as_text(cell) for cell in row]) for number, row in enumerate(found.iter_rows(), 1))
    except calamine.CalamineError as wrong:
        raise Refused(f"a workbook was expected ({wrong})", file=place) from wrong


def as_text(cell: object) -> str:
    """A spreadsheet's cell as the text files have it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):  # a datetime too
        return cell.strftime("%Y%m%d")
    return str(cell)


def fold(caption: str) -> str:
    """A caption as it is compared: capitals, letters and digits alone."""
    return re.sub(r"[^A-Z0-9]+", "", caption.upper())


class Columns:
    """Where the columns of a table stand, found by their captions. A missing one is refused by its name."""

    def __init__(self, captions: Sequence[str], names: Mapping[str, Sequence[str]], *, place: str, line: int, optional: Iterable[str] = ()) -> None:
        """`names` maps our name of a column to the captions it may have; a caption in the file may go on after it."""
        folded = [fold(caption) for caption in captions]
        self.place = place
        self.captions = {}
        self.at: dict[str, int] = {}
        for name, spellings in names.items():
            wanted = [fold(spelling) for spelling in spellings]
            found = next((folded.index(one) for one in wanted if one in folded), None)
            if found is None:
                found = next((spot for one in wanted for spot, caption in enumerate(folded) if caption.startswith(one) and spot not in self.at.values()), None)
            self.captions[name] = spellings[0]
            if found is not None:
                self.at[name] = found
            elif name not in optional:
                raise Refused(f"a column {spellings[0]} was expected, and the captions have none", file=place, line=line)

    def row(self, number: int, cells: Sequence[str]) -> "Row":
        """A row to take values from by name."""
        return Row(self, number, cells)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, whose values are asked for by the columns' names; a wrong one is refused with its place."""

    columns: Columns
    number: int
    cells: Sequence[str]

    def text(self, name: str, longest: int = 0) -> str:
        """The cell, clean; empty where the row is short or the column is not in this file."""
        spot = self.columns.at.get(name)
        value = clean(self.cells[spot]) if spot is not None and spot < len(self.cells) else ""
        if longest and len(value) > longest:
            raise self.refused(name, value, f"at most {longest} characters were expected")
        return value

    def matching(self, name: str, pattern: str, expected: str) -> str:
        """The cell, which must fit the whole pattern."""
        value = self.text(name)
        if not re.fullmatch(pattern, value):
            raise self.refused(name, value, f"{expected} was expected")
        return value

    def decimal(self, name: str, default: str | None = None) -> Decimal:
        """A number; the default (where one is given) for an empty cell."""
        value = self.text(name)
        if not value and default is not None:
            return Decimal(default)
        try:
            number = Decimal(value.replace(",", ""))
        except InvalidOperation:
            raise self.refused(name, value, "a number was expected") from None
        if not number.is_finite():
            raise self.refused(name, value, "a number was expected")
        return number

    def whole(self, name: str) -> int:
        """A whole number, not below zero."""
        return int(self.matching(name, r"\d{1,9}", "a whole number"))

    def date(self, name: str, form: str = "%Y%m%d") -> date | None:
        """A date in the form; None for an empty cell."""
        value = self.text(name)
        try:
            return datetime.strptime(value, form).date() if value else None
        except ValueError:
            raise self.refused(name, value, f"a date was expected, as {date(2026, 4, 1).strftime(form)}") from None

    def refused(self, name: str, value: str, expected: str) -> Refused:
        """The refusal of this row for one of its values."""
        return Refused(expected, file=self.columns.place, line=self.number, column=self.columns.captions.get(name, name), value=value)
