"""The measures, as one table: `python -m bench [--quick] [--big [ROWS]] [--only WORDS] [--database sqlite|postgresql]`.

The exit status is 1 where a goal does not hold. Other work on the machine makes the figures noisy.
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import claims, loads, scenarios, search
from bench.databases import copy_sqlite, postgres_database, postgres_server
from bench.measure import FULL, MANY, QUICK, Length, Row, ratios, say, sizes
from bench.place import Place, fill, make_place

ASKED_BEFORE = """\
Searches are asked by Zipf's law, as codes are opened, of a server that has answered so many already: most were asked before,
and their answers are kept. What was never asked before has rows of its own: there every answer is made anew."""


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures CasePilot against a bare Django project under the same gunicorn.")
    parser.add_argument("--quick", action="store_true", help="short runs, and pages kept only in part: for development, not for judging")
    parser.add_argument("--big", nargs="?", type=int, const=10_000_000, default=0, metavar="ROWS", help="also with so many views (10 million); takes minutes")
    parser.add_argument("--only", default="", metavar="WORDS", help="only scenarios whose name has these words")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    return parser.parse_args()


@contextmanager
def sqlite_places(folder: Path, big: int) -> Iterator[tuple[Place, Place | None]]:
    """A filled site on SQLite, and its copy with many views where `big` is given."""
    small = make_place(folder / "sqlite")
    fill(small)
    if not big:
        yield small, None
        return
    more = make_place(folder / "sqlite-big")
    copy_sqlite(small.folder / "casepilot.sqlite3", more.folder / "casepilot.sqlite3")
    yield small, grown(small, more, big)


@contextmanager
def postgres_places(folder: Path, big: int) -> Iterator[tuple[Place, Place | None]]:
    """The same on PostgreSQL."""
    name = f"bench_{os.getpid()}"
    with postgres_server() as server, postgres_database(server, name) as url:
        small = make_place(folder / "postgresql", url)
        fill(small)
        if not big:
            yield small, None
            return
        with postgres_database(server, f"{name}_big", template=name) as big_url:
            yield small, grown(small, make_place(folder / "postgresql-big", big_url), big)


def grown(small: Place, more: Place, rows: int) -> Place:
    """The copy of a site, with so many views more."""
    say(f"writing {rows:,} views")
    for name in ("people.json", "static"):
        (more.folder / name).symlink_to(small.folder / name)
    more.run("-m", "bench.many", str(rows))
    return more


def measure(database: str, places: tuple[Place, Place | None], length: Length, only: str) -> Iterator[Row]:
    """All rows of one database that are measured under a server."""
    small, big = places
    yield from ratios(database, small, length, only)
    if big:
        yield from sizes(database, small, big, length, only)


def table(rows: list[Row]) -> str:
    """The rows in columns."""
    lines = [("database", "scenario", "measured", "server core", "ratio to bare", "goal", "holds")]
    lines += [(row.database, row.name, row.figure, row.processor, row.ratio, row.goal, "" if not row.goal else "yes" if row.holds else "NO") for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def named(only: str, names: Iterable[str]) -> bool:
    """Whether one of the names has these words."""
    return any(only in name for name in names)


def main() -> int:
    """Measure, print, and tidy up."""
    chosen = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    length = QUICK if chosen.quick else FULL
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="casepilot-bench-") as temporary:
        for database, make in (("SQLite", sqlite_places), ("PostgreSQL", postgres_places)):
            if chosen.database not in (None, database.lower()):
                continue
            if named(chosen.only, loads.NAMES):
                say(f"{database}: loading published files")
                rows += loads.measure(database, Path(temporary), length, chosen.only)
            if named(chosen.only, search.NAMES):
                say(f"{database}: searching")
                rows += search.measure(database, Path(temporary), chosen.only)
            if named(chosen.only, claims.NAMES):
                say(f"{database}: checking claims")
                rows += claims.measure(database, Path(temporary), length, chosen.only)
            if named(chosen.only, [*scenarios.names(), *(name + MANY for name in scenarios.names() if chosen.big)]):
                say(f"{database}: filling")
                with make(Path(temporary), chosen.big) as places:
                    rows += measure(database, places, length, chosen.only)
    print(table(rows))
    if named("search: ", [row.name for row in rows]):
        print(ASKED_BEFORE)
    if len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else [1]) < 2:
        print("On one core only: server and load generator took turns, so the ratios say little.")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
