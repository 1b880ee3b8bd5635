"""The index on disk: derived data, built by each node from the database and thrown away at will.

An index is a folder `var/search/<format>-<edition>-<searchable>`, named after the state of the catalogue that it was made
from, and never changed once it has that name. Whoever sees that the catalogue has moved on builds the next one; a file
lock lets one worker of a node do it, and the others go on with the one they have.
"""

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from html import unescape
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings
from django.db.models import QuerySet

from codes.models import Code, CommonDescription, Heading, paths_to
from codes.search import popularity, ranking
from codes.search.text import ANALYZER, analyzer, readable, terms, words

FORMAT = 2  # counted up when fields, terms, or what codes.search.ranking packs change
HEAP = 64_000_000  # bytes that the writer fills before it writes a segment
BATCH = 5_000
VOCABULARY = "vocabulary.json"
LONGEST_NUMBER = 7
WORD = re.compile("[a-z0-9]+")
MOST_FURTHER = 600  # letters of further wordings that a hit is ranked by


def schema() -> tantivy.Schema:
    """The fields. `card` is all that a hit shows; nothing that costs a view is stored."""
    fields = tantivy.SchemaBuilder()
    fields.add_bytes_field("card", stored=True, indexed=False)
    fields.add_text_field("code", tokenizer_name="raw", index_option="basic")
    for name in ("system", "status", "section"):
        fields.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    fields.add_text_field("headings", tokenizer_name="raw", index_option="basic")
    fields.add_unsigned_field("exact", indexed=True)
    for name in ("short", "long", "inclusion"):
        fields.add_text_field(name, tokenizer_name=ANALYZER, index_option="position")
    for name in ("heading", "common"):
        fields.add_text_field(name, tokenizer_name=ANALYZER, index_option="freq")
    fields.add_unsigned_field("number", fast=True)
    fields.add_unsigned_field("order", fast=True)
    fields.add_unsigned_field("weight", fast=True)
    return fields.build()


def folder() -> Path:
    """Where a node's indexes lie."""
    found: Path = settings.VAR_DIR / "search"
    found.mkdir(parents=True, exist_ok=True)
    return found


def name_of(edition: int, searchable: int) -> str:
    """The name of the index of a state of the catalogue."""
    return f"{FORMAT}-{edition}-{searchable}"


def build(name: str) -> Path:
    """Build the index of the current catalogue under this name, beside the others, and let it appear whole."""
    making = Path(tempfile.mkdtemp(prefix="making-", dir=folder()))
    try:
        found = tantivy.Index(schema(), path=str(making))
        found.register_tokenizer(ANALYZER, analyzer())
        writer = found.writer(heap_size=HEAP, num_threads=1)
        vocabulary: Counter[str] = Counter()
        for document in documents(vocabulary):
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        (making / VOCABULARY).write_text(json.dumps(vocabulary))
        return put_in_place(making, folder() / name)
    except BaseException:
        discard(making)
        raise


def put_in_place(made: Path, target: Path) -> Path:
    """Give it its name, and remove those that nobody needs: all but it and the one before."""
    discard(target)
    made.rename(target)
    others = sorted((other for other in folder().iterdir() if other.is_dir() and other != target), key=lambda other: other.stat().st_mtime)
    for other in others[:-1]:
        discard(other)
    return target


def discard(path: Path) -> None:
    """Throw an index away."""
    shutil.rmtree(path, ignore_errors=True)


def documents(vocabulary: Counter[str]) -> Iterator[tantivy.Document]:
    """A document a current code, in the order of the systems. Words of titles are counted into the vocabulary."""
    opened = popularity.by_code()
    cutter = Cutter()
    places = headings(cutter)
    common = dict(published())
    for order, row in enumerate(rows(), 1):
        place = places.get(row["heading"], NOWHERE)
        short, medium, long = readable(row["short"]), readable(row["medium"]), readable(row["long"])
        further = [readable(line) for line in inclusions(row)]
        brief = cutter.normal(short)
        titles = [(brief if long == short else cutter.normal(long)) or brief, brief]
        lines = [cutter.normal(line) for line in further]
        described = common.get(row["pk"], "")
        document = tantivy.Document()
        placed(document, row, place, order, opened.get((row["system__slug"], row["code"]), 0))
        document.add_bytes("card", card(row, place, titles, lines))
        for text in {*titles, *lines, brief if medium == short else cutter.normal(medium)} - {""}:
            document.add_unsigned("exact", fingerprint(text))
        document.add_text("short", short)
        document.add_text("long", long)
        for line in further:
            document.add_text("inclusion", line)
        if described:
            document.add_text("common", described)
        vocabulary.update(place.vocabulary.union(*map(cutter.words, {short, long, *further, described})))
        yield document


