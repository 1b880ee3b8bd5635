"""What a view says of itself: that its page is metered, and by what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])


class MeteredRequest(HttpRequest):
    """A request that the metering middleware has seen: what was asked for, and the access to it."""

    access: str
    item: "Item"


@dataclass(frozen=True, slots=True)
class Item:
    """What is metered: its `key` (`cpt/63663`), whether it costs a view, and the finder's own notes for the view."""

    key: str
    metered: bool
    found: Any = None


Finder = Callable[..., Item | HttpResponse]


def metered(find: Finder) -> Callable[[AnyView], AnyView]:
    """Mark a view as metered. `find(request, **kwargs)` returns its item, a redirect, or raises Http404."""

    def mark(view: AnyView) -> AnyView:
        view.find_item = find  # type: ignore[attr-defined]
        return view

    return mark
