"""Compliance facts: status, global days, components, sides, assistants and co-surgeons, each explained."""

from typing import Any

from codes import indicators
from codes.panels.subject import Subject

SLUG, TITLE = "compliance", "Compliance"


def context(subject: Subject) -> dict[str, Any]:
    """The indicators of the code's main line, with what they mean."""
    line = subject.main_line
    if line is None:
        return {}
    columns = (
        ("Status", line.status, indicators.STATUS),
        ("Global days", line.global_days, indicators.GLOBAL_DAYS),
        ("PC/TC", line.pctc, indicators.PCTC),
        ("Multiple procedures", line.mult_proc, indicators.MULTIPLE),
        ("Bilateral", line.bilat_surg, indicators.BILATERAL),
        ("Assistant at surgery", line.asst_surg, indicators.ASSISTANT),
        ("Co-surgeons", line.co_surg, indicators.CO_SURGEONS),
        ("Team surgery", line.team_surg, indicators.TEAM),
    )
    facts = [{"name": name, "value": value, "meaning": meanings.get(value, indicators.UNKNOWN)} for name, value, meanings in columns]
    shares = (line.pre_op, line.intra_op, line.post_op)
    return {"facts": facts, "shares": [int(share * 100) for share in shares] if any(shares) else None, "release": line.release}
