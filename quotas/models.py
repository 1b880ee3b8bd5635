"""Plans, who is on which, what each holder may view, and what was viewed.

What must never break is held by the database: a holder has one allowance a period, an item is
charged once under it, and `used` only moves by the conditional update in `quotas.meter`.
"""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from quotas.periods import DAY, LIFETIME, MONTH

GUEST, REGISTERED, MEMBER, STAFF = "guest", "registered", "member", "staff"


class Plan(models.Model):
    """A tier with its limits; blank limits mean unlimited. Operators edit it in the admin."""

    PERIODS: ClassVar = [(LIFETIME, "for life"), (DAY, "a day"), (MONTH, "a month")]

    slug = models.SlugField(unique=True, help_text="Guest, registered, member and staff are known to the site by these names.")
    name = models.CharField(max_length=60)
    summary = models.CharField(max_length=200, blank=True, help_text="One sentence for the plans page.")
    views = models.PositiveIntegerField(null=True, blank=True, help_text="Code pages a period, in all. Blank: unlimited.")
    questions = models.PositiveIntegerField(null=True, blank=True, help_text="Questions to CasePilot a period. Blank: unlimited.")
    emails = models.PositiveIntegerField(null=True, blank=True, help_text="E-mails to CaseConsultant a period. Blank: unlimited.")
    period = models.CharField(max_length=8, choices=PERIODS, default=MONTH)
    order = models.PositiveSmallIntegerField(default=0, help_text="Place on the plans page.")
    listed = models.BooleanField(default=True, help_text="Shown on the plans page.")

    class Meta:
        ordering: ClassVar = ["order", "slug"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(period__in=[LIFETIME, DAY, MONTH]), name="plan_period_known")]

    def __str__(self) -> str:
        return self.name

    @property
    def period_words(self) -> str:
        """`a month`, `a day` or `for life`."""
        return dict(self.PERIODS)[self.period]


class Membership(models.Model):
    """A user's plan where it is not the default one (registered, or staff for staff)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="membership")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="memberships")

    def __str__(self) -> str:
        return f"{self.user} on {self.plan}"


class Allowance(models.Model):
    """What one holder (user or visitor) may view in one period: the plan's views plus `extra`."""

    # The unique constraint on user and period is the index; one of its own would cost every purchase.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, db_index=False, on_delete=models.CASCADE, related_name="allowances")
    visitor = models.CharField(max_length=32, null=True, blank=True, help_text="A guest's random id, in hexadecimal.")  # noqa: DJ001
    period = models.CharField(max_length=10, help_text="lifetime, a month such as 2026-11, or a day")
    used = models.PositiveIntegerField(default=0)
    extra = models.PositiveIntegerField(default=0, validators=[MinValueValidator(0)], help_text="Views granted on top of the plan, in this period.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, visitor__isnull=True) | Q(user__isnull=True, visitor__isnull=False), name="allowance_one_holder"
            ),
            models.UniqueConstraint(fields=["user", "period"], name="allowance_user_period"),
            models.UniqueConstraint(fields=["visitor", "period"], name="allowance_visitor_period"),
        ]
        indexes: ClassVar = [models.Index(fields=["period"], name="allowance_period")]
        permissions: ClassVar = [("grant_views", "Can grant more views")]

    def __str__(self) -> str:
        return f"{self.user or 'a visitor'}, {self.period}"


class View(models.Model):
    """One item (`cpt/63663`) opened under one allowance; it stays open for the allowance's period."""

    allowance = models.ForeignKey(Allowance, on_delete=models.CASCADE, related_name="views", db_index=False)
    item = models.CharField(max_length=40)
    plan = models.CharField(max_length=50, help_text="The slug of the plan it was bought under.")
    opened_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["allowance", "item"], name="view_charged_once")]
        ordering: ClassVar = ["-opened_at"]

    def __str__(self) -> str:
        return self.item


class NetworkTally(models.Model):
    """Views bought in one day from one network by requests that came without a visitor cookie.

    `network` is a keyed hash of an IPv4 address or IPv6 /64 under the day's salt, never the address.
    """

    day = models.DateField()
    network = models.CharField(max_length=32)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "network"], name="network_tally_day_network")]

    def __str__(self) -> str:
        return f"{self.day} {self.network[:6]}: {self.used}"


class DailySalt(models.Model):
    """The random salt of one day, under which network addresses are hashed; yesterday's is deleted."""

    day = models.DateField(unique=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.day)
