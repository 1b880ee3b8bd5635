"""ICD-10-CM: the tabular list that CDC/NCHS publishes (`icd10cm-tabular-2026.xml`), or CMS's order file (`icd10cm_order_2026.txt`).

Chapters and blocks become headings, categories and what is below them codes. A code without any below it, under an entry
that defines 7th characters, stands for one code more with each of these, padded with X to six (NCHS, Tabular List, "7th
characters and placeholder X"). By default the list is the one in the package `simple-icd-10-cm`.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from codes.models import Heading
from codes.releases.icd10cm_order import CODE_LIST, ORDER, codes_in
from codes.releases.icd10cm_order import rows as order_rows
from codes.releases.icd10cm_xml import Entry, chapters, version_of
from codes.releases.reading import Listed, Node, Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source, open_source
from codes.releases.tally import Tally

KIND, TITLE = "icd10cm", "ICD-10-CM"
FILES = r"^icd10cm?[-_ ]?(tabular|table|order|codes).*\.(xml|txt|zip)$|tabular.*\.(xml|zip)$"
MONTHS = (4, 10)
TABLES = (Table(Heading, "headings", ("slug", "name", "first", "last"), key=("slug",)),)
COPYRIGHT = "Public domain: CDC, National Center for Health Statistics"
TABULAR = r"^(?!.*addend).*tabular.*\.xml$"
CODE = re.compile(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?")
RANGE = re.compile(r"\s*\(([A-Z0-9]{3})(?:-([A-Z0-9]{3}))?\)\s*$")
# "7th characters D and S do not apply to codes in category S06 with 6th character 7 - death due to …, or 8 - death due to …"
EXCEPTION = re.compile(r"7th characters? ([A-Z0-9, and]+?) do(?:es)? not apply to codes in category ([A-Z0-9]{3}) with 6th characters? (.*)", re.DOTALL)
PADDED = 7  # the place of the 7th character in a code with its dot
MONTH = re.compile(rf"(?<![a-z])({'|'.join(calendar.month_name[1:])})(?![a-z])", re.IGNORECASE)


def default_source() -> Source:
    """The tabular list in the package, which is not imported: it would build a tree of its own first."""
    package = find_spec("simple_icd_10_cm")
    folders = [Path(folder) / "data" for folder in (package.submodule_search_locations or [] if package else [])]
    files = [file for folder in folders for file in folder.glob("*.xml")]
    if len(files) != 1:
        raise Refused(f"the package simple-icd-10-cm with one tabular list was expected, and it has {len(files)}")
    return open_source(files)


def read(source: Source, tally: Tally) -> Reading:
    """The tabular list, or the order file where there is none. Beside the tabular list a code list says which 7th characters there are."""
    tabular = TABULAR if source.matching(TABULAR) else r"\.xml$"
    rows: Iterator[Node | Listed]
    if source.matching(tabular):
        member = source.one(tabular, "the tabular list (icd10cm-tabular-2026.xml)")
        version = version_of(member)
        lists = source.matching(ORDER) or source.matching(CODE_LIST)
        rows = Tabular(member.place, tally, codes_in(lists[0]) if lists else frozenset()).rows(member)
    else:
        member = source.one(ORDER, "the tabular list (icd10cm-tabular-2026.xml) or the order file (icd10cm_order_2026.txt)")
        version, rows = "", order_rows(member, tally)
    effective = effective_date(member, version)
    return Reading(
        title=f"ICD-10-CM {effective:%B %Y} release", version=f"{effective:%Y-%m}", effective=effective, rows=rows, system=KIND, copyright_line=COPYRIGHT
    )


def effective_date(member: Member, version: str) -> date:
    """The date in the name (`icd10c-tabular-April-1-2026.xml`), else October 1 before the fiscal year that the name or the version bears."""
    for name in (member.name, member.place, version):
        if month := MONTH.search(name):
            number = [known.casefold() for known in calendar.month_name].index(month[0].casefold())
            day = re.match(r"[-_ ](\d{1,2})(?!\d)", name[month.end() :])
            fiscal = year_in(version)
            year = year_in(name) or (fiscal and fiscal - (number >= 10))
            if year:
                return date(year, number, int(day[1]) if day and 1 <= int(day[1]) <= 28 else 1)
    fiscal = year_in(member.name) or year_in(version)
    if fiscal is None:
        raise Refused("a year was expected in the file's name, as in icd10cm-tabular-2026.xml", file=member.place)
    return date(fiscal - 1, 10, 1)


def year_in(text: str) -> int | None:
    """The year that a name or a version bears."""
    found = re.search(r"(?<!\d)20[1-9]\d(?!\d)", text)
    return int(found[0]) if found else None


class Tabular:
    """The rows of a tabular list. Each entry that is made is counted, the forms with a 7th character too: they are codes, though no element of the file."""

    def __init__(self, place: str, tally: Tally, known: frozenset[str]) -> None:
        self.place, self.tally, self.known = place, tally, known
        self.seen: set[str] = set()
        self.without: set[tuple[str, str, str]] = set()  # category, 6th character, 7th character that does not apply

    def rows(self, member: Member) -> Iterator[Node | Listed]:
        """Chapter by chapter its headings, then its codes: long runs of one kind are stored faster than short ones."""
        for number, chapter in enumerate(chapters(member), 1):
            blocks = list(self.headings(chapter, f"{number:02d}"))
            for path, entry in blocks:
                yield self.node(path, entry)
            for path, entry in blocks:
                for below in entry.below:
                    if below.tag == "diag":
                        yield from self.codes(below, path, None, {})

    def headings(self, entry: Entry, path: str) -> Iterator[tuple[str, Entry]]:
        """A chapter or a block and the blocks below it, with their places."""
        yield path, entry
        for number, block in enumerate((below for below in entry.below if below.tag != "diag"), 1):
            yield from self.headings(block, f"{path}/{number:02d}")

    def node(self, path: str, entry: Entry) -> Node:
        """A chapter or a block. A block of one category bears that category's code for a name."""
        found = RANGE.search(entry.text)
        first, last = (found[1], found[2] or found[1]) if found else (entry.name.partition("-")[0], entry.name.rpartition("-")[2])
        slug = f"chapter-{entry.name}" if entry.tag == "chapter" else entry.name
        self.count("headings", slug, entry.line)
        return Node(path=path, name=RANGE.sub("", entry.text), first=first, last=last, slug=slug.lower(), notes=entry.said())

    def codes(self, entry: Entry, heading: str, parent: str | None, characters: dict[str, str]) -> Iterator[Listed]:
        """A code, those below it, or else its forms with the 7th characters, which the nearest entry that defines any gives."""
        if not CODE.fullmatch(entry.name):
            raise Refused("a code of ICD-10-CM was expected", file=self.place, line=entry.line, column="name", value=entry.name)
        self.learn(entry.notes.get("notes", []))
        characters = entry.characters or characters
        forms = [] if entry.below else list(self.forms(entry, characters))
        number = entry.name.replace(".", "")
        yield self.listed(entry.name, entry.text, heading, parent, not entry.below and not forms, entry.line, entry.said())
        for below in entry.below:
            yield from self.codes(below, heading, number, characters)
        for code, text in forms:
            yield self.listed(code, text, heading, number, True, entry.line, {})

    def forms(self, entry: Entry, characters: dict[str, str]) -> Iterator[tuple[str, str]]:
        """The forms that there are: those of the code list where one is at hand, else all but what the list's notes except."""
        padded = (entry.name if "." in entry.name else f"{entry.name}.").ljust(PADDED, "X")
        for character, meaning in characters.items() if len(padded) == PADDED else ():
            code = padded + character
            if code.replace(".", "") in self.known if self.known else (code[:3], code[6], character) not in self.without:
                yield code, f"{entry.text}, {meaning}"

    def learn(self, notes: list[str]) -> None:
        """What the notes say of 7th characters that do not apply."""
        for found in filter(None, map(EXCEPTION.search, notes)):
            for character in re.findall(r"\b[A-Z0-9]\b", found[1]):
                self.without |= {(found[2], sixth, character) for sixth in re.findall(r"\b([A-Z0-9]) - ", found[3])}

    def listed(self, code: str, text: str, heading: str, parent: str | None, billable: bool, line: int, notes: dict[str, list[str]]) -> Listed:
        """One code, counted."""
        self.count("codes", code, line)
        return Listed(code=code, short=text[:250], long=text, heading=heading, parent=parent, billable=billable, notes=notes)

    def count(self, table: str, name: str, line: int) -> None:
        """Count an entry, which may be there once."""
        if (key := f"{table} {name}") in self.seen:
            raise Refused("each entry was expected once", file=self.place, line=line, column="name", value=name)
        self.seen.add(key)
        self.tally.read += 1
        self.tally.stored[table] += 1
