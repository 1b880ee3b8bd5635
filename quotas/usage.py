"""What a holder has opened, and what all holders have: queries for the usage page and the admin's report."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from quotas.meter import Holder
from quotas.models import View
from quotas.periods import Period, midnight, today

NEWEST = 200


def opened(holder: Holder, period: Period) -> list[View]:
    """The newest views of a holder in a period."""
    return list(View.objects.filter(**{f"allowance__{holder.column}": holder.key}, allowance__period=period.key)[:NEWEST])


def by_day_and_plan(days: int) -> list[dict[str, Any]]:
    """Views bought on each of the last days (in the site's time zone) under each plan, newest day first."""
    since: date = today() - timedelta(days=days - 1)
    zone = timezone.get_default_timezone()
    rows = View.objects.filter(opened_at__gte=midnight(since)).annotate(day=TruncDate("opened_at", tzinfo=zone))
    return [dict(row) for row in rows.values("day", "plan").annotate(views=Count("pk")).order_by("-day", "plan")]
