"""The search: how well it finds, how fast, and in how much memory. `python -m bench.search` measures inside a site and prints JSON."""

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from bench.databases import postgres_database, postgres_server
from bench.loads import PUBLISHED
from bench.measure import Row, say
from bench.place import Place, make_place
from tests.relevance.measure import SETS, Case, Search, cases

HCPCS = PUBLISHED / "HCPC2025_OCT_ANWEB.txt"
SAMPLE, ROUNDS = 2_000, 3
# What is measured: its name, the goal, and whether less is better.
GOALS = {
    "first": ("search: right code first", 0.85, False),
    "five": ("search: right code in five", 0.97, False),
    "typed": ("search: with a typing error, in five", 0.90, False),
    "own": ("search: own descriptor, first", 0.99, False),
    "dropped": ("search: a third of its words dropped, in five", 0.90, False),
    "engine": (f"search: engine p99, best of {ROUNDS} passes, ms", 2.0, True),
    "single": ("search: engine p99, single pass, ms", 2.0, True),
    "build": ("search: index build of 120,000 entries, s", 5.0, True),
    "memory": ("search: memory a worker more, MB", 150.0, True),
}
NAMES = tuple(name for name, _, _ in GOALS.values())


def measure(database: str, folder: Path, only: str) -> Iterator[Row]:
    """All rows of one database whose names have these words."""
    with_url = postgres_site if database == "PostgreSQL" else sqlite_site
    for place in with_url(folder):
        load(place)
        found = json.loads(place.measured("-m", "bench.search").output)
        found["memory"] = float(place.measured("-m", "bench.search", "memory").output)
        for key, (name, goal, less) in GOALS.items():
            if only in name:
                yield row(database, name, found[key], found["notes"].get(key, ""), goal, less=less)


def row(database: str, name: str, value: float, note: str, goal: float, *, less: bool) -> Row:
    """A figure beside its goal."""
    figure = f"{value:.1f}" if less else f"{value:.3f}"
    return Row(database, name, f"{figure} ({note})" if note else figure, "", "", f"{'<=' if less else '>='} {goal:g}", value <= goal if less else value >= goal)


def sqlite_site(folder: Path) -> Iterator[Place]:
    """A site on SQLite."""
    yield make_place(folder / "search-sqlite")


def postgres_site(folder: Path) -> Iterator[Place]:
    """A site on PostgreSQL."""
    with postgres_server() as server, postgres_database(server, "bench_search") as url:
        yield make_place(folder / "search-postgresql", url)


def load(place: Place) -> None:
    """The demonstration catalogue, ICD-10-CM, and HCPCS where its file is here."""
    for command in (["migrate", "--verbosity", "0"], ["createcachetable"], ["load_demo"], ["load_release", "icd10cm"]):
        place.run("manage.py", *command)
    if HCPCS.exists():
        place.run("manage.py", "load_release", "hcpcs", str(HCPCS))
    else:
        say("search: without HCPCS and its queries, its file is not here (../shared/data/cms)")


def inside() -> dict[str, object]:
    """The figures of this process's site."""
    from codes.models import Code
    from codes.search import index, synonyms
    from tests.relevance import measure as relevance

    synonyms.seed()
    begun = time.perf_counter()
    path = index.build("bench")
    seconds = time.perf_counter() - begun
    search, asked = searcher(path), all_cases()
    passes = timed([case.query for case in asked], search)
    best, best_clock = percentiles(best_of(passes.processor)), percentiles(best_of(passes.clock))
    single, single_clock = percentiles(passes.processor[0]), percentiles(passes.clock[0])
    held_out = [case for case in asked if case.held_out]
    score = relevance.relevance(held_out, search)
    entries = list(Code.objects.current().order_by("pk").values_list("system__slug", "code", "short", "long"))
    same = defaultdict(set)
    for entry, text in relevance.titles(entries):
        same[index.normal(text)].add(entry)
    sample = random.Random(6).sample(relevance.titles(entries), SAMPLE)
    return {
        "first": score.first,
        "five": score.five,
        "typed": relevance.relevance(relevance.misspelled(held_out), search).five,
        "own": relevance.descriptors(sample, lambda text: same[index.normal(text)], search).first,
        "dropped": relevance.shortened(sample, search).five,
        "engine": best[98],
        "single": single[98],
        "build": seconds * 120_000 / len(entries),
        "notes": {
            "first": f"{len(held_out)} queries",
            "engine": f"p50 {best[49]:.2f}; by the clock {best_clock[98]:.1f} and {best_clock[49]:.2f}",
            "single": f"p50 {single[49]:.2f}; by the clock {single_clock[98]:.1f} and {single_clock[49]:.2f}",
            "build": f"{len(entries):,} in {seconds:.1f}",
        },
    }


def searcher(path: Path) -> Search:
    """The search of an index, which this opens."""
    from codes.search import engine, query, synonyms

    opened, thesaurus = engine.Engine(path), synonyms.load()
    opened.spelling.knows("")

    def search(text: str, most: int) -> list[tuple[str, str]]:
        found = opened.search(query.parse(text), thesaurus, most=most)
        return [(hit.system, hit.code) for hit in (*found.hits, *found.more)[:most]]

    return search


def all_cases() -> list[Case]:
    """The relevance set, as far as its systems are loaded."""
    return cases(name for name in SETS if name != "hcpcs" or HCPCS.exists())


def memory() -> float:
    """Megabytes that a process has more when it has opened the index and searched; the parts of its files that it read are among them."""
    from codes.search import index

    before = resident()
    search = searcher(index.folder() / "bench")
    for case in all_cases():
        search(case.query, 10)
    return resident() - before


@dataclass(frozen=True, slots=True)
class Passes:
    """The milliseconds of each query in each pass: by the clock, and of the processor, to which others on the machine add little."""

    clock: list[list[float]]
    processor: list[list[float]]


def timed(queries: list[str], search: Search) -> Passes:
    """Some passes over the queries."""
    passes = Passes([], [])
    for _ in range(ROUNDS):
        pairs = [milliseconds(search, text) for text in queries]
        passes.clock.append([clock for clock, _ in pairs])
        passes.processor.append([processor for _, processor in pairs])
    return passes


def milliseconds(search: Search, text: str) -> tuple[float, float]:
    """What one search takes, by the clock and of the processor."""
    begun = time.perf_counter(), time.thread_time()
    search(text, 10)
    return 1000 * (time.perf_counter() - begun[0]), 1000 * (time.thread_time() - begun[1])


def best_of(passes: list[list[float]]) -> list[float]:
    """Each query at its best."""
    return [min(times) for times in zip(*passes, strict=True)]


def percentiles(times: list[float]) -> list[float]:
    """The first to the 99th."""
    return quantiles(times, n=100, method="inclusive")


def resident() -> float:
    """Megabytes of this process that are in memory now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    import django

    django.setup()
    print(memory() if "memory" in sys.argv else json.dumps(inside()))
