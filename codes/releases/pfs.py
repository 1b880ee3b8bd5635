"""The Medicare Physician Fee Schedule's RVU file: `PPRRVUyyyy_*` as .csv, .txt or .xlsx, or the zip that holds it (RVU25D.zip).

A line for each code and modifier: relative values, payment indicators, conversion factor (CMS, PPRRVU record layout).
From 2026 a quarter has two files in force at once: one for participants in advanced payment models (QPP), and the
other for everybody else, which is what the file was before. They differ in the conversion factor.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice

from codes.models import FeeScheduleLine
from codes.releases import rvu
from codes.releases.pfs_columns import COLUMNS, Column
from codes.releases.reading import Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import Columns, clean, fold, lines
from codes.releases.tally import Tally

KIND, TITLE = "pfs", "Medicare Physician Fee Schedule, relative values"
FILES = r"^(PPRRVU|RVU\d{2}[A-D])"
MONTHS = (1, 4, 7, 10)
LINES = Table(
    FeeScheduleLine,
    "fee schedule lines",
    tuple(column.name for column in COLUMNS),
    key=("code", "modifier"),
    recorded=True,
    # The descriptor is licensed text and belongs on no page of changes; the others are the file's, the same on every line.
    aside=("description", "conv_factor", "price_indicator"),
    throughout=("conv_factor",),
)
TABLES = (LINES,)
QPP = "qpp"
NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
SHORT = tuple(name[:3] for name in NAMES)
QUARTERS = {"A": 1, "B": 4, "C": 7, "D": 10}  # RVU25A to RVU25D
Line = tuple[str, ...]  # a row of the table, as text


@dataclass(slots=True)
class Head:
    """A file read down to its captions. `at` says in which cell each column stands."""

    member: Member
    numbered: rvu.Numbered
    at: Mapping[str, int]
    titles: list[str] = field(default_factory=list)
    rows: int = 0


def parts(source: Source) -> list[Source]:
    """The file of each part: one, or from 2026 the non-QPP one and the QPP one."""
    found = sorted(rvu.tables(source, r"^PPRRVU", "a file PPRRVUyyyy_Mmm"), key=lambda member: says_qpp(member.name))
    return [Source(source.name, (member,), source.digest) for member in found]


def read(source: Source, tally: Tally) -> Reading:
    """The one RVU file of the source. Year and quarter stand in its first line, else in its name or its zip's."""
    found = [part.members[0] for part in parts(source)]
    if len(found) > 1:
        typed = " and ".join(f"`load_release {KIND} {member.name}`" for member in found)
        there = " and ".join(member.name for member in found)
        raise Refused(f"one RVU file was expected; there are {there}. Unpack them and load those you want: {typed}", file=source.name)
    head = opened(found[0])
    if head.rows:
        tally.leave_out(rvu.HEAD, head.rows)
    effective = quarter(head.titles, head.member.name, source.name)
    rows = lines_of(head, tally)
    first = list(islice(rows, 1))
    part = QPP if is_qpp(head, first) else ""
    return Reading(
        title=f"CMS PFS {effective:%Y} {NAMES[effective.month - 1]} release{', QPP' if part else ''}",
        version=f"{effective:%Y-%m}",
        effective=effective,
        part=part,
        rows=((LINES, row) for row in chain(first, rows)),
        copyright_line="Relative values and indicators: CMS, public domain",
    )


def is_qpp(head: Head, first: Sequence[Line]) -> bool:
    """Whether it is the QPP file: its name or a title says so, or where these say nothing its pricing indicator, 1 where the other file has 9."""
    for said in (head.member.name, *head.titles):
        if "QPP" in said.upper():
            return says_qpp(said)
    return any(line[LINES.columns.index("price_indicator")] == "1" for line in first)


def says_qpp(name: str) -> bool:
    """Whether a name or a title says QPP, and not nonQPP."""
    return "QPP" in re.sub(r"NON[ _-]?QPP", "", name.upper())


