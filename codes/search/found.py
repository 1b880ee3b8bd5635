"""What a search finds: hits, and all that a page says about them."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from codes.search.query import Asked
from codes.search.ranking import Wording
from codes.search.text import terms

WORD = re.compile(r"(?:[^\W_]|['’])+")
BEGIN, END = "\x02", "\x03"  # what stands for <mark> and </mark> until the title is escaped


@dataclass(frozen=True, slots=True)
class Hit:
    """A code that was found: what anybody may see of it."""

    system: str
    code: str
    short: str
    heading: str
    status: str
    billable: bool

    @property
    def url(self) -> str:
        """The code's page. Not by `reverse`, which takes longer than ranking the hit."""
        return f"/codes/{self.system}/{self.code}/"


@dataclass(slots=True)
class Found:
    """The answer to a query."""

    asked: Asked
    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    exact: Hit | None = None
    corrected: str = ""  # the query as it was understood, where words were misspelled
    more: list[Hit] = field(default_factory=list)  # after the hits, or in place of them: codes with most of the words
    meant: frozenset[str] = frozenset()
    query: Any = None

    def marked(self, hit: Hit) -> SafeString:
        """The short title with what matched marked."""
        return marked(hit.short, self.meant)


@lru_cache(maxsize=20_000)
def terms_of(word: str) -> tuple[str, ...]:
    """A word's terms. Titles have the same words over and over."""
    return tuple(terms(word))


def marked(title: str, meant: frozenset[str]) -> SafeString:
    """A title with the words whose terms are meant in <mark>."""

    def mark(word: re.Match[str]) -> str:
        return word[0] if meant.isdisjoint(terms_of(word[0])) else f"{BEGIN}{word[0]}{END}"

    text = WORD.sub(mark, title.replace(BEGIN, "").replace(END, ""))
    return mark_safe(escape(text).replace(BEGIN, "<mark>").replace(END, "</mark>"))  # noqa: S308


def shown(code: Wording) -> Hit:
    """A code as a hit."""
    system, number, short, heading, status, _ = code.shown
    return Hit(system, number, short, heading, status, code.billable)
