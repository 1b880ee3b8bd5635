"""Facts that CMS published of the demonstration's codes: fees, pairs, units, add-on relations, and a few localities.

Figures, indicators and dates are in the public domain. Each release that is made of them names the file that they were
taken from, and that they are a part of it; it stands in until the file itself is loaded.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from codes.models import FeeScheduleLine, Release
from codes.releases import add_on, gpci, loading, localities, mue, ncci_ptp
from codes.releases.reading import Reading, Table
from codes.releases.source import Source
from codes.releases.tally import Tally

DATES = frozenset({"effective_date", "deletion_date", "add_on_deletion_date", "primary_deletion_date"})
WHOLE = frozenset({"modifier", "rationale", "value", "mai", "type"})
# Columns of the fee schedule that the demonstration does without.
NOT_IN_FEES = dict.fromkeys(("description", "not_used", "price_indicator", "calculation_flag", "imaging_family"), "")
RATIONALES = "rationales.csv"


@dataclass(slots=True)
class Facts:
    """A reader of one file of facts. `others` are the values of the columns that the file does without."""

    folder: Path
    file: str
    KIND: str
    TITLE: str
    table: Table
    effective: date
    part: str = ""
    others: tuple[tuple[str, Any], ...] = ()
    MONTHS: tuple[int, ...] = ()
    FILES: str = field(init=False)
    TABLES: tuple[Table, ...] = field(init=False)

    def __post_init__(self) -> None:
        """As a reader's module names them."""
        self.FILES, self.TABLES = rf"^{self.file}$", (self.table,)

    def read(self, source: Source, tally: Tally) -> Reading:
        """The release that the facts are taken from."""
        legend = [row["rationale"] for row in self.lines(RATIONALES)] if self.KIND == ncci_ptp.KIND else []
        return Reading(
            title=self.TITLE,
            version=Release.DEMONSTRATION,
            effective=self.effective,
            rows=self.rows(tally),
            part=self.part,
            copyright_line="Figures and edits: CMS, public domain",
            legend=legend,
        )

    def rows(self, tally: Tally) -> Iterator[tuple[Table, tuple[Any, ...]]]:
        """The rows, in the table's columns."""
        others = dict(self.others)
        for row in self.lines(self.file):
            tally.read += 1
            tally.stored[self.table.title] += 1
            yield self.table, tuple(others[name] if name in others else value(name, row[name], self.table) for name in self.table.columns)

    def lines(self, name: str) -> Iterator[dict[str, str]]:
        """The lines of a file, by their captions."""
        with (self.folder / name).open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)

    def load(self) -> bool:
        """Load it where no publisher's file is; whether anything was written."""
        if Release.objects.filter(kind=self.KIND, part=self.part, current=True).exclude(version=Release.DEMONSTRATION).exists():
            return False
        digest = hashlib.sha256((self.folder / self.file).read_bytes()).hexdigest()
        return loading.load(self, Source(self.file, (), digest), back=False).what != loading.UNCHANGED


def value(name: str, text: str, table: Table) -> Any:
    """A cell as its column has it; a modifier is text in the fee schedule and an indicator in pairs."""
    if name in DATES:
        return date.fromisoformat(text) if text else None
    return int(text) if name in WHOLE and table.model is not FeeScheduleLine and text.isdigit() else text


def files(folder: Path) -> tuple[Facts, ...]:
    """All files of facts. "Of the demonstration's codes" is part of a title: a pair that is not here may well be in the whole file."""
    with (folder / "fees.csv").open(newline="", encoding="utf-8") as file:
        captions = next(csv.reader(file))
    fees = Table(FeeScheduleLine, "fee schedule lines", (*captions, *NOT_IN_FEES), key=("code", "modifier"))
    few, facts = "of the demonstration's codes", folder / "facts"
    return (
        Facts(folder, "fees.csv", "pfs", "CMS PFS 2025 October release", fees, date(2025, 10, 1), others=tuple(NOT_IN_FEES.items())),
        Facts(
            facts,
            "pairs.csv",
            ncci_ptp.KIND,
            f"NCCI PTP edits, practitioner, version 30.2 (July 2024), {few}",
            ncci_ptp.PAIRS,
            date(2024, 7, 1),
            "practitioner",
            (("prior_1996", False),),
        ),
        Facts(facts, "units.csv", mue.KIND, f"MUE, practitioner, July 2024, {few}", mue.EDITS, date(2024, 7, 1), "practitioner"),
        Facts(facts, "added.csv", add_on.KIND, f"NCCI add-on code edits, 2026 second quarter, {few}", add_on.RELATIONS, date(2026, 4, 1)),
        Facts(facts, "localities.csv", gpci.KIND, "CMS GPCI 2025, some localities", gpci.LOCALITIES, date(2025, 1, 1)),
        Facts(facts, "counties.csv", localities.KIND, "CMS Medicare localities 2025, some localities", localities.COUNTIES, date(2025, 1, 1)),
    )
