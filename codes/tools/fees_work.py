"""The fee calculator's answer: every line with its steps, the totals, and what other localities pay."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from codes import indicators
from codes.models import Code, FeeScheduleLine, Release
from codes.payment import ASSISTANTS, COMPONENTS, NATIONAL, NOT_COMPUTED, ZERO, Index
from codes.payment_line import Asked, Priced, Unpaid
from codes.payment_several import price
from codes.tools.fees_asked import Question, Row
from codes.tools.fees_chart import Chart, Total, chart
from codes.tools.fees_places import Place, find, places
from codes.tools.fees_releases import Loaded, loaded

EFFECTIVE = {*ASSISTANTS, *COMPONENTS, "50", "52", "53", "54", "55", "56", "62", "66", "78"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the answer: what was typed, what it is paid or why not, the code's short title, and what else to know."""

    row: Row
    result: Priced | Unpaid
    known: Code | None
    notes: list[str]


@dataclass(slots=True)
class Answer:
    """All that the page and the file show. `place` is none for the national amount; `choices` are places that the text may mean."""

    question: Question
    loaded: Loaded
    year: str
    indices_year: str
    release: Release | None
    indices: Release | None
    listed: list[Place] = field(default_factory=list)
    choices: list[Place] = field(default_factory=list)
    place: Place | None = None
    lines: list[Line] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    national: Decimal = ZERO

    @property
    def groups(self) -> list[tuple[str, list[Place]]]:
        """The places to choose from, by state."""
        return [(state, list(found)) for state, found in groupby(self.listed, key=lambda place: place.state_name)]

    @property
    def total(self) -> Decimal:
        """What all lines are paid that have a figure."""
        return amount_of([line.result for line in self.lines])

    @property
    def without(self) -> int:
        """How many lines lack a figure, in whole or in part."""
        return sum(isinstance(line.result, Unpaid) or line.result.by_report for line in self.lines)

    @property
    def link(self) -> str:
        """The query string that asks for the same, whatever year is the newest by then."""
        return self.question.query(year=self.year, place="", locality=self.place.key if self.place else "")

    @property
    def meant(self) -> list[tuple[Place, str]]:
        """The places that the text may mean, where there are several, each with the query string that takes it."""
        return [(place, self.question.query(year=self.year, place="", locality=place.key)) for place in self.choices] if len(self.choices) > 1 else []

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Years whose indices are loaded, where those of the year are not, each with the query string that takes them."""
        return [] if self.indices else [(year, self.question.query(year=self.year, indices=year)) for year in self.loaded.indices]

    @property
    def chart(self) -> Chart | None:
        """The total in this and other localities."""
        return chart(self.totals, self.national, self.place)


def answer(question: Question) -> Answer:
    """The answer; six queries at most, whatever is asked."""
    found = releases(question)
    choose(found)
    if found.release and question.rows:
        asked = asked_of(question.rows, found.release)
        results = price(asked, found.place.index if found.place else NATIONAL, facility=question.facility)
        titles = short_titles(question.rows)
        found.lines = [
            Line(row, result, titles.get(row.code), notes(row, result, facility=question.facility)) for row, result in zip(question.rows, results, strict=True)
        ]
        found.national = total(asked, NATIONAL, facility=question.facility)
        if found.indices:
            found.totals = [Total(place, total(asked, place.index, facility=question.facility)) for place in found.listed]
    return found


def releases(question: Question) -> Answer:
    """The fee schedule that is asked for, else the current one, and the indices of its year or of the year that is named."""
    everything = loaded()
    year = question.year if question.year in everything.schedules else everything.default()
    wanted = question.indices or year[:4]
    return Answer(question, everything, year, wanted, everything.schedules.get(year), everything.indices.get(wanted))


def choose(found: Answer) -> None:
    """The place: what is typed goes before what is selected. Without indices of the year, those that are loaded are there to choose from."""
    offered = found.indices or next(iter(found.loaded.indices.values()), None)
    found.listed = places(offered, found.loaded.counties_of(found.indices_year))
    question = found.question
    if question.place:
        found.choices = find(question.place, found.listed)
    elif question.locality:
        found.choices = [place for place in found.listed if place.key == question.locality]
    if found.indices and len(found.choices) == 1:
        found.place = found.choices[0]


def asked_of(rows: Sequence[Row], release: Release) -> list[Asked]:
    """The rows with their lines of the fee schedule and of their endoscopic bases. No descriptor is read."""
    lines = lines_of({row.code for row in rows}, release)
    bases = {line.endo_base for of_code in lines.values() for line in of_code.values() if line.endo_base} - set(lines)
    lines |= lines_of(bases, release) if bases else {}
    return [Asked(row.code, lines.get(row.code, {}), row.modifiers, row.units, base_of(lines, row.code)) for row in rows]


def lines_of(codes: set[str], release: Release) -> dict[str, dict[str, FeeScheduleLine]]:
    """Lines by code and modifier."""
    found: dict[str, dict[str, FeeScheduleLine]] = {}
    for line in FeeScheduleLine.objects.filter(release=release, code__in=codes).defer("description"):
        found.setdefault(line.code, {})[line.modifier] = line
    return found


def base_of(lines: dict[str, dict[str, FeeScheduleLine]], code: str) -> FeeScheduleLine | None:
    """The line of a code's endoscopic base."""
    whole = lines.get(code, {}).get("")
    return lines.get(whole.endo_base, {}).get("") if whole and whole.endo_base else None


def short_titles(rows: Sequence[Row]) -> dict[str, Code]:
    """Codes with their short titles, which anybody may see."""
    found: dict[str, Code] = Code.objects.procedures(row.code for row in rows)
    return found


def total(asked: Sequence[Asked], index: Index, *, facility: bool) -> Decimal:
    """What all lines are paid somewhere."""
    return amount_of(price(asked, index, facility=facility))


def amount_of(results: Sequence[Priced | Unpaid]) -> Decimal:
    """What the lines are paid that have a figure."""
    return sum((result.amount for result in results if isinstance(result, Priced)), ZERO)


def notes(row: Row, result: Priced | Unpaid, *, facility: bool) -> list[str]:
    """What else to know of a line: modifiers that change nothing or are not computed, and where the setting is unusual."""
    if isinstance(result, Unpaid):
        return []
    idle = [modifier for modifier in row.modifiers if modifier not in EFFECTIVE and modifier not in NOT_COMPUTED]
    said = [f"{', '.join(idle)} {'changes' if len(idle) == 1 else 'change'} no amount here."] if idle else []
    said += [f"What {modifier} does to the amount is not computed here ({NOT_COMPUTED[modifier]})." for modifier in row.modifiers if modifier in NOT_COMPUTED]
    mark, setting = (result.line.fac_na, "in a facility") if facility else (result.line.nonfac_na, "outside of a facility")
    if mark == "NA":
        said.append(f"NA indicator: the service is rarely or never performed {setting}; the contractor decides whether it is paid there.")
    if result.line.status in ("R", "T"):
        meaning = indicators.STATUS[result.line.status]
        said.append(f"Status {result.line.status}: {meaning.rule}")
    return said
