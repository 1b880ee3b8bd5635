"""The index on disk: derived data, built by each node from the database and thrown away at will.

An index is a folder `var/search/<format>-<edition>-<searchable>`, named after the state of the catalogue that it was made
from, and never changed once it has that name. Whoever sees that the catalogue has moved on makes the next one, from the
newest that there is (codes.search.renewing); a file lock lets one worker of a node do it, and the others go on with the
one they have.
"""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from hashlib import blake2b
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings

from codes.search import ranking, renewing, rows
from codes.search.renewing import Work
from codes.search.rows import Cutter, Place, Places
from codes.search.text import ANALYZER, analyzer, readable, terms

FORMAT = 3  # counted up when fields, terms, or what codes.search.ranking packs or codes.search.renewing notes change
HEAP = 64_000_000  # bytes that the writer fills before it writes a segment
VOCABULARY = "vocabulary.json"
NONE: Mapping[int, str] = {}
MAKING = "making-"  # begins the name of a folder until it is whole
LONGEST_NUMBER = 7
MOST_FURTHER = 600  # letters of further wordings that a hit is ranked by


def schema() -> tantivy.Schema:
    """The fields. `card` is all that a hit shows; nothing that costs a view is stored."""
    fields = tantivy.SchemaBuilder()
    fields.add_bytes_field("card", stored=True, indexed=False)
    for name in ("key", "release"):  # no unsigned ones: no term of these can be deleted by
        fields.add_integer_field(name, indexed=True)
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


def newest() -> Path | None:
    """The index that was made last on this node; one that other code has made is none."""
    there = [path for path in folder().glob(f"{FORMAT}-*") if (path / renewing.MADE).exists()]
    return max(there, key=lambda path: path.stat().st_mtime_ns, default=None)


def build(name: str, base: Path | None = None) -> Path:
    """Make the index of the current catalogue under this name, beside the others, and let it appear whole.

    Of `base`, another index, is kept what has not changed since.
    """
    making = Path(tempfile.mkdtemp(prefix=MAKING, dir=folder()))
    try:
        work = renewing.work(base)
        if work.base is not None:
            renewing.take_over(work.base, making)
        write(making, work)
        return put_in_place(making, folder() / name)
    except BaseException:
        discard(making)
        raise


def write(path: Path, work: Work) -> None:
    """Do the work, in a folder of an index's files or in an empty one. Raises ValueError where codes are missing in the end."""
    found = tantivy.Index(schema(), path=str(path))
    found.register_tokenizer(ANALYZER, analyzer())
    writer = found.writer(heap_size=HEAP, num_threads=1)
    documents = Documents(work)
    for release in work.gone:
        writer.delete_documents_by_term("release", int(release))
    for release in work.new:
        counted: Counter[str] = Counter()
        for document, words in documents.of(rows.rows(release=int(release))):
            writer.add_document(document)
            counted.update(words)
        work.made.shares[release].words = counted
        writer.commit()  # no segment has documents of two releases
    for code in work.alone:
        writer.delete_documents_by_term("key", code)
    for document, _ in documents.of(rows.rows(pk__in=work.alone)):
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    found.reload()
    if work.base is not None and found.searcher().num_docs != work.made.size:
        raise ValueError(f"{found.searcher().num_docs} documents of {work.made.size} codes")
    work.made.save(path)
    (path / VOCABULARY).write_text(json.dumps(work.made.vocabulary()))


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


def discard_all() -> None:
    """Throw all indexes of this node away: they have files in common, so where one is broken others may be."""
    for path in folder().glob("*-*"):
        if not path.name.startswith(MAKING):
            discard(path)


def sweep() -> None:
    """Throw away what was left half made by a process that was killed. Whoever calls it is the only one to make an index."""
    for path in folder().glob(f"{MAKING}*"):
        discard(path)


class Documents:
    """Makes the documents of codes."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.cutter = Cutter()
        self.places = Places(self.cutter)

    def of(self, found: Iterable[dict[str, Any]]) -> Iterator[tuple[tantivy.Document, Set[str]]]:
        """A document a code, and the words of its titles. What is said of its description is noted in the record of the index."""
        for row in found:
            document, words = self.document(row, self.places.of(row))
            share = self.work.made.shares[str(row["release"])]
            html = self.work.published.get(row["release"], NONE).get(row["pk"])
            if html is None:
                share.described.pop(str(row["pk"]), None)
            else:
                text = rows.plain(html)
                document.add_text("common", text)
                share.describe(row["pk"], html, set(self.cutter.words(text)) - words)
            yield document, words

    def document(self, row: dict[str, Any], place: Place) -> tuple[tantivy.Document, Set[str]]:
        """What a publisher says of a code."""
        cutter = self.cutter
        short, medium, long = readable(row["short"]), readable(row["medium"]), readable(row["long"])
        further = [readable(line) for line in rows.inclusions(row)]
        brief = cutter.normal(short)
        titles = [(brief if long == short else cutter.normal(long)) or brief, brief]
        lines = [cutter.normal(line) for line in further]
        document = tantivy.Document()
        placed(document, row, place, self.work.made.weights.get(f"{row['system__slug']} {row['code']}", 0))
        document.add_bytes("card", card(row, place, titles, lines))
        for text in {*titles, *lines, brief if medium == short else cutter.normal(medium)} - {""}:
            document.add_unsigned("exact", fingerprint(text))
        document.add_text("short", short)
        document.add_text("long", long)
        for line in further:
            document.add_text("inclusion", line)
        return document, place.vocabulary.union(*map(cutter.words, {short, long, *further}))


def placed(document: tantivy.Document, row: dict[str, Any], place: Place, opened: int) -> None:
    """The fields that a code is found, filtered and sorted by."""
    document.add_integer("key", row["pk"])
    document.add_integer("release", row["release"])
    document.add_text("code", row["compact"])
    document.add_text("system", row["system__slug"])
    document.add_text("status", rows.in_use(row))
    document.add_text("section", place.section)
    for slug in place.slugs:
        document.add_text("headings", slug)
    document.add_text("heading", place.words)
    document.add_unsigned("number", in_digits(row["compact"]))
    document.add_unsigned("order", in_order(row))
    document.add_unsigned("weight", opened)


def card(row: dict[str, Any], place: Place, titles: list[str], lines: list[str]) -> bytes:
    """What a hit shows and is ranked by."""
    shown = (row["system__slug"], row["code"], row["short"], place.label, rows.in_use(row), "1" if row["billable"] else "0")
    return ranking.pack(shown, titles[0], titles[1], " ".join(lines)[:MOST_FURTHER]).encode()


def in_order(row: dict[str, Any]) -> int:
    """Where a code stands among all, as a number that does not change with others: by its system, its position, and its key."""
    place: int = (row["system__order"] * 10**7 + row["position"]) * 10**7 + row["pk"] % 10**7
    return place


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
