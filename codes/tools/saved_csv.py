"""Saved codes as CSV, out and in."""

import csv
import io
from collections.abc import Iterable, Iterator

from codes.models import Code, SavedCode

COLUMNS = ("folder", "system", "code", "note")
MOST_BYTES, MOST_ROWS = 1_000_000, 5_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class WrongFile(Exception):
    """The file cannot be read; what is wrong with it in words."""


def written(rows: Iterable[SavedCode]) -> str:
    """The rows as a spreadsheet reads them. A cell that would be a formula gets an apostrophe before it."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(COLUMNS)
    for row in rows:
        sheet.writerow([safe(getattr(row, column)) for column in COLUMNS])
    return out.getvalue()


def safe(text: str) -> str:
    """No cell is a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def read(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row; WrongFile where it is no such file."""
    if len(content) > MOST_BYTES:
        raise WrongFile("The file is larger than a megabyte.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    sheet = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), strict=False)
    try:
        captions = [caption.strip().lower() for caption in next(sheet, [])]
        if "code" not in captions:
            raise WrongFile("The first line must name the columns; there is none called code.")
        for row in sheet:
            cells = dict(zip(captions, (cell.strip() for cell in row), strict=False))
            if any(cells.values()):
                yield sheet.line_num, {column: unsafe(cells.get(column, "")) for column in COLUMNS}
    except csv.Error as error:
        raise WrongFile(f"Line {sheet.line_num} is no line of a CSV file: {error}.") from error


def unsafe(text: str) -> str:
    """A cell without the apostrophe that `safe` gave it."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text


def taken(user: int, content: bytes) -> tuple[int, list[str]]:
    """Save what a file lists: how many codes were new or changed, and what was wrong with the others, by line."""
    rows = list(read(content))
    problems = [f"Only the first {MOST_ROWS:,} lines were read."] if len(rows) > MOST_ROWS else []
    rows = rows[:MOST_ROWS]
    known = found_codes({cells["code"] for _, cells in rows})
    done = 0
    for line, cells in rows:
        matches = [code for code in known.get(squeezed(cells["code"]), ()) if cells["system"].lower() in ("", code.system.slug)]
        if len(matches) != 1:
            wrong = "stands for codes of several systems: name the system" if matches else "is no code that is loaded here"
            problems.append(f"Line {line}: “{cells['code'][:20]}” {wrong}.")
            continue
        (code,) = matches
        values = {"folder": cells["folder"][:60], "note": cells["note"][:2000]}
        SavedCode.objects.update_or_create(user_id=user, system=code.system.slug, code=code.code, defaults=values)
        done += 1
    return done, problems


def squeezed(text: str) -> str:
    """A number as codes are found by."""
    return text.replace(".", "").replace(" ", "").upper()[:20]


def found_codes(numbers: Iterable[str]) -> dict[str, list[Code]]:
    """The codes of these numbers, whatever their system, by number."""
    found: dict[str, list[Code]] = {}
    wanted = sorted({squeezed(number) for number in numbers} - {""})
    for start in range(0, len(wanted), 500):
        for code in Code.objects.titles().filter(compact__in=wanted[start : start + 500]):
            found.setdefault(code.compact, []).append(code)
    return found
