"""Zips that a test makes, above all exports of the Medicare Coverage Database: a zip that holds a zip of quoted CSV files."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from codes.releases import loading
from codes.releases.reading import Reader
from codes.releases.source import open_source

Rows = Iterable[Mapping[str, object]]


def table(rows: Rows, columns: Iterable[str] = ()) -> bytes:
    """One CSV file: every value in quotes, lines ending in CR LF. Its columns are those named, or those of the first row."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns) or list(rows[0]), restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def zipped(path: Path, *files: Path) -> Path:
    """Files as a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return path


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def export(folder: Path, name: str, files: Mapping[str, bytes | Rows]) -> Path:
    """`<name>.zip` with the data dictionary, the Access database and `<name>_csv.zip` in it."""
    tables = {f"{file}.csv": rows if isinstance(rows, bytes) else table(rows) for file, rows in files.items()}
    path = folder / f"{name}.zip"
    path.write_bytes(packed({"data dictionary.pdf": b"%PDF", f"{name}.mdb": b"\0", f"{name}_csv.zip": packed({"readme_first.txt": b"Read me", **tables})}))
    return path


def load(reader: Reader, *paths: Path, dry_run: bool = False) -> loading.Outcome:
    """Load it, without a progress bar."""
    return loading.load(reader, open_source(paths, wanted=reader.FILES), dry_run=dry_run)


def of(number: int, version: int = 1, **values: object) -> dict[str, object]:
    return {"article_id": number, "article_version": version, **values}


def articles() -> dict[str, Rows | bytes]:
    """Three articles, one in force, one to come and one retired, with everything that may stand beside them."""
    plain: dict[str, Any] = {
        "article_type": "6",
        "article_eff_date": "2026-04-01 00:00:00",
        "article_end_date": "",
        "description": "",
        "other_comments": "",
        "status": "A",
    }
    more: dict[str, Any] = {"last_updated": "2026-03-26 10:11:12.133000", "article_rev_end_date": "", "date_retired": "", "display_id": ""}
    contractor: dict[str, Any] = {"contractor_id": "7", "contractor_type_id": "8", "contractor_version": "2"}
    return {
        "article": [
            of(52369, 3, title="Knee &amp; <b>hip</b>", **{**plain, **more, "display_id": "A52369", "description": "<p onclick='x()'>When it is covered</p>", "other_comments": "Keep the chart."}),
            of(52370, title="To come", **{**plain, **more, "article_eff_date": "2026-07-01 00:00:00"}),
            of(52371, 12, title="Gone", **{**plain, **more, "status": "R", "article_end_date": "2026-02-01 00:00:00", "date_retired": "2026-01-15 00:00:00"}),
        ],
        "article_type_lookup": [{"article_type_id": "6", "description": "Billing and Coding", "last_updated": ""}],
        "article_future_retire": [{"article_id": "52370", "retire_dt": "2026-12-31 00:00:00"}],
        "article_related_documents": [
            {**of(52369, 3), "related_num": "1", "r_article_id": "0", "r_article_version": "0", "r_lcd_id": "33394", "r_lcd_version": "81", "r_contractor_id": "7"},
            {**of(52369, 3), "related_num": "2", "r_article_id": "0", "r_article_version": "0", "r_lcd_id": "33394", "r_lcd_version": "81", "r_contractor_id": "8"},
            {**of(52369, 3), "related_num": "3", "r_article_id": "52370", "r_article_version": "", "r_lcd_id": "", "r_lcd_version": "", "r_contractor_id": "7"},
            {**of(52369, 2), "related_num": "1", "r_article_id": "52370", "r_article_version": "1", "r_lcd_id": "", "r_lcd_version": "", "r_contractor_id": "7"},
        ],
        "article_related_ncd_documents": [
            {**of(52369, 3), "related_num": "1", "r_ncd_id": "285", "r_ncd_version": "1"},
            {**of(52370), "related_num": "1", "r_ncd_id": "0", "r_ncd_version": "0"},
        ],
        "article_x_hcpc_code_group": [of(52369, 3, hcpc_code_group="1", paragraph="<p>Codes of <u>group 1</u>:</p>"), of(52370, hcpc_code_group="1", paragraph="<p>&nbsp;</p>")],
        "article_x_hcpc_modifier_group": [of(52369, 3, hcpc_modifier_group="1", paragraph="N/A")],
        "article_x_icd10_covered_group": [of(52369, 3, icd10_covered_group="2", paragraph="For 29877", icd10_covered_ast="* with M17.0 alone")],
        "article_x_icd10_noncovered_group": [of(52369, 2, icd10_noncovered_group="1", paragraph="Of another version")],
        "article_x_hcpc_code": [
            of(52369, 3, hcpc_code_id="29877", hcpc_code_group="1", range="N", long_description="Invented descriptor", short_description="Invented"),
            of(52369, 3, hcpc_code_id="g0289", hcpc_code_group="2", range="N", long_description="Invented descriptor", short_description="Invented"),
            of(52370, hcpc_code_id="XX000", hcpc_code_group="1", range="N", long_description="Not Applicable", short_description="Not Applicable"),
        ],
        "article_x_icd10_covered": [
            of(52369, 3, icd10_code_id="M23.200", icd10_covered_group="2", range="B", sort_order="1", asterisk="N"),
            of(52369, 3, icd10_code_id="M23.201", icd10_covered_group="2", range="M", sort_order="2", asterisk="Y"),
            of(52369, 3, icd10_code_id="M23202", icd10_covered_group="2", range="E", sort_order="3", asterisk=""),
            of(99999, 1, icd10_code_id="A09", icd10_covered_group="1", range="N", sort_order="1", asterisk=""),
        ],
        "article_x_icd10_noncovered": [of(52369, 3, icd10_code_id="M17.11", icd10_noncovered_group="1", range="N"), of(52370, icd10_code_id="XX000", icd10_noncovered_group="1", range="N")],
        "article_x_contractor": [of(52369, 3, article_type="6", **contractor), of(52370, article_type="6", **{**contractor, "contractor_version": "9"}), of(1, article_type="6", **contractor)],
        "contractor": [{**contractor, "contractor_bus_name": "Example  Administrators, LLC", "contractor_number": "05101"}],
        "contractor_type_lookup": [{"contractor_type_id": "8", "description": "MAC - Part A"}],
        "contractor_jurisdiction": [
            {**contractor, "state_id": "65", "active_date": "2013-01-01 00:00:00", "term_date": ""},
            {**contractor, "state_id": "7", "active_date": "2013-01-01 00:00:00", "term_date": "2027-01-01 00:00:00"},
            {**contractor, "state_id": "26", "active_date": "2013-01-01 00:00:00", "term_date": "2020-01-01 00:00:00"},
            {**contractor, "state_id": "99", "active_date": "", "term_date": ""},
        ],
        "state_lookup": [
            {"state_id": "7", "state_abbrev": "CT", "description": "Connecticut"},
            {"state_id": "26", "state_abbrev": "MN", "description": "Minnesota"},
            {"state_id": "41", "state_abbrev": "NY", "description": "New York - Entire State"},
            {"state_id": "65", "state_abbrev": "UN", "description": "New York - Upstate"},
        ],
        "article_x_sticky_note": [of(52369, 3, sticky_note="not read")],
    }  # fmt: skip


def determinations() -> dict[str, Rows | bytes]:
    """Two local determinations, one proposed."""
    blank = {"orig_det_eff_date": "2015-10-01 00:00:00", "rev_eff_date": "", "rev_end_date": "", "ent_det_end_date": "", "date_retired": ""}
    key = {"lcd_id": "33394", "lcd_version": "81"}
    return {
        "lcd": [
            {**key, "title": "Drugs", **blank, "rev_eff_date": "2026-02-01 00:00:00", "rev_end_date": "2026-05-31 00:00:00", "indication": "<h2>Indications</h2><p>x</p>", "status": "A", "last_updated": "2026-01-22 00:00:00", "display_id": "L33394"},
            {"lcd_id": "40001", "lcd_version": "2", "title": "Proposed", **blank, "indication": "", "status": "P", "last_updated": "2026-04-02 00:00:00", "display_id": "40001"},
        ],
        "lcd_related_documents": [{**key, "related_num": "1", "r_article_id": "52370", "r_article_version": "1", "r_lcd_id": "0", "r_lcd_version": "0"}],
        "lcd_x_hcpc_code": [{**key, "hcpc_code_id": "J9035", "hcpc_code_group": "1", "range": "N"}],
        "lcd_x_icd10_support": [{**key, "icd10_code_id": "C18.9", "range": "N"}],
    }  # fmt: skip
