"""NCCI PTP edits: the parts of a release, its layout in text and workbook, what is refused, and what becomes current."""

from datetime import date
from pathlib import Path

import pytest

from codes.models import PtpEdit, Release
from codes.releases import loading, ncci_ptp
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests import workbooks
from tests.exports import zipped
from tests.ptp_files import EDITS, FIRST, FLAT, HEAD, MISUSE, ONE_LINE, SECOND, STANDARDS, both, load, put, read, stored, text

pytestmark = pytest.mark.usefixtures("no_facts")


def test_it_works(db, tmp_path):
    outcome = load(*both(tmp_path))
    release = outcome.release
    assert outcome.what == loading.LOADED
    assert (release.kind, release.part, release.version, release.effective_date) == ("ncci-ptp", "practitioner", "30.2", date(2024, 7, 1))
    assert release.title == "NCCI PTP edits, practitioner, version 30.2 (July 2024)"
    assert (release.current, release.state, release.rows) == (True, Release.READY, 4)
    assert stored(release) == EDITS
    assert release.legend == ["CPT Manual or CMS manual coding instruction", STANDARDS, MISUSE]
    assert release.counts == {"read": 16, "stored": {"pairs": 4}, "joined": 0, "left_out": {"captions and copyright": 12}}


def test_zips_and_workbooks_hold_the_same(db, tmp_path):
    parts = both(tmp_path / "plain")
    inner = [zipped(tmp_path / f"ccipra-v302r0-f{number}.zip", part) for number, part in enumerate(parts, 1)]
    nested = zipped(tmp_path / "quarter.zip", *inner)
    (tmp_path / "sheets").mkdir()
    sheets = [workbooks.write(tmp_path / "sheets" / f"ccipra-v302r0-f{number}.xlsx", [*HEAD, *rows]) for number, rows in enumerate((FIRST, SECOND), 1)]
    for paths in (inner, [nested], sheets, [tmp_path / "sheets"]):
        assert stored(load(*paths).release) == EDITS, paths


def test_a_part_in_two_forms_is_read_as_text(tmp_path):
    sheet = workbooks.write(tmp_path / "ccipra-v302r0-f1.xlsx", [*HEAD, *SECOND])
    archive = zipped(tmp_path / "ccipra-v302r0-f1.zip", put(tmp_path, FIRST), sheet)
    rows, _, tally = read(archive)
    assert [row[0] for row in rows] == ["0001A", "00100"]
    assert tally.read == 8


def test_the_zips_of_a_folder_are_found_by_their_names(tmp_path):
    zipped(tmp_path / "medicare-ncci-2024q3-practitioner-ptp-edits-ccipra-v302r0-f1.zip", put(tmp_path / "elsewhere", FIRST))
    put(tmp_path, b"nothing of the kind", "PPRRVU2025_Oct.csv")
    (tmp_path / "elsewhere" / "ccipra-v302r0-f1.TXT").unlink()
    source = open_source([tmp_path], wanted=ncci_ptp.FILES)
    assert [row[1][0] for row in ncci_ptp.read(source, Tally()).rows] == ["0001A", "00100"]


def test_the_order_in_which_parts_are_named_does_not_matter(db, tmp_path):
    first, second = both(tmp_path)
    assert open_source([first, second]).digest == open_source([second, first]).digest
    release = load(second, first).release
    assert stored(release) == EDITS
    again = load(first, second)
    assert (again.what, again.release, PtpEdit.objects.count()) == (loading.UNCHANGED, release, 4)


