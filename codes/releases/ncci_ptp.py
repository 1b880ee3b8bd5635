"""NCCI procedure-to-procedure edits: `ccipra-vNNNr0-f1..f4` (practitioner) and `ccioph-…` (outpatient hospital), .txt or .xlsx.

Seven columns: column 1, column 2, `*` if in existence before 1996, effective date, deletion date or `*`, modifier
indicator, rationale. Their captions are stacked over some lines (CMS, NCCI PTP edit files).
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from codes.models import PtpEdit
from codes.releases import ncci_ptp_layout as layout
from codes.releases.ncci_ptp_values import Unfit, Values
from codes.releases.reading import Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import SPREADSHEETS, clean
from codes.releases.tally import Tally

KIND, TITLE = "ncci-ptp", "NCCI PTP edits"
FILES = r"(^|[^a-z])cci(pra|oph)-v\d+"
MONTHS: tuple[int, ...] = (1, 4, 7, 10)
PAIRS = Table(
    PtpEdit,
    "pairs",
    ("column1", "column2", "prior_1996", "effective_date", "deletion_date", "modifier", "rationale"),
    key=("column1", "column2", "effective_date"),
    aside=("rationale",),
)
TABLES: tuple[Table, ...] = (PAIRS,)
PARTS = {"pra": "practitioner", "oph": "outpatient"}
NAME = re.compile(r"cci(pra|oph)-v(\d{2})([0-3])r(\d+)(?:-f(\d+))?(?!\d)", re.IGNORECASE)
FORMS = (".txt", *SPREADSHEETS)  # a zip holds a part in both: the text is read


def read(source: Source, tally: Tally) -> Reading:
    """The parts f1 to f4 as one release. Version v302 takes effect in the third quarter of 2024: 1994 + 30, and 2 quarters on."""
    named = [(member, found) for member in source.members if member.name.lower().endswith(FORMS) and (found := NAME.search(member.name))]
    if not named:
        raise Refused("files named ccipra-vNNNr0-f1 (practitioner) or ccioph-vNNNr0-f1 (outpatient) were expected", file=source.name)
    releases = sorted({tuple(text.lower() for text in found.groups()[:4]) for _, found in named})
    if len(releases) > 1:
        there = ", ".join(f"cci{setting}-v{year}{quarter}r{revision}" for setting, year, quarter, revision in releases)
        raise Refused(f"one version of one setting was expected; there are {there}", file=source.name)
    setting, year, quarter, revision = releases[0]
    effective = date(1994 + int(year), 3 * int(quarter) + 1, 1)
    part, version = PARTS[setting], f"{year}.{quarter}" + (f" r{revision}" if int(revision) else "")
    legend: list[str] = []
    return Reading(
        title=f"NCCI PTP edits, {part}, version {version} ({effective:%B %Y})",
        version=version,
        effective=effective,
        part=part,
        rows=pairs(in_order([(int(found[5] or 1), member) for member, found in named], source), tally, legend),
        copyright_line="Edits: CMS, public domain. CPT codes are the American Medical Association's",
        legend=legend,
    )


def beside(path: Path) -> list[Path]:
    """The parts of the same release that lie beside one of them, itself among them; of each the same sort of file."""
    found = NAME.search(path.name)
    if found is None or found[5] is None:
        return [path]
    start, end = path.name[: found.start(5)], path.name[found.end(5) :]
    parts = (other for other in path.parent.iterdir() if other.name.startswith(start) and other.name[len(start) :].lstrip("0123456789") == end)
    return sorted(parts) or [path]


def in_order(numbered: list[tuple[int, Member]], source: Source) -> list[Member]:
    """A member a part, from f1 on. A part that is there as text and as a spreadsheet is read as text."""
    texts = {number for number, member in numbered if not layout.is_sheet(member)}
    parts = sorted(((number, member) for number, member in numbered if not (layout.is_sheet(member) and number in texts)), key=lambda part: part[0])
    if [number for number, _ in parts] != list(range(1, len(parts) + 1)):
        there = ", ".join(f"f{number}" for number, _ in parts)
        raise Refused(f"the parts f1, f2 and so on were expected without a gap or a double; there are {there}", file=source.name)
    return [member for _, member in parts]


def pairs(members: list[Member], tally: Tally, legend: list[str]) -> Iterator[tuple[Table, tuple[Any, ...]]]:
    """The edits of all parts. Written for speed: what recurs (codes, dates, rationales) is parsed once."""
    values = Values(legend)
    priors, starts, ends, modifiers, rationales = values.priors, values.starts, values.ends, values.modifiers, values.rationales
    for member in members:
        codes = values.sheet_codes if layout.is_sheet(member) else values.codes
        stored = 0
        for number, cells in layout.data(member, tally):
            try:
                column1, column2, prior, start, end, modifier, rationale = cells
                row = codes[column1], codes[column2], priors[prior], starts[start], ends[end], modifiers[modifier], rationales[rationale]
            except Unfit as unfit:
                if any(clean(cell) for cell in cells):
                    raise values.refusal(member.place, number, cells, codes) from unfit
                tally.leave_out("empty rows")
                continue
            stored += 1
            yield PAIRS, row
        tally.read += stored
        tally.stored[PAIRS.title] += stored
