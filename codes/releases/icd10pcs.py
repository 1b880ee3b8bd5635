"""ICD-10-PCS: CMS's order file `icd10pcs_order_YYYY.txt`, or its codes file `icd10pcs_codes_YYYY.txt`, of fiscal year YYYY.

Order file: 1-5 sequence, 7-13 code, 15 a header (0) or a code (1), 17-76 short title, 78 on long title; its headers name the
tables ("body system, operation"). Codes file: 1-7 code, 9 on title. The headings are the first three characters, as the system
is built: section, body system, table. Where a file names no table, it is named from the tables below or by its characters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from codes.releases.reading import Listed, Node, Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import clean, lines
from codes.releases.tally import Tally

KIND, TITLE = "icd10pcs", "ICD-10-PCS"
FILES = r"icd[-_ ]?10[-_ ]?pcs.*\.(txt|zip|gz)$"
MONTHS: tuple[int, ...] = (4, 10)
TABLES: tuple[Table, ...] = ()
COPYRIGHT = "Public domain: Centers for Medicare & Medicaid Services"
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O
CODE = re.compile(f"[{CHARACTERS}]{{7}}")
ORDER_LINE = re.compile(r"\d{5} (?=.{7} )[0-9A-Z]{1,7} +[01] ")
CODES_LINE = re.compile(r"[0-9A-Z]{7} \S")
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
LONGEST = 250  # of a short title

SECTIONS = {
    "0": "Medical and Surgical",
    "1": "Obstetrics",
    "2": "Placement",
    "3": "Administration",
    "4": "Measurement and Monitoring",
    "5": "Extracorporeal or Systemic Assistance and Performance",
    "6": "Extracorporeal or Systemic Therapies",
    "7": "Osteopathic",
    "8": "Other Procedures",
    "9": "Chiropractic",
    "B": "Imaging",
    "C": "Nuclear Medicine",
    "D": "Radiation Therapy",
    "F": "Physical Rehabilitation and Diagnostic Audiology",
    "G": "Mental Health",
    "H": "Substance Abuse Treatment",
    "X": "New Technology",
}
# Body systems and operations of section 0, which has nine codes of ten.
SYSTEMS = {
    "0": "Central Nervous System and Cranial Nerves",
    "1": "Peripheral Nervous System",
    "2": "Heart and Great Vessels",
    "3": "Upper Arteries",
    "4": "Lower Arteries",
    "5": "Upper Veins",
    "6": "Lower Veins",
    "7": "Lymphatic and Hemic Systems",
    "8": "Eye",
    "9": "Ear, Nose, Sinus",
    "B": "Respiratory System",
    "C": "Mouth and Throat",
    "D": "Gastrointestinal System",
    "F": "Hepatobiliary System and Pancreas",
    "G": "Endocrine System",
    "H": "Skin and Breast",
    "J": "Subcutaneous Tissue and Fascia",
    "K": "Muscles",
    "L": "Tendons",
    "M": "Bursae and Ligaments",
    "N": "Head and Facial Bones",
    "P": "Upper Bones",
    "Q": "Lower Bones",
    "R": "Upper Joints",
    "S": "Lower Joints",
    "T": "Urinary System",
    "U": "Female Reproductive System",
    "V": "Male Reproductive System",
    "W": "Anatomical Regions, General",
    "X": "Anatomical Regions, Upper Extremities",
    "Y": "Anatomical Regions, Lower Extremities",
}
OPERATIONS = dict(
    re.findall(
        r"(\w) (\w+)",
        "0 Alteration 1 Bypass 2 Change 3 Control 4 Creation 5 Destruction 6 Detachment 7 Dilation 8 Division 9 Drainage B Excision C Extirpation D Extraction "
        "F Fragmentation G Fusion H Insertion J Inspection K Map L Occlusion M Reattachment N Release P Removal Q Repair R Replacement S Reposition "
        "T Resection U Supplement V Restriction W Revision X Transfer Y Transplantation",
    )
)


@dataclass(slots=True)
class Line:
    """One line of either file. A header has one to three characters, a code seven."""

    number: int
    code: str
    short: str
    long: str

    @property
    def is_header(self) -> bool:
        """Whether it only names a table."""
        return len(self.code) <= 3


@dataclass(slots=True)
class Outline:
    """What the headings need to know of the whole file: the first and last code below each, and the names that headers give."""

    ranges: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def read(source: Source, tally: Tally) -> Reading:
    """Fiscal year YYYY begins on October 1 of the year before; a file whose name, or whose zip's, says April updates it on April 1."""
    member = chosen(source)
    year = next((int(found[0]) for name in (member.name, member.place, source.name) if (found := YEAR.search(name))), None)
    if year is None:
        raise Refused("a name with the fiscal year was expected, as icd10pcs_order_2026.txt", file=member.place)
    april = re.search(r"(?<![a-z])apr", member.place, re.IGNORECASE) is not None
    return Reading(
        title=f"ICD-10-PCS FY {year} release{', April update' if april else ''}",
        version=f"{year}-04" if april else f"{year}",
        effective=date(year, 4, 1) if april else date(year - 1, 10, 1),
        rows=everything(member, tally),
        system=KIND,
        copyright_line=COPYRIGHT,
    )


