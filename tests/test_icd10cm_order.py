"""ICD-10-CM's order file, alone and beside the tabular list."""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from codes.releases.reading import Listed, Node
from tests.tabular import FORMS, order, published, read, refusal, write

__all__ = ["published"]


def test_it_works(tmp_path):
    reading, tally, nodes, codes = read(write(tmp_path, order() + "\r\n\x1a", "icd10cm_order_2027.txt"))
    assert (reading.title, reading.effective) == ("ICD-10-CM October 2026 release", date(2026, 10, 1))
    assert (tally.read, dict(tally.stored), dict(tally.left_out)) == (7, {"codes": 5}, {"empty lines": 2})
    assert [node.slug for node in nodes] == [f"chapter-{number}" for number in range(1, 23)]
    assert [(listed.code, listed.parent, listed.heading, listed.billable) for listed in codes] == [
        ("H00", None, "07", False),
        ("H00.0", "H00", "07", False),
        ("H00.0X1A", "H000", "07", True),
        ("U01", None, "22", True),
        ("Z99", None, "21", True),
    ]
    assert (codes[2].short, codes[2].long) == ("Bent nib, r, 1st of a pen", "Bent nib, r, 1st of a pen")
    assert codes[2].details == {"abbreviated": "Bent nib, r, 1st"}


def test_the_order_file_of_april_from_its_zip(tmp_path):
    path = tmp_path / "icd10cm-code-descriptions-april-1-2026.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("icd10cm_order_addenda_2026.txt", "Add: 00001 H00")
        archive.writestr("icd10cm_codes_2026.txt", "H000X1A Bent nib")
        archive.writestr("icd10cm-order-2026.txt", order())
    reading, tally, _, _ = read(path)
    assert (reading.effective, tally.read) == (date(2026, 4, 1), 5)


def test_chapters_of_the_order_file_are_those_of_the_list(tmp_path, published):
    _, _, nodes, _ = read(write(tmp_path, order(), "icd10cm_order_2027.txt"))
    assert [(node.path, node.name, node.first, node.last, node.slug) for node in nodes] == [
        (node.path, node.name, node.first, node.last, node.slug) for node in published if isinstance(node, Node) and "/" not in node.path
    ]


def test_published_codes_in_an_order_file(tmp_path, published):
    """Every code of the list, written as an order file, comes out with the parent, the chapter and the title that it has there."""
    codes = [row for row in published if isinstance(row, Listed)]
    lines = (f"{0:05d} {row.code.replace('.', ''):7} {row.billable:d} {row.long[:60]:60} {row.long}\r\n" for row in codes)
    _, tally, _, found = read(write(tmp_path, "".join(lines), "icd10cm_order_2026.txt"))
    assert tally.stored["codes"] == 98_186
    for row, listed in zip(codes, found, strict=True):
        assert (listed.code, listed.parent, listed.billable) == (row.code, row.parent, row.billable)
        assert listed.heading == str(row.heading)[:2]
        assert listed.long.split() == row.long.split()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            order()[:6] + "0016070 1 Bypass" + " " * 60 + "Bypass\r\n",
            "line 6, column 7-13: '0016070' stands where a code of ICD-10-CM without its dot was expected",
        ),
        (order([("H00", 0, "Bent nib")]), "line 6, column 7-13: 'H00' stands where each code was expected once"),
        (order([("H02", 7, "Bent nib")]), "line 6, column 15: '7' stands where 0 (a header) or 1 (valid) was expected"),
        (order([("H02", 1, "Bent nib")])[:60], "line 6, column 78: nothing stands where a title was expected: the line is cut off"),
        ("00006 H02", "line 6, column 15: nothing stands where 0 (a header) or 1 (valid) was expected"),
    ],
)
def test_order_lines_that_are_wrong(tmp_path, line, said):
    assert f"icd10cm_order_2027.txt, {said}" in refusal(write(tmp_path, order() + line, "icd10cm_order_2027.txt"))


def listed_codes(folder: Path) -> Iterator[str]:
    return (listed.code for listed in read(folder)[3])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("icd10cm_order_2027.txt", order([("H000X1A", 1, "Bent nib")])),
        ("icd10cm_codes_2027.txt", "H000X1A Bent nib\nH00 Bent\n"),
    ],
)
def test_a_code_list_beside_the_tabular_list_says_which_forms_there_are(tmp_path, name, text):
    write(tmp_path)
    write(tmp_path, text, name)
    assert [code for code in listed_codes(tmp_path) if code in FORMS] == ["H00.0X1A"]
