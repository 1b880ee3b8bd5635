"""Geographic indices and the counties of the localities: read in every form they come in, and fitting each other."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codes.models import Gpci, Locality, Release
from codes.releases import gpci, loading, localities, pfs
from codes.releases.reading import Reading
from codes.releases.refused import Refused
from codes.releases.source import Source, open_source
from codes.releases.tally import Tally
from tests import workbooks
from tests.rvu_files import FOLDER, current_lines, published, zipped

INDICES = """\
ADDENDUM E. FINAL CY 2025 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND MEDICARE LOCALITY,,,,,,
,,,,,,
Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2025 PW GPCI (with 1.0 Floor),2025 PE GPCI,2025 MP GPCI
10112,AL,0,ALABAMA,1,0.869,0.575
2102,AK,1,ALASKA*,1.5,1.081,0.592
1182,CA,18,LOS ANGELES-LONG BEACH-ANAHEIM (LOS ANGELES/ORANGE CNTY),1.042,1.194,0.69
3602,WY,21,WYOMING**,1,1,0.739
"MAC Assignments as of November 22, 2023",,,,,,
,,,,,,
*Work GPCI reflects a 1.5 floor in Alaska established by the MIPPA.,,,,,,
**PE GPCI reflects a 1.0 floor for frontier states established by the ACA.,,,,,,
"""
COUNTIES = """\
COUNTIES INCLUDED IN 2025 LOCALITIES. (ALPHABETICALLY BY STATE AND LOCALITY NAME WITHIN STATE),,,,
,,,,
Medicare Adminstrative Contractor,Locality Number,State ,Fee Schedule Area ,Counties
,,,,
10112,0,ALABAMA ,STATEWIDE ,ALL COUNTIES\x20
,,,,
1182,18,CALIFORNIA,LOS ANGELES  (LOS ANGELES CNTY),LOS ANGELES /ORANGE CNTY
1112,63,,SACRAMENTO-ROSEVILLE-FOLSOM,"SACRAMENTO, PLACER, YOLO, EL DORADO"
1112,75,,REST OF STATE*,ALL OTHER COUNTIES
 , , , ,\x20
