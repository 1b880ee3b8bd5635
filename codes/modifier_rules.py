"""Which modifiers fit a code and which do not, each with the rule that decides. What a modifier says is in our words.

Sources: CMS, Physician Fee Schedule Relative Value File, record layout, by column; Medicare Claims Processing Manual
(MCPM), chapter 12; NCCI Policy Manual, chapter I; CMS, List of Medicare Telehealth Services.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from codes.models import FeeScheduleLine

GLOBAL = "MCPM chapter 12, section 40"
SURGICAL = ("000", "010", "090")
ANESTHESIA = frozenset({"AA", "AD", "QK", "QX", "QY", "QZ", "P1", "P2", "P3", "P4", "P5", "P6"})
ASSISTANTS = frozenset({"80", "81", "82", "AS"})
# Visits besides 99202 to 99499 that take 24, 25 and 57: eye examinations, and visits that Medicare named itself.
OTHER_VISITS = frozenset({"92002", "92004", "92012", "92014", "G0101", "G0245", "G0246", "G0402", "G0438", "G0439", "G0463", "G2211"})
# Services that have been on Medicare's list of telehealth services for good (calendar year 2025), first and last of each run.
TELEHEALTH = (
    ("90785", "90785"),
    ("90791", "90792"),
    ("90832", "90840"),
    ("90845", "90847"),
    ("90951", "90952"),
    ("90954", "90955"),
    ("90957", "90958"),
    ("90960", "90961"),
    ("96116", "96116"),
    ("96156", "96168"),
    ("97802", "97804"),
    ("99202", "99205"),
    ("99211", "99215"),
    ("99231", "99233"),
    ("99307", "99310"),
    ("99406", "99407"),
    ("99495", "99498"),
    ("G0108", "G0109"),
    ("G0270", "G0270"),
    ("G0406", "G0408"),
    ("G0420", "G0421"),
    ("G0425", "G0427"),
    ("G0438", "G0439"),
    ("G0442", "G0447"),
)
# Words of a title that tell which anatomical modifiers name the place (NCCI Policy Manual, chapter I, section E).
PLACES = (
    (re.compile(r"\beyelids?\b|\btarsorrhaphy\b|\bblephar", re.I), "E1 to E4", "Upper left, lower left, upper right, lower right eyelid", "an eyelid"),
    (re.compile(r"\bfingers?\b|\bthumbs?\b|\bdigits? of hand\b|\bmetacarpophalangeal\b", re.I), "FA, F1 to F9", "Left thumb, then each finger", "a finger"),
    (re.compile(r"\btoes?\b|\bhallux\b|\btoenails?\b|\bmetatarsophalangeal\b", re.I), "TA, T1 to T9", "Left great toe, then each toe", "a toe"),
    (re.compile(r"\bcoronary (?:artery|arteries|branch|stents?)\b", re.I), "LC, LD, LM, RC, RI", "The coronary artery by its name", "a coronary artery"),
)
NAIL = re.compile(r"\bnails?\b", re.I)


class Fit(NamedTuple):
    """A modifier that fits (or several of a kind): what it says, why it fits, the indicator or fact that decides, and where the rule is written."""

    modifier: str
    says: str
    why: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a code: its number, its fee-schedule lines, the words of its title, whether an NCCI pair lets a modifier part it."""

    code: str
    lines: Sequence[FeeScheduleLine]
    title: str = ""
    parted: bool = False

    @property
    def line(self) -> FeeScheduleLine | None:
        """The line of the whole service."""
        return main_line(self.lines)


def main_line(lines: Sequence[FeeScheduleLine]) -> FeeScheduleLine | None:
    """The line of the whole service, without a modifier."""
    return next((line for line in lines if not line.modifier), None)


def is_visit(code: str) -> bool:
    """Whether a code is one of evaluation and management, as modifiers 24, 25 and 57 mean it."""
    return ("99202" <= code <= "99499" and len(code) == 5 and code.isdigit()) or code in OTHER_VISITS


