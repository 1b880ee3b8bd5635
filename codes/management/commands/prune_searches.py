"""Delete what was counted of searches more than a year ago. Safe to run twice, at once, and to kill."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from codes.models import SearchChoice, SearchTally

DAYS = 365
BATCH = 1000


class Command(BaseCommand):
    """`manage.py prune_searches`: run it daily."""

    help = "Deletes the counts of searches, and of what was opened from them, that are older than a year."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune in batches, so that visitors' views can be written all the while."""
        horizon = timezone.localdate() - timedelta(days=DAYS)
        pruned = 0
        for old in (SearchTally.objects.filter(day__lt=horizon), SearchChoice.objects.filter(month__lt=horizon.replace(day=1))):
            while batch := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
                pruned += old.model.objects.filter(pk__in=batch).delete()[0]
        self.stdout.write(f"{pruned} counts of searches deleted")
