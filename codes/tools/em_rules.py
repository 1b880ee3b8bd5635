"""The level of a visit: by medical decision making (two of three elements) or by time, and prolonged services.

Sources: CPT Evaluation and Management guidelines, as CMS adopted them (MLN006764, Evaluation and Management Services);
minutes are those in force since 2024. Prolonged services: CPT 99417 and 99418; for Medicare G2212 (CY 2021 PFS final rule)
and G0316 to G0318 (CY 2023 PFS final rule, table 24 as corrected). Facts; every sentence is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

STRAIGHTFORWARD, LOW, MODERATE, HIGH = 1, 2, 3, 4
LEVELS = {STRAIGHTFORWARD: "straightforward", LOW: "low", MODERATE: "moderate", HIGH: "high"}
STEP = 15  # minutes of each unit of prolonged service


class Step(NamedTuple):
    """A code of a family: the lowest level of decision making that reaches it, and its minutes (none: never by time)."""

    code: str
    level: int
    minutes: int | None


class Prolonged(NamedTuple):
    """A prolonged service beside the family's highest code: from how many minutes on, and which minutes count."""

    code: str
    starts: int
    counted: str


@dataclass(frozen=True, slots=True)
class Family:
    """Visits of one kind, lowest code first."""

    name: str
    steps: tuple[Step, ...]
    prolonged: Prolonged | None = None
    medicare: Prolonged | None = None
    lowest: str = ""  # a code below all levels, and when it fits


THE_DAY = "on the date of the visit"
FAMILIES = {
    "office-new": Family(
        "Office, new patient",
        (Step("99202", 1, 15), Step("99203", 2, 30), Step("99204", 3, 45), Step("99205", 4, 60)),
        Prolonged("99417", 75, THE_DAY),
        Prolonged("G2212", 89, THE_DAY),
    ),
    "office-established": Family(
        "Office, established patient",
        (Step("99212", 1, 10), Step("99213", 2, 20), Step("99214", 3, 30), Step("99215", 4, 40)),
        Prolonged("99417", 55, THE_DAY),
        Prolonged("G2212", 69, THE_DAY),
        "99211 is for a visit that needs no decision of a physician, mostly by staff under supervision.",
    ),
    "hospital-initial": Family(
        "Hospital inpatient or observation, initial",
        (Step("99221", 1, 40), Step("99222", 3, 55), Step("99223", 4, 75)),
        Prolonged("99418", 90, THE_DAY),
        Prolonged("G0316", 90, THE_DAY),
    ),
    "hospital-subsequent": Family(
        "Hospital inpatient or observation, subsequent",
        (Step("99231", 1, 25), Step("99232", 3, 35), Step("99233", 4, 50)),
        Prolonged("99418", 65, THE_DAY),
        Prolonged("G0316", 65, THE_DAY),
    ),
    "hospital-same-day": Family(
        "Hospital inpatient or observation, admitted and discharged on one date",
        (Step("99234", 1, 45), Step("99235", 3, 70), Step("99236", 4, 85)),
        Prolonged("99418", 100, THE_DAY),
        Prolonged("G0316", 110, "on the date of the visit and in the three days after it"),
    ),
    "emergency": Family(
        "Emergency department",
        (Step("99282", 1, None), Step("99283", 2, None), Step("99284", 3, None), Step("99285", 4, None)),
        lowest="99281 is for a visit that may need no physician or other qualified professional.",
    ),
    "nursing-initial": Family(
        "Nursing facility, initial",
        (Step("99304", 1, 25), Step("99305", 3, 35), Step("99306", 4, 50)),
        Prolonged("99418", 65, THE_DAY),
        Prolonged("G0317", 95, "from the day before the visit to the third day after it"),
    ),
    "nursing-subsequent": Family(
        "Nursing facility, subsequent",
        (Step("99307", 1, 10), Step("99308", 2, 20), Step("99309", 3, 30), Step("99310", 4, 45)),
        Prolonged("99418", 60, THE_DAY),
        Prolonged("G0317", 85, "from the day before the visit to the third day after it"),
    ),
    "home-new": Family(
        "Home or residence, new patient",
        (Step("99341", 1, 15), Step("99342", 2, 30), Step("99344", 3, 60), Step("99345", 4, 75)),
        Prolonged("99417", 90, THE_DAY),
        Prolonged("G0318", 140, "from three days before the visit to the seventh day after it"),
    ),
    "home-established": Family(
        "Home or residence, established patient",
        (Step("99347", 1, 20), Step("99348", 2, 30), Step("99349", 3, 40), Step("99350", 4, 60)),
        Prolonged("99417", 75, THE_DAY),
        Prolonged("G0318", 110, "from three days before the visit to the seventh day after it"),
    ),
}

