"""Add-on code edits: the workbook of a quarter, its dates by day of the year, and the text that is not read."""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.models import AddOnEdit, Change, Release
from codes.releases import add_on, current, loading
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests import workbooks
from tests.site import ROOT

pytestmark = pytest.mark.usefixtures("no_facts")

FOLDER = ROOT.parent / "shared" / "data" / "cms"
NAME = "AOC_V2026Q2-MCR.xlsx"
NOTICE = "A notice of several lines.\nCPT® is a trademark,\nand nothing of it is here."
CAPTIONS = ["AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT", "AOC_Edit_EffDT", "AOC_Edit_DelDT", "Special_Instruction_Notes"]
ROWS = [
    ["2", "0054T", "", "CCCCC", "", "2013091", "", "Contractor Defined Primary Codes"],
    ["1", "00101", "2023365", "00100", "2024366", "2018001", "2023365", ""],
    ["3", "U0005", "", "U0003", "", "2021274", "", '"See the manual, chapter 12"'],
]
EDITS = [
    (2, "0054T", None, "CCCCC", None, date(2013, 4, 1), None, "Contractor Defined Primary Codes"),
    (1, "00101", date(2023, 12, 31), "00100", date(2024, 12, 31), date(2018, 1, 1), date(2023, 12, 31), ""),
    (3, "U0005", None, "U0003", None, date(2021, 10, 1), None, "See the manual, chapter 12"),
]
COLUMNS = ("type", "add_on", "add_on_deletion_date", "primary", "primary_deletion_date", "effective_date", "deletion_date", "note")
Rows = Sequence[Sequence[Any]]
Pairs = Iterable[tuple[Any, Sequence[Any]]]


def put(folder: Path, rows: Rows = ROWS, name: str = NAME, captions: Sequence[str] = CAPTIONS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return workbooks.write(folder / name, [[NOTICE], captions, *rows])


def text(folder: Path, content: str | bytes, name: str = "AOC_V2026Q2-MCR.txt") -> Path:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


def load(*paths: Path, **how: Any) -> loading.Outcome:
    return loading.load(add_on, open_source(paths), **how)


def read(*paths: Path) -> tuple[list[tuple[Any, ...]], Tally]:
    tally = Tally()
    rows = [tuple(row) for _, row in cast("Pairs", add_on.read(open_source(paths), tally).rows)]
    assert tally.reconciles
    return rows, tally


def test_it_works(db, tmp_path):
    release = load(put(tmp_path)).release
    assert (release.kind, release.part, release.version, release.effective_date) == ("add-on", "", "2026-2", date(2026, 4, 1))
    assert (release.title, release.current, release.rows) == ("NCCI add-on code edits, 2026 second quarter", True, 3)
    assert list(AddOnEdit.objects.filter(release=release).order_by("pk").values_list(*COLUMNS)) == EDITS
    assert release.counts == {"read": 5, "stored": {"add-on relations": 3}, "joined": 0, "left_out": {"captions and copyright": 2}}


@pytest.mark.parametrize(
    "captions",
    [
        [caption.replace("_", " ") for caption in CAPTIONS],
        [caption.lower().replace("_", "\n") for caption in CAPTIONS],
        [
            "AOC Edit Type",
            "Add_On_Code",
            "AOC_Del_Date",
            "Primary Code",
            "Primary_Code_Del_DT",
            "AOC_Edit_Eff_DT",
            "AOC Edit Deletion Date",
            "Special Instruction/Notes",
        ],
        [
            "Type",
            "Addon Code",
            "Add-On Code Deletion Date",
            "Primary Procedure Code",
            "Primary Code Deletion Date",
            "Effective Date",
            "Edit Deletion Date",
            "Notes",
        ],
    ],
)
def test_captions_vary(tmp_path, captions):
    assert read(put(tmp_path, captions=captions))[0] == EDITS


def test_columns_are_found_by_their_captions(tmp_path):
    order = [4, 7, 6, 5, 3, 2, 1, 0]
    assert read(put(tmp_path, [[row[spot] for spot in order] for row in ROWS], captions=[CAPTIONS[spot] for spot in order]))[0] == EDITS


@pytest.mark.parametrize("spot", range(7))
def test_a_missing_column_is_named(tmp_path, spot):
    captions, *rows = ([*row[:spot], *row[spot + 1 :]] for row in (CAPTIONS, *ROWS))
    with pytest.raises(Refused, match=f"line 2: a column {CAPTIONS[spot]} was expected, and the captions have none"):
        read(put(tmp_path, rows, captions=captions))


def test_notes_may_be_lacking(tmp_path):
    assert read(put(tmp_path, [row[:7] for row in ROWS], captions=CAPTIONS[:7]))[0] == [(*edit[:7], "") for edit in EDITS]


def test_the_first_sheet_with_captions_is_read(tmp_path):
    path = workbooks.write(tmp_path / NAME, [["Read me first"], ["Type", "what it means"]], Edits=[[], [NOTICE], CAPTIONS, *ROWS], More=[CAPTIONS, ROWS[0]])
    rows, tally = read(path)
    assert rows == EDITS
    assert tally.read == 6


def test_numbers_and_dates_of_a_workbook(tmp_path):
    rows = [
        [2, "0054T", 0, "CCCCC", None, 2013091, "*", "Contractor Defined Primary Codes"],
        [1, 101, date(2023, 12, 31), 100, 2024366, 2018001.0, "20231231", None],
    ]
    assert read(put(tmp_path, rows))[0] == EDITS[:2]


def test_older_files_have_roman_types(tmp_path):
    rows = [[kind, *ROWS[1][1:]] for kind in ("I", "Type II", "type 3")]
    assert [row[0] for row in read(put(tmp_path, rows))[0]] == [1, 2, 3]


@pytest.mark.parametrize("none", ["", "0", "*", "0000000", " ", None])
def test_no_date(tmp_path, none):
    assert read(put(tmp_path, [[*ROWS[1][:6], none, ""]]))[0] == [(*EDITS[1][:6], None, "")]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "4", "line 4, column AOC_Edit_Type: '4' stands where 1, 2 or 3 was expected"),
        (0, "", "column AOC_Edit_Type: nothing stands where"),
        (1, "CCCCC", "line 4, column Add-On_Code: 'CCCCC' stands where a code of five characters was expected"),
        (1, "", "column Add-On_Code: nothing stands where"),
        (3, "DDDDD", "line 4, column Primary_Code: 'DDDDD' stands where a code of five characters or CCCCC was expected"),
        (2, "2023366", "line 4, column AOC_DelDT: '2023366' stands where a day of a year was expected, as 2026091"),
        (4, "2023000", "column Primary_Code_DelDT: '2023000'"),
        (5, "202309", "column AOC_Edit_EffDT: '202309'"),
        (6, "20231301", "column AOC_Edit_DelDT: '20231301'"),
        (6, "none", "column AOC_Edit_DelDT: 'none'"),
        (6, "9999400", "column AOC_Edit_DelDT: '9999400'"),
    ],
)
def test_a_bad_value_is_refused_with_its_place(tmp_path, column, value, said):
    with pytest.raises(Refused, match=said):
        read(put(tmp_path, [ROWS[0], [*ROWS[1][:column], value, *ROWS[1][column + 1 :]], ROWS[2]]))


