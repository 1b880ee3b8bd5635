"""The counties of the fee schedule's localities: `yyLOCCO` as .csv, .txt or .xlsx, or the RVU zip that holds it.

Contractor (MAC), locality, state, fee schedule area, counties. A state's name stands on its first row alone; the rows
below it continue it. Rows without a contractor continue the row above. A locality that comes again (one that two
contractors served is still listed twice) is one row with the counties of both.
"""

import re
from collections.abc import Iterator
from datetime import date

from codes.models import Locality
from codes.releases import rvu
from codes.releases.reading import Reading, Table
from codes.releases.source import Member, Source
from codes.releases.tables import Columns, Row, lines
from codes.releases.tally import Tally

KIND, TITLE = "localities", "Counties of the Medicare localities"
FILES = r"^(\d{2}LOCCO|RVU\d{2}[A-D])"
MONTHS = (1,)
COUNTIES = Table(Locality, "localities", ("mac", "locality", "state", "area", "counties"), key=("mac", "locality"))
TABLES = (COUNTIES,)
CAPTIONS = {
    "mac": ("Medicare Adminstrative Contractor", "Medicare Administrative Contractor", "MAC", "Contractor", "Carrier"),  # spelled so
    "locality": ("Locality Number", "Locality"),
    "state": ("State",),
    "area": ("Fee Schedule Area", "Locality Name"),
    "counties": ("Counties", "County"),
}
LONGEST_AREA = 200
RUN = re.compile(r"\S+(?: \S+)*")  # a cell of a text of fixed width: words with single spaces


def read(source: Source, tally: Tally) -> Reading:
    """The one file of counties of the source. It holds for the year that its title names."""
    member = rvu.table(source, r"^\d{2}LOCCO", "a file yyLOCCO")
    numbered = rvu.numbered(member, fixed)
    head = rvu.captions(numbered, member.place, ("Locality", "Counties"))
    year = rvu.year_of(head.titles, member.name, r"^(\d\d)LOCCO")
    columns = Columns(head.columns, CAPTIONS, place=member.place, line=head.line)
    tally.leave_out(rvu.HEAD, head.rows)
    return Reading(
        title=f"CMS Medicare localities {year}",
        version=str(year),
        effective=date(year, 1, 1),
        rows=((COUNTIES, row) for row in localities(numbered, columns, tally)),
        copyright_line="Localities and counties: CMS, public domain",
    )


def fixed(member: Member) -> rvu.Numbered:
    """Numbered rows of the .txt of fixed width, its captions spelled out. The columns begin where the first row's five cells do."""
    starts: list[int] = []
    with member.open() as file:
        for number, line in lines(file, member.place):
            text = line.rstrip()
            begun = [run.start() for run in RUN.finditer(text)]
            if "Locality" in text and "Counties" in text:
                yield number, [captions[0] for captions in CAPTIONS.values()]
                continue
            if not starts and len(begun) == 5 and re.match(r"\s*\d+\s+\d+\s", text):
                starts = begun
            across = any(text[start - 1 : start].strip() for start in starts[1:])
            yield number, [text] if across or not starts else [text[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


def localities(numbered: rvu.Numbered, columns: Columns, tally: Tally) -> Iterator[tuple[str, ...]]:
    """A row of the table a locality. All are held until the file ends, some hundred: rows far below may belong to one."""
    found: dict[tuple[str, str], list[str]] = {}
    state, last = "", ("", "")
    for number, cells in numbered:
        row = columns.row(number, cells)
        said = [rvu.unstarred(row.text("area", LONGEST_AREA)), row.text("counties")]
        goes_on = last in found and any(said) and not (row.text("mac") or row.text("locality") or row.text("area").startswith("*"))
        if not goes_on:
            if reason := rvu.left_over(cells):
                tally.leave_out(reason)
                continue
            last = rvu.place_of(row)
            state = rvu.unstarred(row.text("state", 60)) or state
            if not state:
                raise row.refused("state", "", "a state's name was expected")
        if last not in found:
            if not all(said):
                raise row.refused("counties" if said[0] else "area", "", "an area and its counties were expected: the line is cut off")
            found[last] = [state, *said]
        elif found[last][1:] == said:
            tally.leave_out("localities listed again with the same counties")
        else:
            found[last] = joined(row, found[last], said)
            tally.read += 1
            tally.joined += 1
    tally.read += len(found)
    tally.stored[COUNTIES.title] += len(found)
    yield from ((mac, locality, *entry) for (mac, locality), entry in found.items())


def joined(row: Row, entry: list[str], said: list[str]) -> list[str]:
    """A locality with what another row says of it."""
    state, area, counties = entry
    area = together(area, said[0])
    if len(area) > LONGEST_AREA:
        raise row.refused("area", area, f"at most {LONGEST_AREA} characters were expected")
    return [state, area, together(counties, said[1])]


def together(before: str, after: str) -> str:
    """Two texts as one list, each part once."""
    if not after or after == before:
        return before
    return f"{before} {after}" if not before or before.endswith((",", ";", "/", " AND")) or after.startswith("AND ") else f"{before}, {after}"
