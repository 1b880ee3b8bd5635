"""What a reader offers, and what it finds in a file. Adding a published file is one module with these names.

A reader is a module with

- `KIND`, the word after `manage.py load_release`, and `TITLE`, what it is;
- `FILES`, a pattern of its files' names, by which they are found in a folder;
- `MONTHS`, the months on whose first day a new release takes effect (none: whenever it comes);
- `TABLES`, the tables that it fills (of a code system those beside its codes);
- `read(source, tally)`: opens the source, reads its head, and returns a `Reading`;
- where it makes sense `default_source()`, what is loaded when no path is given, and `beside(path)`, the files that belong
  to a release with the one that was named.

A reader knows no database connection and no view: it turns rows of a file into rows of tables, counts them, and raises
`Refused` for what it does not understand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.db import models

from codes.releases.source import Source
from codes.releases.tally import Tally


@dataclass(frozen=True, eq=False)
class Table:
    """A table that a release fills. `columns` are the values of a row, in order; `key` those that name the same row in another release.

    Of a table that is `recorded` every added, changed and deleted row is kept as a `Change`. Rows of which `alive` (a condition
    in SQL that begins with a column) does not hold count as absent.
    """

    model: type[models.Model]
    title: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    recorded: bool = False
    aside: tuple[str, ...] = ()  # columns whose difference is none of the entry's
    throughout: tuple[str, ...] = ()  # of these, those that are the same on every row and are compared once
    alive: str = ""

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns that can differ."""
        return tuple(column for column in self.columns if column not in self.key and column not in self.aside)


@dataclass(slots=True)
class Node:
    """A heading of a code system, parents first. `path` is its place: `03/01`."""

    path: str
    name: str
    first: str
    last: str
    slug: str
    note: str = ""
    notes: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Listed:
    """A code as a file lists it. Its parent (a code without its dot) and its heading (a path) come before it.

    `what` is what the file itself says that this release did to the code: added, revised, deleted, or nothing.
    """

    code: str
    short: str
    long: str
    medium: str = ""
    heading: str | None = None
    parent: str | None = None
    billable: bool = True
    effective: date | None = None
    end: date | None = None
    notes: dict[str, list[str]] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    what: str = ""


@dataclass(slots=True)
class Reading:
    """A file whose head was read: what release it is, and its rows, still to come.

    `rows` gives a table and a row of its columns; of a code system (`system`, its slug) nodes and listed codes besides.
    Of the release's `legend` rows may name texts by their place; it is complete when the rows are.
    """

    title: str
    version: str
    effective: date | None
    rows: Iterator[tuple[Table, Sequence[Any]] | Node | Listed]
    part: str = ""
    system: str = ""
    copyright_line: str = ""
    legend: list[str] = field(default_factory=list)


class Reader(Protocol):
    """A reader's module."""

    KIND: str
    TITLE: str
    FILES: str
    MONTHS: tuple[int, ...]
    TABLES: tuple[Table, ...]

    def read(self, source: Source, tally: Tally) -> Reading:
        """Open the source and read its head."""
