"""The AMA's CPT data files, one by one: which is which, what their notices say of the year, and their rows.

Layouts (AMA, CPT data files, read me):

- `ConsolidatedCodeList.txt`, `ConsumerDescriptor.txt`, `ClinicianDescriptor.txt`, `Modifiers.txt`: tab-separated below a notice
  that has no tabs and a row of captions;
- `LONGULT.txt`, `LONGUT.txt`: a notice, then code, tab, long descriptor;
- `LONGULF.txt`, `LONGUF.txt`: a notice, then the code in columns 1-5 and text from column 10, the code again on lines that go on;
- `MEDU.txt`, `SHORTU.txt`: a notice, then the code in columns 1-5, a space, and the descriptor.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from codes.releases.licensed import COPYRIGHT, as_date, unquoted
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import Columns, Row, clean, fold, lines
from codes.releases.tally import Tally

SUFFIX = r"([^a-z].*)?\.(txt|tsv|tab)$"
ROLES = {
    "consolidated": rf"consolidated[ _-]*code[ _-]*list{SUFFIX}",
    "longult": rf"(^|[^a-z])longult{SUFFIX}",
    "longulf": rf"(^|[^a-z])longulf{SUFFIX}",
    "longut": rf"(^|[^a-z])longut{SUFFIX}",
    "longuf": rf"(^|[^a-z])longuf{SUFFIX}",
    "medium": rf"(^|[^a-z])medu{SUFFIX}",
    "short": rf"(^|[^a-z])shortu{SUFFIX}",
    "consumer": rf"(^|[^a-z])(?<!spanish[ _-])consumer[ _-]*(friendly[ _-]*)?descriptors?{SUFFIX}",
    "spanish_consumer": rf"spanish[ _-]*(consumer[ _-]*)?(friendly[ _-]*)?descriptors?{SUFFIX}",
    "clinician": rf"(^|[^a-z])clinician[ _-]*descriptors?{SUFFIX}",
    "modifiers": rf"(^|[^a-z])modifiers?{SUFFIX}",
}
MAIN = ("consolidated", "longult", "longulf", "longut", "longuf")  # the first that is there is the list of codes
WITH_NOTICE = (*MAIN, "medium", "short", "consumer", "clinician", "modifiers")
LONGEST_NOTICE = 500  # lines
MANY = 50  # rows, after which it is no chance that a column is always filled
CODE = r"\d{4}[0-9A-Z]"
EDITION = re.compile(r"\bCPT(?:®|\(R\)|™)?\s+(?:[A-Z]+\s+){0,2}(20\d\d)\b|\b(20\d\d)\s+CPT\b", re.IGNORECASE)
LATEST = re.compile(r"(?:19|20)\d\d$")
Names = Mapping[str, Sequence[str]]

CONSOLIDATED: Names = {
    "code": ("CPT Code", "Code"),
    "long": ("Long", "Long Descriptor", "Long Description"),
    "medium": ("Medium", "Medium Descriptor"),
    "short": ("Short", "Short Descriptor"),
    "spanish_consumer": ("Spanish Consumer", "Spanish Consumer Descriptor"),
    "consumer": ("Consumer", "Consumer Descriptor", "Consumer Friendly Descriptor"),
    "descriptor_effective": ("Current Descriptor Effective Date", "Descriptor Effective Date", "Effective Date"),
    "test_name": ("Test Name",),
    "laboratory": ("Lab Name", "Laboratory Name", "Laboratory"),
    "manufacturer": ("Manufacturer Name", "Manufacturer"),
}
CONSUMER: Names = {"code": ("CPT Code", "Code"), "text": ("Consumer Friendly Descriptor", "Consumer Descriptor", "Consumer", "Spanish Consumer", "Descriptor")}
CONSUMER_ORDER = ("Concept Id", "CPT Code", "Consumer Friendly Descriptor")
CLINICIAN: Names = {
    "code": ("CPT Code", "Code"),
    "id": ("Clinician Descriptor Id", "Descriptor Id"),
    "text": ("Clinician Descriptor", "Clinician Friendly Descriptor", "Descriptor"),
}
CLINICIAN_ORDER = ("Concept Id", "CPT Code", "Clinician Descriptor Id", "Clinician Descriptor")


def find(source: Source) -> dict[str, Member]:
    """The files by what they are. One that lists the codes must be there, and none twice."""
    found = {role: source.one(pattern, f"the file {role}") for role, pattern in ROLES.items() if source.matching(pattern)}
    if not set(MAIN) & set(found):
        source.one(ROLES["consolidated"], "ConsolidatedCodeList.txt or LONGULT.txt, which lists the codes,")
    return found


def notices(files: Mapping[str, Member]) -> Iterator[str]:
    """The notices at the heads of the files. They are read for the year, and never kept."""
    for role in WITH_NOTICE:
        if role in files:
            with files[role].open() as file:
                head = (text for _, text in islice(lines(file, files[role].place), LONGEST_NOTICE))
                yield " ".join(clean(text) for text in until_data(head))


def year_in_notice(notice: str) -> int | None:
    """2026 of a notice that says CPT 2026, or that has the copyright of 2025."""
    if edition := EDITION.search(COPYRIGHT.sub(" ", notice)):
        return int(edition[1] or edition[2])
    held = [found for years in COPYRIGHT.findall(notice) if (found := LATEST.search(years))]
    return max(int(found[0]) for found in held) + 1 if held else None


def until_data(head: Iterator[str]) -> Iterator[str]:
    """Lines above the first that has a tab or begins with a code."""
    for text in head:
        if "\t" in text or re.match(rf"{CODE} ", text):
            return
        yield text


def descriptor_date(row: Row) -> date | None:
    """Since when the descriptor reads as it does."""
    try:
        return as_date(row.text("descriptor_effective"))
    except ValueError as wrong:
        raise row.refused("descriptor_effective", str(wrong), "a date was expected, as 20260101") from None


def data(member: Member, tally: Tally, is_row: Callable[[str], bool], wanted: str) -> Iterator[tuple[int, str, bool]]:
    """The lines of data: number, text, and whether the line ends. The notice above, empty rows and footnotes are left out and counted.

    A line amid the data that is no row is refused, and so is one that begins as a row does but is none: it is cut off.
    """
    begun, odd = False, (0, "")
    with member.open() as file:
        for number, raw in lines(file, member.place):
            text = raw.rstrip("\r\n")
            if not clean(text):
                tally.leave_out("empty rows")
            elif is_row(text):
                if odd[0]:
                    raise Refused(f"{wanted} was expected", file=member.place, line=odd[0], value=odd[1])
                begun = True
                yield number, text, text != raw
            elif clean(text)[0].isdigit() and (begun or "\t" in text):
                raise Refused(f"{wanted} was expected", file=member.place, line=number, value=first_cell(text))
            else:
                odd = odd if odd[0] or not begun else (number, first_cell(text))
                tally.leave_out("notices")
    if not begun:
        raise Refused(f"{wanted} was expected, but there is none in the file", file=member.place)


def first_cell(text: str) -> str:
    """As much of a line as its refusal shows: the place of the code, never a descriptor."""
    return clean(text.partition("\t")[0])[:12]


def descriptors(member: Member, tally: Tally) -> Iterator[tuple[int, str, str]]:
    """Line, code and descriptor of LONGULT, MEDU, SHORTU and the like. What follows the code's separator is text, tabs and all."""
    separator = r"\s*\t" if re.search(r"longul?t", member.name, re.IGNORECASE) else r"[ \t]"
    row = re.compile(rf'\s*"?({CODE})"?{separator}(.*)', re.IGNORECASE | re.DOTALL)
    from_column_10 = goes_on(member)
    for number, text, _ in data(member, tally, lambda text: row.match(text) is not None, "a code of five characters and its descriptor"):
        code, descriptor = row.match(text).groups()  # type: ignore[union-attr]
        if from_column_10 and re.fullmatch(r"[ \d]{4}", text[5:9]):
            descriptor = text[9:]
        if not clean(descriptor):
            raise Refused("a descriptor was expected: the line is cut off", file=member.place, line=number, column="descriptor", value="")
        yield number, code.upper(), unquoted(descriptor)


