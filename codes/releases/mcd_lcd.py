"""Local coverage determinations of the Medicare Coverage Database: `current_lcd.zip`, or what it holds.

`lcd.csv` and the files beside it, joined on lcd_id and lcd_version (CMS, data dictionary of the LCD download). Since
2020 codes and diagnoses stand in the billing articles; exports before then list them here.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from codes.models import CoverageDocument
from codes.releases.mcd import DOCUMENTS, Entry, Export, Related, day, display_id, documents, earliest, iso, latest, reading, relate, retirements
from codes.releases.mcd_lists import CODES, CONTRACTORS, DIAGNOSES, GROUPS, codes, contractors, diagnoses, groups
from codes.releases.mcd_text import safe, title
from codes.releases.reading import Reading
from codes.releases.source import Source
from codes.releases.tables import Row
from codes.releases.tally import Tally

KIND, TITLE = "mcd-lcd", "Medicare Coverage Database local determinations"
FILES = r"lcd.*\.(zip|csv)$|^(contractor|state_lookup).*\.csv$"
MONTHS = ()
TABLES = (DOCUMENTS, GROUPS, CODES, DIAGNOSES, CONTRACTORS)
NEEDED = ("lcd_id", "lcd_version", "title", "indication")
MORE = ("orig_det_eff_date", "rev_eff_date", "rev_end_date", "ent_det_end_date", "date_retired", "status", "display_id")


def read(source: Source, tally: Tally) -> Reading:
    """The determinations; whatever else of the export is there."""
    export = Export(source, tally, "lcd", "lcd_id", "lcd_version")
    of = latest(export, ("last_updated",), ("mcd_publish_date",), ("rev_eff_date", "orig_det_eff_date"))
    return reading("local determinations", of, everything(export, of))


def everything(export: Export, of: date | None) -> Iterator[Entry]:
    """The documents, and then what they list."""
    retiring = retirements(export, "lcd_future_retire")
    related: Related = {}
    local = (CoverageDocument.ARTICLE, "r_article_id", "r_article_version"), (CoverageDocument.LCD, "r_lcd_id", "r_lcd_version")
    relate(export, related, "lcd_related_documents", local)
    relate(export, related, "lcd_related_ncd_documents", [(CoverageDocument.NCD, "r_ncd_id", "r_ncd_version")])
    yield from documents(export, CoverageDocument.LCD, export.rows("lcd", NEEDED, MORE), lambda row: determination(row, retiring), related)
    yield from groups(export, "lcd_x_hcpc_code_group", "hcpc_code_group", "codes")
    yield from codes(export, "lcd_x_hcpc_code")
    yield from diagnoses(export, "lcd_x_icd10_support", "icd10_support_group", covered=True)
    yield from diagnoses(export, "lcd_x_icd10_dont_support", "icd10_dont_support_group", covered=False)
    yield from contractors(export, "lcd_x_contractor", of)


def determination(row: Row, retiring: dict[str, date]) -> tuple[Any, ...]:
    """What is kept of a determination: display id, title, type (none), status, first and last day, text."""
    return (
        display_id(row, "L", "lcd_id"),
        title(row, "title"),
        "",
        row.text("status", 20),
        iso(day(row, "rev_eff_date", "orig_det_eff_date")),
        earliest(*(day(row, name) for name in ("date_retired", "rev_end_date", "ent_det_end_date")), retiring.get(row.text("lcd_id"))),
        safe(row, "indication"),
    )