5302,99, MISSOURI ,REST OF STATE* ,ALL OTHER COUNTIES\x20
5302,99,,REST OF STATE*,ALL OTHER COUNTIES
,,,,
*  Payment locality is serviced by two carriers.,,,,
"""
Write = Callable[[str | bytes, str], Source]


@pytest.fixture
def file(tmp_path: Path) -> Write:
    """Write a file, and open it as a source."""

    def write(content: str | bytes, name: str) -> Source:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode("latin-1"))
        return open_source([tmp_path / name])

    return write


def dry(reader: ModuleType, source: Source) -> tuple[Reading, list[tuple[Any, ...]], Tally]:
    tally = Tally()
    reading: Reading = reader.read(source, tally)
    rows = [tuple(row) for _, row in reading.rows]  # type: ignore[misc]
    assert tally.reconciles, tally
    return reading, rows, tally


def refusal(reader: ModuleType, source: Source) -> str:
    with pytest.raises(Refused) as refused:
        dry(reader, source)
    return str(refused.value)


def test_it_works(db, file):
    release = loading.load(gpci, file(INDICES, "GPCI2025.csv")).release
    assert (release.title, release.version, release.effective_date, release.rows) == ("CMS GPCI 2025", "2025", date(2025, 1, 1), 4)
    assert release.counts["left_out"] == {"titles, copyright and captions": 3, "footnotes": 3, "empty rows": 1}
    alaska = Gpci.objects.get(release=release, mac="02102", locality="01")
    assert (alaska.state, alaska.name) == ("AK", "ALASKA")
    assert (alaska.work, alaska.pe, alaska.mp) == (Decimal("1.5"), Decimal("1.081"), Decimal("0.592"))
    assert str(Gpci.objects.get(release=release, state="AL")) == "10112-00 ALABAMA"


def test_the_counties_work(db, file):
    release = loading.load(localities, file(COUNTIES, "25LOCCO1.csv")).release
    assert (release.title, release.version, release.effective_date, release.rows) == ("CMS Medicare localities 2025", "2025", date(2025, 1, 1), 5)
    assert release.counts["left_out"] == {
        "titles, copyright and captions": 3,
        "empty rows": 4,
        "localities listed again with the same counties": 1,
        "footnotes": 1,
    }
    stored = Locality.objects.filter(release=release).order_by("pk").values_list("mac", "locality", "state", "area", "counties")
    assert list(stored) == [
        ("10112", "00", "ALABAMA", "STATEWIDE", "ALL COUNTIES"),
        ("01182", "18", "CALIFORNIA", "LOS ANGELES (LOS ANGELES CNTY)", "LOS ANGELES /ORANGE CNTY"),
        ("01112", "63", "CALIFORNIA", "SACRAMENTO-ROSEVILLE-FOLSOM", "SACRAMENTO, PLACER, YOLO, EL DORADO"),
        ("01112", "75", "CALIFORNIA", "REST OF STATE", "ALL OTHER COUNTIES"),
        ("05302", "99", "MISSOURI", "REST OF STATE", "ALL OTHER COUNTIES"),
    ]


def test_both_kinds_are_loaded_beside_each_other(db, file):
    loading.load(gpci, file(INDICES, "GPCI2025.csv"))
    loading.load(localities, file(COUNTIES, "25LOCCO1.csv"))
    again = loading.load(gpci, file(INDICES, "GPCI2025.csv"))
    assert again.what == loading.UNCHANGED
    assert Release.objects.filter(kind__in=["gpci", "localities"], current=True).count() == 2


def test_another_year_counts_what_differs(db, file):
    loading.load(gpci, file(INDICES, "GPCI2025.csv"))
    later = INDICES.replace("2025", "2026").replace("0.869", "0.870").replace("3602,WY,21,WYOMING**", "03602,WY,22,WYOMING**")
    release = loading.load(gpci, file(later, "GPCI2026.csv")).release
    assert (release.title, release.difference) == ("CMS GPCI 2026", {"localities": {"added": 1, "revised": 1, "deleted": 1}})


@pytest.mark.parametrize(
    ("captions", "cells", "work"),
    [
        ("2026 PW GPCI (without 1.0 Floor)***,2026 PW GPCI (with 1.0 Floor)***", "0.964,1.000", "1.000"),
        ("2026 PW GPCI (with 1.0 Floor),2026 PW GPCI (without 1.0 Floor)", "1.000,0.964", "1.000"),
        ("2026 PW GPCI (without 1.0 Floor)", "0.964", "0.964"),
        ("PW GPCI", "0.964", "0.964"),
        ("Work GPCI**", "0.964", "0.964"),
    ],
)
def test_the_work_index_with_the_floor_is_taken(file, captions, cells, work):
    content = (
        f"ADDENDUM E. FINAL CY 2026 INDICES\nMAC,State,Locality,Locality Name,{captions},2026 PE GPCI,2026 MP GPCI\n10112,AL,00,ALABAMA,{cells},0.869,0.575\n"
    )
    reading, rows, _ = dry(gpci, file(content, "GPCI2026.csv"))
    assert rows == [("10112", "AL", "00", "ALABAMA", work, "0.869", "0.575")]
    assert reading.version == "2026"


def test_columns_stand_in_any_order_and_captions_have_breaks(file):
    content = (
        'Locality Name,"2024\nMP  GPCI",2024 PE GPCI,"2024 PW GPCI\n(with 1.0 Floor)",Locality Number,STATE,"Medicare Administrative\nContractor (MAC)"\n'
        "LOS ANGELES-LONG BEACH-ANAHEIM,0.69,1.194,1.042,18,CA,01182\n"
    )
    reading, rows, _ = dry(gpci, file(b"\xef\xbb\xbf" + content.encode(), "GPCI.csv"))
    assert (reading.version, rows) == ("2024", [("01182", "CA", "18", "LOS ANGELES-LONG BEACH-ANAHEIM", "1.042", "1.194", "0.690")])


def test_the_year_is_in_the_name_where_nothing_else_says_it(file):
    untitled = INDICES.partition(",,,,,,\n,,,,,,\n")[2].replace("2025 ", "").replace("2023", "")
    assert dry(gpci, file(untitled, "GPCI25.csv"))[0].version == "2025"
    assert "a year was expected" in refusal(gpci, file(untitled, "indices.csv"))


def tabbed(content: str) -> str:
    rows = [line.replace('"', "") if line.startswith('"MAC') else line for line in content.splitlines()]
    return "\r\n".join(row.replace(",", "\t") if '"' not in row else "\t".join([*row.split(",", 4)[:4], row.split(",", 4)[4]]) for row in rows)


def test_text_with_tabs(file):
    assert dry(gpci, file(tabbed(INDICES), "GPCI2025.txt"))[1] == dry(gpci, file(INDICES, "GPCI2025.csv"))[1]
    assert dry(localities, file(tabbed(COUNTIES), "25LOCCO.txt"))[1] == dry(localities, file(COUNTIES, "25LOCCO1.csv"))[1]


def test_text_of_fixed_width(file):
    indices = """\
