"""Small RVU files written by hand in the published layout, with invented descriptors, and ways to read them."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from django.db.models import QuerySet

from codes.models import FeeScheduleLine
from codes.releases import pfs
from codes.releases.pfs_columns import COLUMNS
from codes.releases.reading import Reading
from codes.releases.refused import Refused
from codes.releases.source import Source, open_source
from codes.releases.tally import Tally
from tests.site import ROOT

FOLDER = ROOT.parent / "shared" / "data" / "cms"
published = pytest.mark.skipif(not FOLDER.exists(), reason="the published files are not here (../shared/data)")
LINES = "fee schedule lines"

TITLES = [
    ["", "", "2025 National Physician Fee Schedule Relative Value File October Release"],
    ["", "", "The descriptors of this sample are invented."],
    ["", "", " "],
    ["", "", "RELEASED 09/11/2025"],
]
# The captions as the files stack them, a column a line: the words from the top down, the last in the row of HCPCS.
STACKED = """HCPCS|MOD|DESCRIPTION|STATUS/CODE|NOT USED/FOR/MEDICARE /PAYMENT|WORK/RVU|NON-FAC/PE RVU|NON-FAC/NA/INDICATOR|FACILITY/PE RVU
|FACILITY /NA/INDICATOR|MP/RVU|NON-FACILITY/TOTAL|FACILITY/TOTAL|PCTC/IND|GLOB/DAYS|PRE/OP|INTRA/OP|POST/OP|MULT/PROC|BILAT/SURG|ASST/SURG|CO-/SURG|TEAM/SURG|ENDO/BASE|CONV/FACTOR
|PHYSICIAN/SUPERVISION OF/DIAGNOSTIC/PROCEDURES|CALCULATION/FLAG|DIAGNOSTIC/IMAGING/FAMILY/INDICATOR|NON-FACILITY/PE USED/FOR OPPS/PAYMENT/AMOUNT
|FACILITY/PE USED/FOR OPPS/PAYMENT/AMOUNT|MP USED/FOR OPPS/PAYMENT/AMOUNT""".replace("\n", "").split("|")
VISIT = "99213,,Visit invented for this,A,,1.30,1.35,,0.55,,0.10,2.75,1.95,0,XXX,0.00,0.00,0.00,0,0,0,0,0,,32.3465,09,0,99,0.00,0.00,0.00"
SCAN = "72195,TC,Scan of the middle,A,,0.00,4.86,,4.86,NA,0.02,4.88,4.88,1,XXX,0.00,0.00,0.00,4,0,0,0,0,,32.3465,01,0,88,7.44,7.44,0.03"
SCOPE = "43497,,Scope and cut,A,,13.29,8.39,NA,8.39,,1.89,23.57,23.57,0,090,0.09,0.81,0.10,3,0,1,0,0,43235,32.3465,09,0,99,0.00,0.00,0.00"
SLEEP = "00100,,Sleep for a gland,J,,0.00,0.00,,0.00,,0.00,0.00,0.00,9,XXX,0.00,0.00,0.00,9,9,9,9,9,,32.3465,09,0,99,0.00,0.00,0.00"
SAMPLE = [line.split(",") for line in (VISIT, SCAN, SCOPE, SLEEP)]
Rows = Sequence[Sequence[str]]


def captions(stacked: Sequence[str] = STACKED, height: int = 5) -> list[list[str]]:
    columns = [([""] * height + column.split("/"))[-height:] for column in stacked]
    return [list(row) for row in zip(*columns, strict=True)]


def text_of(rows: Rows, mark: str = ",") -> str:
    def quoted(cell: str) -> str:
        return f'"{cell}"' if mark in cell or "\n" in cell else cell

    return "".join(mark.join(quoted(cell) for cell in row) + "\r\n" for row in rows)


def whole(data: Rows = SAMPLE, stacked: Sequence[str] = STACKED, titles: Rows = TITLES) -> list[list[str]]:
    width = len(stacked)
    return [(list(row) + [""] * width)[:width] for row in titles] + captions(stacked) + [list(row) for row in data]


def newer(indicator: str) -> list[list[str]]:
    stacked = [*STACKED[:23], "PRIC/IND", *STACKED[23:]]
    titles = [["", "", "2026 National Physician Fee Schedule Relative Value File January Release"], *TITLES[1:]]
    return whole([[*line[:23], indicator, *line[23:]] for line in SAMPLE], stacked, titles)


def fixed_line(line: Sequence[str]) -> str:
    """A line of the .txt of fixed width, from one of the .csv."""
    text = [" "] * 171
    order = "code modifier description status not_used work_rvu nonfac_pe_rvu nonfac_na fac_pe_rvu fac_na mp_rvu - - pctc global_days pre_op intra_op post_op mult_proc"
    order += " bilat_surg asst_surg co_surg team_surg endo_base conv_factor supervision calculation_flag imaging_family opps_nonfac opps_fac opps_mp"
    places = {column.name: column.fixed for column in COLUMNS}
    for name, value in zip(order.split(), line, strict=True):
        if name != "-":
            start, end = places[name]
            value = value.lstrip("0") if name in {"pre_op", "intra_op", "post_op"} else value  # .09
            left = name in {"code", "modifier", "description"}
            text[start:end] = value.ljust(end - start) if left else value.rjust(end - start)
    return "".join(text)


def zipped(tmp_path: Path, name: str, members: Mapping[str, str | bytes]) -> Source:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return open_source([tmp_path / name])


def dry(source: Source) -> tuple[Reading, list[dict[str, str]], Tally]:
    tally = Tally()
    reading = pfs.read(source, tally)
    rows = [dict(zip(pfs.LINES.columns, row, strict=True)) for _, row in reading.rows]  # type: ignore[misc]
    assert tally.reconciles, tally
    return reading, rows, tally


def refusal(source: Source) -> str:
    with pytest.raises(Refused) as refused:
        dry(source)
    return str(refused.value)


def current_lines() -> QuerySet[FeeScheduleLine]:
    """Lines of the current fee schedule, for those outside of the Quality Payment Program's higher factor."""
    return FeeScheduleLine.objects.filter(release__kind="pfs", release__part="", release__current=True)
