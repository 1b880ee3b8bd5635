"""NCCI PTP files that a test writes, and reading them."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

from codes.models import PtpEdit, Release
from codes.releases import loading, ncci_ptp
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests.site import ROOT

FOLDER = ROOT.parent / "shared" / "data" / "cms"
MISUSE, STANDARDS = "Misuse of Column Two code with Column One code", "Standards of medical/surgical practice"
HEAD = [
    ["CPT only copyright 2023 American Medical Association.  All rights reserved.", "", "", "", "", "", ""],
    ["Column1/Column2 Edits", "", "", "", "", "", ""],
    ["Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"],
    ["", "", "prior to 1996", "Date", "Date", "0=not allowed", ""],
    ["", "", "", "", "*=no data", "1=allowed", ""],
    ["", "", "", "", "", "9=not applicable", ""],
]
ONE_LINE = [
    "Column 1",
    "Column 2",
    "*=in existence\nprior to 1996",
    "Effective\nDate",
    "Deletion Date *=no data",
    "Modifier\n0=not allowed",
    "PTP Edit Rationale",
]
FLAT = [caption.replace("\n", " ") for caption in ONE_LINE]
FIRST = [
    ["0001A", "0591T", "", "20210101", "20231231", "1", "CPT Manual or CMS manual coding instruction"],
    ["00100", "99497", "", "20160101", "*", "0", STANDARDS],
]
SECOND = [
    ["63650", "63663", "*", "19960101", "*", "1", MISUSE],
    ["63663", "95970", "", "20100101", "20100101", "9", STANDARDS],
]
Rows = Sequence[Sequence[str]]
Pairs = Iterable[tuple[Any, Sequence[Any]]]


def text(rows: Rows, head: Rows = HEAD, end: str = "\r\n") -> bytes:
    return "".join("\t".join(row) + "\r\n" for row in [*head, *rows]).removesuffix("\r\n").encode() + end.encode()


def put(folder: Path, rows: Rows | bytes, name: str = "ccipra-v302r0-f1.TXT") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(rows if isinstance(rows, bytes) else text(rows))
    return folder / name


def both(folder: Path, name: str = "ccipra-v302r0") -> list[Path]:
    return [put(folder, FIRST, f"{name}-f1.TXT"), put(folder, SECOND, f"{name}-f2.TXT")]


def load(*paths: Path, **how: Any) -> loading.Outcome:
    return loading.load(ncci_ptp, open_source(paths), **how)


def read(*paths: Path) -> tuple[list[tuple[Any, ...]], list[str], Tally]:
    """The rows of a file, without a database; rationales as texts."""
    tally = Tally()
    reading = ncci_ptp.read(open_source(paths), tally)
    rows = [tuple(row) for _, row in cast("Pairs", reading.rows)]
    assert tally.reconciles
    return [(*row[:6], reading.legend[row[6]]) for row in rows], reading.legend, tally


def stored(release: Release) -> list[tuple[Any, ...]]:
    edits = PtpEdit.objects.filter(release=release).order_by("pk")
    return list(edits.values_list("column1", "column2", "prior_1996", "effective_date", "deletion_date", "modifier", "rationale"))


EDITS = [
    ("0001A", "0591T", False, date(2021, 1, 1), date(2023, 12, 31), 1, 0),
    ("00100", "99497", False, date(2016, 1, 1), None, 0, 1),
    ("63650", "63663", True, date(1996, 1, 1), None, 1, 2),
    ("63663", "95970", False, date(2010, 1, 1), date(2010, 1, 1), 9, 1),
]
