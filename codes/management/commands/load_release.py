"""Load a published file."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from codes import changes
from codes.releases import fetching, loading
from codes.releases.kinds import READERS
from codes.releases.refused import Refused
from codes.releases.source import Source, open_source
from codes.releases.tally import sentences


class Command(BaseCommand):
    """`manage.py load_release <kind> <path-or-URL>… [--dry-run]`."""

    help = (
        "Loads a published file as a new release and makes it current. The release before stays, to roll back to. Loading the same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Kind, files, dry run."""
        parser.add_argument("kind", choices=sorted(READERS), help="what is published")
        parser.add_argument("paths", nargs="*", metavar="path-or-URL", help="files, a folder, zips, or an address; ICD-10-CM needs none: its package has it")
        parser.add_argument("--dry-run", action="store_true", help="read everything and report, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was done."""
        begun = time.monotonic()
        reader = READERS[options["kind"]]
        try:
            source = self.source(options["kind"], options["paths"])
            outcome = loading.load(reader, source, dry_run=options["dry_run"], back=bool(options["paths"]), progress=bar(options["kind"]))
        except Refused as refusal:
            raise CommandError(f"{options['kind']} was not loaded. {refusal}") from refusal
        except (DatabaseError, OSError) as failure:
            raise CommandError(f"{options['kind']} was not loaded, and what was current still is. {str(failure).strip()}") from failure
        self.say(outcome, time.monotonic() - begun)

    def source(self, kind: str, paths: list[str]) -> Source:
        """The files that were named; those at an address are fetched first."""
        reader = READERS[kind]
        if not paths:
            default = getattr(reader, "default_source", None)
            if default is None:
                raise Refused(f"a path or an address was expected: manage.py load_release {kind} <path-or-URL>")
            found: Source = default()
            return found
        addresses = [path for path in paths if path.startswith(("http://", "https://"))]
        fetched = {path: fetching.fetch(path) for path in addresses}
        files = [fetched.get(path) or Path(path) for path in paths]
        beside = getattr(reader, "beside", None)
        if beside is not None and len(files) == 1 and files[0].is_file():
            files = beside(files[0])
            if len(files) > 1:
                self.stdout.write(f"{paths[0]} is one of the parts of a release; read with those beside it: {', '.join(file.name for file in files)}")
        return open_source(files, name=addresses[0] if len(paths) == len(addresses) == 1 else "", wanted=reader.FILES)

    def say(self, outcome: loading.Outcome, seconds: float) -> None:
        """What was done, and the count of every row."""
        release = outcome.release
        done = {
            loading.LOADED: f"{release}: loaded in {seconds:.1f} s and current",
            loading.UNCHANGED: f"{release} is loaded already; nothing was changed",
            loading.RETURNED: f"{release} was loaded before; it is current again",
            loading.CHECKED: f"{release}: read in {seconds:.1f} s; nothing was written",
        }
        self.stdout.write(done[outcome.what])
        if outcome.what in (loading.LOADED, loading.CHECKED):
            for line in sentences(outcome.tally.as_json() | {"carried": release.counts.get("carried", 0)}):
                self.stdout.write(f"  {line}")
        if outcome.what == loading.LOADED and release.difference:
            against = f"Against {release.compared_with}" if release.compared_with else "As the file itself says"
            self.stdout.write(f"  {against}: {'; '.join(changes.differences(release))}")
        for warning in loading.warnings(release):
            self.stdout.write(f"  Note: {warning}")


def bar(kind: str) -> loading.Progress:
    """A bar of the rows read."""

    def over(rows: Iterable[Any]) -> Iterable[Any]:
        return tqdm(rows, unit=" rows", desc=kind, file=sys.stderr, mininterval=0.5, disable=None)

    return over
