"""HCPCS Level II: `HCPCyyyy_MMM_ANWEB` or `HCPCyyyy_CONTR_ANWEB`, .txt or .xlsx.

Wording and dates of a code go to its columns, all else that the file says of it to its `details`. CPT codes and dental codes
(D), which fuller files of this layout carry, are their owners' text and are left out.
"""

import json
import re
from calendar import month_abbr, month_name
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

from codes.models import Change, Modifier
from codes.releases.hcpcs_rows import Record, filled, records
from codes.releases.reading import Listed, Node, Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import SPREADSHEETS, Row
from codes.releases.tally import Tally

KIND, TITLE = "hcpcs", "HCPCS Level II"
FILES = r"hcpc.*\.(txt|csv|xls[xmb]?|zip|gz)$"
MONTHS: tuple[int, ...] = (1, 4, 7, 10)
MODIFIERS = Table(
    Modifier,
    "modifiers",
    ("code", "short", "long", "level", "effective_date", "end_date", "details"),
    key=("code", "level"),
    recorded=True,
    aside=("details",),
)
TABLES: tuple[Table, ...] = (MODIFIERS,)
COPYRIGHT = "Public domain: Centers for Medicare & Medicaid Services"
LETTERS = {
    "A": "Transportation, medical and surgical supplies",
    "B": "Enteral and parenteral therapy",
    "C": "Hospital outpatient payment: devices, drugs and procedures",
    "E": "Durable medical equipment",
    "G": "Procedures and professional services",
    "H": "Alcohol and drug abuse treatment, behavioral health",
    "J": "Drugs administered other than by mouth, chemotherapy",
    "K": "Durable medical equipment, temporary codes",
    "L": "Orthotics and prosthetics",
    "M": "Medical services and quality measures",
    "P": "Pathology and laboratory services",
    "Q": "Drugs, supplies and services, temporary codes",
    "R": "Diagnostic radiology services",
    "S": "Services of private payers, temporary codes",
    "T": "Services of state Medicaid agencies",
    "U": "Clinical laboratory tests",
    "V": "Vision, hearing and speech-language services",
}
NOT_OURS = (
    (r"\d{4}[0-9A-Z]|\d\d", "CPT codes and modifiers, which are the American Medical Association's: load them as cpt"),
    (r"D\d{4}", "dental codes (D), which are the American Dental Association's: load them as cdt"),
)
# Action codes of the record layout. F, P and T change no wording; D is no sign of an end, the termination date is.
ACTIONS = {"A": Change.ADDED, "R": Change.ADDED, "B": Change.REVISED, "C": Change.REVISED, "S": Change.REVISED}
ELSEWHERE = {"code", "sequence", "record", "long", "short", "ended"}  # columns that are no details
DATES = {"asc_date", "opps_date", "added", "action_date"}
LIST = r"anweb.*\.(txt|csv|xls[xmb]?)$"
COMPANION = r"read.?me|trans|layout|proc.?note|noc|changes|correct|index|\.(?!(?:txt|csv|xls[xmb]?)$)\w+$"
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
MONTH = re.compile(rf"(?<![a-z])(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in month_name[1:])}|sept)(?![a-z])", re.IGNORECASE)


def read(source: Source, tally: Tally) -> Reading:
    """The release is known by the file's name (HCPC2025_OCT: October 2025; a year alone: January), else by the latest date in the file."""
    member = chosen(source)
    effective = named(member) or latest(member)
    return Reading(
        title=f"HCPCS Level II, {effective:%B %Y} release",
        version=f"{effective:%Y-%m}",
        effective=effective,
        rows=everything(member, effective, tally),
        system=KIND,
        copyright_line=COPYRIGHT,
    )


def chosen(source: Source) -> Member:
    """The list among its companions. Where it comes as text and as a workbook the text is read: 2019's workbook lacks 115 dates that the text has."""
    if len(source.members) == 1:
        return source.members[0]
    lists = source.matching(LIST) or [member for member in source.members if not re.search(COMPANION, member.name, re.IGNORECASE)]
    found = [member for member in lists if not member.name.lower().endswith(SPREADSHEETS)] or lists
    if len(found) != 1:
        there = ", ".join(member.name for member in (found or source.members)[:12])
        raise Refused(f"one list named as HCPC2025_OCT_ANWEB.txt was expected; there is: {there}", file=source.name)
    return found[0]


def named(member: Member) -> date | None:
    """The month in the file's name, or in that of its folder or zip (october-2025-alpha-numeric-hcpcs-file.zip)."""
    for name in (member.name, member.place):
        if year := YEAR.search(name):
            month = MONTH.search(member.name) or MONTH.search(member.place)
            return date(int(year[0]), list(month_abbr).index(month[0][:3].title()) if month else 1, 1)
    return None


