"""What was searched for in the last days: the top queries, those without a hit, and those that nobody opened anything from."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from codes.models import SearchTally

WINDOWS = (7, 30, 90)  # days
SHOWN = 50  # queries of a list
OFTEN = 3  # times that a query was asked, from which on it counts as abandoned


@dataclass(frozen=True, slots=True)
class Report:
    """Lists of queries, each with `query`, `asked`, `found` (codes, at the most) and `opened`; and sums over all queries."""

    days: int
    top: list[dict[str, Any]]
    without_hit: list[dict[str, Any]]
    abandoned: list[dict[str, Any]]
    searches: int
    opened: int


def report(days: int) -> Report:
    """The last days, today among them, in the site's time zone."""
    rows = SearchTally.objects.filter(day__gt=timezone.localdate() - timedelta(days=days))
    grouped: QuerySet[Any, Any] = rows.order_by().values("query").annotate(times=Sum("asked"), most=Max("found"), openings=Sum("opened"))
    grouped = grouped.filter(times__gt=0).order_by("-times", "query")
    whole = rows.aggregate(asked=Sum("asked"), opened=Sum("opened"))
    return Report(
        days=days,
        top=listed(grouped),
        without_hit=listed(grouped.filter(most=0)),
        abandoned=listed(grouped.filter(most__gt=0, openings=0, times__gte=OFTEN)),
        searches=whole["asked"] or 0,
        opened=whole["opened"] or 0,
    )


def listed(grouped: QuerySet[Any, Any]) -> list[dict[str, Any]]:
    """The first of them."""
    return [{"query": row["query"], "asked": row["times"], "found": row["most"], "opened": row["openings"]} for row in grouped[:SHOWN]]
