"""Measuring: each scenario between runs of the bare project, and the same pages over many more views."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from statistics import median

from bench import wire
from bench.cores import LOADER, on_core
from bench.databases import count_views
from bench.place import Place
from bench.scenarios import Scenario, nothing, scenarios
from bench.server import serving

SITE, BARE, BARE_MARK = "casepilot.wsgi", "bench.bare:application", b"ok"
MOST_A_SECOND = 6_000
COST_GOAL = 1.10


@dataclass(frozen=True, slots=True)
class Length:
    """How long is measured: rounds, seconds of each run, and the share of the warm-up that is done."""

    rounds: int
    seconds: float
    warmth: float


FULL, QUICK = Length(3, 4.0, 1.0), Length(3, 1.0, 0.1)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    database: str
    name: str
    figure: str
    ratio: str
    goal: str
    holds: bool


def say(text: str) -> None:
    """Tell on the error output how far it has come."""
    print(f"  {text}", file=sys.stderr, flush=True)


class Served:
    """A scenario at a server: warmed up, then run; every answer is accounted for."""

    def __init__(self, port: int, scenario: Scenario, length: Length) -> None:
        """Warm up with as many requests as fill the kept pages as they are after a while of such traffic."""
        self.port, self.scenario, self.seconds = port, scenario, length.seconds
        self.runs: list[wire.Run] = []
        self.answers = wire.run(port, list(islice(scenario.stream, int(scenario.warm * length.warmth))), scenario.mark).answers

    def run(self) -> None:
        """One run; its requests are made beforehand."""
        requests = list(islice(self.scenario.stream, int(self.seconds * MOST_A_SECOND)))
        with on_core(LOADER):
            run = wire.run(self.port, requests, self.scenario.mark, self.seconds)
        self.runs.append(run)
        self.answers += run.answers

    @property
    def rate(self) -> float:
        """Answers a second, in the median of the runs."""
        return median(run.rate for run in self.runs)

    def against(self, other: "Served") -> float:
        """The median of the ratios to the other's runs, each beside the one that ran just before or after it."""
        pairs = list(zip(self.runs, other.runs[-len(self.runs) :], strict=True))
        say(f"{self.scenario.name}: " + ", ".join(f"{mine.rate:.0f}/{others.rate:.0f}" for mine, others in pairs))
        return median(mine.rate / others.rate for mine, others in pairs)


def ratios(database: str, place: Place, length: Length, only: str) -> Iterator[Row]:
    """A row a scenario: the ratio to the bare project, which runs before each round."""
    with serving(BARE, place.environment, place.folder / "bare.log") as port:
        bare = Served(port, Scenario("bare Django", {}, nothing(), BARE_MARK, warm=2000), length)
        for scenario in scenarios(place.people):
            if only not in scenario.name:
                continue
            before = count_views(place.environment)
            with serving(SITE, place.environment, place.folder / "site.log") as port:
                served = Served(port, scenario, length)
                for _ in range(length.rounds):
                    bare.run()
                    served.run()
            check_views(served, count_views(place.environment) - before)
            goal, ratio = scenario.goals[database], served.against(bare)
            yield Row(database, scenario.name, f"{served.rate:.0f}/s", f"{ratio:.2f}", f">= {goal:.2f}", ratio >= goal)
    yield Row(database, "bare Django", f"{bare.rate:.0f}/s", "1.00", "", True)


def check_views(served: Served, bought: int) -> None:
    """Each answer of a scenario that spends must have bought a view, and no answer of another."""
    expected = served.answers if served.scenario.spends else 0
    if bought != expected:
        raise wire.WrongAnswer(f"{served.scenario.name}: {bought} views were bought, not {expected}")


def sizes(database: str, small: Place, big: Place, length: Length) -> Iterator[Row]:
    """What pages cost with many more views, as a ratio: two sites that differ in nothing else, turn about."""
    for name in ("code page, spends: new guest", "code page, open: guest"):
        with ExitStack() as stack:
            sites = []
            for place in (small, big):
                port = stack.enter_context(serving(SITE, place.environment, place.folder / "site.log"))
                sites.append(Served(port, next(one for one in scenarios(place.people) if one.name == name), length))
            for _ in range(length.rounds + 2):
                for site in sites:
                    site.run()
        cost = sites[0].against(sites[1])
        yield Row(database, f"{name}, many views", f"{sites[1].rate:.0f}/s", f"cost {cost:.2f}", f"<= {COST_GOAL:.2f}", cost <= COST_GOAL)
