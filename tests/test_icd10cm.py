"""ICD-10-CM's tabular list: entry by entry as its package gives it, and a small list of our own."""

import re
import subprocess
import sys
import zipfile
from datetime import date
from typing import Any

import pytest

from codes.models import Code, Heading, Release
from codes.releases import icd10cm, loading
from codes.releases.reading import Listed, Node
from codes.releases.refused import Refused
from codes.releases.source import open_source
from tests.site import ROOT
from tests.tabular import DRY, FORMS, LIST, changed, published, read, refusal, write

__all__ = ["published"]


def test_it_works(db, client):
    Release.objects.filter(kind="icd10cm").update(current=False)
    outcome = loading.load(icd10cm, icd10cm.default_source())
    release = outcome.release
    assert (outcome.what, release.rows, release.title, release.version) == (loading.LOADED, 98_505, "ICD-10-CM April 2026 release", "2026-04")
    assert (release.effective_date, release.copyright_line) == (date(2026, 4, 1), "Public domain: CDC, National Center for Health Statistics")
    assert (Heading.objects.filter(release=release).count(), Code.objects.filter(release=release, status=Code.ACTIVE).count()) == (319, 98_186)
    fracture = Code.objects.current().get(code="S72.001A")
    assert (fracture.parent.code, fracture.heading.range, fracture.billable) == ("S72.001", "S70-S79", True)
    diabetes = Code.objects.current().get(code="E11")
    assert not diabetes.billable
    assert diabetes.notes["excludes1"][0].startswith("diabetes mellitus due to underlying condition")
    page = client.get("/codes/icd10cm/S72.001A/").content.decode()
    for above in ("S72.001", "S72.00", "S72.0", "S72", "Injuries to the hip and thigh", "chapter-19"):
        assert above in page
    assert "initial encounter for closed fracture" in page
    assert loading.load(icd10cm, icd10cm.default_source()).what == loading.UNCHANGED
    assert not Code.objects.current().filter(system__slug="icd10cm", status=Code.DELETED).exists()


def notes_in(icd: Any, name: str, block: bool) -> dict[str, list[str]]:
    """The notes of an entry as the package has them."""
    kinds = ("inclusion_term", "includes", "excludes1", "excludes2", "code_first", "use_additional_code", "code_also", "notes", "seven_chr_note")
    found = {kind: getattr(icd, f"get_{kind}")(name, prioritize_blocks=block) for kind in kinds}
    notes = {kind: said.splitlines() if isinstance(said, str) else said for kind, said in found.items()}
    notes["seven_chr_note"] = notes["seven_chr_note"] + [f"{sign}: {meaning}" for sign, meaning in icd.get_seven_chr_def(name, prioritize_blocks=block).items()]
    return {kind: said for kind, said in notes.items() if said}


def test_every_entry_is_as_the_package_gives_it(published):
    import simple_icd_10_cm as icd

    headings = iter(row for row in published if isinstance(row, Node))
    codes = iter(row for row in published if isinstance(row, Listed))
    blocks: dict[str, Node] = {}
    for name in icd.get_all_codes():
        block = icd.is_chapter_or_block(name) and name not in blocks
        text, above = icd.get_description(name, prioritize_blocks=block), icd.get_parent(name, prioritize_blocks=block)
        if block:
            node = blocks[name] = next(headings)
            assert node.slug == (f"chapter-{name}" if above == "" else name.lower())
            assert re.sub(r"\s*\([^()]*\)$", "", text).strip() == node.name
            assert node.path.rpartition("/")[0] == (blocks[above].path if above else "")
            assert node.notes == notes_in(icd, name, True)
            continue
        listed = next(codes)
        category = name if len(name) == 3 else ""
        assert (listed.code, listed.long, listed.short) == (name, text, text)
        assert listed.parent == (None if category else above.replace(".", ""))
        assert listed.heading == blocks[above].path if category else listed.heading
        assert listed.billable == icd.is_leaf(name)
        assert listed.notes == notes_in(icd, name, False)
    assert next(headings, None) is next(codes, None) is None


