"""ICD-10-PCS: the order file with its headers, and the codes file."""

import gzip
import zipfile
from datetime import date
from pathlib import Path

import pytest

from codes.models import Change, Code, Heading, Release
from codes.releases import icd10pcs, loading
from codes.releases.reading import Listed, Node
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests.site import ROOT

PUBLISHED = ROOT.parent / "shared" / "data" / "cms" / "icd10pcs-codes-2024.txt.gz"
published = pytest.mark.skipif(not PUBLISHED.exists(), reason="the published files are not here (../shared/data)")

ROWS = [
    ("001", "Central Nervous System and Cranial Nerves, Bypass", ""),
    ("0016070", "Bypass Cereb Vent to Nasophar, Autol Sub, Open", "Bypass Cerebral Ventricle to Nasopharynx with Autologous Tissue Substitute, Open Approach"),
    (
        "0016071",
        "Bypass Cereb Vent to Mastoid Sinus, Autol Sub, Open",
        "Bypass Cerebral Ventricle to Mastoid Sinus with Autologous Tissue Substitute, Open Approach",
    ),
    ("0W0", "Anatomical Regions, General, Alteration", ""),
    ("0W020ZZ", "Alteration of Face, Open Approach", ""),
    ("B00", "Central Nervous System, Plain Radiography", ""),
    ("B00B0ZZ", "Plain Radiography of Spinal Cord using High Osmolar Contrast", ""),
]


def order(rows: list[tuple[str, str, str]] = ROWS) -> str:
    """The order file."""
    return "".join(f"{number:05d} {code:<7} {int(len(code) == 7)} {short:<60} {long or short}\r\n" for number, (code, short, long) in enumerate(rows, 1))


def codes() -> str:
    """The codes file."""
    return "".join(f"{code} {long or short}\r\n" for code, short, long in ROWS if len(code) == 7)


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def read(*paths: Path) -> tuple[list, Tally]:
    tally = Tally()
    found = list(icd10pcs.read(open_source(paths), tally).rows)
    assert tally.reconciles
    return found, tally


def load(*paths: Path) -> loading.Outcome:
    return loading.load(icd10pcs, open_source(paths))


def test_it_works(db, tmp_path):
    path = write(tmp_path / "icd10pcs_order_2026.txt", order())
    outcome = load(path)
    release = outcome.release
    assert (outcome.what, release.title, release.version, release.effective_date) == ("loaded", "ICD-10-PCS FY 2026 release", "2026", date(2025, 10, 1))
    assert outcome.tally.as_json() == {"read": 7, "stored": {"headings": 3, "codes": 4}, "joined": 0, "left_out": {}}
    assert release.copyright_line == "Public domain: Centers for Medicare & Medicaid Services"
    bypass = Code.objects.get(release=release, code="0016070")
    assert bypass.short == "Bypass Cereb Vent to Nasophar, Autol Sub, Open"
    assert bypass.long == "Bypass Cerebral Ventricle to Nasopharynx with Autologous Tissue Substitute, Open Approach"
    assert (bypass.billable, bypass.parent, bypass.status) == (True, None, "active")
    assert Code.objects.filter(release=release).count() == 4
    above = Heading.objects.filter(release=release, path__in=["01", "01/01", "01/01/02"])
    assert [(heading.slug, heading.name, heading.range) for heading in above] == [
        ("section-0", "Medical and Surgical", "0016070-0W020ZZ"),
        ("system-00", "Central Nervous System and Cranial Nerves", "0016070-0016071"),
        ("table-001", "Central Nervous System and Cranial Nerves, Bypass", "0016070-0016071"),
    ]
    assert bypass.heading == above[2]
    assert (above[2].parent, above[1].parent, above[0].parent) == (above[1], above[0], None)
    names = dict(Heading.objects.filter(release=release).values_list("slug", "name"))
    assert names["system-0w"] == "Anatomical Regions, General"  # a body system's name may have a comma
    assert (names["section-b"], names["system-b0"]) == ("Imaging", "Central Nervous System")
    again = load(path)
    assert (again.what, again.release) == ("unchanged", release)


