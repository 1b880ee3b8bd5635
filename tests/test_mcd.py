"""The exports of the Medicare Coverage Database: articles, local and national determinations, and what they list."""

import json
from datetime import date

import pytest
from django.utils import timezone

from codes.models import CoverageCode, CoverageContractor, CoverageDiagnosis, CoverageDocument, CoverageGroup
from codes.releases import loading, mcd_articles, mcd_lcd, ncd
from tests.exports import articles, determinations, export, load, of, table
from tests.site import ROOT

MINI = ROOT.parent / "shared" / "data" / "cms" / "mcd_mini"
real = pytest.mark.skipif(not MINI.exists(), reason="the published files are not here (../shared/data)")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exports are of April 2026."""
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 4, 20))


def test_it_works(db, tmp_path):
    outcome = load(mcd_articles, export(tmp_path, "current_article", articles()))
    release = outcome.release
    assert (outcome.what, release.kind, release.title) == (loading.LOADED, "mcd-articles", "Medicare Coverage Database articles, March 2026")
    assert (release.version, release.effective_date) == ("2026-03-26", date(2026, 3, 26))
    assert release.counts["stored"] == {"documents": 3, "groups": 3, "codes": 2, "diagnoses": 4, "contractors": 1}
    assert outcome.tally.reconciles
    knee = CoverageDocument.objects.get(release=release, number=52369)
    assert (knee.version, knee.display_id, knee.title, knee.type, knee.status) == (3, "A52369", "Knee & hip", "Billing and Coding", "A")
    assert (knee.effective_date, knee.end_date) == (date(2026, 4, 1), None)
    assert knee.text == "<p>When it is covered</p><h4>Other comments</h4><p>Keep the chart.</p>"
    assert knee.public_url == "https://www.cms.gov/medicare-coverage-database/view/article.aspx?articleid=52369&ver=3"


def test_every_row_of_every_file_that_is_read_is_counted(db, tmp_path):
    files = articles()
    outcome = load(mcd_articles, export(tmp_path, "current_article", files))
    tally = outcome.tally
    read = [rows for name, rows in files.items() if name != "article_x_sticky_note"]
    assert tally.read == sum(len(list(rows)) for rows in read) + len(read)
    assert tally.joined == 1 + 1 + 4 + 1 + 1 + 2 + 4  # types, retirements, related, contractor and its type, jurisdictions, states
    assert tally.left_out == {
        "captions": len(read),
        "of a document or version that is not in the export": 4,
        "without a related document": 1,
        "groups without a paragraph": 1,
        "the placeholder XX000, which stands for no code": 2,
        "jurisdictions that have ended": 1,
        "of a state that the export does not name": 1,
        "of a contractor that the export does not name": 1,
    }


def test_documents_keep_their_dates_and_relations(db, tmp_path):
    load(mcd_articles, export(tmp_path, "current_article", articles()))
    by_number = {document.number: document for document in CoverageDocument.objects.all()}
    assert by_number[52369].related == [["article", 52370], ["lcd", 33394, 81], ["ncd", 285, 1]]
    assert (by_number[52370].display_id, by_number[52370].related) == ("A52370", [])
    assert by_number[52370].effective_date == date(2026, 7, 1)
    assert by_number[52370].end_date == date(2026, 12, 31), "it will be retired"
    assert (by_number[52371].status, by_number[52371].end_date) == (CoverageDocument.RETIRED, date(2026, 1, 15))


def test_what_an_article_lists(db, tmp_path):
    load(mcd_articles, export(tmp_path, "current_article", articles()))
    assert list(CoverageCode.objects.order_by("code").values_list("number", "version", "code", "group", "range")) == [
        (52369, 3, "29877", 1, ""),
        (52369, 3, "G0289", 2, ""),
    ]
    found = CoverageDiagnosis.objects.order_by("code").values_list("code", "group", "covered", "asterisk", "range")
    assert list(found) == [("M17.11", 1, False, False, ""), ("M23.200", 2, True, False, "B"), ("M23.201", 2, True, True, "M"), ("M23.202", 2, True, False, "E")]
    groups = {group.what: group for group in CoverageGroup.objects.all()}
    assert set(groups) == {"codes", "modifiers", "covered"}
    assert groups["codes"].paragraph == "<p>Codes of <u>group 1</u>:</p>"
    assert (groups["covered"].group, groups["covered"].asterisk) == (2, "<p>* with M17.0 alone</p>")
    contractor = CoverageContractor.objects.get()
    assert (contractor.contractor, contractor.contractor_number, contractor.type) == ("Example Administrators, LLC", "05101", "MAC - Part A")
    assert contractor.states == ["CT", "NY"]


def test_no_descriptor_of_a_code_is_kept(db, tmp_path):
    load(mcd_articles, export(tmp_path, "current_article", articles()))
    rows = [*CoverageCode.objects.values(), *CoverageDocument.objects.values(), *CoverageGroup.objects.values(), *CoverageDiagnosis.objects.values()]
    assert "Invented" not in str(rows)


def test_the_next_export_is_compared(db, tmp_path):
    load(mcd_articles, export(tmp_path, "current_article", articles()))
    files = articles()
    files["article_x_icd10_covered"] = [row for row in files["article_x_icd10_covered"] if row["icd10_code_id"] != "M23.200"]
    files["article_x_hcpc_code"] = [*files["article_x_hcpc_code"], of(52369, 3, hcpc_code_id="29880", hcpc_code_group="1", range="N")]
    files["article"] = [{**row, "title": f"{row['title']} again"} if row["article_id"] == 52371 else row for row in files["article"]]
    difference = load(mcd_articles, export(tmp_path, "current_article", files)).release.difference
    assert difference["documents"] == {"added": 0, "revised": 1, "deleted": 0}
    assert difference["codes"] == {"added": 1, "revised": 0, "deleted": 0}
    assert difference["diagnoses"] == {"added": 0, "revised": 0, "deleted": 1}
    assert difference["groups"] == difference["contractors"] == {"added": 0, "revised": 0, "deleted": 0}


@pytest.mark.parametrize(("values", "version"), [
    ({"last_updated": "2026-04-21 00:00:00"}, "2026-04-01"),  # tomorrow: then the effective date counts
    ({"last_updated": "", "article_pub_date": "4/2/2026"}, "2026-04-02"),
    ({"last_updated": "", "article_eff_date": "2026-08-01"}, "undated"),
])  # fmt: skip
def test_days_to_come_do_not_date_an_export(db, tmp_path, values, version):
    row = {**of(1, title="T", article_eff_date="2026-04-01 00:00:00", article_pub_date="", last_updated=""), **values}
    files = {"article": [row], "article_x_hcpc_code": [of(1, hcpc_code_id="29877", hcpc_code_group="1", range="N")]}
    release = load(mcd_articles, export(tmp_path, "current_article", files), dry_run=True).release
    assert release.version == version
    assert release.effective_date == (None if version == "undated" else date.fromisoformat(version))


def test_local_determinations(db, tmp_path):
    release = load(mcd_lcd, export(tmp_path, "current_lcd", determinations())).release
    assert release.title == "Medicare Coverage Database local determinations, April 2026"
    drugs, proposed = CoverageDocument.objects.filter(release=release).order_by("number")
    assert (drugs.display_id, drugs.effective_date, drugs.end_date) == ("L33394", date(2026, 2, 1), date(2026, 5, 31))
    assert drugs.text == "<h4>Indications</h4><p>x</p>"
    assert drugs.related == [["article", 52370, 1]]
    assert drugs.public_url.endswith("/view/lcd.aspx?lcdid=33394&ver=81")
    assert (proposed.display_id, proposed.status, proposed.effective_date) == ("DL40001", CoverageDocument.PROPOSED, date(2015, 10, 1))
    assert CoverageCode.objects.get(release=release).code == "J9035"
    assert CoverageDiagnosis.objects.get(release=release).covered


def test_national_determinations(db, tmp_path):
    row = {
        "ncd_id": "240",
        "ncd_vrsn_num": "2",
        "ncd_mnl_sect": "160.7",
        "ncd_mnl_sect_title": "Stimulators",
        "ncd_efctv_dt": "1995-08-07 00:00:00",
        "ncd_trmntn_dt": "",
        "cvrg_lvl_cd": "2",
        "itm_srvc_desc": "<p>What</p>",
        "indctn_lmtn": "<p>When</p>",
        "last_updt_tmstmp": "2026-01-02 03:04:05",
    }
    ended = {**row, "ncd_id": "20", "ncd_mnl_sect": "160.2", "ncd_trmntn_dt": "2021-01-01 00:00:00", "itm_srvc_desc": " "}
    titled = {**row, "ncd_id": "21", "ncd_mnl_sect": "160.3", "ncd_mnl_sect_title": "Sleep - RETIRED"}
    release = load(ncd, export(tmp_path, "ncd", {"ncd_trkg": [row, ended, titled, row]})).release
    assert (release.title, release.counts["left_out"]) == (
        "Medicare Coverage Database national determinations, January 2026",
        {"captions": 1, "a document and version that came before": 1},
    )
    first, second, third = CoverageDocument.objects.filter(release=release).order_by("-number")
    assert (first.number, first.display_id, first.type, first.status) == (240, "160.7", "Restricted coverage", "A")
    assert first.text == "<h4>Item or service</h4><p>What</p><h4>Indications and limitations of coverage</h4><p>When</p>"
    assert first.public_url == "https://www.cms.gov/medicare-coverage-database/view/ncd.aspx?ncdid=240&ncdver=2"
    assert (second.status, third.status, third.end_date) == ("R", "R", date(2021, 1, 1))
    assert third.text == "<h4>Indications and limitations of coverage</h4><p>When</p>"


@real
def test_the_real_sample(db):
    outcome = load(mcd_articles, MINI)
    assert outcome.release.counts == {
        "read": 7 + 17 + 16 + 3,
        "stored": {"documents": 7, "codes": 16, "diagnoses": 2},
        "joined": 0,
        "left_out": {"captions": 3, "the placeholder XX000, which stands for no code": 1, "of a document or version that is not in the export": 14},
    }
    assert outcome.release.version == "2026-04-01"
    knee = CoverageDocument.objects.get(number=52369)
    assert knee.title == "Billing and Coding: Arthroscopic Lavage and Arthroscopic Debridement for the Osteoarthritic Knee – Medical Policy Article"
    assert CoverageCode.objects.filter(number=52369, version=1).count() == 3
    assert CoverageDocument.objects.get(number=52467).effective_date is None


@real
@pytest.mark.parametrize(("reader", "name", "stored"), [
    (mcd_articles, "current_article", {"documents": 1, "groups": 4, "codes": 1, "diagnoses": 2, "contractors": 1}),
    (mcd_lcd, "current_lcd", {"documents": 1, "groups": 1, "codes": 1, "contractors": 1}),
])  # fmt: skip
def test_every_file_of_an_export_in_its_published_columns(db, tmp_path, reader, name, stored):
    """A row a file. The contractors' files are the same in both exports, and described once."""
    layout = json.loads((MINI / "mcd_csv_headers.json").read_text())
    files = {file: about["columns"] for file, about in layout["current_article"].items() if file.startswith(("contractor", "state"))}
    files |= {file: about["columns"] for file, about in layout[name].items() if isinstance(about["columns"], list)}
    names = {column for columns in files.values() for column in columns}
    row = dict.fromkeys(names, "1") | {column: "29877" for column in names if column.endswith("code_id")} | {"range": "N", "term_date": ""}
    row |= {column: "2026-04-01 00:00:00" for column in names if "date" in column or column.endswith(("_dt", "updated"))} | {"term_date": ""}
    made = {file.removesuffix(".csv"): table([{column: row[column] for column in columns}]) for file, columns in files.items()}
    tally = load(reader, export(tmp_path, name, made)).tally
    assert tally.stored == stored
    assert set(tally.left_out) == {"captions"}