def test_what_is_no_row_is_left_out(tmp_path):
    rows, tally = read(put(tmp_path, [*ROWS, [], ["", " ", "\u200b".strip("\u200b")], ["* Ask the contractor about these."]]))
    assert rows == EDITS
    assert tally.left_out == {"captions and copyright": 2, "empty rows": 2, "notes below the table": 1}


@pytest.mark.parametrize("separator", ["\t", ","])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_text_with_captions_is_read(tmp_path, separator, start):
    plain = [*ROWS[:2], [*ROWS[2][:7], '"See the manual; chapter 12"']]
    lines = [["A notice, in a line"], CAPTIONS, *plain]
    path = text(tmp_path, start + "".join(separator.join(line) + "\r\n" for line in lines))
    rows, tally = read(path)
    assert rows == [*EDITS[:2], (*EDITS[2][:7], "See the manual; chapter 12")]
    assert tally.read == 5
    path.write_bytes(path.read_bytes()[:-70])
    with pytest.raises(Refused, match="cut off"):
        read(path)


def test_text_without_captions_is_refused(db, tmp_path):
    path = text(tmp_path, "20054T       CCCCC       2013091       \r\n100101 202336500100 \r\n")
    with pytest.raises(Refused, match=r"the fixed-width \.txt has none: load the \.xlsx that is published beside it"):
        load(path)
    assert not Release.objects.filter(kind="add-on").exists()


def test_of_a_zip_the_workbook_is_read(tmp_path):
    fixed = text(tmp_path, "20054T       CCCCC       2013091       \r\n")
    with zipfile.ZipFile(tmp_path / "quarter.zip", "w") as archive:
        for file in (fixed, put(tmp_path)):
            archive.write(file, file.name)
    assert read(tmp_path / "quarter.zip")[0] == EDITS


