"""Counting what a file holds, so that every row is accounted for."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """Rows read from the file; stored by table; joined to another row; left out by reason. It must reconcile."""

    read: int = 0
    stored: Counter[str] = field(default_factory=Counter)
    joined: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def leave_out(self, reason: str, rows: int = 1) -> None:
        """Count rows as read and left out."""
        self.read += rows
        self.left_out[reason] += rows

    @property
    def reconciles(self) -> bool:
        """Whether every row that was read is stored, joined or left out for a reason."""
        return self.read == self.stored.total() + self.joined + self.left_out.total()

    def as_json(self) -> dict[str, Any]:
        """As the release's record keeps it."""
        return {"read": self.read, "stored": dict(self.stored), "joined": self.joined, "left_out": dict(self.left_out)}


def sentences(counts: dict[str, Any]) -> list[str]:
    """The counts of a record (`Tally.as_json`), as a report says them."""
    said = [f"{counts['read']:,} rows read"]
    said += [f"{number:,} stored as {table}" for table, number in counts["stored"].items()]
    if counts["joined"]:
        said.append(f"{counts['joined']:,} joined to others")
    said += [f"{number:,} left out: {reason}" for reason, number in counts["left_out"].items()]
    if counts.get("carried"):
        said.append(f"{counts['carried']:,} of the release before, which the file no longer has, kept as deleted")
    return said
