"""Modifiers that fit the code, derived from its fee-schedule indicators, each with its rule.

Source: CMS, Physician Fee Schedule Relative Value File, record layout; Medicare Claims Processing
Manual, chapter 12, sections 20.4, 30.6 and 40.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from codes.models import Code, FeeScheduleLine
from codes.panels.subject import Subject

SLUG, TITLE = "modifiers", "Modifiers"


class Fit(NamedTuple):
    """A modifier that fits: what it says, why it fits, and the indicator that decides."""

    modifier: str
    says: str
    why: str
    rule: str


SURGICAL = ("000", "010", "090")


def components(line: FeeScheduleLine) -> Iterator[Fit]:
    """26 and TC."""
    rule = f"PC/TC indicator {line.pctc}"
    if line.pctc in ("1", "6"):
        yield Fit("26", "Only the interpretation", "The professional component is billed on its own, as for a test done with a hospital's equipment.", rule)
    if line.pctc == "1":
        yield Fit("TC", "Only the technical part", "Equipment, supplies and staff are billed on their own.", rule)


def sides(line: FeeScheduleLine) -> Iterator[Fit]:
    """50, LT and RT."""
    rule = f"Bilateral indicator {line.bilat_surg}"
    if line.bilat_surg == "1":
        yield Fit("50", "On both sides", "One line, one unit; Medicare pays 150 percent of one side.", rule)
    if line.bilat_surg == "3":
        yield Fit("50", "On both sides", "Medicare pays each side in full.", rule)
    if line.bilat_surg in ("1", "3"):
        yield Fit("LT, RT", "Left side, right side", "Names the side of a service on one side.", rule)


def several(line: FeeScheduleLine) -> Iterator[Fit]:
    """51."""
    if line.mult_proc in ("2", "3") and line.global_days != "ZZZ":
        why = "The lesser procedure of a session. Many Medicare contractors ask that it be left out: they rank the lines themselves."
        yield Fit("51", "One of several procedures", why, f"Multiple procedure indicator {line.mult_proc}")


def surgeons(line: FeeScheduleLine) -> Iterator[Fit]:
    """62, 66, 80, 81, 82 and AS; for procedures alone: visits and tests carry the indicators' default."""
    if line.global_days == "XXX":
        return
    if line.co_surg in ("1", "2"):
        need = "with documentation of the need" if line.co_surg == "1" else "when the two are of different specialties"
        yield Fit("62", "Two surgeons", f"Each performs a distinct part; paid {need}.", f"Co-surgeon indicator {line.co_surg}")
    if line.team_surg in ("1", "2"):
        yield Fit("66", "A team of surgeons", "More than two surgeons are needed; paid by report.", f"Team indicator {line.team_surg}")
    if line.asst_surg in ("0", "2"):
        need = "Paid only where documentation shows the need." if line.asst_surg == "0" else "An assistant may be paid."
        yield Fit("80, 81, 82", "Assistant at surgery: full, minimum, no resident available", need, f"Assistant indicator {line.asst_surg}")
        yield Fit("AS", "Assistant who is a PA, NP or CNS", need, f"Assistant indicator {line.asst_surg}")


def global_period(line: FeeScheduleLine) -> Iterator[Fit]:
    """22, 52, 53, 54, 55, 56, 58, 78 and 79."""
    if line.global_days not in SURGICAL:
        return
    rule = f"Global days {line.global_days}"
    yield Fit("22", "Much more work than usual", "The record must say why, and how much more.", rule)
    yield Fit("52, 53", "Reduced; stopped for the patient's safety", "Part of the service was not done by choice, or could not be finished.", rule)
    if line.global_days in ("010", "090"):
        yield Fit("54, 55, 56", "Only the operation; only the care after it; only the care before it", "Surgeons share the global package.", rule)
    why = "This procedure falls into the postoperative days of an earlier one."
    yield Fit("58", "Staged, more extensive, or planned", why, rule)
    yield Fit("78", "Back to the operating room for a complication", why, rule)
    yield Fit("79", "Not related to the earlier procedure", why, rule)


def visits(code: Code) -> Iterator[Fit]:
    """24, 25 and 57, for evaluation and management codes (99202-99499 but for prolonged and supplied services)."""
    if not ("99202" <= code.code <= "99499" and code.code.isdigit()):
        return
    yield Fit("24", "Not related, in postoperative days", "A visit in another service's global period for something else.", "Evaluation and management code")
    yield Fit(
        "25",
        "Significant and separate, same day",
        "On the day of a procedure with 0 or 10 global days, beyond its usual work before and after.",
        "Evaluation and management code",
    )
    yield Fit(
        "57",
        "Decision for surgery",
        "The visit at which a procedure with 90 global days, that day or the next, was decided on.",
        "Evaluation and management code",
    )


def anesthesia(line: FeeScheduleLine) -> Iterator[Fit]:
    """Who gave the anesthesia, and how ill the patient is."""
    if line.status != "J":
        return
    rule = "Status J, anesthesia"
    yield Fit("AA", "By the anesthesiologist in person", "One of these tells who gave the anesthesia.", rule)
    yield Fit(
        "QK, QX, QY", "Medically directed: two to four cases; the anesthetist's part; one anesthetist", "One of these tells who gave the anesthesia.", rule
    )
    yield Fit("QZ", "By a nurse anesthetist without direction", "One of these tells who gave the anesthesia.", rule)
    yield Fit("P1 to P6", "Physical status", "From healthy to organ donor; Medicare pays nothing extra for it.", rule)


def context(subject: Subject) -> dict[str, Any]:
    """Modifiers that fit, and those that have values of their own in the fee schedule."""
    line = subject.main_line
    if line is None:
        return {}
    fits = [*components(line), *sides(line), *several(line), *surgeons(line), *global_period(line), *visits(subject.code), *anesthesia(line)]
    return {"fits": fits, "priced": [fee.modifier for fee in subject.fees if fee.modifier], "line": line, "release": line.release}
