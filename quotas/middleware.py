"""The metering middleware: decides the access before a metered view runs, and charges once it was served."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import parse_etags

from quotas import banner, crawlers, meter, periods, visitors
from quotas.meter import FULL, LOCKED, PREVIEW, Holder, Standing
from quotas.metered import Item, MeteredRequest
from quotas.network import network_hash

View = Callable[..., HttpResponse]
READING = ("GET", "HEAD")


class MeteringMiddleware:
    """Does nothing but for views that carry `@metered`.

    A guest's code page needs neither session nor user nor messages, so it is answered here, outside
    of the middleware that provides them. For everybody else the same happens in `process_view`,
    when they are there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve a guest's metered page; pass all else on."""
        reads = request.method in READING and settings.SESSION_COOKIE_NAME not in request.COOKIES
        if reads and (match := metered_match(request.path_info)):
            request.get_host()  # raises DisallowedHost, as CommonMiddleware would
            request.resolver_match = match
            response = meter_page(request, match.func, match.kwargs)
            if response.status_code != 304:
                response.headers.setdefault("Content-Length", str(len(response.content)))
            return response
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: dict[str, Any]) -> HttpResponseBase | None:
        """Serve a metered view for whoever has a session; None leaves all others to Django."""
        if hasattr(view, "find_item") and request.method in READING:
            return meter_page(request, view, kwargs)
        return None


@lru_cache(maxsize=8192)
def metered_match(path: str) -> ResolverMatch | None:
    """The view that a path leads to, where it is metered. Remembered: URLs do not change while a process lives."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match if hasattr(match.func, "find_item") else None


def meter_page(request: HttpRequest, view: View, kwargs: dict[str, Any]) -> HttpResponse:
    """Find what is asked for, and serve it; prefetches get nothing, redirects are passed on."""
    if is_prefetch(request):
        return held_back()
    found = view.find_item(request, **kwargs)  # type: ignore[attr-defined]
    if isinstance(found, HttpResponse):
        return found
    metered = cast(MeteredRequest, request)
    metered.item = found
    return serve(metered, view, kwargs, found)


def is_prefetch(request: HttpRequest) -> bool:
    """Whether the browser only fetches ahead: `Sec-Purpose` or `Purpose` names prefetch (prerender says so too)."""
    purpose = f"{request.META.get('HTTP_SEC_PURPOSE', '')} {request.META.get('HTTP_PURPOSE', '')}"
    return "prefetch" in purpose.lower()


def held_back() -> HttpResponse:
    """The answer to a prefetch: nothing, so that the browser asks again when the person really goes there."""
    response = HttpResponse(status=503)
    response.headers["Cache-Control"] = "no-store"
    return response


def serve(request: MeteredRequest, view: View, kwargs: dict[str, Any], item: Item) -> HttpResponse:
    """The page at the access that the holder has or buys."""
    if not item.metered:
        request.access = FULL
        return revalidate(request, finish(request, view(request, **kwargs), None))
    if crawlers.is_verified(request):
        request.access = PREVIEW
        return finish(request, view(request, **kwargs), None)
    holder = holder_of(request)
    standing = meter.standing(holder, item.key)
    request.access = access_of(request, holder, standing, item)
    response = view(request, **kwargs)
    if request.method == "GET" and response.status_code == 200 and not standing.held and standing.access != LOCKED:
        return buy(request, view, kwargs, holder, standing, response)
    return revalidate(request, finish(request, response, standing))


def holder_of(request: HttpRequest) -> Holder:
    """The signed-in user, else the visitor."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return Holder(user=request.user.pk, staff=request.user.is_staff)
    return Holder(visitor=visitors.of(request))


def access_of(request: HttpRequest, holder: Holder, standing: Standing, item: Item) -> str:
    """What this request may see. A HEAD buys nothing, so it sees only what is open already.

    A code that a signed-in user opened as a guest, with no view left to merge it into, stays open
    as it was: in preview.
    """
    if request.method == "HEAD" and not standing.held:
        return LOCKED
    if standing.access == LOCKED and holder.user is not None:
        visitor = visitors.of(request)
        if visitor and meter.is_open_to_visitor(visitor, item.key):
            return PREVIEW
    return standing.access


def buy(request: MeteredRequest, view: View, kwargs: dict[str, Any], holder: Holder, standing: Standing, response: HttpResponse) -> HttpResponse:
    """Charge for a page that is ready to be sent; where others were quicker, lock it instead."""
    newcomer = holder.key is None
    if newcomer:
        holder = Holder(visitor=visitors.new_id())
    if meter.spend(holder, standing, request.item.key, network=network_hash(request) if newcomer else None):
        if newcomer and holder.visitor:
            visitors.remember(response, holder.visitor)
        return finish(request, response, standing.after_spending())
    request.access = LOCKED
    exhausted = replace(standing, network_full=True, period=periods.current(periods.DAY)) if newcomer else meter.standing(holder, request.item.key)
    return finish(request, view(request, **kwargs), exhausted)


def finish(request: MeteredRequest, response: HttpResponse, standing: Standing | None) -> HttpResponse:
    """Fill the banner in, and set the headers of a page that is one holder's own."""
    if response.status_code != 200:
        return response
    words = banner.render(standing, request.access)
    response.content = banner.fill(response.content, words, request.path)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    if "ETag" in response.headers:
        response.headers["ETag"] = f'"{response.headers["ETag"]}-{words.digest}"'
    if standing and standing.limit is not None:
        set_limit_headers(response, standing)
    return response


def set_limit_headers(response: HttpResponse, standing: Standing) -> None:
    """RateLimit-Policy and RateLimit, as draft-ietf-httpapi-ratelimit-headers has them."""
    window, reset = standing.period.seconds, standing.period.seconds_left
    response.headers["RateLimit-Policy"] = f'"{standing.plan}";q={standing.limit}' + (f";w={window}" if window else "")
    response.headers["RateLimit"] = f'"{standing.plan}";r={standing.left}' + (f";t={reset}" if reset is not None else "")


def revalidate(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 in place of a page that cost nothing and that the browser has already."""
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if not asked or response.status_code != 200:
        return response
    # A proxy that compresses makes the tag weak; what it stands for is the same.
    if response.headers.get("ETag") not in [tag.removeprefix("W/") for tag in parse_etags(asked)]:
        return response
    bare = HttpResponse(status=304)
    for name in ("ETag", "Cache-Control", "Vary", "RateLimit-Policy", "RateLimit"):
        if name in response.headers:
            bare.headers[name] = response.headers[name]
    del bare.headers["Content-Type"]
    return bare
