"""The rules that a claim is checked by, over facts that are loaded already. Their order, and that of the lines, changes nothing."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from codes import indicators
from codes.models import Code, FeeScheduleLine
from codes.modifier_objections import objection
from codes.modifier_rules import main_line
from codes.tools.claim_coverage import coverage
from codes.tools.claim_diagnoses import diagnoses
from codes.tools.claim_facts import AddOn, Facts
from codes.tools.claim_found import CHECK, NOTE, PROBLEM, Finding, Pair, numbers, said
from codes.tools.claim_lines import CPT_MODIFIERS, Claim, Line
from codes.tools.claim_pairs import pairs

UNITS_RULE, ADD_ON_RULE = "NCCI Policy Manual, chapter I, section V", "NCCI Policy Manual, chapter I, sections R and W"
BILATERAL_RULE = "Medicare Claims Processing Manual, chapter 12, section 40.7; MLN Matters SE1422"
CODES_RULE = "Medicare Claims Processing Manual, chapter 23, section 20: codes valid on the date of service"
REPEATS = frozenset({"76", "77", "91"})
CONTRACTOR_DEFINED, NAMED = "CCCCC", 8
UNPAID = {"B": CHECK, "D": PROBLEM, "I": PROBLEM, "N": CHECK, "M": NOTE}  # PFS status: what Medicare does not pay by it
CATEGORY_II = frozenset({"1P", "2P", "3P", "8P"})
PHYSICAL_STATUS = frozenset({"P1", "P2", "P3", "P4", "P5", "P6"})


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, the gravest first, and every pair in force among the lines."""

    findings: list[Finding]
    pairs: list[Pair]


def check(claim: Claim, facts: Facts) -> Report:
    """All rules."""
    judged = list(pairs(claim, facts))
    found = [finding for _, finding in judged if finding]
    for rule in (code_numbers, statuses, duplicates, units, bilateral, add_ons, modifiers, diagnoses):
        found += rule(claim, facts)
    found += coverage(claim, facts.articles, facts.basis("mcd-articles"))
    return Report(sorted(found, key=lambda finding: finding.order), [pair for pair, _ in judged])


def by_code(claim: Claim) -> dict[str, list[Line]]:
    """The lines of each code."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in claim.lines:
        found[line.code].append(line)
    return found


def code_numbers(claim: Claim, facts: Facts) -> Iterator[Finding]:
    """Codes that are unknown, ended, or not in effect yet."""
    for number, lines in by_code(claim).items():
        code = facts.codes.get(number)
        if code is None:
            if not facts.is_known(number):
                yield unknown_code(number, lines, facts)
            continue
        if code.end_date < claim.day if code.end_date else code.status == Code.DELETED:
            replacements = [str(new) for new in code.details.get("replaced_by", [])]
            what = f"{number} ended on {said(code.end_date)}, before the date of service." if code.end_date else f"{number} is deleted."
            do = f"It refers to {', '.join(replacements)}." if replacements else "Use a code that is valid on that day; the file names no other in its place."
        elif code.effective_date and code.effective_date > claim.day:
            what, do = f"{number} takes effect on {said(code.effective_date)}, after the date of service.", "Use a code that was valid on that day."
        elif not code.billable:
            what, do = f"{number} groups other codes and is not billable.", "Use a code below it."
        else:
            continue
        basis = facts.basis(code.system.slug)
        yield Finding(PROBLEM, "code", numbers(lines), what, do, CODES_RULE, basis, since=code.effective_date, until=code.end_date)


def unknown_code(number: str, lines: list[Line], facts: Facts) -> Finding:
    """A code that no file has. With no more than the demonstration's part of its files loaded it may be valid all the same."""
    partial = all(facts.is_partial(kind) for kind in (("cpt", "pfs") if number[0].isdigit() else ("hcpcs", "pfs")))
    what = f"{number} is in none of the loaded files of CPT, HCPCS and the fee schedule."
    do = "Look for a typing error." + (" Only the demonstration's codes are loaded here, so it may well be valid." if partial else "")
    return Finding(CHECK if partial else PROBLEM, "code", numbers(lines), what, do, CODES_RULE, facts.basis("cpt", "hcpcs", "pfs"))


def statuses(claim: Claim, facts: Facts) -> Iterator[Finding]:
    """What the fee schedule's status says of payment. A hospital is not paid by it."""
    for number, lines in by_code(claim).items() if claim.setting == "practitioner" else ():
        fee = main_line(facts.fees.get(number, []))
        if fee is not None and fee.status in UNPAID:
            meaning = indicators.STATUS[fee.status]
            what = f"{number} has status {fee.status} in the fee schedule: {meaning.name.lower()}. {meaning.rule}"
            do = "Expect no payment for it from Medicare under the fee schedule; other payers may differ."
            yield Finding(UNPAID[fee.status], "status", numbers(lines), what, do, "Medicare PFS, column STATUS CODE", facts.basis("pfs"))


def duplicates(claim: Claim, facts: Facts) -> Iterator[Finding]:
    """Lines with the same code and modifiers, none of which says that it was repeated."""
    same: dict[tuple[str, tuple[str, ...]], list[Line]] = defaultdict(list)
    for line in claim.lines:
        if not REPEATS & set(line.modifiers):
            same[line.code, tuple(sorted(line.modifiers))].append(line)
    for (code, carried), lines in same.items():
        if len(lines) > 1:
            what = f"{code}{' with ' + ', '.join(carried) if carried else ''} stands on {len(lines)} lines."
            do = "Count the units on one line, or show the repetition with 76, 77 or 91, or another site with its modifier."
            yield Finding(CHECK, "duplicate", numbers(lines), what, do, "Medicare Claims Processing Manual, chapter 1, section 120")