ADDENDUM E. FINAL CY 2025 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND MEDICARE LOCALITY

Medicare Admi State  Locality                                      Locality Name                                      2025 PW GPCI2025 PE GPCI2025 MP GPCI
02102           AK      01   ALASKA*                                                                                     1.500       1.081       0.592
01182           CA      18   LOS ANGELES-LONG BEACH-ANAHEIM (LOS ANGELES/ORANGE CNTY)                                    1.042       1.194       0.690
*Work GPCI reflects a 1.5 floor in Alaska established by the MIPPA.
"""
    reading, rows, tally = dry(gpci, file(indices, "GPCI2025.txt"))
    assert rows == dry(gpci, file(INDICES, "GPCI2025.csv"))[1][1:3]
    assert (reading.version, tally.read, tally.left_out["footnotes"]) == ("2025", 6, 1)
    counties = """\
COUNTIES INCLUDED IN 2025 LOCALITIES. (ALPHABETICALLY BY STATE AND LOCALITY NAME WITHIN STATE)

Medicare AdmiLocality         State                  Fee Schedule Area                                  Counties

    10112       00    ALABAMA                STATEWIDE                                         ALL COUNTIES

    01182       18    CALIFORNIA             LOS ANGELES (LOS ANGELES CNTY)                    LOS ANGELES /ORANGE CNTY
    01112       63                           SACRAMENTO-ROSEVILLE-FOLSOM                       SACRAMENTO, PLACER, YOLO,
                                                                                               EL DORADO
    01112       75                           REST OF STATE*                                    ALL OTHER COUNTIES

    05302       99    MISSOURI               REST OF STATE*                                    ALL OTHER COUNTIES