def chosen(source: Source) -> Member:
    """The order file, which names the tables, else the codes file. Addenda list only what changed."""
    if len(source.members) == 1:
        return source.members[0]
    texts = [member for member in source.matching(r"\.txt$") if "addend" not in member.name.lower()]
    for word in ("order", "codes", ""):
        found = [member for member in texts if word in member.name.lower()]
        if len(found) == 1:
            return found[0]
    there = ", ".join(member.name for member in source.members[:12])
    raise Refused(f"one file named as icd10pcs_order_2026.txt was expected; there is: {there}", file=source.name)


def everything(member: Member, tally: Tally) -> Iterator[Node | Listed]:
    """Headings first, then the codes. The file is read twice, so that the headings know their ranges and nothing is held but them."""
    yield from headings(outline(member))
    for line in entries(member, tally):
        tally.read += 1
        tally.stored["headings" if line.is_header else "codes"] += 1
        if not line.is_header:
            yield Listed(line.code, line.short, line.long, heading=path_of(line.code[:3]))


def outline(member: Member) -> Outline:
    """The ranges and names of the headings. A code that comes twice is refused."""
    found, known = Outline(), set()
    for line in entries(member, Tally()):
        if line.code in known:
            raise refused(member, line.number, "Code", line.code, "a code that was not listed before was expected")
        known.add(line.code)
        if line.is_header:
            found.names[line.code] = line.long
            continue
        for length in (1, 2, 3):
            first, last = found.ranges.get(line.code[:length], (line.code, line.code))
            found.ranges[line.code[:length]] = min(first, line.code), max(last, line.code)
    return found


def headings(found: Outline) -> Iterator[Node]:
    """Sections, body systems and tables, each after the one above it. A header without codes below it is none."""
    words = {1: "section", 2: "system", 3: "table"}
    for start in sorted(found.ranges):
        first, last = found.ranges[start]
        yield Node(path_of(start), name_of(start, found.names)[:LONGEST], first, last, f"{words[len(start)]}-{start.lower()}")


def path_of(start: str) -> str:
    """A place that is the same in every release: 01/12/11 for 0BA."""
    return "/".join(f"{CHARACTERS.index(character) + 1:02d}" for character in start)


def name_of(start: str, names: dict[str, str]) -> str:
    """As a header names it. A table's header reads "body system, operation", so that it names the body system too."""
    if start in names:
        return names[start]
    if len(start) == 1:
        return SECTIONS.get(start, f"Section {start}")
    if len(start) == 2:
        tables = (title.rpartition(", ")[0] for code, title in names.items() if code[:2] == start)
        known = SYSTEMS.get(start[1]) if start[0] == "0" else None
        return next(filter(None, tables), None) or known or f"{SECTIONS.get(start[0], 'Section')}, body system {start}"
    operation = OPERATIONS.get(start[2]) if start[0] == "0" else None
    return f"{name_of(start[:2], names)}, {operation}" if operation else f"Table {start}"


def entries(member: Member, tally: Tally) -> Iterator[Line]:
    """The lines of either file. What is read is counted where it is used; what is left out, here."""
    form = None
    with member.open() as file:
        for number, text in lines(file, member.place):
            if not clean(text):
                tally.leave_out("empty lines")
                continue
            if not text.endswith("\n"):
                raise Refused("a whole line was expected; the last one does not end, so the file is cut off", file=member.place, line=number)
            if form is None:
                form = as_order if ORDER_LINE.match(text) else as_code
            yield form(member, number, text)
    if form is None:
        raise Refused("codes of ICD-10-PCS were expected; the file is empty", file=member.place)


def as_order(member: Member, number: int, text: str) -> Line:
    """A line of the order file."""
    if not ORDER_LINE.match(text):
        raise refused(member, number, "Sequence and code", text[:16].strip(), "a line of the order file was expected, as 00001 001     0")
    code, flag = text[6:13].strip(), text[14:15]
    if not (CODE.fullmatch(code) if flag == "1" else re.fullmatch(f"[{CHARACTERS}]{{1,3}}", code)):
        raise refused(member, number, "Code", code, "a code of seven characters or a header of three was expected: digits and letters without I and O")
    short, long = clean(text[16:76]), clean(text[77:])
    if not short:
        raise refused(member, number, "Short title", "", "a title was expected")
    return Line(number, code, short, long or short)


def as_code(member: Member, number: int, text: str) -> Line:
    """A line of the codes file, whose one title is cut where a short one must be."""
    code, title = text[:7], clean(text[8:])
    if not (CODE.fullmatch(code) and CODES_LINE.match(text)):
        raise refused(member, number, "Code", text[:16].strip(), "a code of seven characters and its title were expected: digits and letters without I and O")
    return Line(number, code, title[:LONGEST], title)


def refused(member: Member, number: int, column: str, value: str, expected: str) -> Refused:
    """The refusal of a line."""
    return Refused(expected, file=member.place, line=number, column=column, value=value)
