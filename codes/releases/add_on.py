"""NCCI add-on code edits: `AOC_VyyyyQn-MCR.xlsx`. The fixed-width .txt beside it has no captions and is not read.

A row is one relation: type (1 the listed primary codes only, 2 left to the contractor, 3 some of both), add-on code, primary
code or CCCCC, and four dates as YYYYDDD, the day of the year (CMS, NCCI add-on code edits).
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from codes.models import AddOnEdit
from codes.releases import captioned
from codes.releases.reading import Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import SPREADSHEETS, Row
from codes.releases.tally import Tally

KIND, TITLE = "add-on", "NCCI add-on code edits"
FILES = r"(^|[^a-z])aoc|add-?_?(on|code)"
MONTHS: tuple[int, ...] = (1, 4, 7, 10)
RELATIONS = Table(
    AddOnEdit,
    "add-on relations",
    ("type", "add_on", "add_on_deletion_date", "primary", "primary_deletion_date", "effective_date", "deletion_date", "note"),
    key=("add_on", "primary", "effective_date"),
)
TABLES: tuple[Table, ...] = (RELATIONS,)
FORMS = (*SPREADSHEETS, ".csv", ".txt")  # where the same is there in several forms, the first of these is read
DAY = r"DEL(ETE|ETED|ETION)?(DT|DATE)"
CAPTIONS = {
    "type": ("AOC_Edit_Type", r"(AOC|ADDON(CODE)?)?(EDIT)?TYPE"),
    "deletion_date": ("AOC_Edit_DelDT", rf".*EDIT{DAY}"),
    "add_on": ("Add-On_Code", r"ADDON(CODE)?|AOC(CODE)?"),
    "add_on_deletion_date": ("AOC_DelDT", rf"(AOC|ADDON)(CODE)?{DAY}"),
    "primary": ("Primary_Code", r"PRIMARY((PROCEDURE)?CODE)?"),
    "primary_deletion_date": ("Primary_Code_DelDT", rf"PRIMARY((PROCEDURE)?CODE)?{DAY}"),
    "effective_date": ("AOC_Edit_EffDT", r".*EFF(ECTIVE)?(DT|DATE)"),
    "note": ("Special_Instruction_Notes", r"SPECIALINSTRUCTIONS?(NOTES?)?|NOTES?"),
}
TYPES = {"1": 1, "2": 2, "3": 3, "I": 1, "II": 2, "III": 3}
CONTRACTOR_DEFINED = "CCCCC"
FIXED_WIDTH = "a row of captions was expected (AOC_Edit_Type, Add-On_Code and so on); the fixed-width .txt has none: load the .xlsx that is published beside it"
QUARTERS = ("first", "second", "third", "fourth")


def read(source: Source, tally: Tally) -> Reading:
    """One quarter's relations; the quarter stands in the file's name."""
    member = captioned.chosen(source, FILES, FORMS, lambda name: str(captioned.quarter_in(name)), "one quarter's AOC_VyyyyQn-MCR.xlsx")
    found = captioned.quarter_in(member.name, member.place, source.name)
    if found is None:
        raise Refused("a file name with year and quarter was expected, as AOC_V2026Q2-MCR.xlsx", file=member.place)
    year, quarter = found
    return Reading(
        title=f"NCCI add-on code edits, {year} {QUARTERS[quarter - 1]} quarter",
        version=f"{year}-{quarter}",
        effective=date(year, 3 * quarter - 2, 1),
        rows=relations(member, tally),
        copyright_line="Edits: CMS, public domain. CPT codes are the American Medical Association's",
    )


def relations(member: Member, tally: Tally) -> Iterator[tuple[Table, tuple[Any, ...]]]:
    """Every relation, those that have ended too."""
    with captioned.opened(member, CAPTIONS, optional={"note"}, otherwise="" if member.name.lower().endswith(SPREADSHEETS) else FIXED_WIDTH) as table:
        for row in table.rows(tally):
            kind = re.sub(r"^TYPE ?", "", row.text("type").upper())
            if kind not in TYPES:
                raise row.refused("type", row.text("type"), "1, 2 or 3 was expected")
            tally.read += 1
            tally.stored[RELATIONS.title] += 1
            yield (
                RELATIONS,
                (
                    TYPES[kind],
                    table.code(row, "add_on"),
                    day_of(row, "add_on_deletion_date"),
                    table.code(row, "primary", CONTRACTOR_DEFINED),
                    day_of(row, "primary_deletion_date"),
                    day_of(row, "effective_date"),
                    day_of(row, "deletion_date"),
                    unquoted(row.text("note")),
                ),
            )


def day_of(row: Row, name: str) -> date | None:
    """A day as YYYYDDD (or as YYYYMMDD, which is what dates of a spreadsheet come as); none for an empty cell, zeros or a star."""
    value = row.text(name)
    if not value.strip("*0"):
        return None
    try:
        if re.fullmatch(r"[0-9]{7}", value):
            day = date(int(value[:4]), 1, 1) + timedelta(days=int(value[4:]) - 1)
            if f"{day:%Y%j}" == value:
                return day
        elif re.fullmatch(r"[0-9]{8}", value):
            return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007
    except (ValueError, OverflowError):
        pass
    raise row.refused(name, value, "a day of a year was expected, as 2026091")


def unquoted(note: str) -> str:
    """A note without the quotation marks around the whole of it."""
    return note[1:-1] if len(note) > 1 and note[0] == note[-1] == '"' and '"' not in note[1:-1] else note
