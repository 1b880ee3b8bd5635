"""Load the synonyms that come with the site."""

from typing import Any

from django.core.management.base import BaseCommand

from codes.models import Synonym
from codes.search import synonyms


class Command(BaseCommand):
    """`manage.py load_synonyms`."""

    help = "Adds the synonyms of fixtures/search that were never added. What editors have changed or switched off stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was added."""
        added = synonyms.seed()
        self.stdout.write(f"synonyms: {added:,} added" if added else f"synonyms: all are loaded already; {Synonym.objects.count():,} are there")
