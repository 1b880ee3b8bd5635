"""Registering or signing in: what the visitor opened stays open for the user."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from quotas import meter, visitors
from quotas.meter import Holder
from quotas.models import GUEST, Plan, View
from quotas.periods import current


def merge(visitor: str, user: User) -> int:
    """Take a visitor's views of this period over into the user's allowance; how many were taken.

    The visitor keeps its own (nothing is refunded), and a code the user has already is not charged
    again. Where the user has no view left the code stays open as the visitor's, in preview.
    """
    kind = Plan.objects.values_list("period", flat=True).get(slug=GUEST)
    opened = View.objects.filter(allowance__visitor=visitor, allowance__period=current(kind).key).order_by("opened_at")
    holder = Holder(user=user.pk, staff=user.is_staff)
    taken = 0
    for item in opened.values_list("item", flat=True):
        standing = meter.standing(holder, item)
        if not standing.held and standing.left != 0:
            taken += meter.spend(holder, standing, item)
    return taken


def on_login(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """The `user_logged_in` receiver."""
    if request and (visitor := visitors.of(request)):
        merge(visitor, user)
