"""Medically unlikely edits: `MCR_MUE_PractitionerServices_Eff_mm-dd-yyyy` and those of outpatient hospitals and DME suppliers.

Below a quoted notice of several lines: HCPCS/CPT code, "Practitioner Services MUE Values" (the caption names the setting),
adjudication indicator (its first digit: 1 by line, 2 and 3 by day), rationale (CMS, NCCI medically unlikely edits).
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from codes.models import MueEdit
from codes.releases import captioned
from codes.releases.reading import Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import SPREADSHEETS, fold
from codes.releases.tally import Tally

KIND, TITLE = "mue", "Medically unlikely edits (MUE)"
FILES = r"(^|[^a-z])mue|medically.unlikely"
MONTHS: tuple[int, ...] = (1, 4, 7, 10)
EDITS = Table(MueEdit, "MUE values", ("code", "value", "mai", "rationale"), key=("code",), recorded=True)
TABLES: tuple[Table, ...] = (EDITS,)
FORMS = (".csv", ".txt", *SPREADSHEETS)  # a zip holds the same in several: the first of these is read
CAPTIONS = {
    "code": ("HCPCS/CPT Code", r"(HCPCS|CPT)+(CODES?)?|CODES?"),
    "value": ("Practitioner Services MUE Values", r".*MUE(VALUES?)?"),
    "mai": ("MUE Adjudication Indicator", r".*ADJUDICATIONINDICATOR|(MUE)?MAI"),
    "rationale": ("MUE Rationale", r".*RATIONALE"),
}
SETTINGS = {
    "practitioner": ("practitioner", r"PRACTITIONER"),
    "dme": ("DME supplier", r"DME|DURABLE|SUPPLIER"),
    "outpatient": ("outpatient hospital", r"OUTPATIENT|HOSPITAL|FACILITY"),
}
KNOWN = {  # rationales of July 2024: one that ends a file without a line end is whole if it is among them
    "CLINICALCMSWORKGROUP", "CLINICALDATA", "CLINICALSOCIETYCOMMENT", "CMSPOLICY", "CODEDESCRIPTORCPTINSTRUCTION", "COMPOUNDEDDRUGPOLICY",
    "ANATOMICCONSIDERATION", "DRUGDISCONTINUED", "NATUREOFANALYTE", "NATUREOFEQUIPMENT", "NATUREOFSERVICEPROCEDURE", "ORALMEDICATIONNOTPAYABLE",
    "PRESCRIBINGINFORMATION", "PUBLISHEDCONTRACTORPOLICY",
}  # fmt: skip


def read(source: Source, tally: Tally) -> Reading:
    """One setting's values. The caption says which setting, the file's name since when."""
    member = captioned.chosen(
        source, FILES, FORMS, lambda name: name.rpartition(".")[0].casefold(), "the MUE table of one setting (each is a release of its own)"
    )
    effective = since(member, source)
    with captioned.opened(member, CAPTIONS, optional={"rationale"}) as table:
        part = setting(table.columns.captions["value"], member)
    return Reading(
        title=f"MUE, {SETTINGS[part][0]}, {effective:%B %Y}",
        version=f"{effective:%Y-%m}",
        effective=effective,
        part=part,
        rows=values(member, tally),
        copyright_line="Edits: CMS, public domain. CPT codes are the American Medical Association's",
    )


def since(member: Member, source: Source) -> date:
    """The day in its name (Eff_07-01-2024), or the quarter in that of its zip (2024-q3)."""
    for name in (member.name, member.place, source.name):
        if day := re.search(r"(?<!\d)(\d{1,2})[-_. /](\d{1,2})[-_. /](20\d\d)(?!\d)", name):
            try:
                return date(int(day[3]), int(day[1]), int(day[2]))
            except ValueError:
                raise Refused("a file name with a date was expected, as Eff_07-01-2024", file=member.place, value=day[0]) from None
    if found := captioned.quarter_in(member.name, member.place, source.name):
        return date(found[0], 3 * found[1] - 2, 1)
    raise Refused("a file name with the effective date was expected, as MCR_MUE_PractitionerServices_Eff_07-01-2024.csv", file=member.place)


def setting(caption: str, member: Member) -> str:
    """Whose values they are: by the caption, else by the file's name."""
    for text in (caption, member.name, member.place):
        for part, (_, pattern) in SETTINGS.items():
            if re.search(pattern, fold(text)):
                return part
    raise Refused(f"a caption that names the setting was expected, as {CAPTIONS['value'][0]}", file=member.place, column=caption)


def values(member: Member, tally: Tally) -> Iterator[tuple[Table, tuple[Any, ...]]]:
    """A row a code; one that comes again is refused."""
    lines: dict[str, int] = {}
    rationales = set(KNOWN)
    with captioned.opened(member, CAPTIONS, optional={"rationale"}) as table:
        for row in table.rows(tally):
            code = table.code(row, "code")
            if code in lines:
                raise row.refused("code", code, f"a code that is not in the file already was expected (it is in line {lines[code]})")
            lines[code] = row.number
            mai = row.matching("mai", r"[123]\b.*", "an indicator that begins with 1, 2 or 3")[0]
            rationale = row.text("rationale", longest=120)
            if table.cut and "rationale" in row.columns.at and fold(rationale) not in rationales:
                raise row.refused("rationale", rationale, "a rationale that other rows have too was expected: the file is cut off")
            rationales.add(fold(rationale))
            tally.read += 1
            tally.stored[EDITS.title] += 1
            yield EDITS, (code, row.whole("value"), int(mai), rationale)
