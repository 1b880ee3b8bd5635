"""NCCI PTP edits: the parts of a release, its layout in text and workbook, what is refused, and what becomes current."""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.models import PtpEdit, Release
from codes.releases import current, loading, ncci_ptp
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests import workbooks
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


def zipped(path: Path, *files: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return path


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


def test_a_dry_run_writes_nothing(db, tmp_path):
    outcome = load(*both(tmp_path), dry_run=True)
    assert (outcome.what, outcome.tally.stored["pairs"], outcome.release.pk) == (loading.CHECKED, 4, None)
    assert not Release.objects.filter(kind="ncci-ptp").exists()
    assert not PtpEdit.objects.exists()


def test_a_refused_file_leaves_what_was_current(db, tmp_path):
    old = load(*both(tmp_path)).release
    bad = put(tmp_path, [*FIRST, *SECOND * 700, [*FIRST[0][:5], "7", MISUSE]], "ccipra-v303r0-f1.TXT")
    with pytest.raises(Refused, match="'7' stands where"):
        load(bad)
    assert list(Release.objects.filter(kind="ncci-ptp")) == [old]
    assert (PtpEdit.objects.count(), Release.objects.get(kind="ncci-ptp").current) == (4, True)


def test_rolling_back_returns_to_the_release_before(db, tmp_path):
    old = load(*both(tmp_path)).release
    later = put(tmp_path, [*FIRST, *SECOND], "ccipra-v303r0-f1.TXT")
    new = load(later).release
    assert new.replaced == old
    assert current.roll_back("ncci-ptp", "practitioner") == (new, old)
    assert Release.objects.get(kind="ncci-ptp", current=True) == old
    returned = load(later)
    assert (returned.what, returned.release, PtpEdit.objects.count()) == (loading.RETURNED, new, 8)


def test_releases_are_compared_pair_by_pair(db, tmp_path):
    pair = ["20610", "20604", "", "20200101"]
    twice = [[*pair, "20210101", "0", MISUSE], [*pair, "*", "1", MISUSE]]  # both have the same key
    load(put(tmp_path, [*FIRST, SECOND[0], *twice]))
    same = [[*row[:6], MISUSE.upper()] for row in FIRST]  # another rationale is no other edit
    ended = [*SECOND[0][:4], "20240930", *SECOND[0][5:]]
    added = [["20612", "20604", "", "20241001", "*", "1", MISUSE]]
    release = load(put(tmp_path, [*same, ended, *twice, *added], "ccipra-v303r0-f1.TXT")).release
    assert release.difference == {"pairs": {"added": 1, "revised": 1, "deleted": 0}}
    allowed = [twice[0], [*pair, "*", "0", MISUSE]]  # one of the two rows is another
    release = load(put(tmp_path, [same[0], *allowed, *added], "ccipra-v310r0-f1.TXT")).release
    assert release.difference == {"pairs": {"added": 0, "revised": 1, "deleted": 2}}


def test_what_a_dead_load_left_is_swept(db, tmp_path):
    dead = Release.objects.create(kind="ncci-ptp", part="practitioner", title="dead", version="1", digest="d" * 64, state=Release.IMPORTING)
    PtpEdit.objects.create(release=dead, column1="00100", column2="99497", effective_date="2020-01-01", modifier=1, rationale=0)
    release = load(*both(tmp_path)).release
    assert not Release.objects.filter(pk=dead.pk).exists()
    assert set(PtpEdit.objects.values_list("release", flat=True)) == {release.pk}


codes = st.from_regex(r"[0-9A-Z][0-9]{3}[0-9A-Z]", fullmatch=True)
days = st.dates(date(1990, 1, 1), date(2050, 1, 1))
words = st.text("abcdefghij XYZ/-", min_size=1, max_size=30).filter(lambda text: any(letter.isalpha() for letter in text))
edits = st.lists(st.tuples(codes, codes, st.booleans(), days, st.none() | days, st.sampled_from([0, 1, 9]), words), min_size=1, max_size=20)


@settings(max_examples=80, deadline=None)
@given(rows=edits, sheet=st.booleans())
def test_whatever_is_written_comes_back(tmp_path_factory, rows, sheet):
    written = [
        [column1, column2, "*" if prior else "", f"{start:%Y%m%d}", f"{end:%Y%m%d}" if end else "*", str(modifier), rationale]
        for column1, column2, prior, start, end, modifier, rationale in rows
    ]
    folder = tmp_path_factory.mktemp("written")
    path = workbooks.write(folder / "ccipra-v302r0-f1.xlsx", [*HEAD, *written]) if sheet else put(folder, written)
    came, _, tally = read(path)
    assert [row[:6] for row in came] == [(*row[:3], row[3].isoformat(), row[4].isoformat() if row[4] else None, row[5]) for row in rows]
    letters = [["".join(filter(str.isalpha, row[6])).casefold() for row in table] for table in (came, rows)]
    assert letters[0] == letters[1]
    assert (tally.read, tally.stored["pairs"]) == (len(rows) + len(HEAD), len(rows))


@pytest.mark.skipif(not FOLDER.exists(), reason="the published files are not here (../shared/data)")
def test_the_published_files_lose_no_pair():
    tally = Tally()
    reading = ncci_ptp.read(open_source(sorted(FOLDER.glob("ccipra-v302r0-f*.zip"))), tally)
    in_force = sum(row[4] is None for _, row in cast("Pairs", reading.rows))
    assert (tally.read, tally.stored["pairs"], tally.left_out) == (2_546_041, 2_546_017, {"captions and copyright": 24})
    assert tally.reconciles
    assert in_force == 1_669_820
    assert len(reading.legend) == 12
