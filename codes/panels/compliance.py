"""Compliance facts: status, global days with what they include, components, supervision; what to document, and what is audited."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format

from codes import indicators
from codes.models import Code, CompliancePoint, FeeScheduleLine
from codes.panels.subject import Subject

SLUG, TITLE = "compliance", "Compliance"
TABULAR = ("icd10cm", "icd9cm")
HEADINGS = {CompliancePoint.DOCUMENTATION: "What the record must show", CompliancePoint.AUDIT: "What auditors look for"}


def context(subject: Subject) -> dict[str, Any]:
    """The code's own standing, the indicators of its main line with what they mean, and editors' points."""
    line = subject.main_line
    points = CompliancePoint.objects.applying_to(subject.code, subject.above)
    found: dict[str, Any] = {
        "standing": standing(subject),
        "facts": list(facts(line)) if line else [],
        "package": indicators.PACKAGES.get(line.global_days) if line else None,
        "points": list(grouped(points)),
    }
    if not any(found.values()):
        return {}
    shares = (line.pre_op, line.intra_op, line.post_op) if line else ()
    return found | {"shares": [int(share * 100) for share in shares] if any(shares) else None, "release": line.release if line else None}


def grouped(points: list[CompliancePoint]) -> Iterator[dict[str, Any]]:
    """Editors' points by sort; whether all of them only came with the site."""
    for sort, title in HEADINGS.items():
        if rows := [point for point in points if point.sort == sort]:
            yield {"title": title, "rows": rows, "demonstration": all(point.demonstration for point in rows)}


def facts(line: FeeScheduleLine) -> Iterator[dict[str, Any]]:
    """The payment indicators, each explained. Supervision is there for diagnostic tests alone, NA where the line has it."""
    columns = [
        ("Status", line.status, indicators.STATUS),
        ("Global days", line.global_days, indicators.GLOBAL_DAYS),
        ("PC/TC", line.pctc, indicators.PCTC),
        ("Multiple procedures", line.mult_proc, indicators.MULTIPLE),
        ("Bilateral", line.bilat_surg, indicators.BILATERAL),
        ("Assistant at surgery", line.asst_surg, indicators.ASSISTANT),
        ("Co-surgeons", line.co_surg, indicators.CO_SURGEONS),
        ("Team surgery", line.team_surg, indicators.TEAM),
    ]
    if line.supervision not in ("", "09", "9"):
        columns.insert(3, ("Supervision", line.supervision, indicators.SUPERVISION))
    for name, value, meanings in columns:
        yield {"name": name, "value": value, "meaning": meanings.get(value, indicators.UNKNOWN)}
    for name, value, meaning in (("Office", line.nonfac_na, indicators.RARELY_OUTSIDE), ("Facility", line.fac_na, indicators.RARELY_INSIDE)):
        if value == "NA" and line.status in indicators.PRICED:
            yield {"name": name, "value": value, "meaning": meaning}


def standing(subject: Subject) -> list[tuple[str, str]]:
    """What holds of the code as such: deleted and replaced, ending, new; a header; a seventh character to come."""
    code, found = subject.code, []
    if code.status == Code.DELETED:
        replaced = code.details.get("replaced_by", [])
        when = f" after {date_format(code.end_date, 'F j, Y')}" if code.end_date else ""
        instead = f"The publisher refers to {', '.join(replaced)} in its place." if replaced else "The publisher names no code in its place."
        found.append(("Deleted", f"Not valid for services{when}. {instead}"))
    elif code.end_date:
        found.append(("Ends", f"The last day of service for it is {date_format(code.end_date, 'F j, Y')}."))
    if code.system.slug in TABULAR:
        header = "A header: a claim needs one of the more specific codes below it, to the last character that there is."
        found.append(("Billable", "As specific as it gets: valid on a claim.") if code.billable else ("Not billable", header))
    return found
