"""The coverage database's files as they really come: nested, cut off, in other encodings, full of HTML; and what is refused."""

import re
import tracemalloc
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from codes.models import CoverageDiagnosis, CoverageDocument, Release
from codes.releases import loading, mcd_articles, mcd_lcd, ncd
from codes.releases.refused import Refused
from tests.exports import Rows, articles, determinations, export, load, of, packed, table


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exports are of April 2026."""
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 4, 20))


def refusal(tmp_path, reader=mcd_articles, **files) -> str:
    """What an export with these files in place of its own is refused with."""
    with pytest.raises(Refused) as refused:
        load(reader, export(tmp_path, "current_article", {**articles(), **files}))
    assert not Release.objects.filter(kind=reader.KIND).exists()
    assert not CoverageDocument.objects.exists()
    return str(refused.value)


def changed(name: str, place: int = 0, **values: object) -> list[dict[str, object]]:
    """A file of the sample with other values in one row."""
    rows: list[dict[str, Any]] = [{**row} for row in articles()[name]]  # type: ignore[dict-item]
    rows[place].update(values)
    return rows


def test_the_inner_zip_and_a_folder_of_the_files_load_as_well(db, tmp_path):
    tables = {f"{name}.csv": table(rows) for name, rows in articles().items()}
    inner = tmp_path / "current_article_csv.zip"
    inner.write_bytes(packed(tables))
    folder = tmp_path / "files"
    folder.mkdir()
    for name, content in tables.items():
        (folder / name.upper()).write_bytes(content)
    tallies = [load(mcd_articles, path, dry_run=True).tally.as_json() for path in (inner, folder)]
    assert tallies[0] == tallies[1]
    assert tallies[0]["stored"]["diagnoses"] == 4
    assert not Release.objects.filter(kind="mcd-articles").exists()


def test_of_two_exports_in_an_archive_the_files_beside_the_documents_count(db, tmp_path):
    whole = tmp_path / "all_data.zip"
    article, lcd = (
        export(tmp_path, "current_article", articles()),
        export(tmp_path, "current_lcd", {**determinations(), "contractor": [{"contractor_id": "1"}]}),
    )
    whole.write_bytes(packed({path.name: path.read_bytes() for path in (article, lcd)}))
    assert load(mcd_articles, whole, dry_run=True).tally.stored["contractors"] == 1


@pytest.mark.parametrize(("reader", "names"), [
    (mcd_articles, ["current_article.zip", "all_article.zip", "current_article_csv.zip", "article.csv", "article_x_hcpc_code.csv", "contractor.csv", "state_lookup.csv"]),
    (mcd_lcd, ["current_lcd.zip", "lcd.csv", "lcd_x_contractor.csv", "contractor_jurisdiction.csv"]),
    (ncd, ["ncd.zip", "ncd_csv.zip", "ncd_trkg.csv"]),
])  # fmt: skip
def test_of_a_folder_with_several_exports_the_kinds_own_files_are_taken(tmp_path, reader, names):
    there = [
        "current_article.zip",
        "all_article.zip",
        "current_article_csv.zip",
        "article.csv",
        "article_x_hcpc_code.csv",
        "article_related_ncd_documents.csv",
        "contractor.csv",
        "state_lookup.csv",
    ]
    there += [
        "current_lcd.zip",
        "lcd.csv",
        "lcd_x_contractor.csv",
        "lcd_related_ncd_documents.csv",
        "contractor_jurisdiction.csv",
        "ncd.zip",
        "ncd_csv.zip",
        "ncd_trkg.csv",
        "GPCI2025.csv",
    ]
    taken = {name for name in there if re.search(reader.FILES, name, re.IGNORECASE)}
    assert set(names) <= taken
    assert not any(name.startswith(("GPCI", {"mcd-articles": "lcd", "mcd-lcd": "article_", "ncd": "lcd_"}[reader.KIND])) for name in taken)


def test_a_file_as_it_may_come(db, tmp_path):
    """A byte-order mark, other captions and another order, CP1252, doubled spaces, empty rows, a footnote and a control character."""
    article = (
        b'\xef\xbb\xbf"Title","Article\r\n ID","ARTICLE VERSION","article_eff_date"\r\n'
        b'"Knee  \x96 hip\x92s","1","1","2026-04-01 00:00:00"\r\n'
        b"\r\n"
        b'"","","",""\r\n' + '"Über","2","1","2026-04-01T00:00:00"\r\n'.encode() + b"Source: CMS\r\n\x1a"
    )
    tally = load(mcd_articles, export(tmp_path, "current_article", {"article": article, "article_x_hcpc_code": articles()["article_x_hcpc_code"]})).tally
    assert [document.title for document in CoverageDocument.objects.order_by("number")] == ["Knee – hip’s", "Über"]
    assert tally.read == 7 + 4
    assert tally.left_out == {"captions": 2, "empty rows": 3, "footnotes": 1, "of a document or version that is not in the export": 3}


def test_html_is_made_safe(db, tmp_path):
    text = (
        '<H1 style="color:red">Codes</H1><script>alert(1)</script><div onclick="x()">Use <b>J1</b><br>and H<sub>2</sub>O</div><!-- note -->'
        '<table border="1"><tr><td colspan="2" style="x">1</td></tr></table><ol start="3"><li>one</ol><img src="x" onerror="y()">'
        '<a href="javascript:x()">a</a><a href="lcd.aspx?lcdid=1&amp;ver=2" target="_blank">b</a><a href="/coverage">c</a><a href="#top">d</a><a href="mailto:x@example.net">e</a>'
    )
    load(mcd_articles, export(tmp_path, "current_article", {**articles(), "article": changed("article", description=text, other_comments="<p> &nbsp; </p>")}))
    rel = 'rel="noopener noreferrer"'
    assert CoverageDocument.objects.get(number=52369).text == (
        "<h4>Codes</h4><div>Use <b>J1</b><br>and H<sub>2</sub>O</div>"
        '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table><ol start="3"><li>one</li></ol>'
        f'<a {rel}>a</a><a href="https://www.cms.gov/medicare-coverage-database/view/lcd.aspx?lcdid=1&amp;ver=2" {rel}>b</a>'
        f'<a href="https://www.cms.gov/coverage" {rel}>c</a><a {rel}>d</a><a href="mailto:x@example.net" {rel}>e</a>'
    )


def test_plain_text_keeps_its_paragraphs(db, tmp_path):
    load(
        mcd_articles,
        export(
            tmp_path, "current_article", {**articles(), "article": changed("article", description="One & two\r\n\r\n \r\nThree,\r\nfour", other_comments="")}
        ),
    )
    assert CoverageDocument.objects.get(number=52369).text == "<p>One &amp; two</p><p>Three,\nfour</p>"


def test_a_field_of_a_megabyte(db, tmp_path):
    load(
        mcd_articles,
        export(tmp_path, "current_article", {**articles(), "article": changed("article", description=f"<p>{'word ' * 200_000}</p>", other_comments="")}),
    )
    assert len(CoverageDocument.objects.get(number=52369).text) > 999_000


def test_the_same_export_again_changes_nothing(db, tmp_path):
    path = export(tmp_path, "current_article", articles())
    load(mcd_articles, path)
    assert load(mcd_articles, path).what == loading.UNCHANGED
    assert CoverageDocument.objects.count() == 3


def test_a_refused_export_leaves_the_one_before(db, tmp_path):
    before = load(mcd_articles, export(tmp_path, "current_article", articles())).release
    with pytest.raises(Refused):
        load(mcd_articles, export(tmp_path, "current_article", {**articles(), "article_x_icd10_noncovered": b'"article_id","article_version"\r\n'}))
    assert Release.objects.get(kind="mcd-articles") == before
    assert CoverageDiagnosis.objects.count() == 4


def test_another_kind_of_export_is_refused(db, tmp_path):
    with pytest.raises(
        Refused, match=r"current_lcd\.zip: article\.csv was expected; there is: data dictionary\.pdf, current_lcd\.mdb, readme_first\.txt, lcd\.csv"
    ):
        load(mcd_articles, export(tmp_path, "current_lcd", determinations()))
    with pytest.raises(Refused, match=r"ncd_trkg\.csv was expected"):
        load(ncd, export(tmp_path, "ncd", determinations()))


def test_articles_without_their_codes_are_refused(db, tmp_path):
    with pytest.raises(Refused, match=r"article_x_hcpc_code\.csv was expected"):
        load(mcd_articles, export(tmp_path, "current_article", {"article": articles()["article"]}))


@pytest.mark.parametrize(("name", "values", "said"), [
    ("article", {"article_id": "A52369"}, r"article\.csv, line 2, column article_id: 'A52369' stands where a whole number was expected"),
    ("article", {"article_eff_date": "April 1"}, r"line 2, column article_eff_date: 'April 1' stands where a date was expected, as 2026-04-01 00:00:00"),
    ("article", {"article_eff_date": "2026-13-01 00:00:00"}, r"'2026-13-01 00:00:00' stands where a date was expected"),
    ("article", {"title": "t" * 501}, r"column title: 't+…' stands where a title of at most 500 characters was expected"),
    ("article_x_hcpc_code", {"hcpc_code_id": "29877-29881"}, r"article_x_hcpc_code\.csv, line 2, column hcpc_code_id: '29877-29881' stands where a code of two to ten"),
    ("article_x_icd10_covered", {"range": "yes"}, r"column range: 'yes' stands where N, B, M or E was expected"),
    ("article_x_icd10_covered", {"icd10_covered_group": "x"}, r"column icd10_covered_group: 'x' stands where a whole number was expected"),
    ("article_related_documents", {"r_lcd_id": "L33394"}, r"column r_lcd_id: 'L33394' stands where a whole number was expected"),
    ("contractor", {"contractor_number": "5" * 21}, r"column contractor_number: '5+' stands where at most 20 characters were expected"),
])  # fmt: skip
def test_a_wrong_value_is_named(db, tmp_path, name, values, said):
    with pytest.raises(Refused, match=said):
        load(mcd_articles, export(tmp_path, "current_article", {**articles(), name: changed(name, **values)}))


@pytest.mark.parametrize(("name", "column"), [("article", "article_version"), ("article", "title"), ("article_x_hcpc_code", "hcpc_code_id"), ("article_x_contractor", "contractor_id")])  # fmt: skip
def test_a_missing_column_is_named(db, tmp_path, name, column):
    rows = [{caption: value for caption, value in row.items() if caption != column} for row in articles()[name]]
    assert f"{name}.csv, line 1: a column {column} was expected, and the captions have none" in refusal(tmp_path, **{name: rows})


@pytest.mark.parametrize("cut", [3, 8, 20, 30, 31, 33])
def test_a_file_that_is_cut_off_is_refused(db, tmp_path, cut):
    """In the last row: within a value, between two, within the first."""
    whole = table(articles()["article_x_icd10_covered"])
    said = refusal(tmp_path, article_x_icd10_covered=whole[:-cut])
    assert "article_x_icd10_covered.csv, line 5: " in said
    assert "cut off" in said


def test_a_shifted_row_is_refused(db, tmp_path):
    shifted = table(articles()["article_x_icd10_noncovered"]).replace(b'"M17.11"', b'"M17","11"')
    assert "line 2: 5 values were expected, one a caption" in refusal(tmp_path, article_x_icd10_noncovered=shifted)


def test_a_note_between_the_rows_is_refused(db, tmp_path):
    noted = table(articles()["article_x_icd10_noncovered"]).replace(b'\r\n"52370"', b'\r\nhip\r\n"52370"')
    assert "line 3: 5 values were expected" in refusal(tmp_path, article_x_icd10_noncovered=noted)


def test_an_empty_file_is_refused(db, tmp_path):
    assert "article_x_contractor.csv: the file is empty" in refusal(tmp_path, article_x_contractor=b"")
    assert "article_x_contractor.csv: captions were expected, but the file has none" in refusal(tmp_path, article_x_contractor=b"\r\n\r\n")


def test_an_export_of_nothing_but_captions_is_refused(db, tmp_path):
    files: dict[str, Rows | bytes] = {
        "article": table([], ["article_id", "article_version", "title", "article_eff_date"]),
        "article_x_hcpc_code": articles()["article_x_hcpc_code"],
    }
    with pytest.raises(Refused, match="rows were expected, but none were found"):
        load(mcd_articles, export(tmp_path, "current_article", files))


def test_memory_stays_bounded(db, tmp_path):
    """100,000 diagnoses of 200 articles: what is held are the numbers of the articles, and a batch."""
    article = next(iter(articles()["article"]))
    text = f"<p>{'word ' * 4000}</p>"
    many = ({**of(number % 200 + 1), "icd10_code_id": f"M{number % 90 + 10}.{number % 700}", "icd10_covered_group": number % 5 + 1, "range": "N", "description": "Invented"} for number in range(100_000))  # fmt: skip
    files: dict[str, Rows] = {
        "article": [{**article, **of(number + 1), "description": text} for number in range(200)],
        "article_x_hcpc_code": [of(1, hcpc_code_id="29877", hcpc_code_group="1", range="N")],
        "article_x_icd10_covered": many,
    }
    path = export(tmp_path, "current_article", files)
    tracemalloc.start()
    try:
        outcome = load(mcd_articles, path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert outcome.tally.stored["diagnoses"] == CoverageDiagnosis.objects.filter(release=outcome.release).count() == 100_000
    assert peak < 60_000_000, f"{peak:,} bytes"
