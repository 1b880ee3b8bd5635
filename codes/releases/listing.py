"""Storing a code system's listing: headings, codes, and what became of each code since the release before.

A code keeps its dates and its former wording in `Code.history`, which goes from release to release. A code that the new
file no longer has is carried on as deleted, so that its page says when it ended.
"""

import json
from datetime import date, timedelta
from itertools import groupby, islice
from typing import Any, cast

from django.utils import timezone

from codes.models import Change, Code, CodeSystem, Heading, Release, compact
from codes.releases import bulk
from codes.releases.reading import Listed, Node, Reading, Table

BATCH = 2_000
WORDING = ("short", "medium", "long")
NODES = ("system_id", "id", "parent_id", "name", "slug", "first", "last", "path", "note", "notes")
CODES = (
    "system_id", "id", "code", "compact", "heading_id", "parent_id", "position", "status", "effective_date", "end_date",
    "billable", "short", "medium", "long", "notes", "details", "history", "page_version",
)  # fmt: skip
CHANGES = ("what", "code", "modifier", "title", "columns", "before", "after")


def store(release: Release, before: Release | None, reading: Reading, progress: Any) -> int:
    """Write all nodes and codes; how many codes of the release before are carried on as deleted."""
    work = Listing(release, before, CodeSystem.objects.get(slug=reading.system))
    for kind, run in groupby(progress(reading.rows), key=lambda row: row[0] if isinstance(row, tuple) else type(row)):
        if kind is Node:
            work.write_nodes(list(run))
        elif kind is Listed:
            while batch := list(islice(run, BATCH)):
                work.write_codes(batch)
        else:
            work.facts[cast(Table, kind)].write(row for _, row in run)
    return work.carry_on()