def quarter(titles: Sequence[str], name: str, zipped: str) -> date:
    """The day on which the release takes effect: the first of its quarter."""
    for title in titles:
        year, month = re.search(r"\b20\d\d\b", title), re.search(rf"\b({'|'.join(NAMES)})\s+RELEASE\b", title, re.IGNORECASE)
        if year and month:
            return date(int(year[0]), NAMES.index(month[1].capitalize()) + 1, 1)
    if found := re.search(rf"PPRRVU(?:20)?(\d\d)(?!\d).*?({'|'.join(SHORT)})", name, re.IGNORECASE):
        return date(2000 + int(found[1]), SHORT.index(found[2].capitalize()) + 1, 1)
    if found := re.search(r"\bRVU(\d\d)([A-D])", zipped, re.IGNORECASE):
        return date(2000 + int(found[1]), QUARTERS[found[2].upper()], 1)
    raise Refused("a first line with the year and `April Release`, or a name as PPRRVU2026_Apr, was expected", file=name)


def opened(member: Member) -> Head:
    """Read on to the captions, and find the columns by them. In the .txt of fixed width, which has none, each has its known place."""
    if rvu.is_fixed(member):
        return Head(member, fixed(member), {column.name: spot for spot, column in enumerate(COLUMNS)})
    numbered = rvu.numbered(member, fixed)
    head = rvu.captions(numbered, member.place, ("HCPCS", "MOD"))
    names = {column.name: column.captions for column in COLUMNS}
    names["conv_factor"] += tuple(caption for caption in head.columns if re.search("CONV.*FACTOR", fold(caption)))  # QPP CONV FACTOR
    columns = Columns(head.columns, names, place=member.place, line=head.line, optional=[column.name for column in COLUMNS if column.optional])
    return Head(member, numbered, columns.at, head.titles, head.rows)


def fixed(member: Member) -> rvu.Numbered:
    """Numbered rows of the .txt of fixed width: a notice in lines that begin with HDR, and lines of one length. A shorter one stays in two cells."""
    length = 0
    with member.open() as file:
        for number, line in lines(file, member.place):
            text = line.rstrip("\r\n")
            if text.startswith("HDR") or len(text) < max(length, COLUMNS[-1].fixed[0]):
                yield number, text.split(maxsplit=1)
            else:
                length = length or len(text)
                yield number, [text[start:end] for start, end in (column.fixed for column in COLUMNS)]


class Known(dict[str, str]):
    """The values of one column, by the cells that were read already."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column

    def __missing__(self, cell: str) -> str:
        value = self[cell] = self.column.parse(cell)
        return value


def lines_of(head: Head, tally: Tally) -> Iterator[Line]:
    """The rows of the table. Written for speed: what recurs in a column is read once. A column that the file lacks is read from an empty cell."""
    width = max(head.at.values()) + 1
    plan = [(head.at.get(column.name, width), Known(column)) for column in COLUMNS]
    seen: set[Line] = set()
    for number, cells in head.numbered:
        try:
            padded = [*cells[:width], ""] if len(cells) >= width else []
            line = tuple([known[padded[spot]] for spot, known in plan])
        except (ValueError, IndexError):
            tally.leave_out(left_over(head, number, cells, plan))
            continue
        if line[:2] in seen:
            raise Refused("each code and modifier once was expected", file=head.member.place, line=number, column="HCPCS", value=" ".join(line[:2]).strip())
        seen.add(line[:2])
        tally.read += 1
        tally.stored[LINES.title] += 1
        yield line


def left_over(head: Head, number: int, cells: Sequence[str], plan: Sequence[tuple[int, Known]]) -> str:
    """Why a row that is no line of the table is left out. One that is neither empty nor a note is refused, with what is wrong with it."""
    if cells[:1] == ["HDR"]:
        return rvu.HEAD
    if reason := rvu.left_over(cells):
        return reason
    for spot, known in plan if len(cells) > max(head.at.values()) else ():
        cell = [*cells, ""][spot] if known.column.name in head.at else ""
        try:
            known[cell]
        except ValueError as wrong:
            raise Refused(str(wrong), file=head.member.place, line=number, column=known.column.captions[0], value=clean(cell)) from None
    raise Refused("a whole line was expected: it is cut off", file=head.member.place, line=number, value=" ".join(map(clean, cells)).strip())
