"""What Medicare pays for one line of the fee schedule, step by step, and what a line's own modifiers do to it.

Payment = (work RVU × work GPCI + PE RVU × PE GPCI + MP RVU × MP GPCI) × conversion factor, with the practice expense
of the setting (CMS, Physician Fee Schedule Relative Value File, record layout). Nothing is rounded on the way: the
result to the cent, half a cent up, is the fee schedule amount. Reductions start from that amount; all percentages of
a line are applied together, and rounded once. What several lines do to each other: `codes.payment_several`.

Sources: Medicare Claims Processing Manual (MCPM), chapter 12, sections 20 to 40; the record layout, by column.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, TypeVar

from codes import indicators
from codes.models import FeeScheduleLine, Gpci

Some = TypeVar("Some")
CENT, ONE, ZERO = Decimal("0.01"), Decimal(1), Decimal(0)
PAID = ("A", "R", "T")  # status codes that are paid by relative values
ASSISTANTS = ("80", "81", "82", "AS")
COMPONENTS = ("26", "TC")
LAYOUT, MANUAL = "Record layout of the RVU file", "MCPM chapter 12, section"
# Modifiers that change the amount by rules that are not computed here, with where they stand.
NOT_COMPUTED = {
    "22": "MCPM chapter 12, section 20.4.6",
    "CO": "Social Security Act, section 1834(v)",
    "CQ": "Social Security Act, section 1834(v)",
    "CT": "Social Security Act, section 1834(p)",
    "FX": "Social Security Act, section 1848(b)(9)",
    "FY": "Social Security Act, section 1848(b)(9)",
}
PORTIONS = {
    "54": "The operation with the care before it: preoperative and intraoperative share.",
    "55": "The care after it: postoperative share, for the whole of the period.",
    "56": "The care before it: preoperative share, which Medicare contractors mostly pay to whoever operates, with 54.",
}


class Index(NamedTuple):
    """The geographic practice cost indices of a place."""

    work: Decimal
    pe: Decimal
    mp: Decimal


NATIONAL = Index(ONE, ONE, ONE)


class Step(NamedTuple):
    """One of the three parts: relative values × index."""

    what: str
    rvu: Decimal
    gpci: Decimal
    product: Decimal


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee schedule amount with its steps: dollars to the cent."""

    steps: tuple[Step, ...]
    total: Decimal
    factor: Decimal
    amount: Decimal


class Rule(NamedTuple):
    """What a modifier does: the share of the amount that is paid (`None` by report), why, and where the rule stands."""

    modifier: str
    share: Decimal | None
    why: str
    source: str

    @property
    def percent(self) -> Decimal | None:
        """The share in percent: 150, 13.6."""
        return None if self.share is None else (self.share * 100).normalize() + ZERO


def cents(amount: Decimal) -> Decimal:
    """Dollars to the cent, half a cent up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def index_of(gpci: Gpci) -> Index:
    """The indices of a loaded locality."""
    return Index(gpci.work, gpci.pe, gpci.mp)


def fee(line: FeeScheduleLine, index: Index = NATIONAL, *, facility: bool = False, pe_share: Decimal = ONE) -> Fee:
    """The fee schedule amount. `pe_share` is the part of the practice expense that is paid (therapy, chapter 5, section 10.7)."""
    expense = (line.fac_pe_rvu if facility else line.nonfac_pe_rvu) * pe_share
    parts = (("Work", line.work_rvu, index.work), ("Practice expense", expense, index.pe), ("Malpractice", line.mp_rvu, index.mp))
    steps = tuple(Step(what, rvu, by, rvu * by) for what, rvu, by in parts)
    total = sum((step.product for step in steps), ZERO)
    return Fee(steps, total, line.conv_factor, cents(total * line.conv_factor))


def cap(line: FeeScheduleLine, index: Index, *, facility: bool) -> Decimal | None:
    """What a hospital's outpatient department is paid for the technical component of imaging, which the fee schedule may not exceed; dollars.

    Columns PE and MP USED FOR OPPS PAYMENT AMOUNT; Deficit Reduction Act of 2005, section 5102(b). None where the line has none.
    """
    expense = line.opps_fac if facility else line.opps_nonfac
    return cents((expense * index.pe + line.opps_mp * index.mp) * line.conv_factor) if expense else None


def pick(lines: Mapping[str, FeeScheduleLine], modifiers: Sequence[str]) -> FeeScheduleLine | None:
    """The line that is priced, of a code's lines by modifier: that of 26, TC or 53 where the modifier is given, else the whole service's."""
    named = next((modifier for modifier in modifiers if modifier in COMPONENTS), "")
    if named:
        return lines.get(named)
    return lines.get("53") if "53" in modifiers and "53" in lines else lines.get("")


def unpaid(lines: Mapping[str, FeeScheduleLine], modifiers: Sequence[str]) -> str:
    """Why the fee schedule has no amount for a code with these modifiers; empty where it has one."""
    whole = lines.get("")
    if whole is None:
        return "The fee schedule of this release does not list the code."
    line = pick(lines, modifiers)
    if line is None:
        named = next(modifier for modifier in modifiers if modifier in COMPONENTS)
        return f"There is no line with {named}. PC/TC indicator {whole.pctc}: {indicators.PCTC.get(whole.pctc, indicators.UNKNOWN).rule}"
    meaning = indicators.STATUS.get(line.status, indicators.UNKNOWN)
    if line.status not in PAID:
        return f"Status {line.status}, {lowered(meaning.name)}: {meaning.rule}"
    if not line.nonfac_total and not line.fac_total:
        return f"Status {line.status}, but without relative values: the Medicare contractor sets the price."
    return refused(line, modifiers)


def refused(line: FeeScheduleLine, modifiers: Sequence[str]) -> str:
    """Why a surgeon's role is not paid for this procedure (columns ASST SURG, CO-SURG and TEAM SURG)."""
    roles = (
        (ASSISTANTS, line.asst_surg, ("1", "9"), "Assistant", indicators.ASSISTANT),
        (("62",), line.co_surg, ("0", "9"), "Co-surgeon", indicators.CO_SURGEONS),
        (("66",), line.team_surg, ("0", "9"), "Team", indicators.TEAM),
    )
    for named, value, no, role, meanings in roles:
        given = next((modifier for modifier in modifiers if modifier in named), "")
        if given and (value in no or not value):
            meaning = meanings.get(value, indicators.UNKNOWN)
            return f"Not paid with {given}. {role} indicator {value or 'empty'}, {lowered(meaning.name)}: {meaning.rule}"
    return ""


