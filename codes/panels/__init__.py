"""The six gated panels of a code page, in their order. One module a panel; none knows another.

A panel is a module with `SLUG`, `TITLE` and `context(subject)`: what its partial
`templates/codes/panels/<slug>.html` needs, or an empty mapping where nothing is loaded for the code.
"""

from collections.abc import Iterator
from typing import Any, Protocol, cast

from django.http import QueryDict

from codes.panels import compliance, coverage, crosswalks, guidelines, modifiers, ncci
from codes.panels.subject import Subject


class Panel(Protocol):
    """What a panel's module offers."""

    SLUG: str
    TITLE: str

    def context(self, subject: Subject) -> dict[str, Any]:
        """The partial's context."""


class Listing(Panel, Protocol):
    """A panel whose whole list has a page of its own, `/codes/<system>/<code>/<slug>/`, with the template `<slug>_list.html`."""

    def listed(self, subject: Subject, asked: QueryDict) -> dict[str, Any]:
        """The page of the list that is asked for."""


PANELS = cast("tuple[Panel, ...]", (guidelines, modifiers, crosswalks, ncci, compliance, coverage))
LISTS = cast("dict[str, Listing]", {"crosswalks": crosswalks, "ncci": ncci, "coverage": coverage})


def opened(subject: Subject) -> Iterator[dict[str, Any]]:
    """The panels with their content, for a page in full."""
    for panel in PANELS:
        found = panel.context(subject)
        yield {"slug": panel.SLUG, "title": panel.TITLE, "template": f"codes/panels/{panel.SLUG}.html" if found else None, "content": found}


def closed() -> Iterator[dict[str, Any]]:
    """The panels' titles alone: nothing is queried."""
    for panel in PANELS:
        yield {"slug": panel.SLUG, "title": panel.TITLE}
