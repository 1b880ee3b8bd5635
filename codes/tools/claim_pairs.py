"""NCCI pairs among a claim's lines: which line is column 2, whether a modifier may part them, whether one that is there does.

NCCI Policy Manual, chapter I, section E, names the modifiers that part a pair with indicator 1. 59 and X{EPSU} count on
either code since July 1, 2019 (CMS Change Request 11168), before that on column 2 alone.
"""

from collections.abc import Iterator
from datetime import date

from codes.models import PtpEdit
from codes.modifier_rules import is_visit
from codes.tools.claim_facts import Facts
from codes.tools.claim_found import PROBLEM, Finding, Pair, numbers
from codes.tools.claim_lines import Claim, Line

RULE = "NCCI Policy Manual, chapter I, section E; NCCI PTP edits, column 1 and column 2"
VISITS = frozenset({"24", "25", "57"})
ENCOUNTERS = "27"  # several visits of one day in a hospital's outpatient departments
DISTINCT = frozenset({"59", "XE", "XP", "XS", "XU"})
SIDES, LIDS, CORONARIES = {"LT", "RT"}, {"E1", "E2", "E3", "E4"}, {"LC", "LD", "LM", "RC", "RI"}
PLACES = frozenset({f"{limb}{digit}" for limb in "FT" for digit in "A123456789"} | SIDES | LIDS | CORONARIES)
LATER = frozenset({"58", "78", "79", "91"})
ASSOCIATED = VISITS | DISTINCT | PLACES | LATER | {ENCOUNTERS}
EITHER_COLUMN, NARROWER = date(2019, 7, 1), date(2015, 1, 1)


def refusal(modifier: str, line: Line, other: Line, claim: Claim, *, column: int) -> str:
    """Why a modifier on a line does not part it from another; empty where it does, or is none that could."""
    visit = is_visit(line.code)
    if column == 1 and not visit and modifier not in VISITS and is_visit(other.code):
        return f"{modifier} on {line.code} tells no visit apart: that takes 25 on {other.code}"
    if modifier in VISITS and not visit:
        return f"{modifier} goes on a visit, and {line.code} is none"
    if modifier == ENCOUNTERS and not (visit and claim.setting == "outpatient"):
        return "27 goes on a hospital's outpatient visit"
    if modifier in DISTINCT | PLACES | LATER and visit:
        return f"{modifier} does not go on a visit"
    if modifier in DISTINCT and column == 1 and claim.day < EITHER_COLUMN:
        return f"{modifier} counted on column 2 alone before July 2019"
    if modifier in DISTINCT - {"59"} and claim.day < NARROWER:
        return f"{modifier} was not in use before 2015"
    if modifier in PLACES and modifier in other.modifiers:
        return f"{modifier} stands on both and tells no two places apart"
    return ""


def parting(first: Line, second: Line, claim: Claim) -> tuple[list[str], list[str]]:
    """The modifiers that part two lines (column 1, column 2), as "25 on line 1"; and why others that are there do not."""
    works: list[str] = []
    refused: list[str] = []
    for line, other, column in ((first, second, 1), (second, first, 2)):
        for modifier in line.modifiers:
            if modifier in ASSOCIATED:
                why = refusal(modifier, line, other, claim, column=column)
                (refused if why else works).append(why or f"{modifier} on line {line.number}")
    return works, refused


def pairs(claim: Claim, facts: Facts) -> Iterator[tuple[Pair, Finding | None]]:
    """Each pair in force with each line of its column 2, and the finding where the lines are not parted."""
    legend = facts.releases["ncci-ptp"].legend if facts.pairs else []
    for edit in facts.pairs:
        firsts = [line for line in claim.lines if line.code == edit.column1]
        for second in (line for line in claim.lines if line.code == edit.column2 and edit.column1 != edit.column2):
            yield judged(edit, firsts, second, claim, facts, legend[edit.rationale] if edit.rationale < len(legend) else "")


def judged(edit: PtpEdit, firsts: list[Line], second: Line, claim: Claim, facts: Facts, rationale: str) -> tuple[Pair, Finding | None]:
    """One line of column 2 against all lines of column 1: parted only if it is parted from each."""
    found = [(first, *parting(first, second, claim)) for first in firsts]
    joined = [first for first, works, _ in found if edit.modifier == 0 or not works]
    works = sorted({modifier for _, works, _ in found for modifier in works})
    refused = sorted({why for _, _, refused in found for why in refused})
    if not joined:
        standing = f"Parted by {', '.join(works)}, if the record bears it out."
    elif edit.modifier == 0:
        standing = "No modifier parts them."
    else:
        standing = "Parted by a modifier alone; none is there." if not refused else "Parted by a modifier alone; " + "; ".join(refused) + "."
    shown = Pair(
        edit.column1, edit.column2, numbers(firsts), second.number, edit.modifier, edit.effective_date, edit.deletion_date, rationale, standing, not joined
    )
    return shown, bundled(edit, joined, second, refused, facts) if joined else None


def bundled(edit: PtpEdit, joined: list[Line], second: Line, refused: list[str], facts: Facts) -> Finding:
    """The finding of a pair that is not parted."""
    what = f"{edit.column2} (column 2) is not paid beside {edit.column1} (column 1). Modifier indicator {edit.modifier}: "
    what += "no modifier parts them." if edit.modifier == 0 else "a modifier may part them."
    if edit.modifier and refused:
        what += f" What is there does not: {'; '.join(refused)}."
    return Finding(
        PROBLEM,
        "pair",
        numbers([*joined, second]),
        what,
        advice(edit),
        RULE,
        facts.basis("ncci-ptp"),
        since=edit.effective_date,
        until=edit.deletion_date,
    )


def advice(edit: PtpEdit) -> str:
    """What to do about a pair."""
    if edit.modifier == 0:
        return f"Bill {edit.column1} alone."
    if is_visit(edit.column2):
        return f"Add 25 to {edit.column2} if the record shows a significant, separate visit (57 if it decided on major surgery); otherwise leave it out."
    return (
        f"Add XE, XP, XS, XU or 59 to {edit.column2}, or the modifier of its place (LT, F1 and so on), "
        f"if the record shows another session, practitioner or site; otherwise leave out {edit.column2}."
    )
