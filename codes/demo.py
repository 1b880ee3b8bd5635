"""The demonstration catalogue: `fixtures/cpt/`, written by hand, in our own words.

- `headings.yaml`: the tree, each node with name, range, and its children.
- `codes/<code>.md`: front matter with `code`, `short` and `long`, then the common language description.
- `fees.csv`: the fee-schedule figures of the codes, as CMS published them.

Loading leaves alone what an editor has touched.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from codes.markdown import to_html
from codes.models import Catalogue, Code, CodeSystem, CommonDescription, FeeScheduleLine, Heading, Release

FOLDER = settings.BASE_DIR / "fixtures" / "cpt"
TITLE = "CasePilot demonstration catalogue"
COPYRIGHT = "Demonstration descriptor, not the AMA's"
FEES_TITLE = "CMS PFS 2025 October release"
FEES_DATE = date(2025, 10, 1)


class DemoRefused(Exception):
    """The demonstration catalogue would overwrite licensed text, or its files are wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code's file."""

    code: str
    short: str
    long: str
    text: str


def read_entry(path: Path) -> Entry:
    """A code's file; DemoRefused names the file and what is wrong with it."""
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise DemoRefused(f"{path.name}: expected front matter between two lines of ---, then the text")
    fields = yaml.safe_load(parts[1])
    for name in ("code", "short", "long"):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            raise DemoRefused(f"{path.name}: {name} is missing or no text (quote the code)")
    if fields["code"] != path.stem:
        raise DemoRefused(f"{path.name}: the code in it is {fields['code']}")
    return Entry(fields["code"], fields["short"].strip(), fields["long"].strip(), parts[2].strip())


def read_entries(folder: Path = FOLDER) -> dict[str, Entry]:
    """All codes' files, by code."""
    return {entry.code: entry for entry in map(read_entry, sorted((folder / "codes").glob("*.md")))}


def read_headings(folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    """The tree's nodes from the top down, with `path` and the parent's path."""

    def walk(nodes: list[dict[str, Any]], above: str) -> Iterator[dict[str, Any]]:
        for place, node in enumerate(nodes, 1):
            first, _, last = node["range"].partition("-")
            path = f"{above}/{place:02d}" if above else f"{place:02d}"
            yield {"name": node["name"], "first": first, "last": last, "path": path, "above": above, "note": node.get("note", "")}
            yield from walk(node.get("children", []), path)

    yield from walk(yaml.safe_load((folder / "headings.yaml").read_text(encoding="utf-8")), "")


def digest_of(folder: Path = FOLDER) -> str:
    """One digest over all files."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def load(folder: Path = FOLDER) -> tuple[int, bool]:
    """Load the catalogue: how many codes it has, and whether anything was written. Short enough for one transaction."""
    digest = digest_of(folder)
    licensed = Release.objects.filter(kind="cpt", current=True).exclude(title=TITLE).first()
    if licensed:
        raise DemoRefused(f"{licensed} is loaded; the demonstration catalogue does not overwrite it")
    if Release.objects.filter(kind="cpt", digest=digest, current=True).exists():
        return Code.objects.filter(system__slug="cpt").count(), False
    entries = read_entries(folder)
    with transaction.atomic():
        system = CodeSystem.objects.get(slug="cpt")
        headings = write_headings(system, list(read_headings(folder)))
        release = write_release("cpt", TITLE, "1", None, digest, len(entries), COPYRIGHT)
        write_codes(system, release, headings, entries)
        write_fees(folder)
        Catalogue.count_up()
    return len(entries), True


def write_release(kind: str, title: str, version: str, effective: date | None, digest: str, rows: int, line: str) -> Release:
    """The release, made current."""
    release, _ = Release.objects.update_or_create(
        kind=kind, title=title, defaults={"version": version, "effective_date": effective, "digest": digest, "rows": rows, "copyright_line": line}
    )
    Release.objects.filter(kind=kind, current=True).exclude(pk=release.pk).update(current=False)
    Release.objects.filter(pk=release.pk).update(current=True)
    return release


def write_headings(system: CodeSystem, nodes: list[dict[str, Any]]) -> list[Heading]:
    """The tree anew; codes lose their heading until `write_codes` gives them one."""
    Heading.objects.filter(system=system).delete()
    made: dict[str, Heading] = {}
    for node in nodes:
        slug = slugify(f"{node['name']} {node['first']}-{node['last']}")[:120]
        fields = {name: node[name] for name in ("name", "first", "last", "path", "note")}
        made[node["path"]] = Heading.objects.create(system=system, parent=made.get(node["above"]), slug=slug, **fields)
    return list(made.values())


def heading_of(code: str, headings: list[Heading]) -> Heading | None:
    """The deepest heading whose range holds the code (codes of one kind alone compare: 99213, 0213T)."""
    fitting = [
        h for h in headings if h.first <= code <= h.last and h.first[4:].isalpha() == code[4:].isalpha() and (code[4:].isdigit() or h.first[4:] == code[4:])
    ]
    return max(fitting, key=lambda heading: heading.depth, default=None)


def write_codes(system: CodeSystem, release: Release, headings: list[Heading], entries: dict[str, Entry]) -> None:
    """Codes in the order of the tree, and their descriptions where no editor has been at work."""
    placed = sorted(((heading_of(code, headings), code) for code in entries), key=lambda pair: (pair[0].path if pair[0] else "99", pair[1]))
    for position, (heading, code) in enumerate(placed, 1):
        entry = entries[code]
        fields = {
            "compact": code,
            "heading": heading,
            "position": position,
            "short": entry.short,
            "long": entry.long,
            "release": release,
            "status": Code.ACTIVE,
        }
        row, _ = Code.objects.update_or_create(system=system, code=code, defaults=fields)
        description = CommonDescription.objects.filter(code=row).first()
        if description is None or (description.demonstration and description.author_id is None and description.text != entry.text):
            description = description or CommonDescription(code=row)
            description.text, description.html, description.status = entry.text, to_html(entry.text), CommonDescription.PUBLISHED
            description.demonstration, description.published_at = True, timezone.now()
            description._change_reason = "Demonstration text"  # type: ignore[attr-defined]
            description.save()


def write_fees(folder: Path) -> None:
    """The figures of the demonstration codes, unless a whole fee schedule is loaded."""
    if Release.objects.filter(kind="pfs", current=True).exclude(title=FEES_TITLE).exists():
        return
    with (folder / "fees.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    digest = hashlib.sha256((folder / "fees.csv").read_bytes()).hexdigest()
    release = write_release("pfs", FEES_TITLE, "2025-10", FEES_DATE, digest, len(rows), "Relative values and indicators: CMS, public domain")
    FeeScheduleLine.objects.filter(release=release).delete()
    FeeScheduleLine.objects.bulk_create(FeeScheduleLine(release=release, **row) for row in rows)
