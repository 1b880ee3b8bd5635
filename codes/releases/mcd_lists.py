"""What documents of the Medicare Coverage Database list: groups with their paragraphs, codes, diagnoses, contractors.

The descriptors beside the codes are not kept: those of CPT codes are the AMA's, and the others come with their code systems.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from codes.models import CoverageCode, CoverageContractor, CoverageDiagnosis, CoverageGroup
from codes.releases.mcd import ORPHAN, Entry, Export, Key, day
from codes.releases.mcd_text import safe
from codes.releases.reading import Table
from codes.releases.tables import Row

GROUPS = Table(CoverageGroup, "groups", ("number", "version", "what", "group", "paragraph", "asterisk"), key=("number", "what", "group"), aside=("version",))
CODES = Table(CoverageCode, "codes", ("number", "version", "code", "group", "range"), key=("code", "number", "group"), aside=("version",))
DIAGNOSES = Table(
    CoverageDiagnosis,
    "diagnoses",
    ("number", "version", "code", "group", "covered", "asterisk", "range"),
    key=("code", "number", "covered", "group"),
    aside=("version",),
)
CONTRACTORS = Table(
    CoverageContractor,
    "contractors",
    ("number", "version", "contractor", "contractor_number", "type", "states"),
    key=("number", "contractor_number", "type"),
    aside=("version",),
)
CODE = re.compile(r"[A-Z0-9][A-Z0-9.]{1,9}")
STARRED = ("Y", "*", "1", "TRUE")


def raw(row: Row, name: str) -> str:
    """A cell as it stands; empty where the file lacks the column."""
    spot = row.columns.at.get(name)
    return "" if spot is None else row.cells[spot]


def groups(export: Export, name: str, group: str, what: str, asterisk: str = "") -> Iterator[Entry]:
    """The paragraphs of a file's groups."""
    for row in export.rows(name, (export.number, export.version, group, "paragraph"), (asterisk,) if asterisk else ()):
        key = export.key(row)
        paragraph, star = safe(row, "paragraph"), safe(row, asterisk)
        if key not in export.keys:
            export.tally.leave_out(ORPHAN)
        elif not paragraph and not star:
            export.tally.leave_out("groups without a paragraph")
        else:
            yield export.store(GROUPS, *key, what, row.whole(group), paragraph, star)


def entries(export: Export, name: str, code: str, group: str, optional: tuple[str, ...] = ()) -> Iterator[tuple[Row, Key, str, int, str]]:
    """Rows that list a code: the row, its document, the code, the group and whether it begins, lies in or ends a range.

    A file has half a million of them, so what recurs is read with care once. A range is listed code by code.
    """
    places: dict[tuple[str, ...], tuple[Key, int, str]] = {}
    codes: dict[str, str] = {}
    place_of: Callable[[Sequence[str]], tuple[str, ...]] | None = None
    for row in export.rows(name, (export.number, export.version, code), (group, "range", *optional)):
        at, cells = row.columns.at, row.cells
        if place_of is None:
            place_of = itemgetter(*(at[column] for column in (export.number, export.version, group, "range") if column in at))
        place, cell = place_of(cells), cells[at[code]]
        if place not in places:
            places[place] = export.key(row), row.whole(group) if row.text(group) else 0, flag(row)
        if cell not in codes:
            codes[cell] = read_code(row, code)
        found, entry = places[place], codes[cell]
        if found[0] not in export.keys:
            export.tally.leave_out(ORPHAN)
        elif not entry:
            export.tally.leave_out("without a code")
        elif entry.startswith("XX"):
            export.tally.leave_out("the placeholder XX000, which stands for no code")
        else:
            yield row, found[0], entry, found[1], found[2]


def read_code(row: Row, name: str) -> str:
    """The code in capitals; empty where there is none."""
    value = row.text(name)
    code = value.upper()
    if code and not CODE.fullmatch(code):
        raise row.refused(name, value, "a code of two to ten letters and digits was expected")
    return code


