"""Measuring: each scenario between runs of the bare project, and the same pages over many more views."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from statistics import median

from bench import wire
from bench.cores import LOADER, on_core
from bench.databases import count_views
from bench.place import Place
from bench.scenarios import Scenario, groups, nothing
from bench.server import Server, serving

SITE, BARE, BARE_MARK = "casepilot.wsgi", "bench.bare:application", b"ok"
MOST_A_SECOND, BARE_REQUESTS = 6_000, 2_000
COST_GOAL = 1.10
MANY = ", many views"


@dataclass(frozen=True, slots=True)
class Length:
    """How long is measured: rounds, seconds of each run, the share of the codes that have been opened before, and the NCCI pairs that are loaded."""

    rounds: int
    seconds: float
    warmth: float
    pairs: int


FULL, QUICK = Length(3, 4.0, 1.0, 2_546_017), Length(3, 1.0, 0.1, 100_000)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    database: str
    name: str
    figure: str
    processor: str
    ratio: str
    goal: str
    holds: bool


def say(text: str) -> None:
    """Tell on the error output how far it has come."""
    print(f"  {text}", file=sys.stderr, flush=True)


class Served:
    """A scenario at a server: its runs, and how many answers came in all."""

    def __init__(self, server: Server, scenario: Scenario, seconds: float) -> None:
        self.server, self.scenario, self.seconds = server, scenario, seconds
        self.stream = scenario.stream
        self.runs: list[wire.Run] = []
        self.processor: list[float] = []
        self.answers = 0

    def warm_up(self, requests: int) -> None:
        """So many requests, which are not measured."""
        self.answers += wire.run(self.server.port, list(islice(self.stream, requests)), self.scenario.mark).answers

    def run(self) -> None:
        """One run; its requests are made beforehand, and those that were not sent wait for the next."""
        requests = iter(list(islice(self.stream, int(self.seconds * MOST_A_SECOND))))
        before = self.server.processor_seconds()
        with on_core(LOADER):
            run = wire.run(self.server.port, requests, self.scenario.mark, self.seconds)
        self.stream = chain(requests, self.stream)
        self.runs.append(run)
        self.processor.append((self.server.processor_seconds() - before) / run.answers)
        self.answers += run.answers

    @property
    def rate(self) -> float:
        """Answers a second, in the median of the runs."""
        return median(run.rate for run in self.runs)

    @property
    def microseconds(self) -> str:
        """What the server's core had to do for an answer, in the median of the runs: steadier than the rate where others use the machine."""
        return f"{median(self.processor) * 1e6:.0f} us"

    def against(self, other: "Served") -> float:
        """The median of the ratios to the other's runs, each beside the one that ran just before or after it."""
        pairs = list(zip(self.runs, other.runs[-len(self.runs) :], strict=True))
        say(f"{self.scenario.name}: " + ", ".join(f"{mine.rate:.0f}/{others.rate:.0f}" for mine, others in pairs))
        return median(mine.rate / others.rate for mine, others in pairs)


def ratios(database: str, place: Place, length: Length, only: str) -> Iterator[Row]:
    """A row a scenario: the ratio to the bare project, which runs before each round."""
    with serving(BARE, place.environment, place.folder / "bare.log") as bare_server:
        bare = Served(bare_server, Scenario("bare Django", {}, nothing(), BARE_MARK), length.seconds)
        bare.warm_up(BARE_REQUESTS)
        for group in groups(place.people, length.warmth):
            wanted = [scenario for scenario in group.scenarios if only in scenario.name]
            if not wanted:
                continue
            before = count_views(place.environment)
            with serving(SITE, place.environment, place.folder / "site.log") as server:
                sites = [Served(server, scenario, length.seconds) for scenario in (group.warming, *wanted)]
                sites[0].warm_up(group.requests)
                for served in sites[1:]:
                    yield row_of(database, served, bare, length.rounds)
            check_views(sites, count_views(place.environment) - before)
        if bare.runs:
            yield Row(database, "bare Django", f"{bare.rate:.0f}/s", bare.microseconds, "1.00", "", True)


def row_of(database: str, served: Served, bare: Served, rounds: int) -> Row:
    """Run a scenario, turn about with the bare project."""
    for _ in range(rounds):
        bare.run()
        served.run()
    goal, ratio = served.scenario.goals[database], served.against(bare)
    return Row(database, served.scenario.name, f"{served.rate:.0f}/s", served.microseconds, f"{ratio:.2f}", f">= {goal:.2f}", ratio >= goal)


def check_views(sites: list[Served], bought: int) -> None:
    """Each answer of a scenario that spends must have bought a view, and no answer of another."""
    expected = sum(served.answers for served in sites if served.scenario.spends)
    if bought != expected:
        raise wire.WrongAnswer(f"{bought} views were bought, not {expected}")


def sizes(database: str, small: Place, big: Place, length: Length, only: str) -> Iterator[Row]:
    """What guests' pages cost with many more views, as a ratio: two sites that differ in nothing else, turn about."""
    with ExitStack() as stack:
        sides = []
        for place in (small, big):
            server = stack.enter_context(serving(SITE, place.environment, place.folder / "site.log"))
            group = groups(place.people, length.warmth)[0]
            Served(server, group.warming, length.seconds).warm_up(group.requests)
            sides.append([Served(server, scenario, length.seconds) for scenario in group.scenarios])
        for less, more in zip(*sides, strict=True):
            name = f"{more.scenario.name}{MANY}"
            if only not in name:
                continue
            for _ in range(length.rounds + 2):
                less.run()
                more.run()
            cost = less.against(more)
            yield Row(database, name, f"{more.rate:.0f}/s", more.microseconds, f"cost {cost:.2f}", f"<= {COST_GOAL:.2f}", cost <= COST_GOAL)