*  Payment locality is serviced by two carriers.
"""
    _, found, tally = dry(localities, file(counties, "25LOCCO.txt"))
    assert found == dry(localities, file(COUNTIES, "25LOCCO1.csv"))[1]
    assert (tally.joined, tally.left_out["footnotes"]) == (1, 1)


def test_a_spreadsheet(tmp_path, file):
    rows = [
        ["ADDENDUM E. FINAL CY 2025 GEOGRAPHIC PRACTICE COST INDICES"],
        [],
        [
            "Medicare Administrative Contractor (MAC)",
            "State",
            "Locality Number",
            "Locality Name",
            "2025 PW GPCI (with 1.0 Floor)",
            "2025 PE GPCI",
            "2025 MP GPCI",
        ],
        [2102, "AK", 1, "ALASKA*", 1.5, 1.081, 0.592],
        ["1182", "CA", 18, "LOS ANGELES-LONG BEACH-ANAHEIM (LOS ANGELES/ORANGE CNTY)", 1.042, 1.1940000000000002, 0.69],
        ["*Work GPCI reflects a 1.5 floor in Alaska established by the MIPPA."],
    ]
    source = open_source([workbooks.write(tmp_path / "GPCI2025.xlsx", rows)])
    assert dry(gpci, source)[1] == dry(gpci, file(INDICES, "GPCI2025.csv"))[1][1:3]
    counties = [
        ["COUNTIES INCLUDED IN 2026 LOCALITIES."],
        ["Medicare Adminstrative Contractor", "Locality Number", "State", "Fee Schedule Area", "Counties"],
        [2102, 1, "ALASKA", "STATEWIDE", "ALL COUNTIES"],
    ]
    reading, found, _ = dry(localities, open_source([workbooks.write(tmp_path / "26LOCCO.xlsx", counties)]))
    assert (reading.version, found) == ("2026", [("02102", "01", "ALASKA", "STATEWIDE", "ALL COUNTIES")])


def test_they_are_found_in_the_published_zip(tmp_path):
    members = {"GPCI2025.csv": INDICES, "GPCI2025.txt": "-", "25LOCCO.csv": COUNTIES, "PPRRVU2025_Oct.csv": "-", "RVU25D.pdf": "-"}
    source = zipped(tmp_path, "RVU25D.zip", members)
    assert len(dry(gpci, source)[1]) == 4
    assert len(dry(localities, source)[1]) == 5


def test_rows_without_a_contractor_continue_the_one_above(file):
    content = COUNTIES.replace("5302,99,,REST OF STATE*,ALL OTHER COUNTIES\n", ",,,,BUT NOT\n,,,,AND NOT THESE\n5302,99,,KANSAS CITY,CLAY\n")
    _, rows, tally = dry(localities, file(content, "25LOCCO1.csv"))
    assert rows[-1] == ("05302", "99", "MISSOURI", "REST OF STATE, KANSAS CITY", "ALL OTHER COUNTIES, BUT NOT AND NOT THESE, CLAY")
    assert (tally.joined, len(rows)) == (3, 5)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "2102,AK",
            "2I02,AK",
            "line 5, column Medicare Administrative Contractor (MAC): '2I02' stands where a contractor's number of five digits was expected",
        ),
        ("2102,AK,1,", "2102,AK,101,", "column Locality Number: '101' stands where a locality of two digits was expected"),
        ("2102,AK,1,", "2102,Alaska,1,", "column State: 'Alaska' stands where a state of two letters was expected"),
        (",1.5,", ",1.5O,", "column PW GPCI (with 1.0 Floor): '1.5O' stands where a number was expected"),
        (",1.5,", ",15,", "'15' stands where an index between 0 and 10 was expected"),
        ("2102,AK,1,ALASKA*", "10112,AL,00,ALABAMA", "'10112 00' stands where each locality of a contractor once was expected"),
        ("2025 PE GPCI,", "PERCENT,", "a column PE GPCI was expected"),
        ("State,", "Land,", "captions with State and Locality were expected"),
        (INDICES[INDICES.index(",0.739") :], "", "column MP GPCI: nothing stands where a number was expected"),
        (INDICES[INDICES.index("02,WY") :], "", "'36' stands where a contractor's number"),
        (INDICES, "%PDF-1.7", "text was expected, but this is a zip, a spreadsheet or a PDF"),
        (INDICES, COUNTIES, "a column Locality Name was expected"),
    ],
)
def test_wrong_indices_are_refused(file, old, new, said):
    assert old in INDICES
    assert said in refusal(gpci, file(INDICES.replace(old, new), "GPCI2025.csv"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1112,63", "ABC,63", "line 8, column Medicare Adminstrative Contractor: 'ABC' stands where a contractor's number"),
        ("1112,63", "1112,6A", "column Locality Number: '6A' stands where a locality of two digits was expected"),
        ("0,ALABAMA ", "0,", "column State: nothing stands where a state's name was expected"),
        (",Counties", ",", "captions with Locality and Counties were expected"),
        ("Fee Schedule Area", "Place", "a column Fee Schedule Area was expected"),
        (
            COUNTIES[COUNTIES.index(",ALL OTHER") :],
            "",
            "line 9, column Counties: nothing stands where an area and its counties were expected: the line is cut off",
        ),
        (COUNTIES, INDICES, "captions with Locality and Counties were expected"),
        (COUNTIES, "", "the file is empty"),
    ],
)
def test_wrong_counties_are_refused(file, old, new, said):
    assert old in COUNTIES
    assert said in refusal(localities, file(COUNTIES.replace(old, new), "25LOCCO1.csv"))


@published
def test_every_published_locality_has_its_counties_and_the_other_way_round(db):
    indices = loading.load(gpci, open_source([FOLDER / "GPCI2025.csv"])).release
    counties = loading.load(localities, open_source([FOLDER / "25LOCCO1.csv"])).release
    assert (indices.counts["read"], indices.counts["stored"]) == (116, {"localities": 109})
    assert (counties.counts["read"], counties.counts["stored"]) == (169, {"localities": 109})
    places = [set(model.objects.filter(release=release).values_list("mac", "locality")) for model, release in ((Gpci, indices), (Locality, counties))]
    assert places[0] == places[1]
    assert len(places[0]) == 109
    assert not Gpci.objects.filter(release=indices, name__contains="*").exists()
    assert not Locality.objects.filter(release=counties, state="").exists()
    suburbs = Locality.objects.get(release=counties, mac="13202", locality="02")
    assert (suburbs.state, suburbs.area) == ("NEW YORK", "NYC SUBURBS/LONG ISLAND")


@published
def test_an_office_visit_in_manhattan_pays_what_the_formula_says(db):
    loading.load(pfs, open_source([FOLDER / "PPRRVU2025_Oct.csv"]))
    indices = loading.load(gpci, open_source([FOLDER / "GPCI2025.csv"])).release
    place = Gpci.objects.get(release=indices, mac="13202", locality="01")
    line = current_lines().get(code="99213", modifier="")
    payment = (line.work_rvu * place.work + line.nonfac_pe_rvu * place.pe + line.mp_rvu * place.mp) * line.conv_factor
    figures = [Decimal(figure) for figure in ("1.30", "1.065", "1.35", "1.166", "0.10", "1.656", "32.3465")]
    assert payment == (figures[0] * figures[1] + figures[2] * figures[3] + figures[4] * figures[5]) * figures[6]
    assert round(payment, 2) == Decimal("101.06")