def placed(document: tantivy.Document, row: dict[str, Any], place: "Place", order: int, opened: int) -> None:
    """The fields that a code is filtered and sorted by."""
    document.add_text("code", row["compact"])
    document.add_text("system", row["system__slug"])
    document.add_text("status", in_use(row))
    document.add_text("section", place.section)
    for slug in place.slugs:
        document.add_text("headings", slug)
    document.add_text("heading", place.words)
    document.add_unsigned("number", in_digits(row["compact"]))
    document.add_unsigned("order", order)
    document.add_unsigned("weight", opened)


def card(row: dict[str, Any], place: "Place", titles: list[str], lines: list[str]) -> bytes:
    """What a hit shows and is ranked by."""
    shown = (row["system__slug"], row["code"], row["short"], place.label, in_use(row), "1" if row["billable"] else "0")
    return ranking.pack(shown, titles[0], titles[1], " ".join(lines)[:MOST_FURTHER]).encode()


class Cutter:
    """Cuts many texts as the analyzer does, and each word only once: texts of code systems are made of few words."""

    def __init__(self) -> None:
        self.stems: dict[str, str] = {}

    def words(self, text: str) -> list[str]:
        """The words of a text that has passed `readable`."""
        return WORD.findall(text.lower()) if text.isascii() else words(text)

    def normal(self, text: str) -> str:
        """The same as `normal`."""
        return " ".join([self.stems.get(word) or self.stem(word) for word in self.words(text)])

    def stem(self, word: str) -> str:
        """A word that was not seen before."""
        found = self.stems[word] = normal(word)
        return found


def fingerprint(text: str) -> int:
    """A normal descriptor as a number: whole descriptors as terms would be most of the index."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def in_digits(number: str, filling: int = 0) -> int:
    """A code's number as a whole number of seven digits of base 37, so that a range of codes is a range of numbers."""
    found = 0
    for letter in number[:LONGEST_NUMBER]:
        found = found * 37 + int(letter, 36) + 1
    for _ in range(LONGEST_NUMBER - len(number)):
        found = found * 37 + filling
    return found


def normal(text: str) -> str:
    """A descriptor as it is compared whole: its terms, in their order."""
    return " ".join(terms(text))


def rows() -> Iterator[dict[str, Any]]:
    """What is indexed of each current code."""
    columns = ("pk", "system__slug", "code", "compact", "short", "medium", "long", "heading", "status", "billable", "notes", "details")
    found: QuerySet[Code] = Code.objects.current().order_by("system__order", "position", "pk")
    yield from found.values(*columns).iterator(chunk_size=BATCH)


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


def published() -> Iterator[tuple[int, str]]:
    """The common language descriptions that pages show, as plain words. They are searched, and never shown here."""
    for key, html in CommonDescription.objects.exclude(html="").values_list("code", "html").iterator(chunk_size=BATCH):
        yield key, readable(unescape(re.sub(r"<[^>]+>", " ", html)))


class Place:
    """A code's place in the tree, as the search needs it."""

    def __init__(self, trail: tuple[Heading, ...] = (), cutter: Cutter | None = None) -> None:
        self.slugs = [heading.slug for heading in trail]
        self.section = f"{trail[0].system_id}/{trail[0].slug}" if trail else ""
        self.label = trail[-1].name if trail else ""
        self.words = readable(" ".join(heading.name for heading in trail))
        self.vocabulary = frozenset(cutter.words(self.words) if cutter else ())


NOWHERE = Place()


def headings(cutter: Cutter) -> dict[int, Place]:
    """The place of each current heading."""
    found = list(Heading.objects.current().only("pk", "release", "path", "name", "slug", "system"))
    by_path = {(heading.release_id, heading.path): heading for heading in found}
    return {heading.pk: Place(trail(heading, by_path), cutter) for heading in found}


def trail(heading: Heading, by_path: dict[tuple[int | None, str], Heading]) -> tuple[Heading, ...]:
    """A heading with those above it, from the top."""
    steps = ((heading.release_id, path) for path in paths_to(heading.path))
    return tuple(by_path[step] for step in steps if step in by_path)
