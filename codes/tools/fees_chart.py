"""A bar chart of what localities pay, drawn on the server: bars as wide as their share of the dearest, without a script or a style."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from codes.payment import evenly
from codes.tools.fees_places import Place

ROW, BAR, ABOVE = 42, 14, 20  # pixels: a row's height, a bar's, and the text's above it
HANDFUL = 5


class Total(NamedTuple):
    """What all lines are paid in a locality; dollars. The national amount has no place."""

    place: Place | None
    amount: Decimal

    @property
    def name(self) -> str:
        """The locality's name."""
        return str(self.place or "National")


class Bar(NamedTuple):
    """A bar with its text: `y` in pixels, `width` in percent of the widest."""

    total: Total
    kind: str
    y: int
    width: Decimal

    @property
    def bar_y(self) -> int:
        """Where the bar itself begins."""
        return self.y + ABOVE


class Chart(NamedTuple):
    """The bars from the dearest down, and the height of them all in pixels."""

    bars: list[Bar]
    height: int


def chart(totals: Sequence[Total], national: Decimal, chosen: Place | None) -> Chart | None:
    """The chosen locality and the national amount among the lowest, the highest and some between them; none without localities."""
    if not totals or not any(total.amount for total in totals):
        return None
    ordered = sorted(totals, key=lambda total: (total.amount, total.name))
    picked = evenly(ordered, HANDFUL)
    picked += [total for total in ordered if total.place is chosen and total not in picked]
    picked = sorted([*picked, Total(None, national)], key=lambda total: (-total.amount, total.name))
    widest = picked[0].amount
    bars = [Bar(total, kind(total, chosen), number * ROW, round(total.amount / widest * 100, 1)) for number, total in enumerate(picked)]
    return Chart(bars, len(bars) * ROW)


def kind(total: Total, chosen: Place | None) -> str:
    """What a bar stands for, as the style sheet names it."""
    if total.place is None:
        return "national"
    return "chosen" if total.place is chosen else "other"
