"""What a panel is about: the code of the page, and what the page has loaded around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from codes.models import Code, FeeScheduleLine


@dataclass(frozen=True, slots=True)
class Subject:
    """A code with its fee-schedule lines, what stands above it (nearest first), the codes below it, and the catalogue's edition."""

    code: Code
    fees: Sequence[FeeScheduleLine] = ()
    above: Sequence[Any] = ()
    below: Sequence[Any] = ()
    edition: int = 0

    @property
    def main_line(self) -> FeeScheduleLine | None:
        """The fee-schedule line of the whole service, without a modifier."""
        return next((fee for fee in self.fees if not fee.modifier), None)
