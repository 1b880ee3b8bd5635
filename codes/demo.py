"""The demonstration catalogue: `fixtures/cpt/`, written by hand, in our own words.

- `headings.yaml`: the tree, each node with name, range, and its children.
- `codes/<code>.md`: front matter with `code`, `short` and `long`, then the common language description.
- `fees.csv`, `facts/`: figures, edits and dates of the codes, as CMS published them (`codes.demo_facts`).

Loading leaves alone what an editor has touched.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from codes import demo_attachments, demo_facts
from codes.markdown import to_html
from codes.models import Catalogue, Code, CommonDescription, Release
from codes.releases import loading
from codes.releases.reading import Listed, Node, Reading, Table
from codes.releases.source import Source
from codes.releases.tally import Tally

FOLDER = settings.BASE_DIR / "fixtures" / "cpt"
TITLE = "CasePilot demonstration catalogue"
COPYRIGHT = "Demonstration descriptor, not the AMA's"


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


def read_headings(folder: Path = FOLDER) -> Iterator[Node]:
    """The tree's nodes from the top down."""

    def walk(nodes: list[dict[str, Any]], above: str) -> Iterator[Node]:
        for place, node in enumerate(nodes, 1):
            first, _, last = node["range"].partition("-")
            path = f"{above}/{place:02d}" if above else f"{place:02d}"
            slug = slugify(f"{node['name']} {first}-{last or first}")[:120]
            yield Node(path=path, name=node["name"], first=first, last=last or first, slug=slug, note=node.get("note", ""))
            yield from walk(node.get("children", []), path)

    yield from walk(yaml.safe_load((folder / "headings.yaml").read_text(encoding="utf-8")), "")


def digest_of(folder: Path = FOLDER) -> str:
    """One digest over all files."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def load(folder: Path = FOLDER) -> tuple[int, bool]:
    """Load the catalogue, the facts of its codes, its descriptions and what is attached: how many codes it has, and whether anything was written."""
    licensed = Release.objects.filter(kind="cpt", part="", current=True).exclude(title=TITLE).first()
    if licensed:
        raise DemoRefused(f"{licensed} is loaded; the demonstration catalogue does not overwrite it")
    entries = read_entries(folder)
    done = loading.load(Codes(folder, entries), Source(str(folder.name), (), digest_of(folder)), back=False)
    written = [facts.load() for facts in demo_facts.files(folder)]
    written.append(demo_attachments.load())
    described = write_descriptions(entries)
    return len(entries), described or done.what != loading.UNCHANGED or any(written)


@dataclass(slots=True)
class Codes:
    """The reader of the tree and the codes."""

    folder: Path
    entries: dict[str, Entry]
    KIND: str = "cpt"
    TITLE: str = TITLE
    FILES: str = r"\.md$"
    MONTHS: tuple[int, ...] = ()
    TABLES: tuple[Table, ...] = ()

    def read(self, source: Source, tally: Tally) -> Reading:
        """The demonstration release."""
        return Reading(title=TITLE, version=Release.DEMONSTRATION, effective=None, rows=self.rows(tally), system="cpt", copyright_line=COPYRIGHT)

    def rows(self, tally: Tally) -> Iterator[Node | Listed]:
        """The tree, and the codes in its order."""
        nodes = list(read_headings(self.folder))
        yield from nodes
        tally.read = len(self.entries)
        tally.stored["codes"] = len(self.entries)
        for heading, code in in_order(self.entries, nodes):
            entry = self.entries[code]
            yield Listed(code=code, short=entry.short, long=entry.long, heading=heading.path if heading else None)


def in_order(codes: Iterable[str], nodes: list[Node]) -> list[tuple[Node | None, str]]:
    """The codes in the order of the tree, each with its heading."""
    placed = ((heading_of(code, nodes), code) for code in codes)
    return sorted(placed, key=lambda pair: (pair[0].path if pair[0] else "99", pair[1]))


def heading_of(code: str, nodes: list[Node]) -> Node | None:
    """The deepest heading whose range holds the code (codes of one kind alone compare: 99213, 0213T)."""
    fitting = [
        node
        for node in nodes
        if node.first <= code <= node.last and node.first[4:].isalpha() == code[4:].isalpha() and (code[4:].isdigit() or node.first[4:] == code[4:])
    ]
    return max(fitting, key=lambda node: node.path.count("/"), default=None)


@transaction.atomic
def write_descriptions(entries: dict[str, Entry]) -> bool:
    """The codes' descriptions where no editor has been at work; whether any was written."""
    written = False
    for code in Code.objects.current().filter(system__slug="cpt").select_related("common"):
        description: Any = getattr(code, "common", None)
        text = entries[code.code].text if code.code in entries else ""
        if not text or (description and not (description.demonstration and description.author_id is None and description.text != text)):
            continue
        description = description or CommonDescription(code=code)
        description.text, description.html, description.status = text, to_html(text), CommonDescription.PUBLISHED
        description.demonstration, description.published_at = True, timezone.now()
        description._change_reason = "Demonstration text"
        description.save()
        written = True
    if written:
        Catalogue.count_up()
    return written
