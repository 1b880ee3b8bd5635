"""What a holder has opened, and what all holders have: queries for the usage page and the admin."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import User
from quotas.meter import Holder, Standing
from quotas.models import REGISTERED, STAFF, Allowance, Membership, Plan, View
from quotas.periods import DAY, LIFETIME, MONTH, Period, current, midnight, today

NEWEST = 200


@dataclass(frozen=True, slots=True)
class Report:
    """Views by day and plan: the plans' names, a row a day with one number a plan and their sum, and the sums of all days."""

    plans: list[str]
    days: list[tuple[date, list[int], int]]
    totals: list[int]
    total: int


def opened(holder: Holder, period: Period) -> list[View]:
    """The newest views of a holder in a period."""
    return list(View.objects.filter(**{f"allowance__{holder.column}": holder.key}, allowance__period=period.key)[:NEWEST])


def standings(users: Iterable[User]) -> dict[int, Standing]:
    """Where users stand, by their ids, as `meter.standing` has it for one holder; three queries, however many users."""
    members = {user.pk: user for user in users}
    plans = {plan.pk: plan for plan in Plan.objects.all()}
    named = {plan.slug: plan for plan in plans.values()}
    chosen = dict(Membership.objects.filter(user__in=members).values_list("user", "plan"))
    periods = {kind: current(kind) for kind in (LIFETIME, MONTH, DAY)}
    keys = [period.key for period in periods.values()]
    counts = {
        (user, period): (used, extra)
        for user, period, used, extra in Allowance.objects.filter(user__in=members, period__in=keys).values_list("user", "period", "used", "extra")
    }
    found = {}
    for pk, user in members.items():
        plan = plans[chosen[pk]] if pk in chosen else named[STAFF if user.is_staff else REGISTERED]
        period = periods[plan.period]
        used, extra = counts.get((pk, period.key), (0, 0))
        found[pk] = Standing(plan.slug, plan.name, plan.views, extra, period, named[REGISTERED].views, used, held=False)
    return found


def by_day_and_plan(days: int) -> list[dict[str, Any]]:
    """Views bought on each of the last days (in the site's time zone) under each plan's slug, newest day first."""
    since: date = today() - timedelta(days=days - 1)
    zone = timezone.get_default_timezone()
    rows = View.objects.filter(opened_at__gte=midnight(since)).annotate(day=TruncDate("opened_at", tzinfo=zone))
    return [{**row} for row in rows.values("day", "plan").annotate(views=Count("pk")).order_by("-day", "plan")]


def report(days: int) -> Report:
    """The same as a table; plans in their own order, and those that are no longer there by their slugs."""
    counts: dict[date, dict[str, int]] = {}
    for row in by_day_and_plan(days):
        counts.setdefault(row["day"], {})[row["plan"]] = row["views"]
    names = dict(Plan.objects.values_list("slug", "name"))
    seen = {slug for row in counts.values() for slug in row}
    slugs = [slug for slug in names if slug in seen] + sorted(seen - set(names))
    rows = [(day, [row.get(slug, 0) for slug in slugs], sum(row.values())) for day, row in counts.items()]
    totals = [sum(row.get(slug, 0) for row in counts.values()) for slug in slugs]
    return Report([names.get(slug, slug) for slug in slugs], rows, totals, sum(totals))
