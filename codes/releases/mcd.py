"""The Medicare Coverage Database's exports: a zip that holds a zip of related CSV files, quoted, each with one row of captions.

What all three kinds share: the files and their rows, the documents with their dates and related documents, and what day
an export is of, since it names none (CMS, data dictionaries of the LCD, article and NCD downloads).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from django.utils import timezone

from codes.models import CoverageDocument
from codes.releases.reading import Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import Columns, Row, clean, lines, separated
from codes.releases.tally import Tally

COPYRIGHT = "Medicare Coverage Database: CMS, public domain. CPT codes are the American Medical Association's"
ORPHAN, DOUBLE = "of a document or version that is not in the export", "a document and version that came before"
DAY = re.compile(r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})/(\d{4}))(?:[ T]\d{1,2}:\d{2}.*)?")
DOCUMENTS = Table(
    CoverageDocument,
    "documents",
    ("kind", "number", "version", "display_id", "title", "type", "status", "effective_date", "end_date", "text", "related"),
    key=("kind", "number"),
)
Key = tuple[int, int]  # a document's number and version
Entry = tuple[Table, tuple[Any, ...]]
Related = dict[Key, list[list[list[Any]]]]  # by the document that names them, the documents of each row


@dataclass(slots=True)
class Export:
    """The CSV files of one export. `main` is the file of its documents, `keys` their numbers and versions once they are read."""

    source: Source
    tally: Tally
    main: str
    number: str
    version: str
    keys: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.needed(self.main)

    def needed(self, name: str) -> Member:
        """The file, without which there is nothing to load."""
        return self.source.one(rf"^{name}\.csv$", f"{name}.csv")

    def member(self, name: str) -> Member | None:
        """The file, where the export has it. Of several, the one beside the documents counts: an archive may hold several exports."""
        found = self.source.matching(rf"^{name}\.csv$")
        if len(found) > 1:
            folder = self.needed(self.main).place.rpartition("/")[0]
            found = [member for member in found if member.place.rpartition("/")[0] == folder]
            if len(found) != 1:
                raise Refused(f"{name}.csv was expected once beside {self.main}.csv: name the file or folder of this export alone", file=self.source.name)
        return found[0] if found else None

    def rows(self, name: str, wanted: Sequence[str], optional: Sequence[str] = (), *, counted: bool = True) -> Iterator[Row]:
        """The file's rows with the columns that are wanted; none where there is no such file. Captions, empty rows and footnotes are counted here."""
        member = self.member(name)
        if member is None:
            return
        tally = self.tally if counted else Tally()
        columns, width, note = None, 0, 0
        for number, cells in records(member):
            if columns and len(cells) == width and cells[0].isdigit() and not note:  # nearly every row
                yield columns.row(number, cells)
            elif not any(map(clean, cells)):
                tally.leave_out("empty rows")
            elif columns is None:
                columns = Columns(cells, {column: (column,) for column in (*wanted, *optional)}, place=member.place, line=number, optional=optional)
                width = max(spot for spot, caption in enumerate(cells, 1) if clean(caption))
                tally.leave_out("captions")
            elif len(cells) >= width and not any(map(clean, cells[width:])) and not note:
                yield columns.row(number, cells)
            elif len(cells) < width and not clean(cells[0]).isdigit() and not any(map(clean, cells[1:])):
                note = note or number
                tally.leave_out("footnotes")
            else:
                wrong = f"{width} values were expected, one a caption: the line is cut off, or a quotation mark is missing"
                raise Refused(wrong, file=member.place, line=note or number)
        if columns is None:
            raise Refused("captions were expected, but the file has none", file=member.place)

    def key(self, row: Row) -> Key:
        """Number and version of the document that a row is, or belongs to."""
        return row.whole(self.number), row.whole(self.version)

    def store(self, table: Table, *values: Any) -> Entry:
        """A row that is stored, counted."""
        self.tally.read += 1
        self.tally.stored[table.title] += 1
        return table, values

    def join(self, rows: int = 1) -> None:
        """Count rows that went into others."""
        self.tally.read += rows
        self.tally.joined += rows

    def lookup(self, name: str, key: str, value: str) -> dict[str, str]:
        """A file of texts by their number."""
        found = {}
        for row in self.rows(name, (key, value)):
            found[row.text(key)] = row.text(value)
            self.join()
        return found


