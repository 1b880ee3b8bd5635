"""How often each code was opened from a list of hits: what is wanted most comes first among equals.

The engine multiplies a code's score by log2(2 + weight), so a weight is a magnitude and no count: a single opening, which
anybody may send, moves nothing, and no number of them lifts a code far.
"""

from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from codes.models import SearchChoice

DAYS = 180
STEPS = (3, 30, 300)  # openings from which a code weighs 1, 2 and 3


def by_code() -> dict[tuple[str, str], int]:
    """The weight of each code that was opened in the last half year, by system and code."""
    since = (timezone.localdate() - timedelta(days=DAYS)).replace(day=1)
    rows = SearchChoice.objects.filter(month__gte=since).order_by().values_list("system", "code").annotate(Sum("times"))
    return {(system, code): weight for system, code, times in rows if (weight := weight_of(times))}


def weight_of(times: int) -> int:
    """0 to 3."""
    return sum(times >= step for step in STEPS)
