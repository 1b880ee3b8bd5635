"""Releases that a test writes down: a reader of listings, and how to load one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from codes.models import Release
from codes.releases import loading
from codes.releases.reading import Listed, Node, Reading, Table
from codes.releases.source import Source
from codes.releases.tally import Tally


@dataclass
class Listings:
    """A reader of rows that a test writes down."""

    rows: Sequence[Node | Listed]
    effective: date | None
    KIND: str = "icd10pcs"
    TITLE: str = "Invented codes"
    FILES: str = ""
    MONTHS: tuple[int, ...] = ()
    TABLES: tuple[Table, ...] = field(default=())

    def read(self, source: Source, tally: Tally) -> Reading:
        return Reading(title=source.name, version=source.name, effective=self.effective, rows=self.counted(tally), system=self.KIND)

    def counted(self, tally: Tally) -> Iterator[Node | Listed]:
        for row in self.rows:
            tally.read += 1
            tally.stored["headings" if isinstance(row, Node) else "codes"] += 1
            yield row


def load(system: str, name: str, effective: date | None, *rows: Node | Listed) -> Release:
    """Load a release of a system with these rows; its name is its title, its version and its content."""
    source = Source(name, (), sha256(f"{system} {name}".encode()).hexdigest())
    return loading.load(Listings(rows, effective, system), source).release
