"""Build the search index of this node."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from codes.search.live import build_now


class Command(BaseCommand):
    """`manage.py build_search`."""

    help = "Builds this node's search index, whole, where it is not there yet. The site does so by itself; this spares its first visitor the wait."

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, and say how long it took."""
        begun = time.monotonic()
        path = build_now()
        self.stdout.write(f"search index {path.name} is there after {time.monotonic() - begun:.1f} s")
