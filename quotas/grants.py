"""Granting more views: an operator's gift on top of the plan, for the current period."""

from django.db import transaction
from django.db.models import F

from accounts.models import User
from quotas import meter
from quotas.meter import Holder
from quotas.models import Allowance


@transaction.atomic
def grant(*, user: User, views: int) -> Allowance:
    """Add views to the user's allowance of the current period. ValueError for less than one."""
    if views < 1:
        raise ValueError("grant at least one view")
    period = meter.standing(Holder(user=user.pk, staff=user.is_staff), "").period.key
    Allowance.objects.bulk_create([Allowance(user=user, period=period)], ignore_conflicts=True)
    Allowance.objects.filter(user=user, period=period).update(extra=F("extra") + views)
    return Allowance.objects.get(user=user, period=period)
