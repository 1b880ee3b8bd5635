"""ICD-10-CM from the package `simple-icd-10-cm`, which carries the official tabular list (CDC/NCHS).

98,505 entries: chapters and blocks become headings, categories and everything below them codes.
Written in short transactions of one batch each, so that visitors' views can be written all the while.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import resources
from typing import Any

from django.db import transaction

from codes.models import Catalogue, Code, CodeSystem, Heading, Release

KIND = "icd10cm"
BATCH = 2000
COPYRIGHT = "Public domain: CDC, National Center for Health Statistics"
RANGE = re.compile(r"\s*\(([A-Z0-9]{3})(?:-([A-Z0-9]{3}))?\)\s*$")


@dataclass(slots=True)
class Entry:
    """One entry of the tabular list. `level` is 0 for a chapter, 1 for a block, 2 for a category, and so on."""

    name: str
    description: str
    level: int
    parent: "Entry | None"
    position: int
    leaf: bool
    notes: dict[str, list[str]] = field(default_factory=dict)
    row: Any = None

    @property
    def is_heading(self) -> bool:
        """Whether it is a chapter or a block."""
        return self.level < 2


def data_file() -> Any:
    """The package's tabular list (XML)."""
    folder = resources.files("simple_icd_10_cm") / "data"
    return next(entry for entry in folder.iterdir() if entry.name.endswith(".xml"))


def release_date(name: str) -> date:
    """The date in the file's name: `icd10c-tabular-April-1-2026.xml`."""
    found = re.search(r"([A-Z][a-z]+)-(\d+)-(\d{4})", name)
    if found is None:
        raise ValueError(f"{name}: expected a name with a date such as April-1-2026")
    return datetime.strptime(" ".join(found.groups()), "%B %d %Y").date()  # noqa: DTZ007


def read() -> list[Entry]:
    """All entries, in the order of the tabular list. A block of one category bears that category's name and comes first."""
    import simple_icd_10_cm as icd

    entries: list[Entry] = []
    blocks: dict[str, Entry] = {}
    codes: dict[str, Entry] = {}
    for position, name in enumerate(icd.get_all_codes(), 1):
        as_block = icd.is_chapter_or_block(name) and name not in blocks
        above = icd.get_parent(name, prioritize_blocks=as_block)
        parent = codes.get(above) if not as_block and above in codes else blocks.get(above)
        entry = Entry(
            name=name,
            description=icd.get_description(name, prioritize_blocks=as_block),
            level=parent.level + 1 if parent else 0,
            parent=parent,
            position=position,
            leaf=icd.is_leaf(name, prioritize_blocks=as_block),
            notes=notes_of(icd, name, as_block),
        )
        (blocks if as_block else codes)[name] = entry
        entries.append(entry)
    return entries


def notes_of(icd: Any, name: str, as_block: bool) -> dict[str, list[str]]:
    """The entry's own notes by kind; empty kinds are left out."""
    found = {
        "inclusion_term": icd.get_inclusion_term(name, prioritize_blocks=as_block),
        "includes": icd.get_includes(name, prioritize_blocks=as_block),
        "excludes1": icd.get_excludes1(name, prioritize_blocks=as_block),
        "excludes2": icd.get_excludes2(name, prioritize_blocks=as_block),
        "code_first": icd.get_code_first(name, prioritize_blocks=as_block),
        "use_additional_code": icd.get_use_additional_code(name, prioritize_blocks=as_block),
        "code_also": icd.get_code_also(name, prioritize_blocks=as_block),
        "notes": icd.get_notes(name, prioritize_blocks=as_block),
        "seven_chr_note": icd.get_seven_chr_note(name, prioritize_blocks=as_block),
    }
    lines = {kind: as_lines(text) for kind, text in found.items()}
    characters = icd.get_seven_chr_def(name, prioritize_blocks=as_block)
    lines["seven_chr_note"] += [f"{sign}: {meaning}" for sign, meaning in characters.items()]
    return {kind: said for kind, said in lines.items() if said}