def flag(row: Row) -> str:
    """The range flag: B, M or E (begins, within, ends); empty for N."""
    value = row.text("range")
    if len(value) > 1:
        raise row.refused("range", value, "N, B, M or E was expected")
    return value.upper().replace("N", "")


def codes(export: Export, name: str) -> Iterator[Entry]:
    """The procedure codes that documents list."""
    for _, key, code, group, part in entries(export, name, "hcpc_code_id", "hcpc_code_group"):
        yield export.store(CODES, *key, code, group, part)


def diagnoses(export: Export, name: str, group: str, *, covered: bool) -> Iterator[Entry]:
    """The diagnoses that support necessity, or do not. Codes written without their dot get it."""
    for row, key, code, place, part in entries(export, name, "icd10_code_id", group, ("asterisk",)):
        dotted = code if "." in code or len(code) <= 3 else f"{code[:3]}.{code[3:]}"
        yield export.store(DIAGNOSES, *key, dotted, place, covered, raw(row, "asterisk").strip().upper() in STARRED, part)


def contractors(export: Export, name: str, of: date | None) -> Iterator[Entry]:
    """The contractors for whom documents hold, with the states that each serves on the day that the export is of."""
    if export.member(name) is None:
        return
    columns = ("contractor_id", "contractor_type_id", "contractor_version")
    known, served = contractor_names(export, columns), jurisdictions(export, columns, of)
    for row in export.rows(name, (export.number, export.version, *columns)):
        key, which = export.key(row), identity(row, columns)
        if key not in export.keys:
            export.tally.leave_out(ORPHAN)
        elif which not in known:
            export.tally.leave_out("of a contractor that the export does not name")
        else:
            yield export.store(CONTRACTORS, *key, *known[which], json.dumps(sorted(served.get(which, ()))))


def identity(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Number, type and version of a contractor."""
    return tuple(row.text(column) for column in columns)


def contractor_names(export: Export, columns: tuple[str, ...]) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """Name, number and type of each contractor."""
    types = export.lookup("contractor_type_lookup", "contractor_type_id", "description")
    found = {}
    for row in export.rows("contractor", (*columns, "contractor_bus_name", "contractor_number")):
        found[identity(row, columns)] = (
            row.text("contractor_bus_name", 120),
            row.text("contractor_number", 20),
            types.get(row.text("contractor_type_id"), "")[:60],
        )
        export.join()
    return found


def jurisdictions(export: Export, columns: tuple[str, ...], of: date | None) -> dict[tuple[str, ...], set[str]]:
    """The states of each contractor, without those that it no longer served on that day."""
    abbreviations = states(export)
    found: dict[tuple[str, ...], set[str]] = {}
    for row in export.rows("contractor_jurisdiction", (*columns, "state_id"), ("term_date",)):
        ended, state = day(row, "term_date"), abbreviations.get(row.text("state_id"))
        if ended and (of is None or ended < of):
            export.tally.leave_out("jurisdictions that have ended")
        elif state is None:
            export.tally.leave_out("of a state that the export does not name")
        else:
            found.setdefault(identity(row, columns), set()).add(state)
            export.join()
    return found


def states(export: Export) -> dict[str, str]:
    """Postal abbreviations by the database's number of a state. Parts of one (New York - Upstate, UN) count as the state (New York - Entire State, NY)."""
    listed = {}
    for row in export.rows("state_lookup", ("state_id", "state_abbrev"), ("description",)):
        listed[row.text("state_id")] = row.text("state_abbrev").upper(), row.text("description")
        export.join()
    halves = [(name.partition(" - "), abbreviation) for abbreviation, name in listed.values()]
    whole = {state: abbreviation for (state, _, part), abbreviation in halves if not part or part.startswith("Entire")}
    return {number: whole.get(name.partition(" - ")[0], abbreviation) for number, (abbreviation, name) in listed.items()}