def goes_on(member: Member) -> bool:
    """Whether a descriptor may go on in lines that repeat its code."""
    return re.search(r"longul?f", member.name, re.IGNORECASE) is not None


class Tabbed:
    """A tab-separated file whose captions stand in any order; without captions the columns stand in `order`."""

    def __init__(self, member: Member, names: Names, needed: Sequence[str], order: Sequence[str] = (), *, code: str = CODE, steady: Sequence[str] = ()) -> None:
        """`code` is the pattern of the codes, by which a row of a file without captions is known. `steady` columns are filled in all rows or in none."""
        self.member, self.names, self.needed, self.order, self.code, self.steady = member, names, needed, order, code, steady
        self.columns: Columns | None = None
        self.width, self.before = 0, 0
        self.spare = 0  # empty cells beyond the captions, which some exports put at the end of every row
        self.always: set[int] = set()  # columns that no row so far left empty

    def rows(self, tally: Tally) -> Iterator[Row]:
        """The rows below the captions."""
        wanted = "a row with tabs" if self.order else f"a row of captions with {self.names['code'][0]}"
        for number, text, ends in data(self.member, tally, self.is_row, wanted):
            cells = [unquoted(cell) for cell in text.split("\t")]
            if self.columns is None and self.has_captions(cells):
                self.place_columns(cells, number)
                tally.leave_out("captions")
                continue
            if self.columns is None:
                self.place_columns(self.order, number)
            cells = self.fitted(cells, number)
            if not ends:
                self.check_last(cells, number)
            filled = {spot for spot, cell in enumerate(cells) if cell}
            self.always = self.always & filled if self.before else filled
            self.before += 1
            yield self.columns.row(number, cells)  # type: ignore[union-attr]

    def is_row(self, text: str) -> bool:
        """Whether a line is one of the table: below the captions every line with a tab, above them the captions alone."""
        if "\t" not in text or self.columns is not None:
            return "\t" in text
        cells = [unquoted(cell) for cell in text.split("\t")]
        return self.has_captions(cells) or bool(self.order and re.fullmatch(self.code, cells[1].upper()))

    def has_captions(self, cells: Sequence[str]) -> bool:
        """Whether a cell is the caption of the codes."""
        return any(fold(cell) in map(fold, self.names["code"]) for cell in cells)

    def place_columns(self, captions: Sequence[str], number: int) -> None:
        """Find the columns."""
        self.width = max(spot for spot, caption in enumerate(captions, 1) if caption)
        self.columns = Columns(captions, self.names, place=self.member.place, line=number, optional=set(self.names) - set(self.needed))

    def fitted(self, cells: list[str], number: int) -> list[str]:
        """The cells of a row, no more than there are captions. Tabs within a text that is the last column are part of it."""
        beyond = cells[self.width :]
        if not self.before and not any(beyond):
            self.spare = len(beyond)
        if not any(beyond) and len(beyond) <= self.spare:
            return cells[: self.width]
        if self.columns is not None and self.columns.at.get("text") == self.width - 1:
            return [*cells[: self.width - 1], clean(" ".join(cells[self.width - 1 :]))]
        expected = f"{self.width} cells were expected, as many as there are captions; the row has {len(cells)}: is there a tab within a text?"
        raise Refused(expected, file=self.member.place, line=number)

    def check_last(self, cells: list[str], number: int) -> None:
        """Refuse a last line without its end that lacks cells which all rows before it have. Empty cells at the end may be missing."""
        steady = {spot for name in self.steady if self.columns is not None and (spot := self.columns.at.get(name)) is not None}
        lacking = [spot for spot in self.always if spot >= len(cells) and (spot in steady or self.before >= MANY)]
        if lacking:
            raise Refused(f"{max(lacking) + 1} cells were expected, as in the rows before: the line is cut off", file=self.member.place, line=number)
