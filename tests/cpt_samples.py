"""Invented samples in the layouts of the AMA's data files. No number here says what it says in the code set."""

from functools import partial
from pathlib import Path

from codes.releases import cpt
from codes.releases.source import Source, open_source
from tests import readings

NOTICE = "Invented notice of the year.\r\nCopyright 1990-2025 American Medical Association.\r\n\r\nA second paragraph.\r\n\r\n"
CAPTIONS = "Concept Id\tCPT Code\tLong\tMedium\tShort\tConsumer\tSpanish Consumer\tCurrent Descriptor Effective Date\tTest Name\tLab Name\tManufacturer Name"
ROWS = [
    "1000001\t99213\tInvented visit, of some length\tINVENTED VISIT\tINV VISIT\tA visit\tUna visita\t20210101\t\t\t",
    "1000002\t00100\tInvented sleep\tINVENTED SLEEP\tINV SLEEP\t\t\t20100101\t\t\t",
    "1000003\t0002U\tInvented test\tINVENTED TEST\tINV TEST\tA test\t\t20260101\tTestOne\tLab One\tMaker One",
    "1000004\t9999F\tInvented measure\tINVENTED MEASURE\tINV MEASURE\t\t\t\t\t\t",
]
LIST = NOTICE + "\r\n".join([CAPTIONS, *ROWS]) + "\r\n"
LONGULT = "Invented notice, CPT 2024.\r\n\r\n99213\tInvented visit, of some length\r\n00100\tInvented sleep\r\n"
MODIFIERS = (
    NOTICE + "ConceptID\tModifier Code\tLevel I/II\tModifier Descriptor Effective\tModifier Name\tModifier Description\tSection (Main Section)\r\n"
    "201\t77\tI\t20260101\tInvented twist\tInvented: done with a twist\tSurgery\r\n"
    "202\tZ1\tII\t\tInvented side\tInvented: on that side\t\r\n"
    "203\t77\tI\t\tInvented twist\tInvented: done with a twist\tMedicine\r\n"
)
PLA = """<?xml version="1.0" encoding="utf-8"?>
<plaCodes>
  <plaCode cdId="1">
    <cdCode>0002U</cdCode><cdDesc>Another wording</cdDesc><cdStatus>EXISTING</cdStatus><effectiveDate>2018-01-01T00:00:00</effectiveDate>
    <labName>Lab Two</labName><manufacturerName>Maker Two</manufacturerName><testName>TestTwo</testName>
  </plaCode>
  <plaCode cdId="2">
    <cdCode>0990U</cdCode><cdDesc>Invented test &amp; more</cdDesc><cdMDesc>INV MEDIUM</cdMDesc><cdSDesc>INV SHORT</cdSDesc><cdStatus>NEW</cdStatus>
    <effectiveDate>2026-04-01</effectiveDate><labName>Lab One</labName><labName>Lab Three</labName><testName>TestThree</testName>
  </plaCode>
  <plaCode cdId="3"><cdCode>0991U</cdCode><cdDesc>Invented test gone</cdDesc><cdStatus>DELETED</cdStatus><effectiveDate>10/01/2025</effectiveDate></plaCode>
  <plaCode cdId="4"><cdCode>0992U</cdCode></plaCode>
  <plaCode cdId="5"><cdCode>00100</cdCode><cdDesc>No analysis</cdDesc></plaCode>
</plaCodes>
"""


def opened(place: Path, files: dict[str, str | bytes]) -> Source:
    """Files written to a folder, which is opened as the command does."""
    place.mkdir(exist_ok=True)
    for file, content in files.items():
        (place / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_source([place], wanted=cpt.FILES)


listed, refusal = partial(readings.listed, cpt), partial(readings.refusal, cpt)