def test_outpatient_edits_are_current_beside_those_of_practitioners(db, tmp_path):
    practitioner = load(*both(tmp_path)).release
    outpatient = load(*both(tmp_path, "ccioph-v310r0")).release
    assert (outpatient.part, outpatient.title) == ("outpatient", "NCCI PTP edits, outpatient, version 31.0 (January 2025)")
    assert set(Release.objects.filter(kind="ncci-ptp", current=True)) == {practitioner, outpatient}
    assert outpatient.replaced is None


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["ccipra-v302r0-f1.TXT", "ccipra-v302r0-f3.TXT"], "without a gap or a double; there are f1, f3"),
        (["ccipra-v302r0-f2.TXT"], "without a gap or a double; there are f2"),
        (["ccipra-v302r0-f1.TXT", "again/ccipra-v302r0-f1.TXT"], "without a gap or a double; there are f1, f1"),
        (["ccipra-v302r0-f1.TXT", "ccipra-v303r0-f2.TXT"], "one version of one setting was expected; there are ccipra-v302r0, ccipra-v303r0"),
        (["ccipra-v302r0-f1.TXT", "ccioph-v302r0-f2.TXT"], "one version of one setting was expected; there are ccioph-v302r0, ccipra-v302r0"),
        (["ccipra-v304r0-f1.TXT"], "files named ccipra-vNNNr0-f1"),
        (["edits.txt"], "files named ccipra-vNNNr0-f1"),
        (["ccipra-v302r0-f1.pdf"], "files named ccipra-vNNNr0-f1"),
    ],
)
def test_parts_that_make_no_release_are_refused(tmp_path, names, said):
    for name in names:
        put((tmp_path / name).parent, FIRST, Path(name).name)
    with pytest.raises(Refused, match=said):
        read(*(tmp_path / name for name in names))


@pytest.mark.parametrize(
    ("name", "version", "effective"),
    [
        ("ccipra-v302r0-f1.TXT", "30.2", date(2024, 7, 1)),
        ("ccipra-v303r0-f1.txt", "30.3", date(2024, 10, 1)),
        ("CCIPRA-V310R0-F1.TXT", "31.0", date(2025, 1, 1)),
        ("ccioph-v321r0-f1.txt", "32.1", date(2026, 4, 1)),
        ("ccipra-v270r1-f1.txt", "27.0 r1", date(2021, 1, 1)),
        ("ccipra-v191r0.txt", "19.1", date(2013, 4, 1)),
    ],
)
def test_the_name_tells_version_and_date(tmp_path, name, version, effective):
    reading = ncci_ptp.read(open_source([put(tmp_path, FIRST, name)]), Tally())
    assert (reading.version, reading.effective) == (version, effective)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "63-65", "line 8, column Column 1: '63-65' stands where a code of five characters was expected"),
        (0, "636500", "line 8, column Column 1: '636500'"),
        (1, "AB123", "line 8, column Column 2: 'AB123'"),
        (1, "", "line 8, column Column 2: nothing stands where"),
        (2, "x", r"line 8, column \*=in existence prior to 1996: 'x' stands where \* or nothing was expected"),
        (3, "20240230", "line 8, column Effective Date: '20240230' stands where a date was expected, as 20260401"),
        (3, "2024071", "line 8, column Effective Date: '2024071'"),
        (3, "*", r"line 8, column Effective Date: '\*'"),
        (4, "20241301", "line 8, column Deletion Date: '20241301'"),
        (5, "2", "line 8, column Modifier: '2' stands where 0, 1 or 9 was expected"),
        (5, "", "line 8, column Modifier: nothing stands where"),
        (6, "", "line 8, column PTP Edit Rationale: nothing stands where a whole rationale was expected"),
    ],
)
@pytest.mark.parametrize("form", ["TXT", "xlsx"])
def test_a_bad_value_is_refused_with_its_place(tmp_path, column, value, said, form):
    bad = [*SECOND[0][:column], value, *SECOND[0][column + 1 :]]
    path = tmp_path / f"ccipra-v302r0-f1.{form}"
    if form == "xlsx":
        workbooks.write(path, [*HEAD, SECOND[1], bad, *FIRST])
    else:
        put(tmp_path, [SECOND[1], bad, *FIRST], path.name)
    with pytest.raises(Refused, match=said):
        read(path)


@pytest.mark.parametrize("kept", ["636", "63663", "63663\t95970\t\t2010", "63663\t95970\t\t20100101\t*\t1", "63663\t95970\t\t20100101\t*\t1\t", MISUSE[:20]])
def test_a_file_that_is_cut_off_is_refused(tmp_path, kept):
    last = kept if kept != MISUSE[:20] else f"63663\t95970\t\t20100101\t*\t1\t{kept}"
    with pytest.raises(Refused, match="line 9.*the line is cut off"):
        read(put(tmp_path, text(FIRST) + last.encode()))


