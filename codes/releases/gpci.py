"""Geographic practice cost indices: Addendum E of the fee schedule's rule, `GPCIyyyy` as .csv, .txt or .xlsx, or the RVU zip that holds it.

A row a locality: contractor (MAC), state, locality, and the indices of work (PW), practice expense and malpractice.
Where the file has the work index both with and without the floor of 1.0, the one with the floor is taken: it is what
Medicare pays by while the law has the floor. A file that has it without the floor alone is taken as it is.
Stars behind a name refer to footnotes below the data.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from codes.models import Gpci
from codes.releases import rvu
from codes.releases.reading import Reading, Table
from codes.releases.source import Member, Source
from codes.releases.tables import Columns, Row, lines
from codes.releases.tally import Tally

KIND, TITLE = "gpci", "Geographic practice cost indices"
FILES = r"^(GPCI\d{2}|RVU\d{2}[A-D])"
MONTHS = (1,)
LOCALITIES = Table(Gpci, "localities", ("mac", "state", "locality", "name", "work", "pe", "mp"), key=("mac", "locality"))
TABLES = (LOCALITIES,)
CAPTIONS = {
    "mac": ("Medicare Administrative Contractor (MAC)", "Medicare Adminstrative Contractor", "MAC", "Contractor", "Carrier"),
    "state": ("State",),
    "locality": ("Locality Number", "Locality"),
    "name": ("Locality Name",),
    "work": ("PW GPCI (with 1.0 Floor)", "PW GPCI with floor", "Work GPCI (with 1.0 Floor)", "PW GPCI", "Work GPCI"),
    "pe": ("PE GPCI",),
    "mp": ("MP GPCI",),
}
# The .txt of fixed width cuts its captions off, so its lines are known by their form.
FIXED = re.compile(r"\s*(\d{4,5})\s+([A-Z]{2})\s+(\d{1,2})\s+(\S.*?)\s+(\d?\.\d+)\s+(\d?\.\d+)\s+(\d?\.\d+)\s*")


def read(source: Source, tally: Tally) -> Reading:
    """The one GPCI file of the source. It holds for the year that its title names."""
    member = rvu.table(source, r"^GPCI", "a file GPCIyyyy")
    numbered = rvu.numbered(member, fixed)
    head = rvu.captions(numbered, member.place, ("State", "Locality"))
    year = rvu.year_of([*head.titles, *head.columns], member.name, r"GPCI(20\d\d|\d\d)")
    undated = [re.sub(r"\b20\d\d\b|\*", "", caption) for caption in head.columns]
    columns = Columns(undated, CAPTIONS, place=member.place, line=head.line)
    tally.leave_out(rvu.HEAD, head.rows)
    return Reading(
        title=f"CMS GPCI {year}",
        version=str(year),
        effective=date(year, 1, 1),
        rows=localities(numbered, columns, tally),
        copyright_line="Geographic practice cost indices: CMS, public domain",
    )


def fixed(member: Member) -> rvu.Numbered:
    """Numbered rows of the .txt of fixed width, its captions spelled out."""
    with member.open() as file:
        for number, line in lines(file, member.place):
            if "GPCI2" in line.replace(" ", "") and "Locality" in line:
                yield number, [captions[0] for captions in CAPTIONS.values()]
            else:
                found = FIXED.fullmatch(line)
                yield number, list(found.groups()) if found else [line]


def localities(numbered: rvu.Numbered, columns: Columns, tally: Tally) -> Iterator[tuple[Table, tuple[Any, ...]]]:
    """A row of the table a locality."""
    seen: set[tuple[str, str]] = set()
    for number, cells in numbered:
        if reason := rvu.left_over(cells):
            tally.leave_out(reason)
            continue
        row = columns.row(number, cells)
        mac, locality = rvu.place_of(row)
        if (mac, locality) in seen:
            raise row.refused("locality", f"{mac} {locality}", "each locality of a contractor once was expected")
        seen.add((mac, locality))
        state = row.matching("state", "[A-Z]{2}", "a state of two letters")
        tally.read += 1
        tally.stored[LOCALITIES.title] += 1
        yield LOCALITIES, (mac, state, locality, rvu.unstarred(row.text("name", 120)), *(index(row, name) for name in ("work", "pe", "mp")))


def index(row: Row, name: str) -> str:
    """An index with three decimals."""
    value = row.decimal(name)
    if not 0 < value < 10:
        raise row.refused(name, row.text(name), "an index between 0 and 10 was expected")
    return str(round(value, 3))
