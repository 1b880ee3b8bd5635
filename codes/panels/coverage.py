"""Medicare coverage: status, relative values and the national payment amount.

National payment = total RVUs × conversion factor, that is with every geographic index at 1
(CMS, Physician Fee Schedule; LAYOUTS of the RVU file).
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from codes import indicators
from codes.panels.subject import Subject

SLUG, TITLE = "coverage", "Medicare Coverage"
CENT = Decimal("0.01")


def dollars(rvus: Decimal, factor: Decimal) -> Decimal:
    """RVUs × conversion factor, to the cent."""
    return (rvus * factor).quantize(CENT, ROUND_HALF_UP)


def context(subject: Subject) -> dict[str, Any]:
    """A row a line of the fee schedule (the code itself, 26, TC, 53), with totals and payment."""
    if not subject.fees:
        return {}
    rows = [
        {
            "line": fee,
            "nonfac": fee.nonfac_total,
            "fac": fee.fac_total,
            "nonfac_pay": dollars(fee.nonfac_total, fee.conv_factor),
            "fac_pay": dollars(fee.fac_total, fee.conv_factor),
        }
        for fee in subject.fees
    ]
    main = subject.fees[0]
    return {
        "rows": rows if any(row["nonfac"] for row in rows) else [],
        "status": main.status,
        "meaning": indicators.STATUS.get(main.status, indicators.UNKNOWN),
        "factor": main.conv_factor,
        "release": main.release,
    }
