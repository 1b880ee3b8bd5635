"""What Medicare pays for several lines of one practitioner, patient and day: the reductions that lines take beside each other.

The fee schedule's column MULT PROC says by which rule (each names its source below). Each unit counts as a procedure
of its own. Assistants are ranked apart from surgeons: they are other people. Amounts are dollars to the cent.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from codes.payment import ASSISTANTS, NATIONAL, ONE, ZERO, Index, fee
from codes.payment_line import Asked, Priced, Run, Unpaid, begun

HALF = Decimal("0.5")
RANKS = 5  # the first in full, the second to the fifth at half, what follows by report
SURGERY = "MULT PROC 2; MCPM chapter 12, section 40.6"
ENDOSCOPY = "MULT PROC 3 and ENDO BASE; MCPM chapter 12, section 40.6"
THERAPY = "MULT PROC 5; MCPM chapter 5, section 10.7"
ONLY_ALONE = "Status T, paid only on its own: another line of the day is paid by the fee schedule, and this one is part of it."


class Tests(NamedTuple):
    """What later tests of a day are paid of the professional and of the technical component, and where the rule stands."""

    professional: Decimal
    technical: Decimal
    source: str


TESTS = {
    "4": Tests(Decimal("0.95"), HALF, "MULT PROC 4; Social Security Act, section 1848(b)(4)(D) and (b)(10)"),
    "6": Tests(ONE, Decimal("0.75"), "MULT PROC 6; CY 2013 final rule, 77 FR 68892"),
    "7": Tests(ONE, Decimal("0.8"), "MULT PROC 7; CY 2013 final rule, 77 FR 68892"),
}


def price(asked: Sequence[Asked], index: Index = NATIONAL, *, facility: bool = False) -> list[Priced | Unpaid]:
    """Every line in its order, with what it is paid beside the others."""
    found = only_alone([begun(entry, index, facility) for entry in asked])
    payable = [entry for entry in found if isinstance(entry, Priced)]
    for assisting in (False, True):
        surgeries([entry for entry in payable if entry.line.mult_proc in ("2", "3") and is_assisting(entry) is assisting])
    for indicator, shares in TESTS.items():
        tests([entry for entry in payable if entry.line.mult_proc == indicator], shares)
    therapies([entry for entry in payable if entry.line.mult_proc == "5"], index, facility)
    for entry in payable:
        entry.runs = entry.runs or [Run(entry.asked.units, entry.paid(entry.worth))]
    return found


def only_alone(found: list[Priced | Unpaid]) -> list[Priced | Unpaid]:
    """Lines of status T are not paid beside others that are."""
    others = any(isinstance(entry, Priced) and entry.line.status != "T" for entry in found)
    return [Unpaid(entry.asked, ONLY_ALONE) if others and isinstance(entry, Priced) and entry.line.status == "T" else entry for entry in found]


def is_assisting(entry: Priced) -> bool:
    """Whether the line is an assistant's."""
    return any(modifier in ASSISTANTS for modifier in entry.asked.modifiers)


# Surgery and endoscopy


class Piece(NamedTuple):
    """Units of a line that stand in one place of the ranking, with what their endoscopic family takes off each."""

    entry: Priced
    units: int
    less: Decimal = ZERO
    why: str = ""


class Service(NamedTuple):
    """What is ranked: a procedure, as often as it has units, or a family of endoscopies, once."""

    rank: Decimal
    places: int
    pieces: list[Piece]


def surgeries(entries: list[Priced]) -> None:
    """The dearest procedure in full, the second to the fifth at half, the others by report. Both sides and families count first."""
    if sum(entry.asked.units for entry in entries) < 2:
        return
    services = sorted(ranked(entries), key=lambda service: service.rank, reverse=True)
    alone, place = sum(service.places for service in services) == 1, 0
    for service in services:
        for share, places in shares(place, service.places):
            for piece in service.pieces:
                units = piece.units if len(service.pieces) > 1 else places
                piece.entry.runs.append(run(piece, units, share, alone))
        place += service.places


def shares(place: int, places: int) -> Iterator[tuple[Decimal | None, int]]:
    """How many of the procedures from a place on (0 is the dearest) are paid which share."""
    for share, first, end in ((ONE, 0, 1), (HALF, 1, RANKS), (None, RANKS, place + places)):
        count = min(end, place + places) - max(first, place)
        if count > 0:
            yield share, count