def test_the_package_is_not_imported():
    program = (
        "import django; django.setup(); from codes.releases import icd10cm; icd10cm.default_source(); import sys; sys.exit('simple_icd_10_cm' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=None, check=False).returncode == 0


def test_places_names_and_ranges(published):
    nodes = {row.slug: row for row in published if isinstance(row, Node)}
    assert sum("/" not in node.path for node in nodes.values()) == 22
    assert (nodes["chapter-4"].path, nodes["chapter-4"].name) == ("04", "Endocrine, nutritional and metabolic diseases")
    assert (nodes["e08-e13"].path, nodes["e08-e13"].first, nodes["e08-e13"].last) == ("04/02", "E08", "E13")
    assert (nodes["b20"].name, nodes["b20"].first, nodes["b20"].last) == ("Human immunodeficiency virus [HIV] disease", "B20", "B20")
    assert nodes["qa0"].name == "Genetic disorders, not elsewhere classified"
    assert all(node.first <= node.last for node in nodes.values())


def test_characters_that_do_not_apply(published):
    codes = {row.code for row in published if isinstance(row, Listed)}
    assert {"S06.0X0D", "S06.1X6S", "S06.1X7A", "S06.2X8A", "S06.1X9D"} <= codes
    assert not {"S06.1X7D", "S06.1X7S", "S06.2X8D", "S06.898S"} & codes


def test_a_list_of_our_own(tmp_path):
    reading, tally, nodes, codes = read(write(tmp_path))
    assert (reading.title, reading.version, reading.effective) == ("ICD-10-CM October 2026 release", "2026-10", date(2026, 10, 1))
    assert dict(tally.stored) == {"headings": 3, "codes": 7 + 5}
    assert [(node.path, node.slug, node.name, node.first, node.last) for node in nodes] == [
        ("01", "chapter-7", "Diseases of the pen", "H00", "H59"),
        ("01/01", "h00-h09", "Disorders of nibs", "H00", "H09"),
        ("01/02", "h54", "Pencils", "H54", "H54"),
    ]
    assert nodes[0].notes == {"notes": ["Of fountain pens."]}
    assert nodes[1].notes == {"excludes2": ["of pencils (H54.-)"]}
    by_code = {listed.code: listed for listed in codes}
    assert list(by_code) == ["H00", "H00.0X", "H00.0X1", *FORMS[:2], "H00.0X2", FORMS[2], "H00.1", *FORMS[3:], "H01", "H54"]
    assert by_code["H00"].notes == {
        "inclusion_term": ["Crooked nib", "Nib, not straight"],
        "use_additional_code": ["code for the ink"],
        "seven_chr_note": ["One of these is to be added", "A: first visit/visit before repair", "D: later visit"],
    }
    assert by_code["H00"].long == "Bent nib & feed"
    assert by_code["H00.0X1A"].long == "Bent nib, right, first visit/visit before repair"
    assert (by_code["H00.0X1A"].parent, by_code["H00.1XXD"].parent, by_code["H00.0X"].parent, by_code["H00"].parent) == ("H000X1", "H001", "H00", None)
    assert {listed.code for listed in codes if listed.billable} == {*FORMS, "H01", "H54"}
    assert {listed.heading for listed in codes} == {"01/01", "01/02"}
    assert by_code["H54"].notes == {}  # the table of visual impairment is none


def test_a_code_of_seven_characters_takes_no_eighth(tmp_path):
    codes = read(write(tmp_path, changed("<name>H00.1</name>", "<name>H00.1XXB</name>")))[3]
    assert [(listed.code, listed.billable) for listed in codes if listed.code.startswith("H00.1")] == [("H00.1XXB", True)]


@pytest.mark.parametrize(
    ("name", "version", "effective"),
    [
        ("icd10cm-tabular-2026.xml", "2026", date(2025, 10, 1)),
        ("icd10cm_tabular_2021.xml", "", date(2020, 10, 1)),
        ("icd10c-tabular-April-1-2026.xml", "2026", date(2026, 4, 1)),
        ("icd10cm-tabular-April-2025.xml", "2025", date(2025, 4, 1)),
        ("icd10cm-tabular-2024-April-1.xml", "2024", date(2024, 4, 1)),
        ("icd10cm-tabular-April.xml", "2026", date(2026, 4, 1)),
        ("icd10cm-tabular-october.xml", "2026", date(2025, 10, 1)),
        ("tabular.xml", "2023", date(2022, 10, 1)),
        ("tabular.xml", "2022 April 1", date(2022, 4, 1)),
    ],
)
def test_the_date_is_in_the_name_or_the_version(tmp_path, name, version, effective):
    assert read(write(tmp_path, LIST.replace("2027", version), name))[0].effective == effective


def test_the_date_is_in_the_name_of_the_zip(tmp_path):
    path = tmp_path / "icd10cm-table-index-April-2025.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Table and Index/icd10cm-index-2025.xml", "<ICD10CM.index/>")
        archive.writestr("Table and Index/icd10cm-tabular-2025.xml", LIST)
        archive.writestr("Table and Index/icd10cm-tabular-2025.pdf", "%PDF")
    reading, tally, _, codes = read(path)
    assert (reading.effective, tally.stored["codes"], len(codes)) == (date(2025, 4, 1), 12, 12)
    assert read(tmp_path)[0].effective == date(2025, 4, 1)  # the folder that it lies in