def test_the_codes_file_gives_the_same_codes_under_the_same_headings(tmp_path):
    from_order, _ = read(write(tmp_path / "icd10pcs_order_2026.txt", order()))
    from_codes, tally = read(write(tmp_path / "icd10pcs_codes_2026.txt", codes()))
    assert tally.as_json() == {"read": 4, "stored": {"codes": 4}, "joined": 0, "left_out": {}}
    places = [[(entry.path, entry.slug, entry.first, entry.last) for entry in found if isinstance(entry, Node)] for found in (from_order, from_codes)]
    assert places[0] == places[1]
    listed = [[(entry.code, entry.long, entry.heading) for entry in found if isinstance(entry, Listed)] for found in (from_order, from_codes)]
    assert listed[0] == listed[1]
    names = {entry.slug: entry.name for entry in from_codes if isinstance(entry, Node)}
    assert names["table-001"] == "Central Nervous System and Cranial Nerves, Bypass"  # known, though the file does not say it
    assert (names["system-b0"], names["table-b00"]) == ("Imaging, body system B0", "Table B00")


def test_zips_and_gzips_as_they_come(tmp_path):
    expected, _ = read(write(tmp_path / "icd10pcs_order_2026.txt", order()))
    packed = tmp_path / "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("icd10pcs_order_2026.txt", order())
        archive.writestr("icd10pcs_codes_2026.txt", codes())
        archive.writestr("order_addenda_2026.txt", "Add 0016071")
        archive.writestr("icd10pcsOrderFile.pdf", "%PDF")
    assert read(packed)[0] == expected
    squeezed = tmp_path / "icd10pcs_order_2026.txt.gz"
    squeezed.write_bytes(gzip.compress(order().encode()))
    assert read(squeezed)[0] == expected


@pytest.mark.parametrize(
    ("place", "title", "version", "effective"),
    [
        ("icd10pcs_order_2024.txt", "ICD-10-PCS FY 2024 release", "2024", date(2023, 10, 1)),
        ("icd10pcs-codes-2024.txt", "ICD-10-PCS FY 2024 release", "2024", date(2023, 10, 1)),
        ("April 1 2025 icd10pcs_order.txt", "ICD-10-PCS FY 2025 release, April update", "2025-04", date(2025, 4, 1)),
    ],
)
def test_the_name_tells_the_fiscal_year(tmp_path, place, title, version, effective):
    reading = icd10pcs.read(open_source([write(tmp_path / place, order())]), Tally())
    assert (reading.title, reading.version, reading.effective) == (title, version, effective)


def test_a_zips_name_tells_it_too(tmp_path):
    packed = tmp_path / "april-1-2026-icd-10-pcs-order-file.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pcs_order.txt", order())
    assert icd10pcs.read(open_source([packed]), Tally()).effective == date(2026, 4, 1)
    with pytest.raises(Refused, match="pcs_order.txt: a name with the fiscal year was expected"):
        icd10pcs.read(open_source([write(tmp_path / "pcs_order.txt", order())]), Tally())


def test_disorder_byte_order_mark_double_spaces_and_a_trailing_control_character(tmp_path):
    expected, _ = read(write(tmp_path / "icd10pcs_order_2026.txt", order()))
    mixed = "\ufeff" + order([*ROWS[3:], *ROWS[:3]]).replace("Cerebral Ventricle", "Cerebral  Ventricle") + "\r\n\x1a"
    found, tally = read(write(tmp_path / "icd10pcs_order_2026.txt", mixed))
    assert [entry for entry in found if isinstance(entry, Node)] == [entry for entry in expected if isinstance(entry, Node)]
    assert {entry.code: entry for entry in found if isinstance(entry, Listed)} == {entry.code: entry for entry in expected if isinstance(entry, Listed)}
    assert tally.left_out == {"empty lines": 2}


def test_a_short_title_of_the_codes_file_is_cut(tmp_path):
    listed = read(write(tmp_path / "icd10pcs_codes_2026.txt", f"0016070 {'Bypass ' * 60}\n"))[0][-1]
    assert (len(listed.short), len(listed.long)) == (250, 419)


def test_the_next_release_records_what_is_new_revised_and_deleted(db, tmp_path):
    load(write(tmp_path / "icd10pcs_order_2025.txt", order()))
    rows = [*ROWS[:2], ("0016072", "Bypass Cereb Vent to Atrium", ""), ROWS[3], ("0W020ZZ", "Alteration of Face, Any Approach", ""), *ROWS[5:]]
    release = load(write(tmp_path / "icd10pcs_order_2026.txt", order(rows))).release
    assert set(Change.objects.filter(release=release).values_list("code", "what")) == {("0016071", "deleted"), ("0016072", "added"), ("0W020ZZ", "revised")}
    gone = Code.objects.get(release=release, code="0016071")
    assert (gone.status, gone.end_date, gone.heading.slug) == ("deleted", date(2025, 9, 30), "table-001")
    assert Code.objects.get(release=release, code="0016072").effective_date == date(2025, 10, 1)


