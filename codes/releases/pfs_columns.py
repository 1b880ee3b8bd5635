"""The columns of the fee schedule's RVU file: their captions, their places in the .txt of fixed width, and how their values are read.

Source: CMS, record layout of the National Physician Fee Schedule Relative Value File (RVUPUF), and the files of 2024 and 2025.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from codes.releases.tables import clean

NOISE = Decimal("0.000001")  # what a spreadsheet's binary fractions are off by, at most

Parser = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. Captions are joined from the lines that they are stacked over; `fixed` is from where to where."""

    name: str
    parse: Parser  # raises ValueError with what was expected
    fixed: tuple[int, int]
    captions: tuple[str, ...]
    optional: bool = False


def code(cell: str) -> str:
    """Five characters. Spreadsheets drop the zeros that anesthesia codes begin with."""
    text = clean(cell).upper()
    text = text.zfill(5) if re.fullmatch(r"\d{3,4}", text) else text
    return fitting(text, r"[0-9A-Z]\d{3}[0-9A-Z]", "a code of five characters was expected")


def base(cell: str) -> str:
    """The endoscopic base code of a family, if there is one."""
    return code(cell) if clean(cell) else ""


def modifier(cell: str) -> str:
    """26, TC, 53, or none."""
    return fitting(clean(cell).upper(), r"([0-9A-Z]{2})?", "a modifier of two characters, or none, was expected")


def status(cell: str) -> str:
    """The status code: one letter."""
    return fitting(clean(cell).upper(), r"[A-Z]", "a status of one letter was expected")


def indicator(cell: str) -> str:
    """One digit or letter."""
    return fitting(clean(cell).upper(), r"[0-9A-Z]?", "an indicator of one character was expected")


def days(cell: str) -> str:
    """Global days: 000, 010, 090, MMM, XXX, YYY or ZZZ, with the zeros that spreadsheets drop."""
    text = clean(cell).upper()
    return fitting(text.zfill(3) if text.isdigit() else text, r"\d{3}|([MXYZ])\1\1", "global days, as 000, 010, 090 or XXX, were expected")


def mark(cell: str) -> str:
    """NA, +, or a number of two digits."""
    return fitting(clean(cell).upper(), r".{0,2}", "at most two characters were expected")


def level(cell: str) -> str:
    """The level of supervision, two characters: 09, 6A."""
    text = mark(cell)
    return text.zfill(2) if text.isdigit() else text


def words(cell: str) -> str:
    """The short descriptor."""
    return fitting(clean(cell), r".{0,120}", "at most 120 characters were expected")


def fitting(text: str, pattern: str, expected: str) -> str:
    """The text, which must fit the whole pattern."""
    if not re.fullmatch(pattern, text):
        raise ValueError(expected)
    return text


def number(cell: str, places: int, below: int) -> str:
    """A number with so many decimals, not below zero, as text."""
    text = clean(cell).replace(",", "")
    exact = Decimal(fitting(text, r"-?(\d{1,12}\.?\d*|\.\d+)", "a number was expected"))
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if not 0 <= exact < below or abs(exact - rounded) > NOISE:
        raise ValueError(f"a number from 0 to {below - 1} with at most {places} decimals was expected")
    return str(rounded)


def rvu(cell: str) -> str:
    """Relative value units."""
    return number(cell, 2, 1_000_000)


def cap(cell: str) -> str:
    """Relative value units; none where the cap of the outpatient system does not concern the line."""
    return rvu(cell) if clean(cell).upper() not in {"", "NA"} else "0.00"


def share(cell: str) -> str:
    """The share of a stage in the work of a procedure with a global period."""
    return number(clean(cell) or "0", 2, 100)


def factor(cell: str) -> str:
    """Dollars for one unit."""
    return number(cell, 4, 10_000)


COLUMNS = (
    Column("code", code, (0, 5), ("HCPCS", "HCPCS CODE")),
    Column("modifier", modifier, (5, 7), ("MOD", "MODIFIER")),
    Column("status", status, (57, 58), ("STATUS CODE", "STATUS")),
    Column("work_rvu", rvu, (59, 65), ("WORK RVU",)),
    Column("nonfac_pe_rvu", rvu, (65, 72), ("NON-FAC PE RVU", "NON-FACILITY PE RVU", "TRANSITIONED NON-FAC PE RVU")),
    Column("fac_pe_rvu", rvu, (74, 81), ("FACILITY PE RVU", "FAC PE RVU", "TRANSITIONED FACILITY PE RVU")),
    Column("mp_rvu", rvu, (83, 89), ("MP RVU", "MALPRACTICE RVU")),
    Column("pctc", indicator, (102, 103), ("PCTC IND", "PC/TC INDICATOR")),
    Column("global_days", days, (103, 106), ("GLOB DAYS", "GLOBAL DAYS")),
    Column("pre_op", share, (106, 109), ("PRE OP",)),
    Column("intra_op", share, (109, 112), ("INTRA OP",)),
    Column("post_op", share, (112, 115), ("POST OP",)),
    Column("mult_proc", indicator, (115, 116), ("MULT PROC",)),
    Column("bilat_surg", indicator, (116, 117), ("BILAT SURG",)),
    Column("asst_surg", indicator, (117, 118), ("ASST SURG",)),
    Column("co_surg", indicator, (118, 119), ("CO-SURG",)),
    Column("team_surg", indicator, (119, 120), ("TEAM SURG",)),
    Column("endo_base", base, (127, 132), ("ENDO BASE",)),
    Column("conv_factor", factor, (132, 140), ("CONV FACTOR", "CONVERSION FACTOR")),
    Column("description", words, (7, 57), ("DESCRIPTION",)),
    Column("not_used", mark, (58, 59), ("NOT USED FOR MEDICARE PAYMENT",), optional=True),
    Column("nonfac_na", mark, (72, 74), ("NON-FAC NA INDICATOR", "NON-FACILITY NA INDICATOR", "TRANSITIONED NON-FAC NA INDICATOR")),
    Column("fac_na", mark, (81, 83), ("FACILITY NA INDICATOR", "FAC NA INDICATOR", "TRANSITIONED FACILITY NA INDICATOR")),
    Column("price_indicator", mark, (120, 127), ("PRIC IND", "PRICE IND", "PRICING INDICATOR"), optional=True),
    Column("supervision", level, (141, 143), ("PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES",)),
    Column("calculation_flag", indicator, (143, 144), ("CALCULATION FLAG",), optional=True),
    Column("imaging_family", mark, (145, 147), ("DIAGNOSTIC IMAGING FAMILY INDICATOR",), optional=True),
    Column("opps_nonfac", cap, (147, 157), ("NON-FACILITY PE USED FOR OPPS PAYMENT AMOUNT",), optional=True),
    Column("opps_fac", cap, (157, 164), ("FACILITY PE USED FOR OPPS PAYMENT AMOUNT",), optional=True),
    Column("opps_mp", cap, (164, 171), ("MP USED FOR OPPS PAYMENT AMOUNT",), optional=True),
)
