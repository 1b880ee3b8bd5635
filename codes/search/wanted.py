"""What a results page is asked for, as its address says."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from codes.search import query
from codes.search.query import SYSTEMS, Asked

A_PAGE, MOST_PAGES = 25, 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query, the filters besides it, and which page of its hits; `page` 0 where none is named."""

    text: str
    system: str = ""
    status: str = ""
    heading: str = ""
    page: int = 0
    cut: bool = False

    @property
    def asked(self) -> Asked:
        """The query understood. A filter beside it narrows what the query allows; where they exclude each other the query counts."""
        asked = query.parse(self.text)
        if self.system and (not asked.systems or self.system in asked.systems):
            asked.systems = [self.system]
        if self.status and (not asked.statuses or self.status in asked.statuses):
            asked.statuses = [self.status]
        if self.heading:
            asked.headings.append(self.heading)
        return asked

    @property
    def narrowed(self) -> bool:
        """Whether there is a filter beside the query."""
        return bool(self.system or self.status or self.heading)

    def link(self, **other: str) -> str:
        """The query and its filters as part of an address, with others in their place (`""`: without)."""
        given = {"q": self.text, "system": self.system, "status": self.status, "heading": self.heading} | other
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def everywhere(self) -> str:
        """The query alone."""
        return self.link(system="", status="", heading="")

    @property
    def turning(self) -> str:
        """What stands before `page=` in the addresses of its pages."""
        return self.link() + "&"


def wanted(given: Mapping[str, str]) -> Wanted:
    """Read an address's query string."""
    typed = " ".join(given.get("q", "").split())
    system = given.get("system", "").lower()[:50]
    return Wanted(
        text=typed[: query.LONGEST],
        system=SYSTEMS.get(system.replace("-", ""), system),
        status=given.get("status", "").lower()[:20],
        heading=given.get("heading", "").lower()[:120],
        page=number(given["page"]) if "page" in given else 0,
        cut=len(typed) > query.LONGEST,
    )


def number(text: str) -> int:
    """A page's number, from 1 to the last that is shown."""
    return min(max(int(text), 1), MOST_PAGES) if text.isdecimal() and len(text) < 30 else 1