ORDER, CODES = order(), codes()
WRONG = {
    "ICD-10-CM": (
        "00001 A00     0 Cholera\n00002 A000    1 Cholera due to Vibrio cholerae\n",
        "line 2, column Code: 'A000' stands where a code of seven characters",
    ),
    "the letter O": (ORDER.replace("0016071", "OO16071"), "line 3, column Code: 'OO16071' stands where a code of seven characters or a header of three"),
    "flag": (ORDER.replace("0016071 1", "0016071 2"), "line 3, column Sequence and code: .* stands where a line of the order file was expected"),
    "no title": ("00001 0016071 1 \n", "line 1, column Short title: nothing stands where a title was expected"),
    "twice": (ORDER + ORDER, "line 8, column Code: '001' stands where a code that was not listed before was expected"),
    "cut in the title": (ORDER[:-20], "line 7: a whole line was expected; the last one does not end, so the file is cut off"),
    "cut in the code": (CODES[: CODES.rindex("B00B0ZZ") + 4], "line 4: a whole line was expected"),
    "a note among codes": (CODES + "Total: 4\n", "line 5, column Code: 'Total: 4' stands where a code of seven characters and its title were expected"),
    "another file": ("Column 1\tColumn 2\n", "line 1, column Code: .* stands where a code of seven characters"),
    "empty": ("", "the file is empty"),
    "blank": ("\n\n", "the file is empty"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_in_words(tmp_path, text, said):
    with pytest.raises(Refused, match=said):
        read(write(tmp_path / "icd10pcs_order_2026.txt", text))


def test_a_choice_is_not_guessed(tmp_path):
    paths = [write(tmp_path / f"icd10pcs_order_{year}.txt", order()) for year in (2025, 2026)]
    with pytest.raises(Refused, match=r"one file named as .* was expected; there is: icd10pcs_order_2025.txt, icd10pcs_order_2026.txt"):
        read(*paths)


@published
def test_fiscal_year_2024_loads_whole(db, tmp_path):
    outcome = load(PUBLISHED)
    release = outcome.release
    assert outcome.tally.as_json() == {"read": 78_603, "stored": {"codes": 78_603}, "joined": 0, "left_out": {}}
    assert (release.title, release.version, release.effective_date) == ("ICD-10-PCS FY 2024 release", "2024", date(2023, 10, 1))
    assert Code.objects.filter(release=release).count() == 78_603
    assert Code.objects.filter(release=release, heading=None).count() == 0
    assert Heading.objects.filter(release=release).count() == 1_036
    assert Heading.objects.filter(release=release, parent=None).count() == 17
    last = Code.objects.get(release=release, code="XY0YX37")
    assert last.long == "Extracorporeal Introduction of Nafamostat Anticoagulant, New Technology Group 7"
    assert last.heading.parent.parent.name == "New Technology"
    cut = tmp_path / "icd10pcs_codes_2025.txt"
    cut.write_bytes(gzip.decompress(PUBLISHED.read_bytes())[:3_000_000])
    with pytest.raises(Refused, match="so the file is cut off"):
        load(cut)
    broken = tmp_path / "icd10pcs_codes_2025.txt.gz"
    broken.write_bytes(PUBLISHED.read_bytes()[:200_000])
    with pytest.raises(Refused, match="a whole file was expected, but it is damaged or cut off"):
        load(broken)
    assert Release.objects.get(kind="icd10pcs", current=True) == release
    assert load(PUBLISHED).what == "unchanged"


@published
def test_names_of_operations_and_body_systems_are_those_of_the_titles():
    """Titles of section 0 begin with their operation; the file knows no operation or body system that has no name here."""
    strange = set()
    for entry in read(PUBLISHED)[0]:
        if isinstance(entry, Listed) and entry.code[0] == "0":
            assert entry.code[1] in icd10pcs.SYSTEMS
            operation = icd10pcs.OPERATIONS[entry.code[2]]
            if not entry.long.startswith(operation):
                strange.add((operation, entry.long.partition(" ")[0]))
        elif isinstance(entry, Listed):
            assert entry.code[0] in icd10pcs.SECTIONS
    assert strange == set()