def run(piece: Piece, units: int, share: Decimal | None, alone: bool) -> Run:
    """Units of a line in a place of the ranking."""
    entry, why = piece.entry, [piece.why] if piece.why else []
    if share is None:
        least = entry.paid(entry.worth, HALF, piece.less)
        each, said = None, "Sixth procedure of the day or later: by report" + (f", at least ${least} each." if least is not None else ".")
    else:
        each = entry.paid(entry.worth, share, piece.less)
        said = "Second to fifth procedure of the day: 50 percent." if share == HALF else "Dearest procedure of the day: in full."
    if not alone:
        why.append(said)
    return Run(units, each, " ".join(why), "; ".join(([ENDOSCOPY] if piece.why else []) + ([] if alone else [SURGERY])))


def ranked(entries: list[Priced]) -> Iterator[Service]:
    """The services of a day: families of endoscopies as one each, and everything else by itself."""
    bases = {entry.line.endo_base for entry in entries if entry.base is not None}
    families: dict[str, list[Priced]] = {}
    for entry in entries:
        name = entry.line.endo_base if entry.base is not None else entry.line.code if entry.line.code in bases else ""
        if name:
            families.setdefault(name, []).append(entry)
        else:
            yield plain(entry)
    for base, members in families.items():
        together = sum(member.asked.units for member in members) > 1
        yield family(base, members) if together else plain(members[0])


def plain(entry: Priced) -> Service:
    """A procedure that belongs to no family of the day."""
    lost = entry.line.mult_proc == "3" and entry.base is None
    why = f"Its base endoscopy {entry.line.endo_base} is not loaded, so that the rule of families is not applied." if lost else ""
    return Service(entry.worth * entry.sides, entry.asked.units, [Piece(entry, entry.asked.units, ZERO, why)])


def family(base: str, members: list[Priced]) -> Service:
    """Endoscopies of one base: the dearest in full, the others by what goes beyond the base; the base itself is part of them."""
    first, *others = sorted(members, key=lambda member: (member.line.code != base, member.worth * member.sides), reverse=True)
    pieces = [Piece(first, 1, ZERO, f"Dearest endoscopy of family {base}.")]
    for member, units in ((first, first.asked.units - 1), *((other, other.asked.units) for other in others)):
        if units and member.base is None:
            pieces.append(Piece(member, units, member.worth * member.sides, "Part of the other endoscopies of its family: nothing is paid besides."))
        elif units:
            pieces.append(Piece(member, units, member.base or ZERO, f"Another endoscopy of family {base}: less the base, ${member.base}."))
    return Service(sum((piece.units * (piece.entry.worth * piece.entry.sides - piece.less) for piece in pieces), ZERO), 1, pieces)


# Tests and therapy


def tests(entries: list[Priced], rule: Tests) -> None:
    """The dearest professional and the dearest technical component of a day in full, all others by their shares."""
    if sum(entry.asked.units for entry in entries) < 2:
        return
    dearest = max(entries, key=lambda entry: entry.professional), max(entries, key=lambda entry: entry.technical)
    for entry in entries:
        lead = (entry is dearest[0] or not entry.professional, entry is dearest[1] or not entry.technical)
        for units, (professional, technical) in ((1, lead), (entry.asked.units - 1, (not entry.professional, not entry.technical))):
            if units:
                entry.runs.append(tested(entry, units, ONE if professional else rule.professional, ONE if technical else rule.technical, rule.source))


def tested(entry: Priced, units: int, professional: Decimal, technical: Decimal, source: str) -> Run:
    """Units of a test with the shares of its components."""
    parts = (("professional", entry.professional, professional), ("technical", entry.technical, technical))
    reduced = [f"{name} component {share:.0%}".replace("%", " percent") for name, amount, share in parts if amount and share != ONE]
    why = f"Another test of the day: {', '.join(reduced)}." if reduced else "Dearest test of the day: in full."
    if not entry.professional and not entry.technical:
        why = "Its technical component has a code of its own; what the rule takes off it is not computed here."
    return Run(units, entry.paid(entry.tested(professional, technical)), why, source)


def therapies(entries: list[Priced], index: Index, facility: bool) -> None:
    """The unit with the highest practice expense of a day in full, all others with half of theirs."""
    if sum(entry.asked.units for entry in entries) < 2:
        return
    dearest = max(entries, key=lambda entry: entry.fee.steps[1].product)
    for entry in entries:
        others = entry.asked.units
        if entry is dearest:
            entry.runs.append(Run(1, entry.paid(entry.worth), "Highest practice expense of the day: in full.", THERAPY))
            others -= 1
        if others:
            halved = fee(entry.line, index, facility=facility, pe_share=HALF).amount
            entry.runs.append(Run(others, entry.paid(halved), "Another therapy unit of the day: practice expense 50 percent.", THERAPY))