def by_telehealth(code: str) -> bool:
    """Whether Medicare's list of telehealth services has had it for good."""
    return len(code) == 5 and any(first <= code <= last for first, last in TELEHEALTH)


def fits(facts: Facts) -> list[Fit]:
    """All that fit, in the order in which a coder thinks of them: the place, the parts, who, the period, the visit."""
    line = facts.line
    found = list(visits(facts.code))
    if line is not None:
        for rules in (sides, components, several, surgeons, global_period, anesthesia):
            found += rules(line)
    return [*found, *places(facts), *distinct(facts), *telehealth(facts.code)]


def sides(line: FeeScheduleLine) -> Iterator[Fit]:
    """50, LT and RT."""
    rule, source = f"Bilateral indicator {line.bilat_surg}", "Column BILAT SURG; MCPM chapter 12, section 40.7"
    if line.bilat_surg == "1":
        yield Fit("50", "On both sides", "One line, one unit; Medicare pays 150 percent of one side.", rule, source)
    if line.bilat_surg == "3":
        yield Fit("50", "On both sides", "Medicare pays each side in full.", rule, source)
    if line.bilat_surg in ("1", "3"):
        yield Fit("LT, RT", "Left side, right side", "Names the side of a service on one side.", rule, source)


def components(line: FeeScheduleLine) -> Iterator[Fit]:
    """26 and TC."""
    rule, source = f"PC/TC indicator {line.pctc}", "Column PCTC IND; MCPM chapter 12, section 20.2"
    if line.pctc in ("1", "6"):
        yield Fit("26", "Only the interpretation", "The professional component on its own, as for a test done with a hospital's equipment.", rule, source)
    if line.pctc == "1":
        yield Fit("TC", "Only the technical part", "Equipment, supplies and staff on their own.", rule, source)


def several(line: FeeScheduleLine) -> Iterator[Fit]:
    """51."""
    if line.mult_proc in ("2", "3") and line.global_days != "ZZZ":
        why = "The lesser procedure of a session. Many Medicare contractors ask that it be left out: they rank the lines themselves."
        yield Fit("51", "One of several procedures", why, f"Multiple procedure indicator {line.mult_proc}", "Column MULT PROC; MCPM chapter 12, section 40.6")


def surgeons(line: FeeScheduleLine) -> Iterator[Fit]:
    """62, 66, 80, 81, 82 and AS; for procedures alone: visits and tests carry the indicators' default."""
    if line.global_days == "XXX":
        return
    if line.co_surg in ("1", "2"):
        need = "with documentation of the need" if line.co_surg == "1" else "when the two are of different specialties"
        why = f"Each performs a distinct part; paid {need}."
        yield Fit("62", "Two surgeons", why, f"Co-surgeon indicator {line.co_surg}", "Column CO-SURG; MCPM chapter 12, section 40.8")
    if line.team_surg in ("1", "2"):
        why = "More than two surgeons are needed; paid by report."
        yield Fit("66", "A team of surgeons", why, f"Team indicator {line.team_surg}", "Column TEAM SURG; MCPM chapter 12, section 40.8")
    if line.asst_surg in ("0", "2"):
        need = "Paid only where documentation shows the need." if line.asst_surg == "0" else "An assistant may be paid."
        rule, source = f"Assistant indicator {line.asst_surg}", "Column ASST SURG; MCPM chapter 12, section 20.4.3"
        yield Fit("80, 81, 82", "Assistant at surgery: full, minimum, no resident available", need, rule, source)
        yield Fit("AS", "Assistant who is a PA, NP or CNS", need, rule, source)


