"""Which release is current: making one current, rolling back, removing, pruning."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from codes.models import Catalogue, Code, CommonDescription, Heading, Release
from codes.releases import bulk
from codes.releases.refused import Refused

TABLES = [relation.related_model for relation in Release._meta.related_objects if relation.related_model is not Release]


@transaction.atomic
def make_current(release: Release) -> None:
    """Make a release that is whole the one that readers see. One short transaction."""
    before = Release.objects.select_for_update().filter(kind=release.kind, part=release.part, current=True).first()
    if before is not None and before.pk != release.pk:
        Release.objects.filter(pk=before.pk).update(current=False)
        if release.state == Release.IMPORTING:
            release.replaced = before
    release.state, release.current = Release.READY, True
    release.save(update_fields=["state", "current", "replaced", "counts", "difference", "legend", "rows"])
    move_descriptions(release)
    Catalogue.count_up()


def move_descriptions(release: Release) -> None:
    """Descriptions go with their codes to the release's rows of them. A code that it does not have keeps its row, and so its description."""
    if not Code.objects.filter(release=release).exists():
        return
    number = Code.objects.filter(pk=OuterRef(OuterRef("code_id"))).values("compact")
    there = Code.objects.filter(release=release, compact=Subquery(number))
    elsewhere = CommonDescription.objects.filter(code__system__slug=release.kind).exclude(code__release=release)
    elsewhere.filter(Exists(there)).update(code=Subquery(there.values("pk")[:1]))


def roll_back(kind: str, part: str = "") -> tuple[Release, Release]:
    """Return to the release that the current one replaced: the one left, and the one that is current now."""
    left = Release.objects.filter(kind=kind, part=part, current=True).select_related("replaced").first()
    name = f"{kind} {part}".strip()
    if left is None:
        raise Refused(f"no release of {name} is loaded")
    if left.replaced is None or left.replaced.state != Release.READY:
        raise Refused(f"there is no release before {left} to return to")
    make_current(left.replaced)
    return left, left.replaced


def remove(release: Release) -> None:
    """A release with all its rows, which nobody sees."""
    remove_rows(release)
    Release.objects.filter(pk=release.pk).delete()


def remove_rows(release: Release) -> int:
    """The rows of a release that is not current; how many."""
    described = Code.objects.filter(release=release, common__isnull=False)
    if described.exists():  # of codes that the current release lacks: their descriptions stay, so their rows do
        described.update(parent=None, heading=None)
    removed = sum(bulk.delete(table, release.pk) for table in TABLES if table not in (Code, Heading))
    removed += bulk.delete(Code, release.pk)
    removed += bulk.delete(Heading, release.pk)
    return removed


def prune() -> list[tuple[Release, int]]:
    """Remove the rows of releases that are neither current nor what a current one replaced; their records stay.

    What a pruning that was killed has left is removed too, and rows that were kept for a description which has moved on since.
    """
    kept = {key for pair in Release.objects.filter(current=True).values_list("pk", "replaced") for key in pair if key is not None}
    done = []
    for release in list(Release.objects.exclude(state=Release.IMPORTING).exclude(pk__in=kept)):
        first = Release.objects.filter(pk=release.pk, state=Release.READY).update(state=Release.PRUNED)
        removed = remove_rows(release)
        if first or removed:
            done.append((release, removed))
    return done