def test_a_last_line_without_line_end_is_whole_if_its_rationale_is_known(tmp_path):
    for rationale in (STANDARDS, MISUSE.upper(), "A rationale of a later quarter"):
        rows = [[*FIRST[0][:6], "A rationale of a later quarter"], [*FIRST[1][:6], rationale]]
        assert len(read(put(tmp_path, text(rows, end="")))[0]) == 2
    with pytest.raises(Refused, match="line 8, column PTP Edit Rationale: 'Another one' stands where a whole rationale was expected"):
        read(put(tmp_path, text([FIRST[0], [*FIRST[1][:6], "Another one"]], end="")))


def test_a_zip_that_is_cut_off_is_refused(db, tmp_path):
    whole = zipped(tmp_path / "ccipra-v302r0-f1.zip", put(tmp_path, FIRST * 500)).read_bytes()
    cut = put(tmp_path, whole[: len(whole) // 2], "cut.zip")
    with pytest.raises(Refused, match=r"cut\.zip: a zip was expected, but the file is not one, or it is cut off"):
        read(cut)
    middle = len(whole) // 3
    with pytest.raises(Refused, match="damaged"):
        load(put(tmp_path, whole[:middle] + b"\0" * 9 + whole[middle + 9 :], "damaged.zip"))
    assert not Release.objects.filter(kind="ncci-ptp").exists()


def test_two_lines_in_one_are_refused(tmp_path):
    joined = "\t".join([*FIRST[0], *FIRST[1]]).encode() + b"\r\n"
    with pytest.raises(Refused, match="line 7: 7 columns were expected, and there are 14: a line end is lacking"):
        read(put(tmp_path, text([]) + joined))


def test_spellings_of_a_rationale_are_one(tmp_path):
    spelled = [STANDARDS, "Standards of medical / surgical practice", "STANDARDS OF  MEDICAL/SURGICAL PRACTICE ", MISUSE]
    rows, legend, _ = read(put(tmp_path, [[*FIRST[0][:6], rationale] for rationale in spelled]))
    assert legend == [STANDARDS, MISUSE]
    assert [row[6] for row in rows] == [STANDARDS, STANDARDS, STANDARDS, MISUSE]


def test_cells_are_trimmed_and_empty_lines_left_out(tmp_path):
    padded = [f" {cell}  " for cell in SECOND[0]]
    raw = text([*FIRST, padded]) + b"\r\n\t\t\t\t\t\t\r\n \t\t\t\t\t\t\r\n\x1a"
    rows, _, tally = read(put(tmp_path, raw))
    assert rows[2] == ("63650", "63663", True, "1996-01-01", None, 1, MISUSE)
    assert (len(rows), tally.left_out["empty rows"], tally.read) == (3, 4, 13)


@pytest.mark.parametrize("first_line", ["\ufeffCPT® only".encode(), "CPT® only – copyright".encode("cp1252"), b"CPT only \x81"])
def test_a_byte_order_mark_and_windows_characters_do_no_harm(tmp_path, first_line):
    lines = text(FIRST).split(b"\r\n", 1)[1]
    assert len(read(put(tmp_path, first_line + b"\t\t\t\t\t\t\r\n" + lines))[0]) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"2025 National Physician Fee Schedule,,,\r\nHCPCS,MOD,DESCRIPTION,CODE\r\n" + b"63650,,Invented,A\r\n" * 60, "captions in columns were expected"),
        (text(FIRST, head=[]), "captions in columns were expected"),
        (b"<html><body>Click to accept</body></html>\n", "captions in columns were expected"),
        (b"", "the file is empty"),
        (b"%PDF-1.7", "text was expected, but this is a zip, a spreadsheet or a PDF"),
        (text(FIRST).decode().encode("utf-16"), "UTF-16"),
        (text(FIRST).replace(b"\t", b","), "captions in columns were expected"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, content, said):
    with pytest.raises(Refused, match=said):
        read(put(tmp_path, content))


def test_captions_without_edits_are_refused(db, tmp_path):
    with pytest.raises(Refused, match="rows were expected, but none were found"):
        load(put(tmp_path, []))


def test_text_named_as_a_workbook_is_refused(tmp_path):
    with pytest.raises(Refused, match="a workbook was expected"):
        read(put(tmp_path, FIRST, "ccipra-v302r0-f1.xlsx"))


@pytest.mark.parametrize("spot", range(7))
def test_a_missing_column_is_named(tmp_path, spot):
    head, rows = ([[*row[:spot], *row[spot + 1 :]] for row in table] for table in (HEAD, FIRST))
    names = ["Column 1", "Column 2", r"\*=in existence prior to 1996", "Effective Date", "Deletion Date", "Modifier", "PTP Edit Rationale"]
    with pytest.raises(Refused, match=f"a column {names[spot]} was expected, and the captions have none"):
        read(put(tmp_path, text(rows, head)))


BOTTOM = [
    HEAD[0],
    *([[*line] for line in (["", "", "*=in", "", "", "Modifier", ""], ["Column", "Column", "existence", "Effective", "Deletion", "0=no", "PTP Edit"])]),
]
BOTTOM += [["1", "2", "prior to 1996", "Date", "Date", "1=yes", "Rationale"]]


@pytest.mark.parametrize("head", [HEAD, [ONE_LINE], [HEAD[0], [], ONE_LINE, []], BOTTOM, [[*row, ""] for row in HEAD]])
def test_captions_may_stand_otherwise(tmp_path, head):
    flat = [[cell.replace("\n", " ") for cell in row] for row in head]
    sheet = workbooks.write(tmp_path / "ccipra-v302r0-f1.xlsx", [*head, *FIRST])
    for path in (sheet, put(tmp_path, text(FIRST, flat)), put(tmp_path, text([[*row, "", ""] for row in FIRST], flat))):
        rows, _, tally = read(path)
        assert [(row[0], row[4]) for row in rows] == [("0001A", "2023-12-31"), ("00100", None)]
        assert tally.left_out["captions and copyright"] == len(head)


def test_columns_are_found_by_their_captions(tmp_path):
    order = [6, 5, 4, 3, 2, 1, 0]
    head, rows = ([[*(row[spot] for spot in order), "Note" if row is HEAD[2] else ""] for row in table] for table in (HEAD, FIRST))
    path = put(tmp_path, text(rows, head))
    assert read(path)[0] == [
        ("0001A", "0591T", False, "2021-01-01", "2023-12-31", 1, "CPT Manual or CMS manual coding instruction"),
        ("00100", "99497", False, "2016-01-01", None, 0, STANDARDS),
    ]


def test_a_file_in_another_order_may_be_cut_off_too(tmp_path):
    head, rows = ([["", *row] for row in table] for table in (HEAD, [FIRST[0], [*FIRST[1][:6], MISUSE[:20]]]))
    assert len(read(put(tmp_path, text(rows, head)))[0]) == 2
    with pytest.raises(Refused, match="line 8, .* stands where a whole rationale was expected: the line is cut off"):
        read(put(tmp_path, text(rows, head, end="")))


def test_two_captions_in_one_cell_are_no_two_columns(tmp_path):
    with pytest.raises(Refused, match="a column Effective Date was expected, and the captions have none"):
        read(put(tmp_path, text(FIRST, [[*FLAT[:3], "Dates", "Effective or Deletion Date", *FLAT[5:]]])))


def test_workbooks_give_numbers_and_dates(tmp_path):
    numbers = [100, 99497, None, 20160101, date(2023, 12, 31), 0, STANDARDS]
    rows, _, _ = read(workbooks.write(tmp_path / "ccipra-v302r0-f1.xlsx", [*HEAD, numbers]))
    assert rows == [("00100", "99497", False, "2016-01-01", "2023-12-31", 0, STANDARDS)]


def test_text_loses_no_zeros(tmp_path):
    with pytest.raises(Refused, match="line 7, column Column 1: '100' stands where a code of five characters was expected"):
        read(put(tmp_path, [["100", *FIRST[1][1:]]]))