def global_period(line: FeeScheduleLine) -> Iterator[Fit]:
    """22, 52, 53, 54, 55, 56, 58, 78 and 79."""
    if line.global_days not in SURGICAL:
        return
    rule = f"Global days {line.global_days}"
    yield Fit("22", "Much more work than usual", "The record must say why, and how much more.", rule, f"{GLOBAL}.2")
    yield Fit("52, 53", "Reduced; stopped for the patient's safety", "Part was not done by choice, or could not be finished.", rule, f"{GLOBAL}.2")
    if line.global_days in ("010", "090"):
        yield Fit(
            "54, 55, 56", "Only the operation; only the care after it; only the care before it", "Surgeons share the global package.", rule, f"{GLOBAL}.2"
        )
    why = "This procedure falls into the postoperative days of an earlier one."
    yield Fit("58", "Staged, more extensive, or planned", why, rule, f"{GLOBAL}.2")
    yield Fit("78", "Back to the operating room for a complication", why, rule, f"{GLOBAL}.2")
    yield Fit("79", "Not related to the earlier procedure", why, rule, f"{GLOBAL}.2")


def visits(code: str) -> Iterator[Fit]:
    """24, 25 and 57."""
    if not is_visit(code):
        return
    rule = "Evaluation and management"
    yield Fit("25", "Significant and separate, same day", "Beyond the usual work of a procedure with 0 or 10 global days that day.", rule, f"{GLOBAL}.2")
    yield Fit("57", "Decision for surgery", "The visit that decided on a procedure with 90 global days, that day or the next.", rule, f"{GLOBAL}.2")
    yield Fit("24", "Not related, in postoperative days", "A visit in another service's global period for something else.", rule, f"{GLOBAL}.2")


def anesthesia(line: FeeScheduleLine) -> Iterator[Fit]:
    """Who gave the anesthesia, and how ill the patient is."""
    if line.status != "J":
        return
    rule, who, source = "Status J, anesthesia", "One of these tells who gave the anesthesia.", "Column STATUS CODE; MCPM chapter 12, sections 50 and 140"
    yield Fit("AA", "By the anesthesiologist in person", who, rule, source)
    yield Fit("QK, QX, QY", "Medically directed: two to four cases; the anesthetist's part; one anesthetist", who, rule, source)
    yield Fit("QZ", "By a nurse anesthetist without direction", who, rule, source)
    yield Fit("P1 to P6", "Physical status", "From healthy to organ donor; Medicare pays nothing extra for it.", rule, source)


def places(facts: Facts) -> Iterator[Fit]:
    """Eyelids, fingers, toes, coronary arteries: where the title names one."""
    source = "NCCI Policy Manual, chapter I, section E"
    for words, modifiers, says, what in PLACES:
        if words.search(facts.title):
            yield Fit(modifiers, says, "Tells this place from another of the same day.", f"The title names {what}", source)
    if NAIL.search(facts.title) and not any(words.search(facts.title) for words, *_ in PLACES):
        yield Fit("FA to F9, TA to T9", "Finger or toe", "Tells this nail from another of the same day.", "The title names a nail", source)


def distinct(facts: Facts) -> Iterator[Fit]:
    """59 and its narrower forms, where an NCCI pair of this code lets a modifier part it."""
    if facts.parted:
        rule, source = "NCCI pairs with modifier indicator 1", "NCCI Policy Manual, chapter I, section E"
        why = "Parts a pair that was done apart: a narrower one is preferred, and 59 only where none fits better."
        yield Fit("XE, XS, XP, XU", "Another encounter, structure, practitioner; unusual and not overlapping", why, rule, source)
        yield Fit("59", "Distinct procedural service", why, rule, source)


def telehealth(code: str) -> Iterator[Fit]:
    """95 and 93."""
    if by_telehealth(code):
        rule, source = "On Medicare's telehealth list, 2025", "CMS, List of Medicare Telehealth Services"
        yield Fit(
            "95, 93",
            "By video; by audio alone",
            "Payers differ: for Medicare the place of service (02, 10) tells it as a rule, and 93 marks audio.",
            rule,
            source,
        )
