"""Load the demonstration catalogue."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from codes import demo


class Command(BaseCommand):
    """`manage.py load_demo`."""

    help = "Loads the demonstration catalogue from fixtures/cpt. What editors have written stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was loaded."""
        try:
            count, written = demo.load()
        except demo.DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"demonstration catalogue: {count} CPT codes " + ("loaded" if written else "are loaded already; nothing was changed"))