def lowered(name: str) -> str:
    """A name within a sentence."""
    return name[:1].lower() + name[1:]


def rules(line: FeeScheduleLine, modifiers: Sequence[str]) -> list[Rule]:
    """What the line's own modifiers do to its amount, once `unpaid` has found nothing; their order does not matter."""
    found = [sides(line)] if "50" in modifiers else []
    found += [assistant(line, modifier) for modifier in ASSISTANTS if modifier in modifiers][:1]
    if "62" in modifiers:
        need = " with documentation of the need" if line.co_surg == "1" else ""
        found.append(Rule("62", Decimal("0.625"), f"Each of two surgeons is paid 62.5 percent{need}: co-surgeon indicator {line.co_surg}.", f"{MANUAL} 40.8"))
    if "66" in modifiers:
        found.append(Rule("66", None, f"A team is paid by report: team indicator {line.team_surg}.", f"{MANUAL} 40.8"))
    found += portions(line, modifiers)
    for modifier, section in (("52", "20.4.6"), ("53", "30.1")):
        if modifier in modifiers and line.modifier != modifier:
            found.append(Rule(modifier, None, "Reduced and discontinued services are paid by report, at less than the whole amount.", f"{MANUAL} {section}"))
    return found


def sides(line: FeeScheduleLine) -> Rule:
    """Both sides (column BILAT SURG)."""
    share = {"1": Decimal("1.5"), "3": Decimal(2)}.get(line.bilat_surg, ONE)
    meaning = indicators.BILATERAL.get(line.bilat_surg, indicators.UNKNOWN)
    return Rule("50", share, f"Bilateral indicator {line.bilat_surg}, {lowered(meaning.name)}. {meaning.rule}", f"{MANUAL} 40.7")


def assistant(line: FeeScheduleLine, modifier: str) -> Rule:
    """A physician who assists, 16 percent; a physician assistant, nurse practitioner or clinical nurse specialist, 85 percent of that."""
    need = " Paid only where documentation shows the need." if line.asst_surg == "0" else ""
    if modifier == "AS":
        why = f"An assistant who is a PA, NP or CNS is paid 85 percent of 16 percent.{need}"
        return Rule(modifier, Decimal("0.136"), why, f"{MANUAL}s 110.2 and 120.1")
    return Rule(modifier, Decimal("0.16"), f"An assistant at surgery is paid 16 percent.{need}", f"{MANUAL} 20.4.3")


def portions(line: FeeScheduleLine, modifiers: Sequence[str]) -> Iterator[Rule]:
    """Parts of the global package, by the shares of columns PRE OP, INTRA OP and POST OP. Without shares nothing is divided."""
    shares = {"54": line.pre_op + line.intra_op, "55": line.post_op, "56": line.pre_op}
    given = [modifier for modifier in shares if modifier in modifiers]
    source = f"{MANUAL} 40.4; columns PRE OP, INTRA OP and POST OP"
    if given and not line.intra_op:
        why = f"Global days {line.global_days}: the schedule divides this procedure into no shares, so the modifier does not fit."
        yield Rule(", ".join(given), None, why, source)
    elif given:
        yield Rule(", ".join(given), sum((shares[modifier] for modifier in given), ZERO), " ".join(PORTIONS[modifier] for modifier in given), source)
    if "78" in modifiers:
        why = "the intraoperative share alone" if line.intra_op else "in full, since the schedule divides this procedure into no shares"
        yield Rule("78", line.intra_op or ONE, f"Back to the operating room for a complication: paid {why}.", source)


def evenly(ordered: Sequence[Some], count: int) -> list[Some]:
    """So many of an ordered list: the first, the last, and others evenly between them; all where there are no more."""
    if len(ordered) <= count:
        return list(ordered)
    return [ordered[round(place * (len(ordered) - 1) / (count - 1))] for place in range(count)]
