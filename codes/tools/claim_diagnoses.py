"""Diagnoses of a claim: unknown, ended, a header that only groups codes, without its seventh character.

ICD-10-CM Official Guidelines for Coding and Reporting, section I.A.5 (placeholder X and 7th characters), section I.B.2 (highest specificity).
"""

from collections.abc import Iterator

from codes.models import Code
from codes.tools.claim_facts import Facts
from codes.tools.claim_found import CHECK, NOTE, PROBLEM, Finding, numbers, said
from codes.tools.claim_lines import Claim, dotted

GUIDELINES = "ICD-10-CM Official Guidelines for Coding and Reporting"
SPECIFIC, SEVENTH = f"{GUIDELINES}, section I.B.2", f"{GUIDELINES}, section I.A.5"
FULL_LENGTH, NAMED, POINTERS = 7, 8, 4


def diagnoses(claim: Claim, facts: Facts) -> Iterator[Finding]:
    """All findings about diagnoses by themselves."""
    for code in claim.all_diagnoses if "icd10cm" in facts.releases else ():
        lines = numbers(line for line in claim.lines if code in claim.of(line))
        found = fault(code, claim, facts)
        if found:
            what, do, rule = found
            yield Finding(PROBLEM, "diagnosis", lines, what, do, rule, facts.basis("icd10cm"))
    yield from pointers(claim)


def fault(code: str, claim: Claim, facts: Facts) -> tuple[str, str, str] | None:
    """What is wrong with a diagnosis, what to do, and the rule."""
    known = facts.diagnoses.get(code.replace(".", ""))
    if known is None:
        return unknown(code, facts)
    if known.end_date and known.end_date < claim.day:
        return f"{code} ended on {said(known.end_date)}, before the date of service.", "Use the code that took its place.", SPECIFIC
    if known.effective_date and known.effective_date > claim.day:
        return f"{code} takes effect on {said(known.effective_date)}, after the date of service.", "Use a code that was valid on that day.", SPECIFIC
    if known.status == Code.DELETED and not known.end_date:
        return f"{code} is deleted.", "Use the code that took its place.", SPECIFIC
    if known.billable:
        return None
    below = facts.below.get(known.pk, [])
    if characters := sevenths(below):
        return f"{code} lacks its seventh character.", f"Add one of {characters}{padding(code)}.", SEVENTH
    do = f"Use a code below it: {', '.join(below[:NAMED])}{' …' if len(below) > NAMED else ''}." if below else "Use a code below it."
    return f"{code} is a header that groups more specific codes and is not billable.", do, SPECIFIC


def sevenths(below: list[str]) -> str:
    """The seventh characters, where these are what the codes below a header add."""
    return ", ".join(code[-1] for code in below) if below and all(len(code.replace(".", "")) == FULL_LENGTH for code in below) else ""


def padding(code: str) -> str:
    """That X fills the places between, where there are any."""
    return "" if len(code.replace(".", "")) == FULL_LENGTH - 1 else ", with X in the empty places before it"


def unknown(code: str, facts: Facts) -> tuple[str, str, str]:
    """A code that is not there: how far it is known tells why."""
    bare = code.replace(".", "")
    nearest = facts.nearest(bare)
    if nearest is None:
        return f"{code} is not in ICD-10-CM.", "Look up the diagnosis.", SPECIFIC
    if nearest.billable:
        return f"{code} is not in ICD-10-CM; {nearest.code} is complete as it is.", f"Use {nearest.code} if it is what the record says.", SPECIFIC
    below = facts.below.get(nearest.pk, [])
    if (characters := sevenths(below)) and len(bare) == FULL_LENGTH:
        return f"{code} is not in ICD-10-CM: {nearest.code} takes the seventh characters {characters}.", "Choose one of them.", SEVENTH
    if characters:
        return f"{code} is not in ICD-10-CM: below {nearest.code} a seventh character is needed.", f"Add one of {characters}{padding(nearest.code)}.", SEVENTH
    return f"{code} is not in ICD-10-CM; {dotted(nearest.compact)} is, a header.", f"Use one below it: {', '.join(below[:NAMED])}.", SPECIFIC


def pointers(claim: Claim) -> Iterator[Finding]:
    """A professional claim's line points to four diagnoses at most, and to one at least."""
    rule = "Medicare Claims Processing Manual, chapter 26, section 10.4, item 24E"
    many = [line for line in claim.lines if claim.setting == "practitioner" and len(line.diagnoses) > POINTERS]
    if many:
        yield Finding(CHECK, "pointers", numbers(many), "More than four diagnoses stand on a line.", "Point to the four that matter most.", rule)
    without = [line for line in claim.lines if not claim.of(line)]
    if without and claim.all_diagnoses:
        yield Finding(NOTE, "pointers", numbers(without), "No diagnosis stands on the line.", "Name the diagnosis that it was done for.", rule)
