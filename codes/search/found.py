"""What a search finds: hits, and all that a page says about them."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from codes.search.query import Asked
from codes.search.ranking import Wording
from codes.search.text import terms


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
        """The code's page."""
        return reverse("codes:code", args=[self.system, self.code])


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


def marked(title: str, meant: frozenset[str]) -> SafeString:
    """A title with the words whose terms are meant in <mark>."""
    pieces = []
    word = ""
    for letter in f"{title} ":
        if letter.isalnum() or letter in "'’":
            word += letter
            continue
        if word:
            known = any(term in meant for term in terms(word))
            pieces.append(format_html("<mark>{}</mark>", word) if known else conditional_escape(word))
            word = ""
        pieces.append(conditional_escape(letter))
    return mark_safe("".join(pieces).rstrip())  # noqa: S308


def shown(code: Wording) -> Hit:
    """A code as a hit."""
    system, number, short, heading, status, _ = code.shown
    return Hit(system, number, short, heading, status, code.billable)
