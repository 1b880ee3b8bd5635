"""List, compare, roll back and prune what is loaded."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from codes.models import Release
from codes.releases import comparing, current, due
from codes.releases.kinds import tables_of
from codes.releases.reading import Table
from codes.releases.refused import Refused


class Command(BaseCommand):
    """`manage.py releases [list | compare OLD NEW | rollback KIND [PART] | prune]`."""

    help = "Lists the releases that are loaded, compares two of them, returns to the one before, or removes the rows of old ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do."""
        does = parser.add_subparsers(dest="does")
        does.add_parser("list", help="every release, the current ones marked with a star")
        compare = does.add_parser("compare", help="what differs between two releases of one kind")
        compare.add_argument("old", type=int, help="number of a release, as listed")
        compare.add_argument("new", type=int)
        compare.add_argument("--entries", type=int, default=20, help="how many entries of each sort to print (20)")
        back = does.add_parser("rollback", help="return to the release that the current one replaced")
        back.add_argument("kind")
        back.add_argument("part", nargs="?", default="", help="practitioner, outpatient, dme, qpp")
        does.add_parser("prune", help="remove the rows of releases that are neither current nor the one before; their records stay")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; a Refused becomes the command's error."""
        try:
            {"compare": self.compare, "rollback": self.roll_back, "prune": self.prune}.get(options["does"], self.list)(options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal

    def list(self, options: dict[str, Any]) -> None:
        """Number, kind, title, rows, and whether a newer one must be out."""
        for release in Release.objects.exclude(state=Release.IMPORTING):
            mark = "*" if release.current else " "
            state = " (pruned)" if release.state == Release.PRUNED else ""
            kind = f"{release.kind} {release.part}".strip()
            self.stdout.write(f"{mark}{release.pk:>5}  {kind:24} {release.title}, {release.rows:,} rows{state}")
            if release.current and (warning := due.overdue(release)):
                self.stdout.write(f"{'':8}{warning}")

    def compare(self, options: dict[str, Any]) -> None:
        """Counts by table, and the first entries of each sort."""
        old, new = (self.release(options[name]) for name in ("old", "new"))
        if (old.kind, old.part) != (new.kind, new.part):
            raise Refused(f"two releases of one kind were expected; these are {old.kind} {old.part} and {new.kind} {new.part}")
        for table in tables_of(new):
            counts = comparing.count(table, old.pk, new.pk)
            self.stdout.write(f"{table.title}: " + ", ".join(f"{number:,} {what}" for what, number in counts.items()))
            for what, before, after in comparing.entries(table, old.pk, new.pk, most=options["entries"]):
                row = after or before
                name = " ".join(str(row[column]) for column in table.key if row[column] not in ("", None))
                self.stdout.write(f"  {what:8} {name}  {figures(table, before, after)}".rstrip())

    def release(self, number: int) -> Release:
        """A release whose rows are there."""
        release = Release.objects.filter(pk=number, state=Release.READY).first()
        if release is None:
            raise Refused(f"there is no release {number} whose rows are loaded; manage.py releases lists them")
        return release

    def roll_back(self, options: dict[str, Any]) -> None:
        """Back to the one before."""
        left, now = current.roll_back(options["kind"], options["part"])
        self.stdout.write(f"{now} is current again; {left} stays loaded, and loading its file makes it current")

    def prune(self, options: dict[str, Any]) -> None:
        """Remove old rows."""
        done = current.prune()
        for release, rows in done:
            self.stdout.write(f"{release}: {rows:,} rows removed")
        if not done:
            self.stdout.write("Nothing to remove: every release is current or the one before.")


def figures(table: Table, before: dict[str, Any], after: dict[str, Any]) -> str:
    """The figures of a revised entry that differ: `work_rvu 1.3 → 1.4`."""
    if not (before and after):
        return ""
    pairs = ((column, comparing.plain(before[column]), comparing.plain(after[column])) for column in table.figures)
    return "; ".join(f"{column} {old} → {new}" for column, old, new in pairs if old != new)
