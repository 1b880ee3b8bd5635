"""Load ICD-10-CM from the package `simple-icd-10-cm`."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from codes.releases import icd10cm


def progress(batches: Iterable[Any], total: int) -> Iterator[Any]:
    """The batches, with a bar of entries written."""
    with tqdm(total=total, unit=" codes", desc="ICD-10-CM", file=sys.stderr, mininterval=0.5) as bar:
        for batch in batches:
            yield batch
            bar.update(len(batch))


class Command(BaseCommand):
    """`manage.py load_icd10cm`."""

    help = "Loads all ICD-10-CM entries with their notes. Loading the same release again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was loaded."""
        start = time.monotonic()
        release, written = icd10cm.load(progress)
        if written:
            self.stdout.write(f"{release}: {release.rows} entries loaded in {time.monotonic() - start:.1f} s")
        else:
            self.stdout.write(f"{release} is loaded already; nothing was changed")
