"""What a check finds: findings, pairs and the releases behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from codes.models import Release
from codes.tools.claim_lines import Line

PROBLEM, CHECK, NOTE = "problem", "check", "note"
SEVERITIES = {PROBLEM: "Problem", CHECK: "To check", NOTE: "Note"}

SUBJECTS = {"pair": "The pair", "coverage": "The article"}


@lru_cache(maxsize=1024)
def said(day: date) -> str:
    """A day in words: April 1, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def period(since: date, until: date | None) -> str:
    """The days from one to another in words."""
    return f"{said(since)} to {said(until)}" if until else f"from {said(since)} on"


class Basis(NamedTuple):
    """The release that a finding rests on, the first day of it, and what is to be said of its dates."""

    title: str
    since: date | None = None
    remark: str = ""

    def __str__(self) -> str:
        return f"{self.title}{f', in effect from {said(self.since)}' if self.since else ''}{f'. {self.remark}' if self.remark else ''}".removesuffix(".")


class Link(NamedTuple):
    """A public document."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: how grave, of what kind, on which lines, what, what to do, by which rule and from which release."""

    severity: str
    kind: str
    lines: tuple[int, ...]
    what: str
    do: str
    rule: str
    basis: tuple[Basis, ...] = ()
    since: date | None = None
    until: date | None = None
    links: tuple[Link, ...] = ()

    @property
    def label(self) -> str:
        """How grave, in words."""
        return SEVERITIES[self.severity]

    @property
    def source(self) -> str:
        """The rule, the releases with what is to be said of their dates, and since when what was found holds."""
        parts = [self.rule, *map(str, self.basis)]
        if self.since:
            parts.append(f"{SUBJECTS.get(self.kind, 'The code')}: {period(self.since, self.until)}")
        return ". ".join(parts) + "."

    @property
    def order(self) -> tuple[object, ...]:
        """The gravest first, then by line."""
        return list(SEVERITIES).index(self.severity), self.lines or (0,), self.kind, self.what


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair in force among the lines: the lines of either column, the indicator, and how it stands."""

    column1: str
    column2: str
    lines1: tuple[int, ...]
    line2: int
    indicator: int
    since: date
    until: date | None
    rationale: str
    standing: str
    parted: bool

    @property
    def period(self) -> str:
        """The days on which it holds."""
        return period(self.since, self.until)


def numbers(lines: Iterable[Line]) -> tuple[int, ...]:
    """The numbers of lines."""
    return tuple(sorted(line.number for line in lines))


def basis_of(release: Release | None, remark: str = "") -> tuple[Basis, ...]:
    """A release as findings name it; none where there is none."""
    return (Basis(release.title, release.effective_date, remark),) if release else ()