def test_a_list_without_any_date_is_refused(tmp_path):
    assert "a year was expected in the file's name" in refusal(write(tmp_path, LIST.replace("2027", "draft"), "tabular.xml"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path, encoding):
    text = LIST.replace("Dry nib", "Dry nib, Ménière’s").replace(
        'encoding="utf-8"', f'encoding="{"windows-1252" if encoding == "cp1252" else encoding[:6].strip("-")}"'
    )
    assert "Dry nib, Ménière’s" in [listed.long for listed in read(write(tmp_path, text, encoding=encoding))[3]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LIST[: LIST.index("<diag><name>H01")], f"line {DRY}: well-formed XML to its end was expected (no element found)"),
        (LIST[: LIST.index("Dry nib") + 3], f"line {DRY}: well-formed XML to its end was expected"),
        (changed("<desc>Dry nib</desc>", "<desc>Dry nib</dsc>"), f"line {DRY}: well-formed XML to its end was expected (mismatched tag)"),
        (changed("Dry nib", "Dry &nib;"), f"line {DRY}: well-formed XML to its end was expected (undefined entity)"),
        (changed("<name>H01</name>", ""), f"line {DRY}: a name of the diag was expected"),
        (changed("<desc>Dry nib</desc>", "<desc> </desc>"), f"line {DRY}: a description of the diag H01 was expected"),
        (changed("<name>H01</name>", "<name>H1</name>"), f"line {DRY}, column name: 'H1' stands where a code of ICD-10-CM was expected"),
        (changed("<name>H01</name>", "<name>H00.1</name>"), f"line {DRY}, column name: 'H00.1' stands where each entry was expected once"),
        (LIST.replace("ICD10CM.tabular", "ICD10CM.index"), "line 2: 'ICD10CM.index' stands where the tabular list (ICD10CM.tabular) was expected"),
        ("", "the file is empty"),
        ("Seq\tCode\n", "line 1: well-formed XML to its end was expected (syntax error)"),
        (LIST.replace("<chapter>", "<chapters>").replace("</chapter>", "</chapters>"), "line 10: 'section' stands where a chapter was expected"),
    ],
    ids=lambda value: value[-30:].strip(),
)
def test_refusals_say_where(tmp_path, text, said):
    assert f"icd10cm-tabular-2027.xml, {said}".replace(", the file", ": the file") in refusal(write(tmp_path, text))


def test_a_character_that_is_not_of_the_encoding_is_refused(tmp_path):
    path = tmp_path / "icd10cm-tabular-2027.xml"
    path.write_bytes(changed("Dry nib", "Dry nib, Mé").encode("cp1252"))
    assert f"line {DRY}: well-formed XML to its end was expected (not well-formed (invalid token))" in refusal(path)


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE ICD10CM.tabular [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE ICD10CM.tabular [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE ICD10CM.tabular SYSTEM "https://example.org/list.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused(tmp_path, declared, encoding):
    text = LIST.replace('"utf-8"?>', f'"{encoding}"?>\n{declared}').replace("Dry nib", "&a;")
    assert "line 2: a tabular list without a DOCTYPE was expected" in refusal(write(tmp_path, text, encoding=encoding))


def test_a_source_without_a_list_is_refused(tmp_path):
    assert "the tabular list (icd10cm-tabular-2026.xml) or the order file (icd10cm_order_2026.txt) was expected; there is: notes.txt" in refusal(
        write(tmp_path, "notes", "notes.txt")
    )
    (tmp_path / "two").mkdir()
    assert "was expected once; there is: icd10cm-tabular-2026.xml, icd10cm-tabular-2027.xml" in refusal(
        write(tmp_path / "two", name="icd10cm-tabular-2026.xml"), write(tmp_path / "two")
    )


def test_a_truncated_list_leaves_what_is_current(db, tmp_path):
    with pytest.raises(Refused, match="well-formed XML"):
        loading.load(icd10cm, open_source([write(tmp_path, LIST[:-20])]))
    assert Release.objects.filter(kind="icd10cm").count() == 1
    assert Code.objects.current().filter(system__slug="icd10cm").count() == 3


def test_a_new_release_against_the_one_before(db, tmp_path):
    first = loading.load(icd10cm, open_source([write(tmp_path)])).release
    assert first.difference["codes"] == {"added": 12, "revised": 0, "deleted": 3}  # the few codes that the tests begin with
    text = LIST.replace("2027", "2028").replace("Dry nib", "Dry nib or feed").replace("<diag><name>H00.1</name><desc>Bent feed</desc></diag>", "")
    second = loading.load(icd10cm, open_source([write(tmp_path, text, "icd10cm-tabular-2028.xml")])).release
    assert set(second.difference) == {"codes", "headings"}
    assert second.difference["codes"] == {"added": 0, "revised": 1, "deleted": 3}
    assert second.difference["headings"] == {"added": 0, "revised": 0, "deleted": 0}
    gone = Code.objects.current().get(code="H00.1XXA")
    assert (gone.status, gone.end_date, gone.parent.code, gone.heading.slug) == (Code.DELETED, date(2027, 9, 30), "H00.1", "h00-h09")
    assert Code.objects.current().get(code="H01").history[-1]["before"]["long"] == "Dry nib"
