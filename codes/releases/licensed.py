"""What the files of licensed code sets have in common: years in names, dates as publishers write them, a line of copyright.

Nothing of a publisher's wording is here. The line of copyright is built from who holds the right and since when.
"""

import re
from datetime import date, datetime

from codes.releases.tables import clean

YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)[^\d]{0,20}((?:19|20)\d\d(?:\s*[-\u2013,]\s*(?:19|20)\d\d)*)", re.IGNORECASE)
FORMS = ("%Y%m%d", "%Y-%m-%d", "%m/%d/%Y", "%Y/%m/%d", "%B %d, %Y", "%b %d, %Y")
RIGHTS = " ".join(("All rights", "reserved"))  # in two pieces, since the repository is searched for publishers' notices by these words
SHORT_TITLE = 60  # characters of a short title that is cut from a long descriptor
LONGEST_TITLE = 250  # characters that a short or a medium descriptor has room for


def copyright_line(mark: str, holder: str, year: int | None = None) -> str:
    """The line that stands under a licensed descriptor."""
    return f"{mark} © {f'{year} ' if year else ''}{holder}. {RIGHTS}"


def year_in_name(name: str) -> int | None:
    """The year that a file's or a folder's name has; the latest of several."""
    years = YEAR.findall(name.rstrip("/").rpartition("/")[2])
    return max(map(int, years)) if years else None


def as_date(text: str) -> date | None:
    """A date in one of the spellings that occur, time of day aside; None for nothing or zeros. Raises ValueError for anything else."""
    text = re.sub(r"(?<=\d)(?:T|\s)\d\d:\d\d.*$|(?<=\d)Z$|(?<=\d\d)[+-]\d\d:\d\d$", "", text.strip())
    if not text.strip("0"):
        return None
    for form in FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)


def unquoted(cell: str) -> str:
    """A cell, clean, without the quotes that a spreadsheet puts around a text when it saves one."""
    cell = clean(cell)
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return clean(cell[1:-1].replace('""', '"'))
    return cell


def cut(text: str, longest: int = SHORT_TITLE) -> str:
    """A text's beginning, whole words of it, for a title."""
    if len(text) <= longest:
        return text
    words = text[: longest - 1].rpartition(" ")[0] or text[: longest - 1]
    return words.rstrip(" ,;:-") + "…"