@pytest.mark.parametrize(
    ("name", "version", "title"),
    [
        ("AOC_V2025Q1-MCR.xlsx", "2025-1", "NCCI add-on code edits, 2025 first quarter"),
        ("aoc_v2024q3.xlsx", "2024-3", "NCCI add-on code edits, 2024 third quarter"),
        ("medicare-ncci-2026-q4-add-code-edits.xlsx", "2026-4", "NCCI add-on code edits, 2026 fourth quarter"),
    ],
)
def test_the_name_tells_the_quarter(tmp_path, name, version, title):
    reading = add_on.read(open_source([put(tmp_path, name=name)]), Tally())
    assert (reading.version, reading.title) == (version, title)
    assert reading.effective is not None
    assert reading.effective.month == 3 * int(version[-1]) - 2


def test_other_names_and_several_quarters_are_refused(tmp_path):
    with pytest.raises(Refused, match="a file name with year and quarter was expected"):
        read(put(tmp_path, name="AOC_V2026Q5.xlsx"))
    with pytest.raises(Refused, match=r"one quarter's AOC_VyyyyQn-MCR\.xlsx was expected; there is: AOC_V2026Q1"):
        read(put(tmp_path), put(tmp_path, name="AOC_V2026Q1-MCR.xlsx"))


def test_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(Refused, match="a row of captions was expected .AOC_Edit_Type, "):
        read(workbooks.write(tmp_path / NAME, [["HCPCS", "MOD", "DESCRIPTION"], ["63650", "", "Invented"]]))
    with pytest.raises(Refused, match="a workbook was expected"):
        read(text(tmp_path, "no workbook", NAME))
    whole = put(tmp_path).read_bytes()
    with pytest.raises(Refused, match="a workbook was expected"):
        read(text(tmp_path, whole[: len(whole) // 2], NAME))


def test_releases_are_compared_relation_by_relation(db, tmp_path):
    undated = ["1", "00102", "", "00100", "", "", "", ""]
    load(put(tmp_path, [*ROWS, undated]))
    ended = [*ROWS[2][:6], "2026181", ROWS[2][7]]
    new = load(put(tmp_path, [ROWS[0], ended, undated, ["1", "00103", "", "00100", "", "2026182", "", ""]], "AOC_V2026Q3-MCR.xlsx")).release
    assert new.difference == {"add-on relations": {"added": 1, "revised": 1, "deleted": 1}}
    assert not Change.objects.filter(release=new).exists()  # counted, not listed
    current.roll_back("add-on")
    assert Release.objects.get(kind="add-on", current=True).version == "2026-2"


def test_loading_twice_changes_nothing_and_a_refused_file_neither(db, tmp_path):
    release = load(put(tmp_path)).release
    assert load(tmp_path / NAME).what == loading.UNCHANGED
    with pytest.raises(Refused, match="'4' stands where"):
        load(put(tmp_path, [*ROWS, ["4", *ROWS[1][1:]]], "AOC_V2026Q3-MCR.xlsx"))
    assert load(put(tmp_path, ROWS[:1]), dry_run=True).what == loading.CHECKED
    assert list(Release.objects.filter(kind="add-on")) == [release]
    assert AddOnEdit.objects.count() == 3


codes = st.from_regex(r"[0-9A-Z][0-9]{3}[0-9A-Z]", fullmatch=True)
days = st.none() | st.dates(date(1990, 1, 1), date(2050, 12, 31))
words = st.text("abc XYZ,;/é&<", max_size=30).map(lambda text: " ".join(text.split()))
relations = st.lists(st.tuples(st.integers(1, 3), codes, days, codes | st.just("CCCCC"), days, days, days, words), min_size=1, max_size=15)


@settings(max_examples=60, deadline=None)
@given(rows=relations)
def test_whatever_is_written_comes_back(tmp_path_factory, rows):
    written = [[f"{cell:%Y%j}" if isinstance(cell, date) else cell for cell in row] for row in rows]
    came, tally = read(put(tmp_path_factory.mktemp("written"), written))
    assert came == rows
    assert (tally.read, tally.stored["add-on relations"]) == (len(rows) + 2, len(rows))


def test_every_day_of_a_year(tmp_path):
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
    rows = read(put(tmp_path, [[*ROWS[1][:5], f"2024{number:03d}", "", ""] for number in range(1, 367)]))[0]
    assert [row[5] for row in rows] == days


@pytest.mark.skipif(not FOLDER.exists(), reason="the published files are not here (../shared/data)")
def test_the_published_file_loses_no_row(db):
    outcome = load(FOLDER / NAME)
    assert (outcome.tally.read, outcome.tally.stored, outcome.tally.left_out) == (9_002, {"add-on relations": 9_000}, {"captions and copyright": 2})
    edits = AddOnEdit.objects.filter(release=outcome.release)
    assert [edits.filter(type=kind).count() for kind in (1, 2, 3)] == [8_293, 47, 660]
    assert edits.filter(primary="CCCCC").count() == 55
    assert edits.get(add_on="G2212", primary="G0463").effective_date == date(2024, 1, 1)