# What makes each level of an element, in our words.
PROBLEMS = {
    STRAIGHTFORWARD: "One problem that is minor and will pass by itself",
    LOW: "Two or more minor problems; one stable chronic illness; one acute uncomplicated illness or injury; "
    "one stable acute illness; or one acute uncomplicated illness or injury that needs hospital care",
    MODERATE: "One chronic illness that gets worse or has side effects of treatment; two or more stable chronic illnesses; one new problem of which the "
    "outcome is uncertain; one acute illness with symptoms of the whole body; or one acute complicated injury",
    HIGH: "One chronic illness that gets severely worse or has severe side effects of treatment; or one illness or injury that threatens life or the "
    "function of the body in the near term",
}
RISKS = {
    STRAIGHTFORWARD: "Hardly anything that could go wrong with further tests or treatment",
    LOW: "Little that could go wrong with further tests or treatment",
    MODERATE: "A prescription drug is managed; minor surgery with risk factors, or elective major surgery without them, is decided on; "
    "or social circumstances limit diagnosis or treatment",
    HIGH: "Drug therapy is watched closely for toxicity; elective major surgery with risk factors, or emergency major surgery, is decided on; "
    "hospital care or its escalation is decided on; care is limited or resuscitation forgone because of a poor outlook; or a controlled substance is given "
    "by injection or infusion",
}


@dataclass(frozen=True, slots=True)
class Data:
    """What was reviewed, ordered and discussed. `items`: outside notes by source, results by test, orders by test."""

    items: int = 0
    historian: bool = False  # an assessment that needs somebody besides the patient to give the history
    interpretation: bool = False  # of a test that somebody else performed, and that is not billed here
    discussion: bool = False  # with a professional or other source outside of the practice


class Element(NamedTuple):
    """One of the three elements: its level, and what made it."""

    name: str
    level: int
    why: str


class Answer(NamedTuple):
    """A code, and the sentences that lead to it; `units` of prolonged services are (code, number, sentence)."""

    code: str
    why: list[str]
    by: str
    units: list[tuple[str, int, str]]


def of_data(data: Data) -> Element:
    """The level of data: limited needs two items or a historian, moderate one category of three, extensive two of three."""
    items = data.items + data.historian
    reached = [
        reason
        for is_there, reason in (
            (items >= 3, f"{items} items{', the historian among them,' if data.historian else ''} reviewed or ordered"),
            (data.interpretation, "a test interpreted independently"),
            (data.discussion, "management or a result discussed with somebody outside"),
        )
        if is_there
    ]
    name = "Data"
    if len(reached) >= 2:
        return Element(name, HIGH, f"Extensive, two categories of three: {'; '.join(reached)}.")
    if reached:
        return Element(name, MODERATE, f"Moderate, one category of three: {reached[0]}.")
    if data.items >= 2 or data.historian:
        return Element(name, LOW, "Limited: " + ("somebody else had to give the history." if data.historian else f"{data.items} items reviewed or ordered."))
    return Element(name, STRAIGHTFORWARD, "Minimal or none.")


def decision(problems: int, data: Data, risk: int) -> tuple[int, list[Element]]:
    """The level of decision making: the highest that two of the three elements reach, that is the middle one."""
    elements = [Element("Problems", problems, f"{PROBLEMS[problems]}."), of_data(data), Element("Risk", risk, f"{RISKS[risk]}.")]
    return sorted(element.level for element in elements)[1], elements


def by_decision(family: Family, level: int) -> Step:
    """The highest code whose level is reached."""
    return [step for step in family.steps if step.level <= level][-1]


def by_time(family: Family, minutes: int) -> Step | None:
    """The highest code whose minutes are met; none where time is not enough for the lowest, or never decides."""
    met = [step for step in family.steps if step.minutes is not None and step.minutes <= minutes]
    return met[-1] if met else None


def prolonged(family: Family, step: Step, minutes: int) -> list[tuple[str, int, str]]:
    """Units of prolonged service, by CPT and by Medicare: only beside the highest code, and only when time decided."""
    found = []
    for payer, service in (("CPT", family.prolonged), ("Medicare", family.medicare)):
        if service is not None and step == family.steps[-1] and minutes >= service.starts:
            units = (minutes - service.starts) // STEP + 1
            found.append((service.code, units, f"{payer}: from {service.starts} minutes on, one unit for each full {STEP}, time {service.counted}."))
    return found


def level(family: Family, problems: int, data: Data, risk: int, minutes: int = 0) -> Answer:
    """The code of a visit: by decision making or by time, whichever is higher; in an emergency department by decision making alone."""
    reached, elements = decision(problems, data, risk)
    decided, timed = by_decision(family, reached), by_time(family, minutes)
    at_level: Sequence[str] = [element.name.lower() for element in elements if element.level >= reached]
    why = [
        f"Decision making is {LEVELS[reached]}: {' and '.join(at_level[:2]) if len(at_level) == 2 else ', '.join(at_level)} reach it; two of three are needed."
    ]
    if all(step.minutes is None for step in family.steps):
        why.append("Time does not decide a visit to an emergency department.")
    elif minutes:
        why.append(
            f"{minutes} minutes reach {timed.code}, which needs {timed.minutes}."
            if timed
            else f"{minutes} minutes do not reach {family.steps[0].code}, which needs {family.steps[0].minutes}."
        )
    if timed is not None and family.steps.index(timed) >= family.steps.index(decided) and minutes:
        units = prolonged(family, timed, minutes)
        return Answer(timed.code, why, "time" if timed != decided else "decision making and time alike", units)
    return Answer(decided.code, why, "decision making", [])
