"""The results page: the hits of a query in their order, what it can be narrowed by, and how else it may be asked."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

from codes.models import Code, CodeSystem, Heading
from codes.search.found import Found, Hit
from codes.search.guard import guard
from codes.search.live import Open, live
from codes.search.query import NUMBER, number_of
from codes.search.remembered import Remembered
from codes.search.wanted import A_PAGE, MOST_PAGES, Wanted

KEPT = 8 * 1024 * 1024  # bytes of packed pages
STATUSES = {"active": "In use", "deleted": "Deleted"}
Counts = Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, packed, or the address of the one code that was meant; and how many codes were found."""

    packed: bytes
    goto: str = ""
    count: int = 0

    @property
    def content(self) -> bytes:
        """The page."""
        return zlib.decompress(self.packed)


class Line(NamedTuple):
    """A hit as the page shows it: what anybody may see. `place` is its system, its heading, and whether it is a header."""

    url: str
    system: str
    code: str
    title: SafeString
    place: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class Names:
    """How systems are called, and the top headings by the key that the index has of them: system, slug and name."""

    systems: dict[str, str]
    sections: dict[str, tuple[str, str, str]]


class Choice(NamedTuple):
    """A filter that narrows the hits, or widens them again where it is chosen already. `leaves`: how many hits, with commas."""

    label: str
    leaves: str
    link: str
    chosen: bool


kept: Remembered[Answer] = Remembered(KEPT, lambda answer: len(answer.packed) + 500)
kept_names: Remembered[Names] = Remembered(1, lambda _: 1)


def answer(wanted: Wanted, audience: str) -> Answer:
    """What a query leads to. Pages are kept while the index is, for each audience; none has anything of a person."""
    opened = live.current()
    if opened is None:
        return meanwhile(wanted, audience)
    found = kept.get(opened, (wanted, audience))
    if found is None:
        searched = guard.ask(lambda: search(opened, wanted))
        if searched is None:
            return meanwhile(wanted, audience)
        exact = None if wanted.page else searched[0].exact
        found = Answer(b"", exact.url, 1) if exact else listed(wanted, audience, names_of(opened), *searched)
        kept.keep(opened, (wanted, audience), found)
    return found


def search(opened: Open, wanted: Wanted) -> tuple[Found, int, Counts]:
    """The hits of a page, its number, and how many hits each filter would leave."""
    if not wanted.text:
        return Found(wanted.asked), 1, {}
    number = wanted.page or 1
    found = opened.engine.search(wanted.asked, opened.thesaurus, most=A_PAGE, offset=(number - 1) * A_PAGE)
    last = max(1, min(-(-found.count // A_PAGE), MOST_PAGES))
    if number > last:
        number = last
        found = opened.engine.search(wanted.asked, opened.thesaurus, most=A_PAGE, offset=(number - 1) * A_PAGE)
    return found, number, opened.engine.facets(found)


def names_of(opened: Open) -> Names:
    """The names, read once an index."""
    names = kept_names.get(opened, None)
    if names is None:
        names = read_names()
        kept_names.keep(opened, None, names)
    return names


def read_names() -> Names:
    """The names. Two queries."""
    systems = dict(CodeSystem.objects.values_list("slug", "name"))
    rows = Heading.objects.current().filter(parent=None).values_list("system", "system__slug", "slug", "name")
    return Names(systems, {f"{key}/{slug}": (system, slug, name) for key, system, slug, name in rows})


def listed(wanted: Wanted, audience: str, names: Names, found: Found, number: int, counts: Counts) -> Answer:
    """The page of what was found."""
    context = {
        "lines": [line(found, hit, names) for hit in found.hits],
        "more": [line(found, hit, names) for hit in found.more],
        "corrected": found.corrected,
        "count": found.count,
        "page": Paginator(range(min(found.count, A_PAGE * MOST_PAGES)), A_PAGE).get_page(number),
        "most": A_PAGE * MOST_PAGES,
        "facets": facets(wanted, counts, names),
    }
    return Answer(rendered(wanted, audience, names, context), count=found.count)


def rendered(wanted: Wanted, audience: str, names: Names, context: dict[str, Any]) -> bytes:
    """The page, packed."""
    common = {"wanted": wanted, "audience": audience, "systems": names.systems.items(), "site_url": settings.SITE_URL, "ready": True}
    return zlib.compress(render_to_string("codes/search.html", common | context).encode(), 1)


def line(found: Found, hit: Hit, names: Names) -> Line:
    """A hit as the page shows it."""
    return Line(
        hit.url, hit.system, hit.code, found.marked(hit), place(names.systems.get(hit.system, hit.system), hit.heading, hit.billable), hit.status == "deleted"
    )


def place(system: str, heading: str, billable: bool) -> str:
    """`ICD-10-CM · Diabetes mellitus · header`."""
    return " · ".join(part for part in (system, heading, "" if billable else "header") if part)


# Filters


def facets(wanted: Wanted, counts: Counts, names: Names) -> list[tuple[str, list[Choice]]]:
    """The filters that change something, each with its choices."""
    if not counts:
        return []
    systems = [Choice(names.systems[slug], f"{count:,}", *other(wanted, system=slug, heading="")) for slug, count in counts["system"] if slug in names.systems]
    statuses = [Choice(STATUSES[status], f"{count:,}", *other(wanted, status=status)) for status, count in counts["status"] if status in STATUSES]
    sections = [section(wanted, count, *names.sections[key]) for key, count in counts["section"] if key in names.sections]
    found = (("System", systems), ("Status", statuses), ("Section", sections))
    return [(title, choices) for title, choices in found if len(choices) > 1 or any(choice.chosen for choice in choices)]


def other(wanted: Wanted, **filters: str) -> tuple[str, bool]:
    """The address with a filter, and False; where it is chosen already the address without it, and True."""
    given = {name: value for name, value in filters.items() if value}
    if all(getattr(wanted, name) == value for name, value in given.items()):
        return wanted.link(**dict.fromkeys(filters, "")), True
    return wanted.link(**filters), False


def section(wanted: Wanted, count: int, system: str, slug: str, name: str) -> Choice:
    """A top heading, which its system's slug tells from that of another."""
    chosen = wanted.heading == slug and wanted.system in ("", system)
    return Choice(name, f"{count:,}", wanted.link(heading="") if chosen else wanted.link(system=system, heading=slug), chosen)


# Without an index


def meanwhile(wanted: Wanted, audience: str) -> Answer:
    """Codes by number alone, from the database: there is no index yet, or it failed."""
    codes = by_number(wanted)
    if len(codes) == 1 and not wanted.page:
        return Answer(b"", goto=codes[0].get_absolute_url(), count=1)
    shown = [
        Line(code.get_absolute_url(), code.system.slug, code.code, escape(code.short), place(code.system.name, "", code.billable), code.status == Code.DELETED)
        for code in codes
    ]
    return Answer(rendered(wanted, audience, read_names(), {"lines": shown, "count": len(shown), "ready": False}), count=len(shown))


def by_number(wanted: Wanted) -> list[Code]:
    """The code that has this very number, or else the first page of those that start so."""
    number = number_of(wanted.text)
    if not NUMBER.fullmatch(number):
        return []
    codes = Code.objects.titles().filter(**({"system__slug": wanted.system} if wanted.system else {}))
    exact = list(codes.filter(compact=number)[:A_PAGE])
    return exact or list(codes.filter(compact__startswith=number).order_by("compact")[:A_PAGE])
