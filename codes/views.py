"""Pages of the catalogue: home, browse tree, code page, search, plans, usage."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.audience import audience_of
from codes import changes, kept, pages, panels
from codes.models import Code, CodeSystem, Heading, Release, paths_to
from codes.search import learning, suggestions
from codes.search import page as results
from codes.search.wanted import wanted
from codes.tools import saved
from quotas import meter, usage
from quotas.metered import Item, MeteredRequest, metered
from quotas.models import Plan
from quotas.opened import is_open
from quotas.throttle import throttle

CODES_A_PAGE = 100


@require_safe
@metered(pages.find)
def code_page(request: MeteredRequest, system: str, code: str) -> HttpResponse:
    """One code, at the access that the metering middleware decided on."""
    found, access, audience = request.item.found, request.access, audience_of(request)
    body = kept.body((found, access, audience), lambda: pages.render(found, access, audience))
    return HttpResponse(body.content, headers={"ETag": body.digest})


@require_safe
@never_cache
@throttle("240/m")
def panel_page(request: HttpRequest, system: str, code: str, panel: str) -> HttpResponse:
    """A panel's whole list, paged and searchable. It spends nothing, and is open where the code page is open in full."""
    if panel not in panels.LISTS:
        raise Http404("This panel has no page of its own.")
    item = pages.find(request, system, code)
    if not isinstance(item, Item) or not is_open(request, item):
        return redirect("codes:code", system, code)
    return render(request, f"codes/panels/{panel}_list.html", pages.listed(item.found, panel, request.GET))


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page: search, the four products, the plans."""
    return render(request, "home.html", {"plans": Plan.objects.filter(listed=True), "systems": CodeSystem.objects.all()})


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """What each plan allows."""
    return render(request, "plans.html", {"plans": Plan.objects.filter(listed=True)})


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The code systems."""
    return render(request, "codes/index.html", {"systems": CodeSystem.objects.all()})


@require_safe
def system(request: HttpRequest, system: str) -> HttpResponse:
    """The top headings of a code system."""
    found = CodeSystem.objects.filter(slug=system).first()
    if found is None:
        raise Http404("There is no such code system here.")
    headings = Heading.objects.current().filter(system=found, parent=None).prefetch_related("children")
    release = Release.objects.filter(kind=found.slug, part="", current=True).first()
    return render(request, "codes/system.html", {"system": found, "headings": headings, "release": release})


@require_safe
def heading(request: HttpRequest, system: str, slug: str) -> HttpResponse:
    """A heading: what is above it, the headings below it, and its codes."""
    found = Heading.objects.current().select_related("system").filter(system__slug=system, slug=slug).first()
    if found is None:
        raise Http404("There is no such heading in this code system.")
    above = Heading.objects.filter(release=found.release_id, path__in=paths_to(found.path)[:-1])
    codes = Code.objects.titles().filter(heading=found, parent=None).order_by("position")
    page = Paginator(codes, CODES_A_PAGE).get_page(request.GET.get("page"))
    context = {"heading": found, "system": found.system, "above": above, "below": found.children.all(), "page": page}
    return render(request, "codes/heading.html", context)


@require_safe
def changes_index(request: HttpRequest) -> HttpResponse:
    """The releases that are loaded, each with what it changed."""
    found = [(release, changes.summary(release)) for release in changes.releases()[: changes.LISTED]]
    return render(request, "codes/changes_index.html", {"releases": found})


@require_safe
def changes_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What one release made new, revised or deleted."""
    release = changes.find(slug)
    if release is None:
        raise Http404("There is no such release on this site.")
    if slug != release.slug:
        return redirect(release, permanent=True)
    return render(request, "codes/changes.html", changes.shown(release, request.GET.get("what", ""), request.GET.get("page")))


@require_safe
@throttle("120/m")
def search(request: HttpRequest) -> HttpResponseBase:
    """Codes for what is typed; one exact number goes straight to its page."""
    query = wanted(request.GET)
    found = results.answer(query, audience_of(request))
    if found.goto:
        return redirect(found.goto)
    if not query.page:
        saved.remember(request, learning.asked(query.text, found.count))
    return HttpResponse(found.content)


@require_safe
@throttle("300/m")
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions: a JSON list of code, system, title and url; or, with `format=opensearch`, what browsers ask for."""
    text = request.GET.get("q", "")
    if request.GET.get("format") == "opensearch":
        return HttpResponse(suggestions.for_browsers(text), content_type="application/x-suggestions+json")
    return HttpResponse(suggestions.listed(text), content_type="application/json")


@login_required
@require_safe
def usage_page(request: HttpRequest) -> HttpResponse:
    """What is left, when it resets, and which codes were opened."""
    holder = meter.Holder(user=request.user.pk, staff=request.user.is_staff)
    standing = meter.standing(holder, "")
    views = usage.opened(holder, standing.period)
    return render(request, "codes/usage.html", {"standing": standing, "views": with_titles(views)})


def with_titles(views: list[Any]) -> list[dict[str, Any]]:
    """Views with the codes that they opened (short titles alone), newest first."""
    codes = Code.objects.of_items(view.item for view in views)
    return [{"view": view, "code": codes.get(view.item)} for view in views]