def units(claim: Claim, facts: Facts) -> Iterator[Finding]:
    """Units above the MUE: of a line (MAI 1), or of a day, summed over the lines of the code (MAI 2 and 3)."""
    for number, lines in by_code(claim).items():
        edit = facts.units.get(number)
        if edit is None:
            continue
        basis, most = facts.basis("mue"), f"at most {edit.value} {'unit' if edit.value == 1 else 'units'}"
        if edit.mai == 1:
            over = [line for line in lines if line.units > edit.value]
            what = f"{number} has {most} on a line (MAI 1); more stand on it."
            do = "Correct the units; what is necessary beyond goes on a line of its own with 59, 76, 77, 91 or the modifier of its site."
        else:
            total = sum(line.units for line in lines)
            over = lines if total > edit.value else []
            what = f"{number} has {most} a day (MAI {edit.mai}); the claim has {total}."
            do = (
                "Correct the units: the limit follows from policy, and no appeal pays more."
                if edit.mai == 2
                else "Correct the units; what is necessary beyond is denied first and paid on appeal alone."
            )
            do += both_sides(lines, main_line(facts.fees.get(number, [])))
        if over:
            yield Finding(PROBLEM, "units", numbers(over), what, do, UNITS_RULE, basis)


def both_sides(lines: list[Line], fee: FeeScheduleLine | None) -> str:
    """The advice for a service on both sides that stands on several lines or has several units."""
    if fee is None or fee.bilat_surg != "1":
        return ""
    return f" If {fee.code} was done on both sides, report one line with modifier 50 and one unit ({BILATERAL_RULE})."


def bilateral(claim: Claim, facts: Facts) -> Iterator[Finding]:
    """Modifier 50 with more than one unit, or beside LT or RT."""
    for line in claim.lines:
        fee = main_line(facts.fees.get(line.code, []))
        if "50" not in line.modifiers or fee is None or fee.bilat_surg != "1":
            continue
        if line.units > 1:
            what = f"{line.code}-50 has {line.units} units; modifier 50 says both sides with one."
            yield Finding(CHECK, "bilateral", (line.number,), what, "Report one unit.", BILATERAL_RULE, facts.basis("pfs"))
        if {"LT", "RT"} & set(line.modifiers):
            what = f"{line.code} carries 50 and the modifier of one side."
            yield Finding(CHECK, "bilateral", (line.number,), what, "Keep 50 for both sides, or LT or RT for one.", BILATERAL_RULE, facts.basis("pfs"))


def add_ons(claim: Claim, facts: Facts) -> Iterator[Finding]:
    """Add-on codes without a primary code."""
    there = {line.code for line in claim.lines}
    primary_like = there - set(facts.added)
    for number, lines in by_code(claim).items():
        relations = facts.added.get(number, [])
        if relations and not any(relation.primary in there for relation in relations):
            severity, what, do = without_primary(number, relations, others=bool(primary_like))
            yield Finding(severity, "add-on", numbers(lines), what, do, ADD_ON_RULE, facts.basis("add-on"))


def without_primary(number: str, relations: list[AddOn], *, others: bool) -> tuple[str, str, str]:
    """How grave it is that no listed primary is there, what it is, and what to do; by the type of the edit."""
    listed = [relation.primary for relation in relations if relation.primary != CONTRACTOR_DEFINED]
    some = ", ".join(listed[:NAMED]) + (f" or {len(listed) - NAMED} more" if len(listed) > NAMED else "")
    kind = relations[0].type
    if kind == 1:
        return PROBLEM, f"{number} is an add-on code (type 1) without its primary code.", f"It needs one of {some}."
    severity = NOTE if others and kind == 2 else CHECK if others else PROBLEM
    if kind == 2:
        what = f"{number} is an add-on code (type 2): CMS lists no primary codes, the contractor decides" + (
            "." if others else ", and no other code stands here."
        )
        return severity, what, "Make sure that the primary service is on the claim, as the code book and the contractor have it."
    what = f"{number} is an add-on code (type 3), and none of the primary codes that CMS lists is there."
    return severity, what, f"It needs one of {some}, or another that the contractor takes."


def modifiers(claim: Claim, facts: Facts) -> Iterator[Finding]:
    """Modifiers that are unknown, ended, or do not fit the code."""
    for line in claim.lines:
        for modifier in line.modifiers:
            why = objection(modifier, line.code, facts.fees.get(line.code, []))
            if why:
                text, _, rule = why.removesuffix(".").removesuffix(")").rpartition(" (")
                do = f"Take {modifier} off {line.code}, or look for the code that it belongs to."
                yield Finding(PROBLEM, "modifier", (line.number,), f"{line.code}-{modifier}: {text or why}", do, in_full(rule), facts.basis("pfs"))
            if not is_listed(modifier, claim, facts):
                what = f"Modifier {modifier} is not in force on the date of service." if modifier in facts.modifiers else f"Modifier {modifier} is not known."
                yield Finding(CHECK, "modifier", (line.number,), what, "Look for a typing error.", "HCPCS Level II, list of modifiers", facts.basis("hcpcs"))


def in_full(rule: str) -> str:
    """A rule with the manual's name written out."""
    return rule.replace("MCPM", "Medicare Claims Processing Manual,")


def is_listed(modifier: str, claim: Claim, facts: Facts) -> bool:
    """Whether a modifier is in force. Without a list of HCPCS modifiers nothing can be said of those with letters."""
    if found := facts.modifiers.get(modifier):
        return any(not (one.end_date and one.end_date < claim.day) and not (one.effective_date and one.effective_date > claim.day) for one in found)
    return modifier in CPT_MODIFIERS | CATEGORY_II | PHYSICAL_STATUS or "LT" not in facts.modifiers