def records(member: Member) -> Iterator[tuple[int, list[str]]]:
    """Numbered records of a CSV file. One that ends within a quoted value is cut off."""
    with member.open() as file:
        yield from separated(whole(file, member.place), member.place, ",")


def whole(file: IO[bytes], place: str) -> Iterator[tuple[int, str]]:
    """The file's lines; refused where the last one has no end and a quotation mark is still open."""
    marks, number, text = 0, 0, ""
    for number, text in lines(file, place):
        marks += text.count('"')
        yield number, text
    if marks % 2 and not text.endswith("\n"):
        raise Refused("a closing quotation mark was expected: the file is cut off", file=place, line=number)


def day(row: Row, *names: str) -> date | None:
    """The first day that one of the columns has: 2026-04-01 00:00:00, with or without the time; 4/1/2026 too."""
    for name in names:
        value = row.text(name)
        found = DAY.fullmatch(value)
        try:
            if found:
                year, month, of_month, us_month, us_day, us_year = found.groups()
                return date(int(year or us_year), int(month or us_month), int(of_month or us_day))
        except ValueError:
            found = None
        if value and not found:
            raise row.refused(name, value, "a date was expected, as 2026-04-01 00:00:00")
    return None


def iso(value: date | None) -> str | None:
    """A day as the database has it."""
    return value.isoformat() if value else None


def earliest(*days: date | None) -> str | None:
    """The first of the days on which a document ends: it is retired, replaced by a revision, or over."""
    return iso(min((one for one in days if one), default=None))


def retirements(export: Export, name: str) -> dict[str, date]:
    """Days on which documents will be retired."""
    found = {}
    for row in export.rows(name, (export.number, "retire_dt")):
        retired = day(row, "retire_dt")
        if retired:
            found[row.text(export.number)] = retired
        export.join()
    return found


def latest(export: Export, *choices: Sequence[str]) -> date | None:
    """What day an export is of: the newest in the first choice of columns that has one. Days to come say nothing about it."""
    newest: list[date | None] = [None] * len(choices)
    today = timezone.localdate()
    for row in export.rows(export.main, (export.number, export.version), [name for names in choices for name in names], counted=False):
        for place, names in enumerate(choices):
            for name in names:
                found = day(row, name)
                if found and found <= today:
                    newest[place] = max(found, newest[place] or found)
    return next((found for found in newest if found), None)


def reading(what: str, of: date | None, rows: Iterator[Entry]) -> Reading:
    """The release: what it holds, and the month it is of."""
    title = f"Medicare Coverage Database {what}" + (f", {of:%B %Y}" if of else "")
    return Reading(title=title, version=of.isoformat() if of else "undated", effective=of, rows=rows, copyright_line=COPYRIGHT)


def display_id(row: Row, letter: str, number: str) -> str:
    """L36668, as published; made from the number where the column is empty. One without a letter is a proposed document's (DL, DA)."""
    found = row.text("display_id", 20)
    return f"D{letter}{found}" if found.isdigit() else found or f"{letter}{row.whole(number)}"


def documents(export: Export, kind: str, rows: Iterable[Row], values: Callable[[Row], tuple[Any, ...]], related: Related) -> Iterator[Entry]:
    """The documents of a kind, each with those related to it. `values` gives what lies between version and related."""
    for row in rows:
        key = export.key(row)
        if key in export.keys:
            export.tally.leave_out(DOUBLE)
            continue
        export.keys.add(key)
        named = related.pop(key, [])
        export.join(len(named))
        others = sorted({tuple(other) for others in named for other in others})
        yield export.store(DOCUMENTS, kind, *key, *values(row), json.dumps(others))
    for named in related.values():
        export.tally.leave_out(ORPHAN, len(named))


def relate(export: Export, related: Related, name: str, others: Sequence[tuple[str, str, str]]) -> None:
    """Add the documents that others name in one file. `others` are the kinds that it may name, each with its columns; 0 stands for none."""
    columns = [column for _, *pair in others for column in pair]
    for row in export.rows(name, (export.number, export.version), columns):
        named = [other(row, *columns) for columns in others]
        if any(named):
            related.setdefault(export.key(row), []).append([one for one in named if one])
        else:
            export.tally.leave_out("without a related document")


def other(row: Row, kind: str, number: str, version: str) -> list[Any]:
    """A related document: kind, number, and version where one is named. Nothing for 0."""
    if not row.text(number).strip("0"):
        return []
    return [kind, row.whole(number), *([row.whole(version)] if row.text(version).strip("0") else [])]
