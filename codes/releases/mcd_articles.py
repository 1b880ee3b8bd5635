"""Articles of the Medicare Coverage Database: `current_article.zip`, or what it holds.

`article.csv` and the files beside it, joined on article_id and article_version (CMS, data dictionary of the article
download). Billing and coding articles say which codes and diagnoses go with a local determination.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from codes.models import CoverageDocument
from codes.releases.mcd import DOCUMENTS, Entry, Export, Related, day, display_id, documents, earliest, iso, latest, reading, relate, retirements
from codes.releases.mcd_lists import CODES, CONTRACTORS, DIAGNOSES, GROUPS, codes, contractors, diagnoses, groups
from codes.releases.mcd_text import safe, title, together
from codes.releases.reading import Reading
from codes.releases.source import Source
from codes.releases.tables import Row
from codes.releases.tally import Tally

KIND, TITLE = "mcd-articles", "Medicare Coverage Database articles"
FILES = r"article.*\.(zip|csv)$|^(contractor|state_lookup).*\.csv$"
MONTHS = ()
TABLES = (DOCUMENTS, GROUPS, CODES, DIAGNOSES, CONTRACTORS)
NEEDED = ("article_id", "article_version", "title", "article_eff_date")
MORE = (
    "article_type",
    "article_end_date",
    "article_rev_end_date",
    "date_retired",
    "description",
    "other_comments",
    "status",
    "display_id",
)


def read(source: Source, tally: Tally) -> Reading:
    """The articles and their codes; whatever else of the export is there."""
    export = Export(source, tally, "article", "article_id", "article_version")
    export.needed("article_x_hcpc_code")
    of = latest(export, ("last_updated",), ("article_pub_date",), ("article_eff_date",))
    return reading("articles", of, everything(export, of))


def everything(export: Export, of: date | None) -> Iterator[Entry]:
    """The documents, and then what they list."""
    types = export.lookup("article_type_lookup", "article_type_id", "description")
    retiring = retirements(export, "article_future_retire")
    related: Related = {}
    local = (CoverageDocument.ARTICLE, "r_article_id", "r_article_version"), (CoverageDocument.LCD, "r_lcd_id", "r_lcd_version")
    relate(export, related, "article_related_documents", local)
    relate(export, related, "article_related_ncd_documents", [(CoverageDocument.NCD, "r_ncd_id", "r_ncd_version")])
    rows = export.rows("article", NEEDED, MORE)
    yield from documents(export, CoverageDocument.ARTICLE, rows, lambda row: article(row, types, retiring), related)
    yield from groups(export, "article_x_hcpc_code_group", "hcpc_code_group", "codes")
    yield from groups(export, "article_x_hcpc_modifier_group", "hcpc_modifier_group", "modifiers")
    yield from groups(export, "article_x_icd10_covered_group", "icd10_covered_group", "covered", "icd10_covered_ast")
    yield from groups(export, "article_x_icd10_noncovered_group", "icd10_noncovered_group", "noncovered")
    yield from codes(export, "article_x_hcpc_code")
    yield from diagnoses(export, "article_x_icd10_covered", "icd10_covered_group", covered=True)
    yield from diagnoses(export, "article_x_icd10_noncovered", "icd10_noncovered_group", covered=False)
    yield from contractors(export, "article_x_contractor", of)


def article(row: Row, types: dict[str, str], retiring: dict[str, date]) -> tuple[Any, ...]:
    """What is kept of an article: display id, title, type, status, first and last day, text."""
    return (
        display_id(row, "A", "article_id"),
        title(row, "title"),
        types.get(row.text("article_type"), "")[:60],
        row.text("status", 20),
        iso(day(row, "article_eff_date")),
        earliest(*(day(row, name) for name in ("date_retired", "article_rev_end_date", "article_end_date")), retiring.get(row.text("article_id"))),
        together(("", safe(row, "description")), ("Other comments", safe(row, "other_comments"))),
    )
