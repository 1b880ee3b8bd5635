"""The RVU zip of the fee schedule (RVU25D.zip): each of its tables as .csv, .txt and .xlsx, beside PDFs. What its readers share.

The .csv and the .xlsx have captions. The .txt is separated by tabs with captions, or in columns of fixed width.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

from codes.releases import tables as texts
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import SPREADSHEETS, Row, clean, fold, lines, rows

SUFFIXES = (".csv", ".txt", ".xlsx")  # in the order of preference: the same table in each
LOOKED_AT = 40  # rows in which captions are looked for
SNIFFED = 200  # lines by which the form of a text is known: more than captions with line breaks in them take
EMPTY, FOOTNOTES, HEAD = "empty rows", "footnotes", "titles, copyright and captions"
Cells = Sequence[str]
Numbered = Iterator[tuple[int, list[str]]]


class Captions(NamedTuple):
    """What stands above the data: titles, the caption of each column, the line that captions end in, and how many rows these are."""

    titles: list[str]
    columns: list[str]
    line: int
    rows: int


def tables(source: Source, pattern: str, wanted: str) -> list[Member]:
    """The tables whose names fit the pattern, one member each. A lone file is taken whatever its name: its captions tell."""
    named = [member for member in source.matching(pattern) if member.name.lower().endswith(SUFFIXES)]
    if not named and len(source.members) == 1:
        return list(source.members)
    if not named:
        raise Refused(f"{wanted} was expected; there is: {', '.join(member.name for member in source.members[:12]) or 'nothing'}", file=source.name)
    best: dict[str, Member] = {}
    for member in sorted(named, key=lambda member: (SUFFIXES.index(suffix(member)), member.place)):
        first = best.setdefault(member.name.lower().rpartition(".")[0], member)
        if first is not member and suffix(first) == suffix(member):
            raise Refused(f"{member.name} was expected once; there are {first.place} and {member.place}", file=source.name)
    return list(best.values())


def table(source: Source, pattern: str, wanted: str) -> Member:
    """The one table whose name fits."""
    found = tables(source, pattern, wanted)
    if len(found) > 1:
        raise Refused(f"{wanted} was expected once; there are {', '.join(member.name for member in found)}", file=source.name)
    return found[0]


def suffix(member: Member) -> str:
    """Its name's end, as .csv."""
    return "." + member.name.lower().rpartition(".")[2]


def is_fixed(member: Member) -> bool:
    """Whether it is a text in columns of fixed width."""
    return not member.name.lower().endswith(SPREADSHEETS) and not separator(member)


def numbered(member: Member, fixed: Callable[[Member], Numbered]) -> Numbered:
    """Numbered rows of the table, whichever form it has; `fixed` reads a text in columns of fixed width."""
    if is_fixed(member):
        return fixed(member)
    return rows(member) if member.name.lower().endswith(SPREADSHEETS) else separated(member, separator(member))


def separator(member: Member) -> str:
    """What separates the cells of a text: a tab or a comma; nothing where its columns have a fixed width, as only a .txt has."""
    with member.open() as file:
        first = [text for _, text in islice(lines(file, member.place), SNIFFED) if text.strip()]
    if any(text.count("\t") > 1 for text in first):
        return "\t"
    return "," if suffix(member) != ".txt" or 2 * sum(text.count(",") > 2 for text in first) > len(first) else ""


def separated(member: Member, mark: str) -> Numbered:
    """Numbered rows of separated text. A spreadsheet program quotes cells between tabs, too."""
    with member.open() as file:
        yield from texts.separated(lines(file, member.place), member.place, mark, quoted=True)


def captions(numbered: Numbered, place: str, needed: Sequence[str]) -> Captions:
    """Read on to the last row of captions, which has all that are needed.

    Captions may be stacked: a column's is its cells joined, from below the last title on. A title stands alone in its row.
    """
    wanted = {fold(caption) for caption in needed}
    head: list[list[str]] = []
    last = 0  # the line that the captions end in
    while not last:
        line, cells = next(numbered, (0, []))
        if not line or len(head) == LOOKED_AT:
            raise Refused(f"captions with {' and '.join(needed)} were expected in the first {LOOKED_AT} rows", file=place)
        head.append([clean(cell) for cell in cells])
        if all(any(fold(cell).startswith(caption) for cell in head[-1]) for caption in wanted):
            last = line
    below = max((spot + 1 for spot, cells in enumerate(head[:-1]) if is_title(cells)), default=0)
    columns = [" ".join(filter(None, column)) for column in zip_longest(*head[below:], fillvalue="")]
    titles = [" ".join(filter(None, cells)) for cells in head[:below]]
    return Captions([title for title in titles if title], columns, last, len(head))


def is_title(cells: Cells) -> bool:
    """Whether a row above the captions is one of the titles: empty, or one text alone."""
    said = [cell for cell in cells if cell]
    return not said or (len(said) == 1 and (len(said[0]) > 20 or said[0].upper().startswith("RELEASED")))


def left_over(cells: Cells) -> str:
    """Why a row that is no data is left out: it is empty, or a footnote. Nothing where it is neither, but wrong."""
    said = [cell for cell in map(clean, cells) if cell]
    if not said:
        return EMPTY
    note = said[0].startswith("*") or (len(said[0]) > 12 and " " in said[0])
    return FOOTNOTES if note and not any(re.fullmatch(r"(?!20\d\d$)[\d.]+", cell) for cell in said) else ""  # a note may name a year


def year_of(titles: Iterable[str], name: str, pattern: str) -> int:
    """The year in a title, or in the file's name: `pattern` finds it there, with two digits or four."""
    for title in titles:
        if found := re.search(r"\b20\d\d\b", title):
            return int(found[0])
    if found := re.search(pattern, name, re.IGNORECASE):
        return 2000 + int(found[1][-2:])
    raise Refused("a year was expected in the title or in the file's name", file=name)


def place_of(row: Row) -> tuple[str, str]:
    """Contractor and locality, with the zeros that the files lose: 02102 and 01."""
    mac = row.matching("mac", r"\d{4,5}", "a contractor's number of five digits")
    return mac.zfill(5), row.matching("locality", r"\d{1,2}", "a locality of two digits").zfill(2)


def unstarred(name: str) -> str:
    """A name without the stars that refer to footnotes."""
    return name.rstrip("* ")