def as_lines(text: str | list[str]) -> list[str]:
    """A note that the package gives as one text or as a list, as a list of lines."""
    return text.splitlines() if isinstance(text, str) else list(text)


def load(progress: Callable[[Iterable[Any], int], Iterable[Any]] = lambda batches, total: batches) -> tuple[Release, bool]:
    """Load the package's release; the release, and whether anything was written. Loading it again changes nothing."""
    file = data_file()
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    known = Release.objects.filter(kind=KIND, digest=digest, current=True).first()
    if known:
        return known, False
    entries = read()
    effective = release_date(file.name)
    title = f"ICD-10-CM {effective:%B %Y} release"
    release, _ = Release.objects.update_or_create(
        kind=KIND, digest=digest, defaults={"title": title, "version": f"{effective:%Y-%m}", "effective_date": effective, "copyright_line": COPYRIGHT}
    )
    system = CodeSystem.objects.get(slug=KIND)
    write_headings(system, [entry for entry in entries if entry.is_heading])
    codes = [entry for entry in entries if not entry.is_heading]
    for batch in progress(by_level(codes), len(codes)):
        write_codes(system, release, batch)
    with transaction.atomic():
        Code.objects.filter(system=system).exclude(release=release).update(status=Code.DELETED, end_date=effective)
        Release.objects.filter(kind=KIND, current=True).update(current=False)
        Release.objects.filter(pk=release.pk).update(current=True, rows=len(entries))
        Catalogue.count_up()
    return Release.objects.get(pk=release.pk), True


def by_level(codes: list[Entry]) -> Iterator[list[Entry]]:
    """Batches in which every entry's parent has been written before it."""
    for level in range(2, max(entry.level for entry in codes) + 1):
        there = [entry for entry in codes if entry.level == level]
        for start in range(0, len(there), BATCH):
            yield there[start : start + BATCH]


@transaction.atomic
def write_headings(system: CodeSystem, entries: list[Entry]) -> None:
    """Chapters and blocks, parents first. Their places are kept in two steps, since places are unique."""
    Heading.objects.filter(system=system).delete()
    counts: dict[str, int] = {}
    for entry in entries:
        above = entry.parent.row if entry.parent else None
        prefix = f"{above.path}/" if above else ""
        counts[prefix] = counts.get(prefix, 0) + 1
        found = RANGE.search(entry.description)
        first, last = (found[1], found[2] or found[1]) if found else (entry.name.partition("-")[0], entry.name.rpartition("-")[2])
        entry.row = Heading.objects.create(
            system=system,
            parent=above,
            name=RANGE.sub("", entry.description),
            slug=f"chapter-{entry.name}" if entry.level == 0 else entry.name.lower(),
            first=first,
            last=last,
            path=f"{prefix}{counts[prefix]:02d}",
            notes=entry.notes,
        )


@transaction.atomic
def write_codes(system: CodeSystem, release: Release, batch: list[Entry]) -> None:
    """One batch of codes, new or changed."""
    rows = []
    for entry in batch:
        parent = entry.parent
        while parent is not None and not parent.is_heading:
            parent = parent.parent
        entry.row = Code(
            system=system,
            code=entry.name,
            compact=entry.name.replace(".", ""),
            heading=parent.row if parent else None,
            parent=entry.parent.row if entry.parent and not entry.parent.is_heading else None,
            position=entry.position,
            billable=entry.leaf,
            short=entry.description[:250],
            long=entry.description,
            notes=entry.notes,
            release=release,
        )
        rows.append(entry.row)
    changing = ["compact", "heading", "parent", "position", "status", "end_date", "billable", "short", "long", "notes", "release"]
    Code.objects.bulk_create(rows, update_conflicts=True, unique_fields=["system", "code"], update_fields=changing)
