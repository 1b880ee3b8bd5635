"""How two releases of one kind differ: counted by the database, and listed entry by entry."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from codes.models import Change, Code, Release
from codes.releases import bulk
from codes.releases.listing import CHANGES
from codes.releases.reading import Table

WHATS = (Change.ADDED, Change.REVISED, Change.DELETED)


def record(release: Release, before: Release | None, tables: Sequence[Table]) -> dict[str, dict[str, Any]]:
    """Added, revised and deleted rows by table; of recorded tables each is written as a `Change`.

    The changes of codes were written with the codes; of a first release they are what its file says of itself.
    """
    found: dict[str, dict[str, Any]] = {}
    changes = release.changes_by_sort()
    if any(changes.values()) or (before is not None and Code.objects.filter(release=release).exists()):
        found["codes"] = changes
    if before is None:
        return found
    for table in tables:
        if table.recorded:
            bulk.Writer(Change, CHANGES, release.pk).write([as_change(table, entry) for entry in entries(table, before.pk, release.pk)])
        found[table.title] = count(table, before.pk, release.pk)
        found |= throughout(table, before.pk, release.pk)
    return found


def throughout(table: Table, old: int, new: int) -> dict[str, dict[str, Any]]:
    """Figures that are the same on every row, such as the conversion factor, where they changed: before and now."""
    if not table.throughout:  # values() of nothing is all columns
        return {}
    rows = [table.model._default_manager.filter(release_id=release).values(*table.throughout).order_by("pk").first() or {} for release in (old, new)]
    before, now = ({column: plain(value) for column, value in row.items()} for row in rows)
    return {column: {"before": before.get(column), "now": now[column]} for column in now if before.get(column) != now[column]}


def count(table: Table, old: int, new: int) -> dict[str, int]:
    """How many rows were added, revised and deleted."""
    counts = {}
    with connection.cursor() as cursor:
        for what in WHATS:
            statement, values = only(table, what, old, new)
            cursor.execute(f"SELECT count(*) {statement}", values)
            counts[what] = cursor.fetchone()[0]
    return counts


def only(table: Table, what: str, old: int, new: int) -> tuple[str, list[int]]:
    """FROM and WHERE of the rows `a` that were added (of the new release), revised (of the new one) or deleted (of the old one)."""
    name = table.model._meta.db_table
    mine, other = (old, new) if what == Change.DELETED else (new, old)
    same = "IS NOT DISTINCT FROM" if connection.vendor == "postgresql" else "IS"
    equal = {column: same if table.model._meta.get_field(column).null else "=" for column in table.key}
    same_key = "".join(f' AND b."{column}" {equal[column]} a."{column}"' for column in table.key)
    alive_a, alive_b = (f" AND {side}.{table.alive}" if table.alive else "" for side in "ab")
    there = f"EXISTS (SELECT 1 FROM {name} b WHERE b.release_id = %s{same_key}{alive_b}"
    if what != Change.REVISED:
        return f"FROM {name} a WHERE a.release_id = %s{alive_a} AND NOT {there})", [mine, other]
    figures = "".join(f' AND b."{column}" {same} a."{column}"' for column in table.figures)
    return f"FROM {name} a WHERE a.release_id = %s{alive_a} AND {there}) AND NOT {there}{figures})", [mine, other, other]


def entries(table: Table, old: int, new: int, most: int | None = None) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each difference (of each sort at most so many): what, the row before and the row after, empty where there is none."""
    columns, order = (", ".join(f'a."{column}"' for column in names) for names in (table.columns, table.key))
    limit = f" LIMIT {most:d}" if most is not None else ""
    for what in WHATS:
        statement, values = only(table, what, old, new)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} {statement} ORDER BY {order}{limit}", values)
            found = [dict(zip(table.columns, row, strict=True)) for row in cursor.fetchall()]
        before = rows_before(table, old, found) if what == Change.REVISED else {}
        for row in found:
            if what == Change.REVISED:
                yield what, before[tuple(plain(row[column]) for column in table.key)], row
            else:
                yield (what, {}, row) if what == Change.ADDED else (what, row, {})


def rows_before(table: Table, old: int, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The old release's rows of the same keys."""
    first = table.key[0]
    found = {}
    wanted = sorted({row[first] for row in rows})
    for start in range(0, len(wanted), 5_000):
        old_rows = table.model._default_manager.filter(release_id=old, **{f"{first}__in": wanted[start : start + 5_000]})
        for row in old_rows.values(*table.columns):
            found[tuple(plain(row[column]) for column in table.key)] = row
    return found


def as_change(table: Table, entry: tuple[str, dict[str, Any], dict[str, Any]]) -> tuple[str, ...]:
    """A difference as a row of changes: of a revised row the figures that differ, of another one all of them."""
    what, before, after = entry
    row = after or before
    columns = [column for column in table.figures if plain(before.get(column)) != plain(after.get(column))] if what == Change.REVISED else table.figures
    kept = [json.dumps({column: plain(side[column]) for column in columns}) if side else "{}" for side in (before, after)]
    return what, row[table.key[0]], row[table.key[1]] if len(table.key) > 1 else "", "", json.dumps(columns), *kept


def plain(value: Any) -> Any:
    """A value as JSON holds it and as two databases agree on it."""
    if isinstance(value, Decimal | float):
        return str(Decimal(str(value)).normalize() + 0)
    return value.isoformat() if isinstance(value, date) else value