def latest(member: Member) -> date:
    """The last day on which something in the file took effect: the release's own, where its name says nothing."""
    days = [day(record.row, name) for record in records(member, Tally()) for name in ("added", "action_date")]
    found = max((found for found in days if found), default=None)
    if found is None:
        raise Refused("a name with the release's month was expected, as HCPC2025_OCT_ANWEB.txt", file=member.place)
    return found


def everything(member: Member, effective: date, tally: Tally) -> Iterator[tuple[Table, Sequence[Any]] | Node | Listed]:
    """A heading for each initial letter, then the codes by their number, then the modifiers. Some 9,000 fit in memory."""
    codes: dict[str, Listed] = {}
    modifiers: dict[str, Sequence[Any]] = {}
    for record in records(member, tally):
        reason = next((reason for pattern, reason in NOT_OURS if re.fullmatch(pattern, record.code)), "")
        if reason:
            tally.leave_out(reason, len(record.pieces))
            continue
        if record.code in codes or record.code in modifiers:
            raise record.row.refused("code", record.code, "a code that was not listed before was expected")
        if len(record.code) == 2:
            modifiers[record.code] = as_modifier(record)
        else:
            codes[record.code] = as_code(record, effective)
        tally.read += len(record.pieces)
        tally.joined += len(record.pieces) - 1
        tally.stored["modifiers" if len(record.code) == 2 else "codes"] += 1
    yield from headings(sorted(codes))
    yield from (codes[code] for code in sorted(codes))
    yield from ((MODIFIERS, modifiers[code]) for code in sorted(modifiers))


def headings(codes: list[str]) -> Iterator[Node]:
    """A heading a letter, whose place is the same in every release."""
    for letter, run in groupby(codes, key=lambda code: code[0]):
        there = list(run)
        yield Node(path_of(letter), LETTERS.get(letter, f"Other codes ({letter})"), there[0], there[-1], f"{letter.lower()}-codes")


def path_of(letter: str) -> str:
    """01 for A."""
    return f"{ord(letter) - ord('A') + 1:02d}"


def as_code(record: Record, effective: date) -> Listed:
    """A code. One that was ended before it began was never in force: both its dates are then the day of its end."""
    short, long = wording(record)
    added, ended = day(record.row, "added"), day(record.row, "ended")
    return Listed(
        code=record.code,
        short=short,
        long=long,
        heading=path_of(record.code[0]),
        effective=min(added, ended) if added and ended else added,
        end=ended,
        details=details(record.row),
        what=deed(record.row, added, ended, effective),
    )


def as_modifier(record: Record) -> Sequence[Any]:
    """A modifier's row."""
    short, long = wording(record)
    return record.code, short, long, "", day(record.row, "added"), day(record.row, "ended"), json.dumps(details(record.row))


def wording(record: Record) -> tuple[str, str]:
    """Short and long description; the long one's pieces are joined with one space."""
    long = " ".join(piece for piece in record.pieces if piece)
    short = record.row.text("short", longest=250) or long[:250]
    if not short:
        raise record.row.refused("long", "", "a description was expected")
    return short, long or short


def deed(row: Row, added: date | None, ended: date | None, effective: date) -> str:
    """What the file says that this release did to the code."""
    if ended is not None and ended < effective:
        return Change.DELETED if ended == effective - timedelta(days=1) else ""
    if added == effective:
        return Change.ADDED
    return ACTIONS.get(row.text("action"), "") if day(row, "action_date") == effective else ""


def details(row: Row) -> dict[str, Any]:
    """The other columns that are filled: lists of what comes several times, dates as YYYY-MM-DD."""
    row.matching("action", "[A-Z]?", "one letter")
    row.matching("coverage", "[A-Z]?", "one letter")
    kept: dict[str, Any] = {}
    for place, values in filled(row):
        if place.name in DATES:
            values = [found.isoformat() for _ in values if (found := day(row, place.name))]
        elif place.name == "laboratory":  # October 2025 has numbers with a decimal point here: 340.0, 140220.0
            values = [whole for value in values if (whole := value.removesuffix(".0"))]
        elif place.name == "anesthesia_units":  # 0 on all that is no anesthesia
            values = [value for value in values if value.strip("0")]
        if values and place.name not in ELSEWHERE:
            kept[place.name] = values if place.times > 1 else values[0]
    return kept


def day(row: Row, name: str) -> date | None:
    """A date as YYYYMMDD; none where the column is blank or filled with zeros."""
    value = row.text(name)
    return as_date(value) or (row.date(name) if value.strip("0") else None)


@lru_cache(maxsize=4096)
def as_date(value: str) -> date | None:
    """The same few hundred dates come tens of thousands of times; what is none is left to the row to refuse."""
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:])) if re.fullmatch(r"\d{8}", value) else None
    except ValueError:
        return None
