"""National coverage determinations: `ncd.zip`, or the `ncd_trkg.csv` that it holds, one row a version of a determination.

Columns as the data dictionary of the NCD download names them (CMS, 2025): the manual's section and title, coverage level
(1 full, 2 restricted, 3 none), dates, and four texts.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from codes.models import CoverageDocument
from codes.releases.mcd import DOCUMENTS, Entry, Export, day, documents, iso, latest, reading
from codes.releases.mcd_text import safe, title, together
from codes.releases.reading import Reading
from codes.releases.source import Source
from codes.releases.tables import Row
from codes.releases.tally import Tally

KIND, TITLE = "ncd", "National coverage determinations"
FILES = r"ncd.*\.zip$|^ncd_.*\.csv$"
MONTHS = ()
TABLES = (DOCUMENTS,)
LEVELS = {"1": "Full coverage", "2": "Restricted coverage", "3": "No coverage"}
TEXTS = (
    ("Item or service", "itm_srvc_desc"),
    ("Indications and limitations of coverage", "indctn_lmtn"),
    ("Cross-references", "xref_txt"),
    ("Other", "othr_txt"),
)
NEEDED = ("NCD_id", "NCD_vrsn_num", "NCD_mnl_sect", "NCD_mnl_sect_title", "NCD_efctv_dt")
MORE = ("NCD_trmntn_dt", "cvrg_lvl_cd", *(name for _, name in TEXTS))


def read(source: Source, tally: Tally) -> Reading:
    """The determinations. Codes and diagnoses are named in their texts alone."""
    export = Export(source, tally, "ncd_trkg", "NCD_id", "NCD_vrsn_num")
    of = latest(export, ("last_updt_tmstmp", "last_clrnc_tmstmp"), ("trnsmtl_issnc_dt",), ("NCD_efctv_dt",))
    return reading("national determinations", of, everything(export, of))


def everything(export: Export, of: date | None) -> Iterator[Entry]:
    """The documents."""
    yield from documents(export, CoverageDocument.NCD, export.rows("ncd_trkg", NEEDED, MORE), lambda row: determination(row, of), {})


def determination(row: Row, of: date | None) -> tuple[Any, ...]:
    """What is kept of a determination: section, title, coverage level, status, first and last day, text.

    The export has no status: retired is what has ended by the day that the export is of, or says so in its title.
    """
    name, ends = title(row, "NCD_mnl_sect_title"), day(row, "NCD_trmntn_dt")
    retired = "RETIRED" in name.upper() or (ends is not None and (of is None or ends <= of))
    return (
        row.text("NCD_mnl_sect", 20) or str(row.whole("NCD_id")),
        name,
        LEVELS.get(row.text("cvrg_lvl_cd"), ""),
        CoverageDocument.RETIRED if retired else CoverageDocument.ACTIVE,
        iso(day(row, "NCD_efctv_dt")),
        iso(ends),
        together(*((heading, safe(row, name)) for heading, name in TEXTS)),
    )
