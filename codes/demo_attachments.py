"""What came with the site of guidelines, compliance points and crosswalks: `fixtures/attachments/`, in our own words.

- `guidelines.yaml`, `compliance.yaml`: texts by `code` or `heading` (one or several).
- `crosswalks.csv`: from a CPT code to an ICD-10-CM diagnosis, a CPT or HCPCS procedure, or anesthesia.

All of it is marked as demonstration data. What an editor has changed or deleted does not come back.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from codes.models import CodeSystem, CompliancePoint, Crosswalk, Guideline

FOLDER = settings.BASE_DIR / "fixtures" / "attachments"
# What tells one row of a table from another, and what it says.
TEXT_KEY, WALK_KEY = ("system_id", "code", "heading", "order"), ("system_id", "code", "target_system_id", "target")
TABLES: dict[Any, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Guideline: (TEXT_KEY, ("title", "text", "source")),
    CompliancePoint: (TEXT_KEY, ("sort", "text", "source")),
    Crosswalk: (WALK_KEY, ("sort", "note", "source")),
}


def load(folder: Path = FOLDER) -> bool:
    """Bring the demonstration's rows up to date; whether anything was written."""
    systems = {system.slug: system.pk for system in CodeSystem.objects.all()}
    readers = {Guideline: guidelines, CompliancePoint: points, Crosswalk: crosswalks}
    written = [replace(model, list(read(folder, systems))) for model, read in readers.items()]
    return any(written)


@transaction.atomic
def replace(model: Any, rows: list[Any]) -> bool:
    """Put the rows in place of those that came with the site before, but for what an editor had a hand in."""
    key, said = TABLES[model]
    edited = model.history.filter(history_user__isnull=False).order_by().values("id")
    taken = set(model.history.filter(id__in=edited).order_by().values_list(*key))
    rows = [row for row in rows if tuple(getattr(row, name) for name in key) not in taken]
    there = model.objects.filter(demonstration=True)
    if set(there.values_list(*key, *said)) == {tuple(getattr(row, name) for name in (*key, *said)) for row in rows}:
        return False
    there.delete()
    bulk_create_with_history(rows, model, default_change_reason="Demonstration data")
    return True


def texts(path: Path, system: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each entry of a file with each of its places."""
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        kind = "code" if "code" in entry else "heading"
        for place in [entry[kind]] if isinstance(entry[kind], str) else entry[kind]:
            yield entry, {"system_id": system, kind: place, "demonstration": True}


def guidelines(folder: Path, systems: dict[str, int]) -> Iterator[Guideline]:
    """The guidelines, those of one place in the order of the file."""
    order = Counter[str]()
    for entry, place in texts(folder / "guidelines.yaml", systems["cpt"]):
        where = place.get("code") or place["heading"]
        order[where] += 1
        yield Guideline(title=entry["title"], text=entry["text"].strip(), order=order[where], **place)


def points(folder: Path, systems: dict[str, int]) -> Iterator[CompliancePoint]:
    """The documentation points and audit risks, those of one place in the order of the file."""
    for entry, place in texts(folder / "compliance.yaml", systems["cpt"]):
        said = [(sort, text) for sort, _ in CompliancePoint.SORTS for text in entry.get(sort, [])]
        for order, (sort, text) in enumerate(said, 1):
            yield CompliancePoint(sort=sort, text=text.strip(), order=order, **place)


def crosswalks(folder: Path, systems: dict[str, int]) -> Iterator[Crosswalk]:
    """The crosswalks. A procedure that begins with a digit is CPT's, another HCPCS's."""
    with (folder / "crosswalks.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            target = "icd10cm" if row["sort"] == Crosswalk.DIAGNOSIS else "cpt" if row["target"][0].isdigit() else "hcpcs"
            yield Crosswalk(system_id=systems["cpt"], target_system_id=systems[target], demonstration=True, **row)
