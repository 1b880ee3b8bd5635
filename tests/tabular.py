"""A tabular list of diagnoses of our own, order files, and readings of them."""

from pathlib import Path
from typing import Any

import pytest

from codes.releases import icd10cm
from codes.releases.reading import Listed, Node
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally

LIST = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2027</version>
  <introduction><introSection type="title"><title>A list of our own</title></introSection></introduction>
  <chapter>
    <name>7</name>
    <desc>Diseases of the pen (H00-H59)</desc>
    <notes><note>Of fountain pens.</note></notes>
    <sectionIndex><sectionRef first="H00" last="H09" id="H00-H09">Nibs</sectionRef></sectionIndex>
    <section id="H00-H09">
      <desc>Disorders of nibs (H00-H09)</desc>
      <excludes2><note>of pencils (H54.-)</note></excludes2>
      <diag>
        <name>H00</name>
        <desc>Bent nib &amp; feed</desc>
        <inclusionTerm><note>Crooked nib</note><note>Nib, not straight</note></inclusionTerm>
        <useAdditionalCode><note>code for the ink</note></useAdditionalCode>
        <sevenChrNote><note>One of these is to be added</note></sevenChrNote>
        <sevenChrDef>
          <extension char="A">first visit</extension>
          <note>visit before repair</note>
          <extension char="D">later visit</extension>
        </sevenChrDef>
        <diag placeholder="true">
          <name>H00.0X</name>
          <desc>Bent nib</desc>
          <diag>
            <name>H00.0X1</name>
            <desc>Bent nib, right</desc>
          </diag>
          <diag>
            <name>H00.0X2</name>
            <desc>Bent nib, left</desc>
            <sevenChrDef><extension char="S">mark on the paper</extension></sevenChrDef>
          </diag>
        </diag>
        <diag><name>H00.1</name><desc>Bent feed</desc></diag>
      </diag>
      <diag><name>H01</name><desc>Dry nib</desc></diag>
    </section>
    <section id="H54">
      <desc> Pencils (H54)</desc>
      <diag>
        <name>H54</name>
        <desc>Broken pencil</desc>
        <visualImpairment><visCategory><heading>Category</heading><value>9</value></visCategory></visualImpairment>
      </diag>
    </section>
  </chapter>
</ICD10CM.tabular>
"""
DRY = LIST[: LIST.index("Dry nib")].count("\n") + 1  # its line
FORMS = ["H00.0X1A", "H00.0X1D", "H00.0X2S", "H00.1XXA", "H00.1XXD"]
# Columns 1-5 sequence, 7-13 code, 15 valid, 17-76 short title, 78 on long title.
ORDER_ROWS = [("H00", 0, "Bent nib"), ("H000", 0, "Bent nib, spec"), ("H000X1A", 1, "Bent nib, r, 1st"), ("U01", 1, "Special"), ("Z99", 1, "Other pens")]


def order(rows: list[tuple[str, int, str]] = ORDER_ROWS) -> str:
    return "".join(f"{number:05d} {code:7} {valid} {short:60} {short} of a pen\r\n" for number, (code, valid, short) in enumerate(rows, 1))


def write(folder: Path, text: str = LIST, name: str = "icd10cm-tabular-2027.xml", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(*paths: Path) -> tuple[Any, Tally, list[Node], list[Listed]]:
    tally = Tally()
    reading = icd10cm.read(open_source(paths, wanted=icd10cm.FILES), tally)
    rows = list(reading.rows)
    assert tally.reconciles
    return reading, tally, [row for row in rows if isinstance(row, Node)], [row for row in rows if isinstance(row, Listed)]


def refusal(*paths: Path) -> str:
    with pytest.raises(Refused) as refused:
        read(*paths)
    return str(refused.value)


def changed(old: str, new: str) -> str:
    assert LIST.count(old) == 1
    return LIST.replace(old, new)


@pytest.fixture(scope="module")
def published() -> list[Any]:
    """The rows of the package's list."""
    tally = Tally()
    rows = list(icd10cm.read(icd10cm.default_source(), tally).rows)
    assert tally == Tally(98_505, tally.stored, 0, tally.left_out)
    assert dict(tally.stored) == {"headings": 319, "codes": 98_186}
    return rows
