"""Delete views whose period is over and whose retention has passed. Safe to run twice, at once, and to kill."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management.base import BaseCommand

from quotas.models import Allowance, DailySalt, NetworkTally
from quotas.periods import LIFETIME, end_of, today

BATCH = 1000


class Command(BaseCommand):
    """`manage.py prune_views`: run it daily."""

    help = (
        "Deletes allowances and views VIEW_RETENTION_DAYS after their period ended, yesterday's network tallies and salts, "
        "and what the embedded cache keeps beyond its time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune in batches, so that visitors' views can be written all the while."""
        horizon = today() - timedelta(days=settings.VIEW_RETENTION_DAYS)
        pruned = 0
        for period in Allowance.objects.exclude(period=LIFETIME).values_list("period", flat=True).distinct():
            end = end_of(period)
            if end is None or end > horizon:
                continue
            while batch := list(Allowance.objects.filter(period=period).values_list("pk", flat=True)[:BATCH]):
                pruned += Allowance.objects.filter(pk__in=batch).delete()[0]
        tallies = NetworkTally.objects.filter(day__lt=today()).delete()[0]
        DailySalt.objects.filter(day__lt=today()).delete()
        if sweep := getattr(cache, "sweep", None):
            sweep()
        self.stdout.write(f"{pruned} allowances and views deleted, {tallies} network tallies")
