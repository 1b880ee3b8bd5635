"""How a PTP file is laid out: a notice, captions stacked over several lines, then an edit a line, in seven columns.

Columns are found by their captions. Cells are given as they stand in the file, for speed; the rationale keeps its line
end, which tells a whole last line from one that is cut off.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from codes.releases.refused import Refused
from codes.releases.source import Member
from codes.releases.tables import SPREADSHEETS, clean, fold, lines, rows
from codes.releases.tally import Tally

CAPTIONS = (
    ("Column 1", "COLUMN1"),
    ("Column 2", "COLUMN2"),
    ("*=in existence prior to 1996", "EXISTENCE|PRIOR"),
    ("Effective Date", "EFFECTIVE"),
    ("Deletion Date", "DELETION"),
    ("Modifier", "MODIFIER"),
    ("PTP Edit Rationale", "RATIONALE"),
)
AS_PUBLISHED = list(range(len(CAPTIONS)))
SEARCHED = 40  # lines from the top in which captions are looked for
Cells = Sequence[str]
Numbered = Iterator[tuple[int, Cells]]


def is_sheet(member: Member) -> bool:
    """Whether it is a workbook, not text."""
    return member.name.lower().endswith(SPREADSHEETS)


def data(member: Member, tally: Tally) -> Numbered:
    """Seven cells of each row below the captions. Rows of fewer or more columns are refused, but for empty ones, which are counted."""
    numbered = sheet(member) if is_sheet(member) else split(member)
    at, width, first = head(numbered, member.place, tally)
    published = at == AS_PUBLISHED
    for number, cells in chain(first, numbered):
        if published and len(cells) == 7:
            yield number, cells
        elif any(clean(cell) for cell in cells):
            yield number, arranged(cells, at, width, member.place, number)
        else:
            tally.leave_out("empty rows")


def split(member: Member) -> Numbered:
    """Tab-separated lines. The last cell of each has the line end."""
    with member.open() as file:
        for number, line in lines(file, member.place):
            yield number, line.split("\t")


def sheet(member: Member) -> Numbered:
    """Rows of a workbook, each whole, as the line end behind it says."""
    for number, cells in rows(member):
        yield number, [*cells, "\n"]


def arranged(cells: Cells, at: list[int], width: int, place: str, number: int) -> Cells:
    """The seven cells in the published order, the rationale with the line end. What stands in no column is refused."""
    if len(cells) <= max(at) or any(clean(cell) for cell in cells[width:]):
        wrong = "the line is cut off" if len(cells) <= max(at) else "a line end is lacking"
        raise Refused(f"{width} columns were expected, and there are {len(cells)}: {wrong}", file=place, line=number)
    found = [cells[spot] for spot in at]
    if cells[-1].endswith("\n"):
        found[-1] += "\n"
    return found


def head(numbered: Numbered, place: str, tally: Tally) -> tuple[list[int], int, Numbered]:
    """Where the columns stand, how many there are, and the first row, which had to be read to know that the captions are over."""
    captions: list[str] = []
    above = 0
    first: list[tuple[int, Cells]] = []
    for number, cells in numbered:
        if above == SEARCHED or begins(cells, captions):
            first.append((number, cells))
            break
        above += 1
        if sum(bool(clean(cell)) for cell in cells) > 1:  # not the notice or a title, which stand in one cell
            captions += [""] * (len(cells) - len(captions))
            for spot, cell in enumerate(cells):
                captions[spot] += f" {cell}"
    tally.leave_out("captions and copyright", above)
    return columns(captions, place), last(captions), iter(first)


def begins(cells: Cells, captions: list[str]) -> bool:
    """Whether the data begin here: a row with a date; or, once all captions were there, one with a code in its place."""
    texts = [clean(cell) for cell in cells]
    if any(re.fullmatch(r"[0-9]{8}", text) for text in texts):
        return True
    at = spots(captions)
    return None not in at and any(texts[spot] for spot in at[:2] if spot is not None and spot < len(texts))


def spots(captions: list[str]) -> list[int | None]:
    """Where each of the seven captions stands."""
    folded = [fold(caption) for caption in captions]
    return [next((spot for spot, caption in enumerate(folded) if re.search(pattern, caption)), None) for _, pattern in CAPTIONS]


def columns(captions: list[str], place: str) -> list[int]:
    """The same, none of them missing."""
    at = spots(captions)
    if sum(spot is not None for spot in at) < 3:
        wanted = ", ".join(caption for caption, _ in CAPTIONS)
        raise Refused(f"captions in columns were expected ({wanted}), and there are none", file=place)
    found = [spot for spot in at if spot is not None]
    if len(set(found)) < len(CAPTIONS):
        missing = next(caption for (caption, _), spot in zip(CAPTIONS, at, strict=True) if spot is None or at.count(spot) > 1)
        raise Refused(f"a column {missing} was expected, and the captions have none", file=place)
    return found


def last(captions: list[str]) -> int:
    """The number of columns: as far as there are captions."""
    return max((spot for spot, caption in enumerate(captions) if clean(caption)), default=-1) + 1
