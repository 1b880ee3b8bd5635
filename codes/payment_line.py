"""A line of a claim with what it is paid: its steps, the rules of its modifiers, its components, and its units by what is paid for one.

`begun` prices a line on its own; `codes.payment_several` then says what is paid for its units beside other lines.
Amounts are dollars to the cent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import prod
from typing import NamedTuple

from codes.models import FeeScheduleLine
from codes.payment import ONE, ZERO, Fee, Index, Rule, cap, cents, fee, pick, rules, unpaid


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of the claim: a code, its modifiers and units, its fee-schedule lines by modifier, and that of its endoscopic base."""

    code: str
    lines: Mapping[str, FeeScheduleLine]
    modifiers: Sequence[str] = ()
    units: int = 1
    base: FeeScheduleLine | None = None


class Unpaid(NamedTuple):
    """A line that has no amount, and why."""

    asked: Asked
    reason: str


class Run(NamedTuple):
    """Units of a line that are paid alike. `each` is what one is paid, `None` by report; `why` and `source` are empty where no other line plays a part."""

    units: int
    each: Decimal | None
    why: str = ""
    source: str = ""

    @property
    def amount(self) -> Decimal | None:
        """All of them together."""
        return None if self.each is None else self.units * self.each


@dataclass(slots=True)
class Priced:
    """A line with its amount: its steps, the rules of its modifiers, and its units by what is paid for one.

    `professional` and `technical` are what its two components are paid on their own, zero where there are none;
    `ceiling` is the outpatient cap of the technical one, and `worth` the fee schedule amount under that cap.
    """

    asked: Asked
    line: FeeScheduleLine
    fee: Fee
    rules: list[Rule]
    professional: Decimal = ZERO
    technical: Decimal = ZERO
    ceiling: Decimal | None = None
    base: Decimal | None = None
    runs: list[Run] = field(default_factory=list)

    @property
    def worth(self) -> Decimal:
        """The fee schedule amount under the outpatient cap."""
        return self.tested(ONE, ONE)

    @property
    def capped(self) -> bool:
        """Whether the outpatient cap lowers the amount."""
        return self.ceiling is not None and self.ceiling < self.technical

    @property
    def sides(self) -> Decimal:
        """1.5 or 2 for both sides."""
        return prod((rule.share for rule in self.rules if rule.modifier == "50" and rule.share), start=ONE)

    @property
    def amount(self) -> Decimal:
        """What is paid for all units that have a figure."""
        return sum((run.amount for run in self.runs if run.amount is not None), ZERO)

    @property
    def by_report(self) -> bool:
        """Whether some units have no figure."""
        return any(run.each is None for run in self.runs)

    def tested(self, professional: Decimal, technical: Decimal) -> Decimal:
        """The amount with these shares of its components. The cap is compared with what the reduction leaves."""
        reduced = self.technical * technical
        paid = reduced if self.ceiling is None else min(reduced, self.ceiling)
        return self.fee.amount - self.professional * (1 - professional) - self.technical + paid

    def paid(self, worth: Decimal, share: Decimal = ONE, less: Decimal = ZERO) -> Decimal | None:
        """What a unit is paid after the line's own rules: both sides first, then what other lines take away, then the rest; `None` by report."""
        others = [rule.share for rule in self.rules if rule.modifier != "50"]
        if None in others:
            return None
        return cents(max(ZERO, worth * self.sides - less) * share * prod((other for other in others if other is not None), start=ONE))


def begun(asked: Asked, index: Index, facility: bool) -> Priced | Unpaid:
    """A line on its own."""
    line = pick(asked.lines, asked.modifiers)
    reason = unpaid(asked.lines, asked.modifiers)
    if line is None or reason:
        return Unpaid(asked, reason)

    def amount(of: FeeScheduleLine) -> Decimal:
        return fee(of, index, facility=facility).amount

    entry = Priced(asked, line, fee(line, index, facility=facility), rules(line, asked.modifiers))
    professional, technical = components(asked.lines, line)
    entry.professional = amount(professional) if professional else ZERO
    entry.technical = amount(technical) if technical else ZERO
    entry.ceiling = cap(technical, index, facility=facility) if technical else None
    if line.mult_proc == "3" and asked.base is not None:
        entry.base = amount(asked.base)
    return entry


def components(lines: Mapping[str, FeeScheduleLine], line: FeeScheduleLine) -> tuple[FeeScheduleLine | None, FeeScheduleLine | None]:
    """The lines of the professional and of the technical component of a line; none where the schedule does not divide it.

    The whole service's own columns for the outpatient cap hold the interpretation too; those of TC are the cap.
    """
    kind = {"26": "2", "TC": "3"}.get(line.modifier, line.pctc)
    if kind == "1" and "26" in lines and "TC" in lines:
        return lines["26"], lines["TC"]
    return (line if kind == "2" else None), (line if kind == "3" else None)
