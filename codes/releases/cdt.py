"""CDT from the operator's licensed list: tab-separated (or a workbook), a row of captions, a code a row.

Columns: code, nomenclature and descriptor; where the list has them category, effective date and status besides. The nomenclature
is the short title. The headings are the categories of service by the codes' ranges, in plain words.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from django.utils.text import slugify

from codes.models import Change
from codes.releases.licensed import COPYRIGHT, LONGEST_TITLE, as_date, copyright_line, cut, unquoted, year_in_name
from codes.releases.reading import Listed, Node, Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import Columns, Row, fold, rows
from codes.releases.tally import Tally

KIND, TITLE = "cdt", "CDT code list of the ADA (licensed)"
FILES = r"cdt.*\.(txt|tsv|tab|csv|xlsx|xlsm|xls)$"
MONTHS: tuple[int, ...] = (1,)
TABLES: tuple[Table, ...] = ()
NAMES = {
    "code": ("Code", "CDT Code", "Procedure Code"),
    "nomenclature": ("Nomenclature", "Short", "Title"),
    "descriptor": ("Descriptor", "Long", "Description"),
    "category": ("Category", "Category of Service"),
    "effective": ("Effective Date", "Effective"),
    "status": ("Status", "Action", "Change"),
}
OPTIONAL = ("category", "effective", "status")
CATEGORIES = (
    ("Diagnostic", "D0100", "D0999"),
    ("Preventive", "D1000", "D1999"),
    ("Restorative", "D2000", "D2999"),
    ("Endodontics", "D3000", "D3999"),
    ("Periodontics", "D4000", "D4999"),
    ("Prosthodontics, removable", "D5000", "D5899"),
    ("Maxillofacial prosthetics", "D5900", "D5999"),
    ("Implant services", "D6000", "D6199"),
    ("Prosthodontics, fixed", "D6200", "D6999"),
    ("Oral and maxillofacial surgery", "D7000", "D7999"),
    ("Orthodontics", "D8000", "D8999"),
    ("Adjunctive general services", "D9000", "D9999"),
)
CODE = re.compile(r"D\d{4}")
EDITION = re.compile(r"\b(?:CDT|dental terminology)\D{0,60}(20\d\d)(?!\d)|(?<!\d)(20\d\d)\s+CDT\b", re.IGNORECASE)
NEW, REVISED, DELETED = {"N", "NEW", "ADDED", "ADDITION"}, {"R", "REVISED", "REVISION", "CHANGED"}, {"D", "DELETED", "DELETION", "DISCONTINUED"}
LONGEST_HEAD = 200  # rows above the captions


class Head(NamedTuple):
    """What stands above the codes: titles, where the columns are, and how many cells a row has."""

    titles: list[str]
    columns: Columns
    width: int


def read(source: Source, tally: Tally) -> Reading:
    """The list of a year; it takes effect on January 1."""
    member = list_of(source)
    above = head(member)
    year = year_of(source, member, above.titles)
    effective = date(year, 1, 1)
    return Reading(
        title=f"CDT {year}",
        version=str(year),
        effective=effective,
        rows=listing(member, above, effective, tally),
        system="cdt",
        copyright_line=copyright_line("CDT", "American Dental Association"),
    )


def list_of(source: Source) -> Member:
    """The list among the files."""
    tables = source.matching(r"\.(txt|tsv|tab|csv|xlsx|xlsm|xls)$")
    return tables[0] if len(tables) == 1 else source.one(FILES, "a list of CDT codes, such as CDT2026.txt,")


def head(member: Member) -> Head:
    """Read as far as the captions."""
    titles: list[str] = []
    for number, cells in islice(rows(member), LONGEST_HEAD):
        captions = [unquoted(cell) for cell in cells]
        if has_captions(captions):
            columns = Columns(captions, NAMES, place=member.place, line=number, optional=OPTIONAL)
            return Head(titles, columns, max(spot for spot, caption in enumerate(captions, 1) if caption))
        titles.append(" ".join(captions))
    raise Refused("a row of captions with Code, Nomenclature and Descriptor was expected", file=member.place)


def has_captions(cells: Sequence[str]) -> bool:
    """Whether a row is that of the captions: it has the code's, and another cell."""
    return any(fold(cell) in map(fold, NAMES["code"]) for cell in cells) and sum(map(bool, cells)) > 1


