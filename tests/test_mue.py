"""Medically unlikely edits: three settings, each a release of its own, as .csv, .txt, .xlsx or in a zip."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.models import Change, MueEdit, Release
from codes.releases import current, loading, mue
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests import workbooks
from tests.exports import zipped
from tests.site import ROOT

pytestmark = pytest.mark.usefixtures("no_facts")

FOLDER = ROOT.parent / "shared" / "data" / "cms"
NAME = "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"
NOTICE = "A notice of several lines.\n\nCPT® is a trademark,\nand nothing of it is here."
CAPTIONS = ["HCPCS/\nCPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale"]
LINE, POLICY, CLINICAL = "1 Line Edit", "2 Date of Service Edit: Policy", "3 Date of Service Edit: Clinical"
ROWS = [
    ["00100", "1", POLICY, "CMS Policy"],
    ["0001U", "12", CLINICAL, "Nature of Analyte"],
    ["A4216", "0", LINE, "Oral Medication; Not Payable"],
]
Rows = Sequence[Sequence[str]]
Pairs = Iterable[tuple[Any, Sequence[Any]]]


def text(rows: Rows, captions: Sequence[str] = CAPTIONS, separator: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([[NOTICE, *[""] * (len(captions) - 1)], captions, *rows])
    return out.getvalue()


def put(folder: Path, content: Rows | str | bytes = ROWS, name: str = NAME) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, str | bytes):
        content = text(content)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


def load(*paths: Path, **how: Any) -> loading.Outcome:
    return loading.load(mue, open_source(paths), **how)


def read(*paths: Path) -> tuple[list[tuple[Any, ...]], Tally]:
    tally = Tally()
    rows = [tuple(row) for _, row in cast("Pairs", mue.read(open_source(paths), tally).rows)]
    assert tally.reconciles
    return rows, tally


EDITS = [("00100", 1, 2, "CMS Policy"), ("0001U", 12, 3, "Nature of Analyte"), ("A4216", 0, 1, "Oral Medication; Not Payable")]


def test_it_works(db, tmp_path):
    release = load(put(tmp_path)).release
    assert (release.kind, release.part, release.version, release.effective_date) == ("mue", "practitioner", "2024-07", date(2024, 7, 1))
    assert (release.title, release.current, release.rows) == ("MUE, practitioner, July 2024", True, 3)
    assert list(MueEdit.objects.filter(release=release).order_by("pk").values_list("code", "value", "mai", "rationale")) == EDITS
    assert release.counts == {"read": 5, "stored": {"MUE values": 3}, "joined": 0, "left_out": {"captions and copyright": 2}}


def test_text_and_workbooks_hold_the_same(tmp_path):
    numbers = [[100, 1, POLICY, "CMS Policy"], ["0001U", 12.0, CLINICAL, "Nature of Analyte"], ["A4216", 0, LINE, "Oral Medication; Not Payable"]]
    head = [[NOTICE], CAPTIONS]
    for path in (
        put(tmp_path, text(ROWS, separator="\t"), NAME.replace("csv", "txt")),
        put(tmp_path, text(ROWS), NAME.replace("csv", "txt")),
        workbooks.write(tmp_path / NAME.replace("csv", "xlsx"), [*head, *numbers]),
        workbooks.write(tmp_path / NAME.replace("csv", "XLSX"), [["Read me"]], Second=[[], *head, *numbers]),
    ):
        assert read(path)[0] == EDITS, path.name


def test_of_a_zip_the_csv_is_read(tmp_path):
    sheet = workbooks.write(tmp_path / NAME.replace("csv", "xlsx"), [[NOTICE], CAPTIONS, ["99999", "9", LINE, ""]])
    note = put(tmp_path, "Notes about the table", "readme.txt")
    assert read(zipped(tmp_path / "table.zip", sheet, note, put(tmp_path)))[0] == EDITS


def test_settings_are_current_side_by_side(db, tmp_path):
    for part, title, caption, name in (
        ("practitioner", "MUE, practitioner, July 2024", "Practitioner Services MUE Values", NAME),
        (
            "outpatient",
            "MUE, outpatient hospital, January 2026",
            "OUTPATIENT HOSPITAL SERVICES\nMUE VALUES",
            "MCR_MUE_OutpatientHospitalServices_Eff_01-01-2026.csv",
        ),
        ("dme", "MUE, DME supplier, October 2025", "DME Supplier Services  MUE Values", "MCR_MUE_DMESupplierServices_Eff_10-01-2025.csv"),
    ):
        release = load(put(tmp_path, text(ROWS, [CAPTIONS[0], caption, *CAPTIONS[2:]]), name)).release
        assert (release.part, release.title) == (part, title)
    assert Release.objects.filter(kind="mue", current=True).count() == 3


def test_the_caption_decides_on_the_setting(tmp_path):
    hospital = text(ROWS, [CAPTIONS[0], "Outpatient Hospital Services MUE Values", *CAPTIONS[2:]])
    assert mue.read(open_source([put(tmp_path, hospital)]), Tally()).part == "outpatient"
    plain = text(ROWS, [CAPTIONS[0], "MUE Values", *CAPTIONS[2:]])
    assert mue.read(open_source([put(tmp_path, plain, "MUE DME Supplier Services 1-1-2016.csv")]), Tally()).part == "dme"
    with pytest.raises(Refused, match="column MUE Values: a caption that names the setting was expected"):
        mue.read(open_source([put(tmp_path, plain, "MUE 1-1-2016.csv")]), Tally())


@pytest.mark.parametrize(
    ("name", "effective"),
    [
        ("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv", date(2026, 1, 1)),
        ("MUE Practitioner Services 4-1-2019.csv", date(2019, 4, 1)),
        ("MUE_PractitionerServices_Effective_10_01_2021.csv", date(2021, 10, 1)),
        ("medicare-ncci-2025-q4-practitioner-services-mue-table.csv", date(2025, 10, 1)),
    ],
)
def test_the_name_gives_the_date(tmp_path, name, effective):
    reading = mue.read(open_source([put(tmp_path, ROWS, name)]), Tally())
    assert (reading.effective, reading.version) == (effective, f"{effective:%Y-%m}")


def test_the_zip_gives_the_date_where_the_file_does_not(tmp_path):
    for name in ("medicare-ncci-2024q3-practitioner-services-mue-table.zip", "MUE effective 7-1-2024.zip"):
        archive = zipped(tmp_path / name, put(tmp_path, ROWS, "MUE.csv"))
        assert mue.read(open_source([archive]), Tally()).effective == date(2024, 7, 1)


@pytest.mark.parametrize(
    ("name", "said"), [("MUE_Eff_13-01-2024.csv", "'13-01-2024' stands where a file name with a date"), ("MUE.csv", "a file name with the effective date")]
)
def test_a_name_without_a_date_is_refused(tmp_path, name, said):
    with pytest.raises(Refused, match=said):
        read(put(tmp_path, ROWS, name))


def test_several_settings_at_once_are_refused(tmp_path):
    put(tmp_path)
    put(tmp_path, ROWS, "MCR_MUE_DMESupplierServices_Eff_07-01-2024.csv")
    with pytest.raises(Refused, match="the MUE table of one setting .each is a release of its own. was expected; there is: MCR_MUE_DME"):
        read(tmp_path)
    with pytest.raises(Refused, match="was expected once"):
        read(put(tmp_path / "one"), put(tmp_path / "other"))
    with pytest.raises(Refused, match="there is: notes.pdf"):
        read(put(tmp_path / "none", "%PDF", "notes.pdf"))


@pytest.mark.parametrize(
    "captions",
    [
        ["HCPCS/CPT Code", *CAPTIONS[1:]],
        ["hcpcs / cpt®\r\ncode", "PRACTITIONER SERVICES\nMUE  VALUES", "mue adjudication\nindicator", "MUE rationale "],
        ["HCPCS Code", "Practitioner MUE Values", "MAI", "Rationale"],
        ["CPT Code", "Practitioner Services MUE Value", "Practitioner Services MUE Adjudication Indicator", "Practitioner Services MUE Rationale"],
    ],
)
def test_captions_vary(tmp_path, captions):
    assert read(put(tmp_path, text(ROWS, captions)))[0] == EDITS


def test_columns_are_found_by_their_captions(tmp_path):
    order = [3, 1, 0, 2]
    turned = [[*(row[spot] for spot in order), "more"] for row in ROWS]
    assert read(put(tmp_path, text(turned, [*(CAPTIONS[spot] for spot in order), "Comment"])))[0] == EDITS


@pytest.mark.parametrize("spot", range(3))
def test_a_missing_column_is_named(tmp_path, spot):
    wanted = ["HCPCS/CPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator"]
    captions, *rows = ([*row[:spot], *row[spot + 1 :]] for row in (CAPTIONS, *ROWS))
    with pytest.raises(Refused, match=f"a column {wanted[spot]} was expected, and the captions have none"):
        read(put(tmp_path, text(rows, captions)))


def test_older_tables_have_no_rationale(tmp_path):
    assert read(put(tmp_path, text([row[:3] for row in ROWS], CAPTIONS[:3])))[0] == [(*edit[:3], "") for edit in EDITS]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "0010", "line 8, column HCPCS/ CPT Code: '0010' stands where a code of five characters was expected"),
        (0, "", "line 8, column HCPCS/ CPT Code: nothing stands where"),
        (1, "", "line 8, column Practitioner Services MUE Values: nothing stands where a whole number was expected"),
        (1, "-1", "line 8, column Practitioner Services MUE Values: '-1' stands where a whole number was expected"),
        (1, "1.5", "'1.5' stands where a whole number"),
        (2, "4 Other", "line 8, column MUE Adjudication Indicator: '4 Other' stands where an indicator that begins with 1, 2 or 3 was expected"),
        (2, "31", "'31' stands where an indicator"),
        (2, "", "column MUE Adjudication Indicator: nothing stands where"),
        (3, "x" * 121, "at most 120 characters were expected"),
        (0, "00100", r"line 8, column HCPCS/ CPT Code: '00100' stands where a code that is not in the file already was expected \(it is in line 7\)"),
    ],
)
def test_a_bad_value_is_refused_with_its_place(tmp_path, column, value, said):
    bad = [*ROWS[1][:column], value, *ROWS[1][column + 1 :]]
    with pytest.raises(Refused, match=said):
        read(put(tmp_path, [ROWS[0], bad, ROWS[2]]))


def test_a_code_that_comes_twice_is_refused_in_a_workbook_too(tmp_path):
    path = workbooks.write(tmp_path / NAME.replace("csv", "xlsx"), [[NOTICE], CAPTIONS, *ROWS, [100, 2, LINE, "CMS Policy"]])
    with pytest.raises(Refused, match=r"line 6, .*'00100' stands where .* \(it is in line 3\)"):
        read(path)


@pytest.mark.parametrize(
    "kept", ["A42", "A4217", "A4217,1", "A4217,1,3 Date of Serv", "A4217,1,3 Date of Service Edit: Clinical,", "A4217,1,1 Line Edit,CMS Pol"]
)
def test_a_file_that_is_cut_off_is_refused(tmp_path, kept):
    with pytest.raises(Refused, match="line 10.*cut off"):
        read(put(tmp_path, text(ROWS) + kept))


def test_a_last_line_without_line_end_may_be_whole(tmp_path):
    assert read(put(tmp_path, text(ROWS).rstrip()))[0] == EDITS
    assert len(read(put(tmp_path, text(ROWS) + "A4217,1,1 Line Edit,Clinical: Data"))[0]) == 4


def test_what_is_no_row_is_left_out(tmp_path):
    below = ",,,\r\n\r\n\x1a\r\n* Values may change without notice,,,\r\n"
    rows, tally = read(put(tmp_path, text(ROWS) + below))
    assert rows == EDITS
    assert tally.left_out == {"captions and copyright": 2, "empty rows": 3, "notes below the table": 1}
    assert tally.read == 9


def test_a_cell_too_many_is_refused(tmp_path):
    with pytest.raises(Refused, match="line 10: 4 columns were expected, and there are 5: a line end or a quotation mark is lacking"):
        read(put(tmp_path, text(ROWS) + "A4217,1,1 Line Edit,CMS Policy,A4218\r\n"))


def test_byte_order_mark_windows_characters_and_spaces(tmp_path):
    spaced = text([[f" {cell}  " for cell in row] for row in ROWS])
    assert read(put(tmp_path, b"\xef\xbb\xbf" + spaced.encode()))[0] == EDITS
    assert read(put(tmp_path, spaced.encode("cp1252")))[0] == EDITS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("HCPCS,MOD,DESCRIPTION,STATUS CODE\r\n63650,,Invented,A\r\n", "a row of captions was expected .HCPCS/CPT Code, Practitioner"),
        (",".join(CAPTIONS[1:1]) + "00100,1,2,CMS Policy\r\n" * 70, "a row of captions was expected"),
        ("", "the file is empty"),
        (b"PK\x03\x04", "text was expected, but this is a zip, a spreadsheet or a PDF"),
        (text(ROWS).encode("utf-16"), "UTF-16"),
        (text(ROWS).split('",,,')[0], "a row of captions was expected"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, content, said):
    with pytest.raises(Refused, match=said):
        read(put(tmp_path, content))


def test_changes_are_recorded_code_by_code(db, tmp_path):
    load(put(tmp_path))
    later = [ROWS[0], ["0001U", "3", CLINICAL, "Nature of Analyte"], ["A4217", "5", LINE, "CMS Policy"]]
    new = load(put(tmp_path, later, "MCR_MUE_PractitionerServices_Eff_10-01-2024.csv")).release
    assert new.difference == {"MUE values": {"added": 1, "revised": 1, "deleted": 1}}
    assert {(change.code, change.what): (change.before, change.after) for change in Change.objects.filter(release=new)} == {
        ("0001U", "revised"): ({"value": 12}, {"value": 3}),
        ("A4217", "added"): ({}, {"value": 5, "mai": 1, "rationale": "CMS Policy"}),
        ("A4216", "deleted"): ({"value": 0, "mai": 1, "rationale": "Oral Medication; Not Payable"}, {}),
    }
    current.roll_back("mue", "practitioner")
    assert Release.objects.get(kind="mue", current=True).version == "2024-07"


def test_loading_twice_changes_nothing_and_a_refused_file_neither(db, tmp_path):
    release = load(put(tmp_path)).release
    assert load(put(tmp_path)).what == loading.UNCHANGED
    with pytest.raises(Refused, match="'00100' stands where"):
        load(put(tmp_path, [*ROWS, ROWS[0]], "MCR_MUE_PractitionerServices_Eff_10-01-2024.csv"))
    assert load(put(tmp_path, ROWS[:1]), dry_run=True).what == loading.CHECKED
    assert list(Release.objects.filter(kind="mue")) == [release]
    assert MueEdit.objects.count() == 3


codes = st.from_regex(r"[0-9A-Z][0-9]{3}[0-9A-Z]", fullmatch=True)
words = st.text("abc XYZ,;\"'/é", max_size=30).map(lambda text: " ".join(text.split()))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(codes, st.integers(0, 999_999_999), st.sampled_from([LINE, POLICY, CLINICAL]), words), min_size=1, max_size=20, unique_by=lambda row: row[0]
    )
)
def test_whatever_is_written_comes_back(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("written")
    wanted = [(code, value, int(mai[0]), rationale) for code, value, mai, rationale in rows]
    for path in (
        put(folder, [[code, str(value), mai, rationale] for code, value, mai, rationale in rows]),
        put(folder, text([[str(cell) for cell in row] for row in rows], separator="\t"), NAME.replace("csv", "txt")),
        workbooks.write(folder / NAME.replace("csv", "xlsx"), [[NOTICE], CAPTIONS, *rows]),
    ):
        came, tally = read(path)
        assert came == wanted
        assert (tally.read, tally.stored["MUE values"]) == (len(rows) + 2, len(rows))


@pytest.mark.skipif(not FOLDER.exists(), reason="the published files are not here (../shared/data)")
def test_the_published_file_loses_no_row(db):
    outcome = load(FOLDER / NAME)
    assert (outcome.tally.read, outcome.tally.stored, outcome.tally.left_out) == (14_679, {"MUE values": 14_677}, {"captions and copyright": 2})
    assert (outcome.release.rows, outcome.release.title) == (14_677, "MUE, practitioner, July 2024")
    assert dict(MueEdit.objects.filter(code__in=["0001U", "V5364"]).values_list("code", "value")) == {"0001U": 1, "V5364": 0}
