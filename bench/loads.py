"""Loading published files: how long it takes, beside the bare engine, how much memory, and how long a guest waits meanwhile."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from bench import pairs
from bench.databases import copy_sqlite, postgres_database, postgres_server
from bench.measure import Length, Row, say
from bench.place import Done, Place, make_place
from bench.server import ROOT

PUBLISHED = ROOT.parent / "shared" / "data" / "cms"
PARTS = [PUBLISHED / f"ccipra-v302r0-f{part}.zip" for part in range(1, pairs.PARTS + 1)]
ALL_PAIRS = 2_546_017
RATIO_GOAL, MEMORY_GOAL, WAIT_GOAL = 1.5, 200, 100  # times the bare engine's time, MB, milliseconds
PTP, MEMORY, WAITS = "loads: NCCI PTP", "loads: NCCI PTP, memory", "loads: NCCI PTP, a guest's view meanwhile"
OTHERS = {  # kind: the file (none: the kind has it itself), and how many seconds it may take
    "pfs": ("PPRRVU2025_Oct.csv", 3),
    "hcpcs": ("HCPC2025_OCT_ANWEB.txt", 3),
    "icd10cm": ("", 15),
}
NAMES = (PTP, MEMORY, WAITS, *(f"loads: {kind} {file}".strip() for kind, (file, _) in OTHERS.items()))


class Copies:
    """Copies of a site that has the demonstration catalogue and nothing else: each load is the first of its kind there."""

    def __init__(self, folder: Path, server: str = "") -> None:
        self.folder, self.server, self.count = folder, server, 0
        self.name = f"bench_loads_{os.getpid()}"

    @contextmanager
    def template(self) -> Iterator[None]:
        """Make the site that is copied."""
        with self.database(self.name, "template1") as url:
            self.original = make_place(self.folder, url)
            for command in (["migrate", "--verbosity", "0"], ["createcachetable"], ["load_demo"]):
                self.original.run("manage.py", *command)
            yield

    @contextmanager
    def database(self, name: str, template: str) -> Iterator[str]:
        """The address of a new PostgreSQL database; none on SQLite."""
        if not self.server:
            yield ""
            return
        with postgres_database(self.server, name, template) as url:
            yield url

    @contextmanager
    def copy(self) -> Iterator[Place]:
        """One more copy, while this lasts."""
        self.count += 1
        with self.database(f"{self.name}_{self.count}", self.name) as url:
            copy = make_place(self.folder.with_name(f"{self.folder.name}-{self.count}"), url)
            if not url:
                copy_sqlite(self.original.folder / "casepilot.sqlite3", copy.folder / "casepilot.sqlite3")
            yield copy
            for file in copy.folder.glob("casepilot.sqlite3*"):
                file.unlink()


@contextmanager
def copies(database: str, folder: Path) -> Iterator[Copies]:
    """Copies on this kind of database."""
    if database == "SQLite":
        made = Copies(folder / "loads-sqlite")
        with made.template():
            yield made
        return
    with postgres_server() as server:
        made = Copies(folder / "loads-postgresql", server)
        with made.template():
            yield made


def measure(database: str, folder: Path, length: Length, only: str) -> Iterator[Row]:
    """All rows of one database whose names have these words."""
    with copies(database, folder) as made:
        if any(only in name for name in (PTP, MEMORY, WAITS)):
            files, number = pair_files(folder / "pairs", length.pairs)
            for row in pair_rows(database, made, files, number, length.rounds):
                if only in row.name:
                    yield row
        for kind, (file, goal) in OTHERS.items():
            name = f"loads: {kind} {file}".strip()
            if only not in name:
                continue
            if file and not (PUBLISHED / file).exists():
                say(f"{name} is left out: the file is not here (../shared/data/cms)")
                continue
            yield other_row(database, made, name, kind, [str(PUBLISHED / file)] if file else [], goal)


def pair_files(folder: Path, number: int) -> tuple[list[Path], int]:
    """The published files, or as many made-up rows, and how many there are."""
    if number >= ALL_PAIRS and all(path.exists() for path in PARTS):
        return PARTS, ALL_PAIRS
    say(f"writing {number:,} NCCI PTP edits in the published layout")
    return pairs.write(folder, number), number


def pair_rows(database: str, made: Copies, files: list[Path], number: int, rounds: int) -> Iterator[Row]:
    """The bare engine and a load, turn about; then a load beside guests."""
    paths = [str(path) for path in files]
    loads, ratios = [], []
    for _ in range(rounds):
        with made.copy() as place:
            bare = float(place.measured("-m", "bench.bare_loads", *paths).output)
        with made.copy() as place:
            loads.append(load(place, "ncci-ptp", paths, number))
        ratios.append(loads[-1][1] / bare)
        say(f"{PTP}: bare {bare:.2f} s, load {loads[-1][1]:.1f} s, ratio {ratios[-1]:.2f}")
    seconds, ratio = median(inside for _, inside in loads), median(ratios)
    yield Row(database, PTP, f"{seconds:.1f} s, {number / seconds:,.0f} rows/s", "", f"time {ratio:.2f}", f"<= {RATIO_GOAL:.2f}", ratio <= RATIO_GOAL)
    memory = max(done.megabytes for done, _ in loads)
    yield Row(database, MEMORY, f"{memory:.0f} MB", "", "", f"<= {MEMORY_GOAL} MB", memory <= MEMORY_GOAL)
    with made.copy() as place:
        waits, inside = waits_beside(place, paths, number)
    cuts = quantiles(waits, n=100, method="inclusive")
    say(f"{WAITS}: {len(waits)} views in {inside:.1f} s")
    figure = f"median {cuts[49]:.1f}, p99 {cuts[98]:.1f}, longest {max(waits):.1f} ms"
    yield Row(database, WAITS, figure, "", "", f"<= {WAIT_GOAL} ms", max(waits) <= WAIT_GOAL)


def load(place: Place, kind: str, paths: list[str], rows: int = 0) -> tuple[Done, float]:
    """Load by the command: how it went, and the seconds that it says it took (without the start of Python and Django)."""
    done = place.measured("manage.py", "load_release", kind, *paths)
    said = re.search(r"loaded in ([\d.]+) s", done.output)
    if said is None or (rows and f"{rows:,} stored" not in done.output):
        raise RuntimeError(f"{kind} was not loaded whole: {done.output}")
    return done, float(said[1])


def waits_beside(place: Place, paths: list[str], rows: int) -> tuple[list[float], float]:
    """How long each guest waited while a load ran, in milliseconds; and the seconds that the load took."""
    command = [sys.executable, "-m", "bench.guests"]
    with subprocess.Popen(command, cwd=ROOT, env=place.environment, stdout=subprocess.PIPE, text=True) as guests:
        try:
            if guests.stdout is None or guests.stdout.readline() != "ready\n":
                raise RuntimeError("the guests did not come")
            _, inside = load(place, "ncci-ptp", paths, rows)
        finally:
            guests.terminate()
        waits: list[float] = json.loads(guests.stdout.read())
    return [1000 * wait for wait in waits], inside


def other_row(database: str, made: Copies, name: str, kind: str, paths: list[str], goal: int) -> Row:
    """One of the smaller files."""
    with made.copy() as place:
        done, inside = load(place, kind, paths)
    return Row(database, name, f"{inside:.1f} s, whole command {done.seconds:.1f} s, {done.megabytes:.0f} MB", "", "", f"<= {goal} s", inside <= goal)
