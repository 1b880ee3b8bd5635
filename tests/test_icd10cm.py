"""ICD-10-CM: all 98,505 entries of the package, with their notes."""

import time

import pytest

from codes.models import Code, Heading, Release
from codes.releases import icd10cm


@pytest.fixture(scope="module")
def entries() -> list[icd10cm.Entry]:
    return icd10cm.read()


def test_it_works(db, client, capsys, django_assert_num_queries):
    Release.objects.filter(kind="icd10cm").update(current=False)
    start = time.monotonic()
    release, written = icd10cm.load()
    assert written
    assert time.monotonic() - start < 60  # a stuck load, not a benchmark: make bench has the figure
    system = {"system__slug": "icd10cm"}
    known = Code.objects.filter(**system, release=release).count() + Heading.objects.filter(**system).count()
    assert known == release.rows == 98_505
    assert release.title == "ICD-10-CM April 2026 release"

    fracture = Code.objects.get(code="S72.001A")
    assert fracture.parent.code == "S72.001"
    assert fracture.heading.range == "S70-S79"
    assert fracture.billable
    assert not Code.objects.get(code="E11").billable
    assert Code.objects.get(code="E11").notes["excludes1"][0].startswith("diabetes mellitus due to underlying condition")
    page = client.get("/codes/icd10cm/S72.001A/").content.decode()
    for above in ("S72.001", "S72.00", "S72.0", "S72", "Injuries to the hip and thigh", "chapter-19"):
        assert above in page
    assert "initial encounter for closed fracture" in page

    assert icd10cm.load() == (release, False)
    # Codes that the release no longer has stay, as deleted.
    assert not Code.objects.filter(**system, status="deleted").exists()


def test_what_a_new_release_leaves_out_is_deleted(db, entries, monkeypatch):
    few = [entry for entry in entries if entry.is_heading and entry.name in ("4", "E08-E13")] + [entry for entry in entries if entry.name == "E11"]
    few.sort(key=lambda entry: entry.level)
    monkeypatch.setattr(icd10cm, "read", lambda: few)
    icd10cm.load()
    assert Code.objects.get(code="E11").status == "active"
    gone = Code.objects.get(code="E11.9")
    assert (gone.status, gone.end_date.year) == ("deleted", 2026)


def test_reading(entries):
    assert len(entries) == 98_505
    by_name = {entry.name: entry for entry in entries if not entry.is_heading}
    assert by_name["B20"].parent.is_heading
    assert by_name["T14.90XA"].parent.name == "T14.90"
    assert "A: initial encounter for closed fracture" in by_name["S72"].notes["seven_chr_note"]
    assert sum(entry.level == 0 for entry in entries) == 22
    # Every note is a line of words, never the letters of one.
    assert all(len(line) > 2 for entry in entries for lines in entry.notes.values() for line in lines)


def test_a_file_without_a_date_is_refused():
    with pytest.raises(ValueError, match="expected a name with a date"):
        icd10cm.release_date("tabular.xml")
