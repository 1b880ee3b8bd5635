"""What is indexed, as the database has it: codes, their places in the tree, and descriptions. And how their texts are cut."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from django.db.models import QuerySet

from codes.models import Code, CommonDescription, Heading, paths_to
from codes.search.text import readable, terms, words

BATCH = 5_000
WORD = re.compile("[a-z0-9]+")
COLUMNS = (
    "pk", "release", "system__slug", "system__order", "position", "code", "compact", "short", "medium", "long", "heading", "status", "billable",
    "notes", "details",
)  # fmt: skip


def rows(**which: Any) -> Iterator[dict[str, Any]]:
    """What is indexed of these codes, in the order of the systems."""
    found: QuerySet[Code] = Code.objects.filter(**which).order_by("system__order", "position", "pk")
    yield from found.values(*COLUMNS).iterator(chunk_size=BATCH)


def in_use(row: dict[str, Any]) -> str:
    """Whether a code is in use, as the filter `status:` has it."""
    return "deleted" if row["status"] == Code.DELETED else "active"


def inclusions(row: dict[str, Any]) -> list[str]:
    """Further wordings of the publisher: inclusion terms of ICD-10-CM, consumer and clinician descriptors of CPT."""
    notes, details = row["notes"], row["details"]
    return [
        *notes.get("inclusion_term", []),
        *notes.get("includes", []),
        *([details["consumer"]] if details.get("consumer") else []),
        *details.get("clinician", []),
    ]


def published() -> dict[int, dict[int, str]]:
    """The common language descriptions that pages show: of each current release, by the keys of its codes, as HTML."""
    found: dict[int, dict[int, str]] = {}
    shown = CommonDescription.objects.filter(code__release__current=True).exclude(html="").order_by()
    for release, code, html in shown.values_list("code__release", "code", "html").iterator(chunk_size=BATCH):
        found.setdefault(release, {})[code] = html
    return found


def plain(html: str) -> str:
    """HTML as plain words."""
    return readable(unescape(re.sub(r"<[^>]+>", " ", html)))


class Cutter:
    """Cuts many texts as the analyzer does, and each word only once: texts of code systems are made of few words."""

    def __init__(self) -> None:
        self.stems: dict[str, str] = {}

    def words(self, text: str) -> list[str]:
        """The words of a text that has passed `readable`."""
        return WORD.findall(text.lower()) if text.isascii() else words(text)

    def normal(self, text: str) -> str:
        """Its terms, in their order."""
        return " ".join([self.stems.get(word) or self.stem(word) for word in self.words(text)])

    def stem(self, word: str) -> str:
        """A word that was not seen before."""
        found = self.stems[word] = " ".join(terms(word))
        return found


class Place:
    """A code's place in the tree, as the search needs it."""

    def __init__(self, trail: tuple[Heading, ...] = (), cutter: Cutter | None = None) -> None:
        self.slugs = [heading.slug for heading in trail]
        self.section = f"{trail[0].system_id}/{trail[0].slug}" if trail else ""
        self.label = trail[-1].name if trail else ""
        self.words = readable(" ".join(heading.name for heading in trail))
        self.vocabulary = frozenset(cutter.words(self.words) if cutter else ())


NOWHERE = Place()


class Places:
    """The places of the codes of all releases that are asked for, each release's headings read once."""

    def __init__(self, cutter: Cutter) -> None:
        self.cutter = cutter
        self.known: dict[int, dict[int | None, Place]] = {}

    def of(self, row: dict[str, Any]) -> Place:
        """A code's place."""
        release = row["release"]
        if release not in self.known:
            self.known[release] = self.read(release)
        return self.known[release].get(row["heading"], NOWHERE)

    def read(self, release: int) -> dict[int | None, Place]:
        """The place of each heading of a release: itself with those above it, from the top."""
        by_path = {heading.path: heading for heading in Heading.objects.filter(release=release).only("pk", "path", "name", "slug", "system")}
        trails = ((heading.pk, tuple(by_path[path] for path in paths_to(heading.path) if path in by_path)) for heading in by_path.values())
        return {key: Place(trail, self.cutter) for key, trail in trails}