class Listing:
    """One release of one system being written."""

    def __init__(self, release: Release, before: Release | None, system: CodeSystem) -> None:
        self.release, self.before, self.system = release, before, system
        self.codes = bulk.Writer(Code, CODES, release.pk)
        self.nodes = bulk.Writer(Heading, NODES, release.pk)
        self.changes = bulk.Writer(Change, CHANGES, release.pk)
        self.facts = bulk.Writers(release.pk)  # of tables beside the codes: modifiers
        self.headings: dict[str, int] = {}  # path → key
        self.slugs: dict[str, int] = {}
        self.keys: dict[str, int] = {}  # compact → key
        self.places: dict[str, int] = {}  # compact → position
        self.today = timezone.localdate()
        self.since = release.effective_date or self.today

    def write_nodes(self, nodes: list[Node]) -> None:
        """Headings, each after the one above it."""
        rows = []
        for node, key in zip(nodes, bulk.reserve(Heading, len(nodes)), strict=True):
            above = self.headings.get(node.path.rpartition("/")[0])
            self.headings[node.path] = self.slugs[node.slug] = key
            rows.append((self.system.pk, key, above, node.name, node.slug, node.first, node.last, node.path, node.note, packed(node.notes)))
        self.nodes.write(rows)

    def write_codes(self, batch: list[Listed]) -> None:
        """A batch of codes, each compared with what the release before said of it."""
        old = self.earlier([compact(listed.code) for listed in batch])
        rows, changes = [], []
        for listed, key in zip(batch, bulk.reserve(Code, len(batch)), strict=True):
            number = compact(listed.code)
            was = old.get(number)
            began = listed.effective or self.started(listed, was)
            status = self.status(began, listed.end)
            what = self.change(listed, was, status)
            history = list(was["history"]) if was else []
            if what and was is not None:
                history.append(self.entry(what if was["status"] != Code.DELETED else "restored", was, differing(was, listed)))
            if what:
                changes.append(change(what, listed, was))
            self.keys[number], self.places[number] = key, len(self.places) + 1
            rows.append((
                self.system.pk, key, listed.code, number, self.headings.get(listed.heading or ""), self.keys.get(listed.parent or ""),
                self.places[number], status, began, listed.end, listed.billable, listed.short, listed.medium, listed.long,
                packed(listed.notes), packed(listed.details), packed(history), 1,
            ))  # fmt: skip
        self.codes.write(rows)
        self.changes.write(changes)

    def earlier(self, numbers: list[str]) -> dict[str, dict[str, Any]]:
        """What the release before says of these codes."""
        if self.before is None:
            return {}
        rows = Code.objects.filter(release=self.before, compact__in=numbers)
        return {row["compact"]: row for row in rows.values("compact", "status", "effective_date", "history", *WORDING)}

    def started(self, listed: Listed, was: dict[str, Any] | None) -> date | None:
        """When a code without a date in the file began: as known before, or with this release where it is new in it.

        Of one that had ended by then nobody knows.
        """
        found: date | None = was["effective_date"] if was is not None else self.release.effective_date if self.before is not None else None
        return None if found is not None and listed.end is not None and listed.end < found else found

    def status(self, began: date | None, end: date | None) -> str:
        """Deleted once its end date has passed; new where it began with this release."""
        if end is not None and end < max(self.today, self.since):
            return Code.DELETED
        return Code.NEW if began is not None and began == self.release.effective_date else Code.ACTIVE

    def change(self, listed: Listed, was: dict[str, Any] | None, status: str) -> str:
        """What this release did to the code: by comparison, and of the first release of a system what its file says."""
        if self.before is None:
            return listed.what
        if status == Code.DELETED:
            return Change.DELETED if was is not None and was["status"] != Code.DELETED else ""
        if was is None or was["status"] == Code.DELETED:
            return Change.ADDED
        return Change.REVISED if differing(was, listed) else ""

    def entry(self, what: str, was: dict[str, Any], columns: list[str]) -> dict[str, Any]:
        """A line of a code's history: the day, the release, what happened, and the wording before."""
        return {"date": self.since.isoformat(), "release": self.release.title, "what": what, "before": {column: was[column] for column in columns}}

    def carry_on(self) -> int:
        """The codes of the release before that the file no longer has, each behind the code that it followed.

        They are found here and not by the database, which plans badly over rows that are only just written.
        """
        before = Code.objects.filter(release=self.before) if self.before else Code.objects.none()
        gone: dict[int, int] = {}  # key → position
        place = 0
        for key, number in before.order_by("position", "pk").values_list("pk", "compact").iterator():
            if number in self.places:
                place = self.places[number]
            else:
                gone[key] = place
        keys = list(gone)
        for start in range(0, len(keys), BATCH):
            codes = before.select_related("heading", "parent").in_bulk(keys[start : start + BATCH])
            self.write_gone([(codes[key], gone[key]) for key in keys[start : start + BATCH]])
        return len(keys)

    def write_gone(self, gone: list[tuple[Code, int]]) -> None:
        """A batch of them with their positions: deleted with this release, unless they were before."""
        rows, changes = [], []
        for (code, place), key in zip(gone, bulk.reserve(Code, len(gone)), strict=True):
            history, end = list(code.history), code.end_date
            if code.status != Code.DELETED:
                eve = self.since - timedelta(days=1)
                end = end or max(eve, code.effective_date or eve)
                history.append({"date": self.since.isoformat(), "release": self.release.title, "what": Change.DELETED, "before": {}})
                changes.append((Change.DELETED, code.code, "", code.short, packed(list(wording_of(code))), packed(wording_of(code)), "{}"))
            self.keys[code.compact] = key
            heading = self.slugs.get(code.heading.slug) if code.heading else None
            parent = self.keys.get(code.parent.compact) if code.parent else None
            rows.append((
                self.system.pk, key, code.code, code.compact, heading, parent, place, Code.DELETED, code.effective_date, end, code.billable,
                code.short, code.medium, code.long, packed(code.notes), packed(code.details), packed(history), 1,
            ))  # fmt: skip
        self.codes.write(rows)
        self.changes.write(changes)


def packed(value: dict[str, Any] | list[Any]) -> str:
    """As JSON. Most notes and histories are empty, and need no encoder."""
    return json.dumps(value) if value else str(value)


def differing(was: dict[str, Any], listed: Listed) -> list[str]:
    """The wordings that differ, spaces aside."""
    return [column for column in WORDING if was[column].split() != getattr(listed, column).split()]


def wording_of(code: Code) -> dict[str, str]:
    """A code's wordings, those that it has."""
    return {column: getattr(code, column) for column in WORDING if getattr(code, column)}


def change(what: str, listed: Listed, was: dict[str, Any] | None) -> tuple[str, ...]:
    """A row of changes: of a revised code the wordings that differ, of another one all of them."""
    columns = differing(was, listed) if was is not None and what == Change.REVISED else [column for column in WORDING if getattr(listed, column)]
    before = {column: was[column] for column in columns} if was is not None and what != Change.ADDED else {}
    after = {} if what == Change.DELETED else {column: getattr(listed, column) for column in columns}
    return what, listed.code, "", listed.short, packed(columns), packed(before), packed(after)
