"""The meter: what a holder has left, and the spending of a view. Exact under any concurrency.

This module and no other writes `Allowance.used` and `View`. It speaks SQL, one text for SQLite and
PostgreSQL, because the guarantee rests on `INSERT … ON CONFLICT DO UPDATE … WHERE used < limit
RETURNING`, which the ORM cannot say, and because these statements run on every code page.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from quotas import periods
from quotas.models import GUEST, REGISTERED, STAFF, Plan, View

FULL, PREVIEW, LOCKED = "full", "preview", "locked"

STANDING = """
SELECT p.slug, p.name, p.views, p.period, r.views, a.used, a.extra, v.id
FROM quotas_plan p
LEFT JOIN quotas_plan r ON r.slug = %s
LEFT JOIN quotas_allowance a ON a.{column} = %s AND a.period = CASE p.period WHEN 'month' THEN %s WHEN 'day' THEN %s ELSE 'lifetime' END
LEFT JOIN quotas_view v ON v.allowance_id = a.id AND v.item = %s
WHERE p.slug = """
GUEST_STANDING = STANDING.format(column="visitor") + "%s"
USER_STANDING = (
    STANDING.format(column="user_id") + "COALESCE((SELECT m.slug FROM quotas_plan m JOIN quotas_membership s ON s.plan_id = m.id WHERE s.user_id = %s), %s)"
)
COUNT_UP = """
INSERT INTO quotas_allowance ({column}, period, used, extra) VALUES (%s, %s, 1, 0)
ON CONFLICT ({column}, period) DO UPDATE SET used = quotas_allowance.used + 1
WHERE %s OR quotas_allowance.used < %s + quotas_allowance.extra
RETURNING id
"""
OPEN_ITEM = """
INSERT INTO quotas_view (allowance_id, item, plan, opened_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (allowance_id, item) DO NOTHING RETURNING id
"""
COUNT_NETWORK = """
INSERT INTO quotas_networktally (day, network, used) VALUES (%s, %s, 1)
ON CONFLICT (day, network) DO UPDATE SET used = quotas_networktally.used + 1
WHERE quotas_networktally.used < %s
RETURNING used
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who pays: a user, else a visitor. A visitor id of None is a guest who brought no valid cookie."""

    user: int | None = None
    visitor: str | None = None
    staff: bool = False

    @property
    def column(self) -> str:
        """The allowance's column that names this holder."""
        return "visitor" if self.user is None else "user_id"

    @property
    def key(self) -> int | str | None:
        """The holder's value in that column."""
        return self.visitor if self.user is None else self.user


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a holder stands: plan, limit, what was used this period, and whether this item is open."""

    plan: str
    plan_name: str
    views: int | None
    extra: int
    period: periods.Period
    registered_views: int | None
    used: int
    held: bool
    network_full: bool = False

    @property
    def limit(self) -> int | None:
        """The plan's views and those granted on top; None where they are unlimited."""
        return None if self.views is None else self.views + self.extra

    @property
    def left(self) -> int | None:
        """Views left in the period; None where they are unlimited."""
        if self.limit is None:
            return None
        return 0 if self.network_full else max(0, self.limit - self.used)

    @property
    def access(self) -> str:
        """What the holder would see: rule 4 of the quota rules."""
        if not self.held and self.left == 0:
            return LOCKED
        return PREVIEW if self.plan == GUEST else FULL

    def after_spending(self) -> "Standing":
        """The same standing with this item bought."""
        return replace(self, used=self.used + 1, held=True)


def standing(holder: Holder, item: str) -> Standing:
    """Where the holder stands with regard to an item; one statement."""
    today = periods.today()
    month, day = periods.current_key(periods.MONTH, today), periods.current_key(periods.DAY, today)
    values: list[Any] = [REGISTERED, holder.key, month, day, item]
    if holder.user is None:
        row = fetch(GUEST_STANDING, [*values, GUEST])
    else:
        row = fetch(USER_STANDING, [*values, holder.user, STAFF if holder.staff else REGISTERED])
    if row is None:
        raise RuntimeError("the plans are missing: run `manage.py migrate`")
    slug, name, views, kind, registered, used, extra, held = row
    return Standing(
        plan=slug,
        plan_name=name,
        views=views,
        extra=extra or 0,
        period=periods.current(kind),
        registered_views=registered,
        used=used or 0,
        held=held is not None,
    )


def spend(holder: Holder, before: Standing, item: str, *, network: str | None = None) -> bool:
    """Buy an item; whether the holder now has it. `network` is counted too where it is given.

    Three conditional statements in one transaction: of any number that race, exactly as many
    succeed as there is room for, and an item that another request bought meanwhile is not charged.
    """
    room = [before.views is None, before.views or 0]
    with transaction.atomic():
        counted = fetch(COUNT_UP.format(column=holder.column), [holder.key, before.period.key, *room])
        if counted is None:
            return is_open(holder, before.period, item)
        if fetch(OPEN_ITEM, [counted[0], item, before.plan, adapted(timezone.now())]) is None:
            transaction.set_rollback(True)
            return True
        if network and fetch(COUNT_NETWORK, [periods.today(), network, settings.GUEST_NETWORK_LIMIT]) is None:
            transaction.set_rollback(True)
            return False
        return True


def is_open(holder: Holder, period: periods.Period, item: str) -> bool:
    """Whether the holder has the item in the period."""
    return View.objects.filter(**{f"allowance__{holder.column}": holder.key}, allowance__period=period.key, item=item).exists()


def is_open_to_visitor(visitor: str, item: str) -> bool:
    """Whether a visitor has the item in the guest plan's current period."""
    kind = Plan.objects.values_list("period", flat=True).get(slug=GUEST)
    return is_open(Holder(visitor=visitor), periods.current(kind), item)


def fetch(sql: str, values: list[Any]) -> tuple[Any, ...] | None:
    """The first row of a statement, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def adapted(moment: datetime) -> Any:
    """A moment as the database takes it."""
    return connection.ops.adapt_datetimefield_value(moment)