def year_of(source: Source, member: Member, titles: list[str]) -> int:
    """The year by a title above the captions, or by the name of the file, its folder or its zip."""
    for title in titles:
        if edition := EDITION.search(COPYRIGHT.sub(" ", title)):
            return int(edition[1] or edition[2])
    names = [member.name, source.name, *reversed(member.place.split("/"))]
    if year := next(filter(None, map(year_in_name, names)), None):
        return year
    raise Refused("the year of the list was expected, in the file's name, such as CDT2026.txt, or in a title above the captions", file=member.place)


def listing(member: Member, above: Head, effective: date, tally: Tally) -> Iterator[Node | Listed]:
    """The categories, and the codes in their order."""
    for place, (name, first, last) in enumerate(CATEGORIES, 1):
        yield Node(path=f"{place:02d}", name=name, first=first, last=last, slug=slugify(f"{name} {first}-{last}"))
    codes: dict[str, Listed] = {}
    seen: dict[str, int] = {}
    for row in below(member, above, tally):
        code = row.text("code").upper()
        if code in seen:
            raise row.refused("code", code, f"each code was expected once, and line {seen[code]} has it too")
        seen[code] = row.number
        codes[code] = entry(row, code, effective)
        tally.read += 1
        tally.stored["codes"] += 1
    yield from (codes[code] for code in sorted(codes))


def below(member: Member, above: Head, tally: Tally) -> Iterator[Row]:
    """The rows of codes. Titles, notes, and the names of categories between the codes are left out and counted."""
    placed = False
    for number, raw in rows(member):
        cells = [unquoted(cell) for cell in raw]
        if not any(cells):
            tally.leave_out("empty rows")
        elif not placed and has_captions(cells):
            placed = True
            tally.leave_out("captions")
        elif not placed or not is_code_row(cells, above.columns):
            tally.leave_out("titles and notes")
        else:
            yield above.columns.row(number, fitted(cells, above, member, number))


def is_code_row(cells: Sequence[str], columns: Columns) -> bool:
    """Whether a row is meant to be of a code: its first cell begins as one does, or it has several cells and is no range of codes."""
    at = columns.at["code"]
    code = cells[at].upper() if at < len(cells) else ""
    if re.match(r"D\d{4}\s*[-\u2013]\s*D\d{4}", code):
        return False
    return bool(re.fullmatch(r"D\d*|\d+", code)) or sum(map(bool, cells)) > 1


def fitted(cells: list[str], above: Head, member: Member, number: int) -> list[str]:
    """The cells of a row, no more than there are captions. Tabs within the descriptor, where it is the last column, are part of it."""
    if not any(cells[above.width :]):
        return cells
    if above.columns.at["descriptor"] != above.width - 1:
        expected = f"{above.width} cells were expected, as many as there are captions; the row has {len(cells)}: is there a tab within a text?"
        raise Refused(expected, file=member.place, line=number)
    return [*cells[: above.width - 1], " ".join(filter(None, cells[above.width - 1 :]))]


def entry(row: Row, code: str, effective: date) -> Listed:
    """A row as a code."""
    row.matching("code", rf"(?i){CODE.pattern}", "D and four digits, as D0120,")
    nomenclature, descriptor = row.text("nomenclature"), row.text("descriptor")
    if not nomenclature:
        raise row.refused("nomenclature", "", "a nomenclature was expected: the line is cut off")
    heading = next((f"{place:02d}" for place, (_, first, last) in enumerate(CATEGORIES, 1) if first <= code <= last), None)
    listed = Listed(code=code, short=cut(nomenclature, LONGEST_TITLE), long=descriptor or nomenclature, heading=heading)
    if category := row.text("category"):
        listed.details["category"] = category
    history(listed, row, effective)
    return listed


def history(listed: Listed, row: Row, effective: date) -> None:
    """What the list says became of the code. Of a revised one the date is that of its wording, of a deleted one its end is the eve."""
    try:
        day = as_date(row.text("effective"))
    except ValueError as wrong:
        raise row.refused("effective", str(wrong), "a date was expected, as 20260101") from None
    status = row.text("status").upper()
    if status in DELETED:
        listed.what, listed.end = Change.DELETED, (day or effective) - timedelta(days=1)
    elif status in REVISED:
        listed.what = Change.REVISED
        if day:
            listed.details["descriptor_effective"] = day.isoformat()
    elif status in NEW:
        listed.what, listed.effective = Change.ADDED, day or effective
    else:
        listed.effective = day
