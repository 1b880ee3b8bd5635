"""The fee schedule's RVU file: read in every form it comes in, and refused in words."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from codes.models import Change, FeeScheduleLine, Release
from codes.releases import loading, pfs
from codes.releases.refused import Refused
from codes.releases.source import Source, open_source
from codes.releases.tally import sentences
from tests import workbooks
from tests.rvu_files import (
    LINES,
    SAMPLE,
    SCAN,
    SCOPE,
    SLEEP,
    STACKED,
    TITLES,
    VISIT,
    Rows,
    current_lines,
    dry,
    fixed_line,
    newer,
    refusal,
    text_of,
    whole,
    zipped,
)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Source]:
    """Write a file, and open it as a source."""

    def write(content: Rows | str | bytes, name: str = "PPRRVU2025_Oct.csv") -> Source:
        content = content if isinstance(content, str | bytes) else text_of(content)
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode("latin-1"))
        return open_source([tmp_path / name])

    return write


def with_cell(column: int, value: str, line: str = VISIT) -> list[list[str]]:
    cells = line.split(",")
    cells[column] = value
    return whole([SLEEP.split(","), cells])


def test_it_works(db, file):
    outcome = loading.load(pfs, file(whole()))
    release = outcome.release
    assert (release.title, release.version, release.effective_date) == ("CMS PFS 2025 October release", "2025-10", date(2025, 10, 1))
    assert (release.kind, release.part, release.current, release.rows) == ("pfs", "", True, 4)
    assert release.copyright_line == "Relative values and indicators: CMS, public domain"
    assert sentences(release.counts)[:3] == ["13 rows read", "4 stored as fee schedule lines", "9 left out: titles, copyright and captions"]
    assert current_lines().count() == 4
    scope = current_lines().get(code="43497")
    assert (scope.status, scope.global_days, scope.endo_base, scope.mult_proc, scope.asst_surg) == ("A", "090", "43235", "3", "1")
    assert (scope.work_rvu, scope.fac_pe_rvu, scope.mp_rvu) == (Decimal("13.29"), Decimal("8.39"), Decimal("1.89"))
    assert (scope.pre_op, scope.intra_op, scope.post_op, scope.nonfac_na, scope.fac_na) == (Decimal("0.09"), Decimal("0.81"), Decimal("0.10"), "NA", "")
    scan = current_lines().get(code="72195", modifier="TC")
    assert (scan.pctc, scan.supervision, scan.imaging_family, scan.opps_nonfac, scan.opps_mp) == ("1", "01", "88", Decimal("7.44"), Decimal("0.03"))
    assert (scan.nonfac_na, scan.fac_na, scan.conv_factor, scan.description) == ("", "NA", Decimal("32.3465"), "Scan of the middle")


def test_the_same_file_again_changes_nothing(db, file):
    first = loading.load(pfs, file(whole()))
    again = loading.load(pfs, file(whole()))
    assert (first.what, again.what, again.release.pk) == (loading.LOADED, loading.UNCHANGED, first.release.pk)


def test_a_dry_run_writes_nothing(db, file):
    before = Release.objects.count(), FeeScheduleLine.objects.count()
    outcome = loading.load(pfs, file(whole()), dry_run=True)
    assert (outcome.what, outcome.tally.stored[LINES]) == (loading.CHECKED, 4)
    assert (Release.objects.count(), FeeScheduleLine.objects.count()) == before


def test_columns_stand_in_any_order(file):
    order = [14, 2, 24, 0, 3, 1, *(spot for spot in range(31) if spot not in {14, 2, 24, 0, 3, 1})]
    stacked = [STACKED[spot] for spot in order]
    _, rows, _ = dry(file(whole([[line[spot] for spot in order] for line in SAMPLE], stacked)))
    assert rows == dry(file(whole()))[1]


def test_captions_on_one_line_with_breaks_and_other_spellings(file):
    spelled = {"GLOB/DAYS": "Global\nDays", "CONV/FACTOR": "Conversion  Factor", "PCTC/IND": "PC / TC Indicator", "STATUS/CODE": "Status"}
    flat = [spelled.get(column, column.replace("/", "\n").title()) for column in STACKED]
    _, rows, tally = dry(file([*TITLES, flat, *SAMPLE]))
    assert rows == dry(file(whole()))[1]
    assert (tally.read, tally.left_out["titles, copyright and captions"]) == (9, 5)


def test_older_files_lack_some_columns(file):
    kept = [spot for spot in range(31) if spot not in {4, 26, 27, 28, 29, 30}]
    _, rows, _ = dry(file(whole([[line[spot] for spot in kept] for line in SAMPLE], [STACKED[spot] for spot in kept])))
    assert [(row["code"], row["not_used"], row["imaging_family"], row["opps_fac"], row["supervision"]) for row in rows[:2]] == [
        ("99213", "", "", "0.00", "09"),
        ("72195", "", "", "0.00", "01"),
    ]


@pytest.mark.parametrize("column", [spot for spot in range(31) if spot not in {4, 11, 12, 26, 27, 28, 29, 30}])
def test_a_missing_column_is_named(file, column):
    kept = [spot for spot in range(31) if spot != column]
    said = refusal(file(whole([[line[spot] for spot in kept] for line in SAMPLE], [STACKED[spot] for spot in kept])))
    caption = " ".join(STACKED[column].replace("/", " ").split())
    wanted = "captions with HCPCS and MOD" if column < 2 else f"a column {caption.replace('CO- ', 'CO-')} was expected"
    assert said.startswith("PPRRVU2025_Oct.csv")
    assert wanted in said


@pytest.mark.parametrize(
    ("name", "indicator", "part", "title"),
    [
        ("PPRRVU2026_Jan_nonQPP.csv", "9", "", "CMS PFS 2026 January release"),
        ("PPRRVU2026_Jan_QPP.csv", "1", "qpp", "CMS PFS 2026 January release, QPP"),
        ("PPRRVU2026_Jan.csv", "9", "", "CMS PFS 2026 January release"),
        ("download.csv", "1", "qpp", "CMS PFS 2026 January release, QPP"),
    ],
)
def test_from_2026_there_are_two_parts(file, name, indicator, part, title):
    reading, rows, _ = dry(file(newer(indicator), name))
    assert (reading.title, reading.part, reading.version, reading.effective) == (title, part, "2026-01", date(2026, 1, 1))
    assert {row["price_indicator"] for row in rows} == {indicator}
    assert [row["endo_base"] for row in rows] == ["", "", "43235", ""]


def test_both_parts_are_current_side_by_side(db, file):
    loading.load(pfs, file(newer("9"), "PPRRVU2026_Jan_nonQPP.csv"))
    loading.load(pfs, file(newer("1"), "PPRRVU2026_Jan_QPP.csv"))
    assert set(Release.objects.filter(kind="pfs", current=True).values_list("part", flat=True)) == {"", "qpp"}
    assert current_lines().count() == 4


def test_of_the_published_zip_the_csv_is_read(tmp_path):
    others = {"GPCI2025.csv": "x", "25LOCCO.csv": "x", "OPPSCAP_Oct.csv": "x", "ANES2025.csv": "x", "RVU25D.pdf": b"%PDF-1.7"}
    source = zipped(
        tmp_path, "RVU25D.zip", {"PPRRVU2025_Oct.txt": "not read", "PPRRVU2025_Oct.xlsx": b"not read", "PPRRVU2025_Oct.csv": text_of(whole()), **others}
    )
    reading, rows, _ = dry(source)
    assert (reading.title, len(rows)) == ("CMS PFS 2025 October release", 4)


def test_a_zip_of_both_parts_says_what_to_type(tmp_path):
    source = zipped(tmp_path, "RVU26A.zip", {"PPRRVU2026_Jan_QPP.csv": text_of(newer("1")), "PPRRVU2026_Jan_nonQPP.csv": text_of(newer("9"))})
    said = refusal(source)
    assert "`load_release pfs PPRRVU2026_Jan_nonQPP.csv` and `load_release pfs PPRRVU2026_Jan_QPP.csv`" in said
    assert [dry(part)[0].part for part in pfs.parts(source)] == ["", "qpp"]


def test_several_releases_at_once_are_refused(tmp_path):
    said = refusal(zipped(tmp_path, "all.zip", {"PPRRVU24_JAN.csv": "x", "PPRRVU24_JUL.csv": "x"}))
    assert "there are PPRRVU24_JAN.csv and PPRRVU24_JUL.csv" in said
    assert "a file PPRRVUyyyy_Mmm was expected; there is: OPPSCAP.csv, x.pdf" in refusal(zipped(tmp_path, "none.zip", {"OPPSCAP.csv": "x", "x.pdf": "x"}))


def test_text_with_tabs(file):
    tabbed = text_of([*whole(), ['"Quoted, as spreadsheets do", and more of a note']], "\t")
    _, rows, tally = dry(file(tabbed.replace("Scope and cut", '"Scope, and cut"'), "PPRRVU2025_Oct.txt"))
    assert [row["description"] for row in rows][2] == "Scope, and cut"
    assert tally.left_out["footnotes"] == 1
    assert rows[0] == dry(file(whole()))[1][0]


def test_text_with_commas_under_the_name_txt(file):
    assert dry(file(text_of(whole()), "PPRRVU2025_Oct.txt"))[1] == dry(file(whole()))[1]


# Two lines as they stand in the published .txt, with invented descriptors.
SCOPE_AS_PUBLISHED = (
    "43497  Scope and cut                                     A  13.29   8.39NA   8.39    1.89  23.57 23.570090.09.81.1030100       43235 32.3465 090 99"
    "      0.00   0.00   0.00"
)
SCAN_AS_PUBLISHED = (
    "72195TCScan of the middle                                A   0.00   4.86     4.86NA  0.02   4.88  4.881XXX.00.00.0040000             32.3465 010 88"
    "      7.44   7.44   0.03"
)


def test_text_of_fixed_width(file):
    notice = ["HDR THE DESCRIPTORS OF THIS SAMPLE", "HDR ARE INVENTED."]
    lines = [*notice, fixed_line(SAMPLE[0]), SCAN_AS_PUBLISHED, SCOPE_AS_PUBLISHED, fixed_line(SAMPLE[3]), "\x1a"]
    reading, rows, tally = dry(file("\r\n".join(lines), "PPRRVU25_OCT.txt"))
    assert rows == dry(file(whole()))[1]
    assert reading.title == "CMS PFS 2025 October release"
    assert tally.as_json() == {"read": 7, "stored": {LINES: 4}, "joined": 0, "left_out": {"titles, copyright and captions": 2, "empty rows": 1}}


def test_a_cut_off_line_of_fixed_width_is_refused(file):
    lines = [fixed_line(SAMPLE[0]), SCAN_AS_PUBLISHED, SCOPE_AS_PUBLISHED[:150]]
    assert "PPRRVU25_OCT.txt, line 3: '43497 Scope and cut" in refusal(file("\n".join(lines), "PPRRVU25_OCT.txt"))
    shifted = [fixed_line(SAMPLE[0]), SCAN_AS_PUBLISHED[:60] + " " + SCAN_AS_PUBLISHED[60:]]
    assert "line 2, column" in refusal(file("\n".join(shifted), "PPRRVU25_OCT.txt"))


def test_a_spreadsheet_that_lost_its_zeros(tmp_path, file):
    def cell(text: str) -> str | float | int | None:
        return (float(text) if "." in text else int(text)) if text.replace(".", "").isdigit() else text or None

    rows = [[cell(value) for value in row] for row in whole()]
    source = open_source([workbooks.write(tmp_path / "PPRRVU2025_Oct.xlsx", rows)])
    reading, found, _ = dry(source)
    assert reading.version == "2025-10"
    assert found == dry(file(whole()))[1]
    assert (found[3]["code"], found[0]["supervision"]) == ("00100", "09")


@pytest.mark.parametrize(("typed", "stored"), [("0", "000"), ("10", "010"), ("90", "090"), ("zzz", "ZZZ"), ("MMM", "MMM")])
def test_global_days_keep_their_zeros(file, typed, stored):
    assert dry(file(with_cell(14, typed)))[1][1]["global_days"] == stored


@pytest.mark.parametrize(
    ("title", "name", "found"),
    [
        ("2024 National Physician Fee Schedule Relative Value File July Release", "x.csv", "CMS PFS 2024 July release"),
        ("2024 NATIONAL PHYSICIAN FEE SCHEDULE RELATIVE VALUE FILE  APRIL  RELEASE", "x.csv", "CMS PFS 2024 April release"),
        ("National Physician Fee Schedule Relative Value File", "PPRRVU24_JAN.csv", "CMS PFS 2024 January release"),
        ("National Physician Fee Schedule Relative Value File", "PPRRVU2025_Oct.csv", "CMS PFS 2025 October release"),
    ],
)
def test_the_release_is_known_by_its_first_line_or_its_name(file, title, name, found):
    assert dry(file(whole(titles=[["", "", title], *TITLES[1:]]), name))[0].title == found


def test_or_by_the_name_of_its_zip(tmp_path):
    untitled = text_of(whole(titles=[]))
    assert dry(zipped(tmp_path, "RVU24C.zip", {"PPRRVU24_V0612.csv": untitled}))[0].version == "2024-07"
    assert "`April Release`, or a name as PPRRVU2026_Apr, was expected" in refusal(zipped(tmp_path, "a.zip", {"PPRRVU24_V0612.csv": untitled}))


@pytest.mark.parametrize(
    ("column", "value", "caption", "expected"),
    [
        (0, "9921", "", ""),  # five digits again: a spreadsheet's lost zero
        (0, "9921X3", "HCPCS", "a code of five characters was expected"),
        (0, "", "HCPCS", "a code of five characters was expected"),
        (1, "2", "MOD", "a modifier of two characters, or none, was expected"),
        (3, "", "STATUS CODE", "a status of one letter was expected"),
        (3, "AB", "STATUS CODE", "a status of one letter was expected"),
        (5, "1.3O", "WORK RVU", "a number was expected"),
        (5, "", "WORK RVU", "a number was expected"),
        (6, "1.355", "NON-FAC PE RVU", "at most 2 decimals was expected"),
        (8, "-0.55", "FACILITY PE RVU", "a number from 0"),
        (10, "NaN", "MP RVU", "a number was expected"),
        (5, "1e9", "WORK RVU", "a number was expected"),
        (5, "10000000", "WORK RVU", "a number from 0 to 999999"),
        (13, "10", "PCTC IND", "an indicator of one character was expected"),
        (14, "ABC", "GLOB DAYS", "global days"),
        (15, "100.00", "PRE OP", "a number from 0 to 99"),
        (22, "??", "TEAM SURG", "an indicator of one character was expected"),
        (23, "432", "", ""),
        (23, "4323!", "ENDO BASE", "a code of five characters was expected"),
        (24, "", "CONV FACTOR", "a number was expected"),
        (25, "091", "PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES", "at most two characters"),
        (28, "x", "NON-FACILITY PE USED FOR OPPS PAYMENT AMOUNT", "a number was expected"),
    ],
)
def test_a_bad_value_is_refused_with_its_place(file, column, value, caption, expected):
    source = file(with_cell(column, value))
    if not expected:
        assert len(dry(source)[1]) == 2
        return
    said = refusal(source)
    assert said.startswith(f"PPRRVU2025_Oct.csv, line 11, column {caption}: ")
    assert expected in said
    assert (repr(value) if value else "nothing") in said


def test_a_line_twice_is_refused(file):
    said = refusal(file(whole([*SAMPLE, SAMPLE[1]])))
    assert said == "PPRRVU2025_Oct.csv, line 14, column HCPCS: '72195 TC' stands where each code and modifier once was expected"


@pytest.mark.parametrize("cut", [2, 5, 6, 20, 40, 80, len(SLEEP) - 10])
def test_a_cut_off_last_line_is_refused(file, cut):
    content = text_of(whole())
    said = refusal(file(content[: content.rindex(SLEEP) + cut]))
    assert "line 13" in said
    assert "a whole line was expected: it is cut off" in said


def test_what_follows_the_data_is_left_out_with_its_reason(file):
    after = [[""] * 31, ["\x1a"], [], ["* Values are those of the rule"], ["A note of some length, without a star", *[""] * 30]]
    _, rows, tally = dry(file(whole([*SAMPLE, *after])))
    assert len(rows) == 4
    assert tally.as_json()["left_out"] == {"titles, copyright and captions": 9, "empty rows": 3, "footnotes": 2}


def test_marks_and_letters_of_other_encodings(file):
    marked = b"\xef\xbb\xbf" + text_of(whole()).encode().replace(b"Scope and cut", b"Scope\x92s  \x96 cut\x81")
    _, rows, _ = dry(file(marked))
    assert rows[2]["description"] == "Scope’s – cut\x81"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        (
            "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name\r\n10112,AL,00,ALABAMA\r\n" * 30,
            "captions with HCPCS and MOD were expected",
        ),
        (b"%PDF-1.7\n", "text was expected, but this is a zip, a spreadsheet or a PDF"),
        ("HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,PRICE\r\n0633T,TC,C,01112,05,150.69\r\n", "a column STATUS CODE was expected"),
    ],
)
def test_another_kind_of_file_is_refused(file, content, said):
    assert said in refusal(file(content))


def test_a_file_without_a_line_is_refused(db, file):
    with pytest.raises(Refused, match="rows were expected, but none were found"):
        loading.load(pfs, file(whole([])))


def test_a_bad_line_leaves_the_old_release(db, file):
    old = loading.load(pfs, file(whole())).release
    with pytest.raises(Refused, match="line 11, column STATUS CODE"):
        loading.load(pfs, file(with_cell(3, "?"), "PPRRVU2026_Jan.csv"))
    assert Release.objects.get(kind="pfs", part="", current=True) == old
    assert not Release.objects.filter(state=Release.IMPORTING).exists()


def test_no_descriptor_is_kept_as_a_change(db, file):
    loading.load(pfs, file(whole()))
    worded = [line.replace("invented", "reworded").replace("32.3465", "33.4009") for line in (VISIT, SCAN, SCOPE)]
    release = loading.load(pfs, file(whole([line.split(",") for line in (*worded, VISIT.replace("99213", "99214"))]), "PPRRVU2026_Jan.csv")).release
    assert release.difference == {LINES: {"added": 1, "revised": 0, "deleted": 1}, "conv_factor": {"before": "32.3465", "now": "33.4009"}}
    kept = [change.before | change.after for change in Change.objects.filter(release=release)]
    assert len(kept) == 2
    assert all("description" not in values and "work_rvu" in values for values in kept)
