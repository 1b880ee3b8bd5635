"""HCPCS files that a test writes: text in columns, workbook, and where the published ones are."""

from pathlib import Path

import pytest

from codes.releases import hcpcs, loading
from codes.releases.hcpcs_rows import NAMED
from codes.releases.reading import Listed
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests.site import ROOT

CMS = ROOT.parent / "shared" / "data" / "cms"
published = pytest.mark.skipif(not CMS.exists(), reason="the published files are not here (../shared/data)")
OCTOBER, OLDER = CMS / "HCPC2025_OCT_ANWEB.txt", CMS / "2019-Alpha-Numeric-HCPCS-File.zip"

WHERE = {name: span for place, names in NAMED for name, span in zip(names, place.spans(), strict=True)}
CAPTIONS = {name: place.spellings(number)[0] for place, names in NAMED for number, name in enumerate(names, 1)}
# The order of the published workbook: that of the columns in the text.
PUBLISHED = sorted(CAPTIONS, key=lambda name: WHERE[name].start)
DISCLAIMER = "***Disclaimers\t\t\t\r\n\t\t\t\r\n*Inclusion or exclusion of a supply does not imply any coverage policy.\xa0\t\t\r\n\r\n"


def row(code: str, long: str, short: str = "", **values: str) -> dict[str, str]:
    """A record's first row; later pieces of its description follow as rows of `more`."""
    record = "7" if len(code) == 2 else "3"
    filled = {"added": "20200101", "action_date": "20200101", "action": "N", "coverage": "C", "short": short or long[:28]}
    return {"code": code.rjust(5), "sequence": "00100", "record": record, "long": long, **filled, **values}


def more(code: str, long: str, number: int = 2) -> dict[str, str]:
    """A continuation of the record before it."""
    return {"code": code.rjust(5), "sequence": f"{number:03d}00", "record": "8" if len(code) == 2 else "4", "long": long}


SAMPLE = [
    row("ZA", "Invented modifier for a service that was given without a", "Invented modifier"),
    more("ZA", "second thought"),
    row(
        "A0100", "Ride across the bay", "Bay ride", pricing1="13", multiple_pricing="A", coverage_manual1="60-9", carrier_manual1="2150", carrier_manual2="5112"
    ),
    row(
        "A0200",
        "Basket of supplies, including, but not limited to, all that is needed for a long",
        ended="20231231",
        replaced_by1="A0100",
        replaced_by2="J9100",
    ),
    more("A0200", "walk, and whatever else is asked"),
    more("A0200", "for", 3),
    row("J9100", 'Draught of "clear" water, 10 mg', statute="1833(t)", laboratory1="140", laboratory2="220", type_of_service1="1", type_of_service2="P"),
    row("V9100", "Song", anesthesia_units="  0", asc_group="YY", asc_date="20080101", betos="Z2", processing_note="0088", opps="202", opps_indicator="9"),
]


def line(values: dict[str, str]) -> str:
    """A line of 320 columns."""
    columns = [" "] * 320
    for name, value in values.items():
        span = WHERE[name]
        columns[span.start : span.stop] = value.ljust(span.stop - span.start)
    text = "".join(columns)
    assert len(text) == 320, values
    return text


def text(path: Path, rows: list[dict[str, str]], above: str = DISCLAIMER) -> Path:
    """The text in columns."""
    path.write_bytes((above + "".join(f"{line(values)}\r\n" for values in rows)).encode("latin-1"))
    return path


def as_table(rows: list[dict[str, str]], order: list[str] = PUBLISHED) -> list[list[str]]:
    """Captions and rows of the workbook."""
    return [[CAPTIONS[name] for name in order], *([values.get(name, "") for name in order] for values in rows)]


def read(*paths: Path) -> tuple[list, Tally]:
    """Everything in the files, and its count."""
    tally = Tally()
    found = list(hcpcs.read(open_source(paths), tally).rows)
    assert tally.reconciles
    return found, tally


def codes_of(found: list) -> dict[str, Listed]:
    return {entry.code: entry for entry in found if isinstance(entry, Listed)}


def load(*paths: Path) -> loading.Outcome:
    return loading.load(hcpcs, open_source(paths))
