"""The code page: finding the code, and loading just what the access allows."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from codes import panels
from codes.models import Code, CodeSystem, FeeScheduleLine, Heading, compact
from codes.panels.subject import Subject
from quotas.meter import FULL, LOCKED
from quotas.metered import Item

SIBLINGS_EACH_SIDE = 12
# Runs on every code page, kept or not. In SQL, since building it anew in the ORM takes longer than
# all the rest of a kept page.
FIND = """
SELECT c.id, c.code, c.page_version, s.metered, (SELECT edition FROM codes_catalogue WHERE id = 1)
FROM codes_code c JOIN codes_codesystem s ON s.id = c.system_id
WHERE s.slug = %s AND c.compact = %s
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A code that was found, and the versions that its kept pages depend on."""

    pk: int
    page_version: int
    edition: int


def find(request: HttpRequest, system: str, code: str) -> Item | HttpResponsePermanentRedirect:
    """The code that a URL names; a redirect to its canonical form; Http404 with a helpful sentence. One query."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, [system.lower(), compact(code)[:20]])
        row = cursor.fetchone()
    if row is None:
        raise Http404(not_found_sentence(system, code))
    pk, canonical, version, metered, edition = row
    if (system, code) != (system.lower(), canonical):
        return HttpResponsePermanentRedirect(reverse("codes:code", args=[system.lower(), canonical]))
    return Item(key=f"{system}/{canonical}", metered=bool(metered), found=Found(pk, version, edition or 0))


def not_found_sentence(system: str, code: str) -> str:
    """What a 404 says: an unknown system, or an unknown code of a known one."""
    known = CodeSystem.objects.filter(slug=system.lower()).first()
    if known is None:
        return "There is no such code system here."
    return f"There is no {known.name} code {code[:20]} on this site."


def render(pk: int, access: str, audience: str) -> str:
    """The whole page for an access; queries what the access allows and no more. The number of queries is fixed."""
    columns = ["long", "medium", "notes"] if access == LOCKED else []
    related = ["system", "release", "heading"] + ([] if access == LOCKED else ["common"])
    code = Code.objects.select_related(*related).defer(*columns, "heading__notes").get(pk=pk)
    family = list(relatives(code))
    context: dict[str, Any] = {
        "code": code,
        "site_url": settings.SITE_URL,
        "system": code.system,
        "access": access,
        "audience": audience,
        "headings": headings_above(code, with_notes=access == FULL),
        "parents": [other for other in family if code.compact.startswith(other.compact) and other.pk != code.pk] if code.parent_id else [],
        "previous": next((other for other in family if other.position == code.position - 1), None),
        "next": next((other for other in family if other.position == code.position + 1), None),
        "siblings": [other for other in family if is_sibling(other, code)],
        "common": None if access == LOCKED else getattr(code, "common", None),
    }
    context["children"] = [other for other in family if other.parent_id == code.pk]
    if access == FULL:
        fees = list(FeeScheduleLine.objects.filter(release__current=True, code=code.compact).select_related("release"))
        above = [*reversed(context["parents"]), *reversed(context["headings"])]
        context["panels"] = list(panels.opened(Subject(code, fees, above, context["children"])))
    else:
        context["panels"] = list(panels.closed())
    context["structured"] = structured_data(code, context["headings"], locked=access != FULL)
    return render_to_string("codes/code.html", context)


def relatives(code: Code) -> Any:
    """The codes around a code (neighbours, siblings, the codes above and below it): one query, titles alone."""
    prefixes = [code.compact[:length] for length in range(3, len(code.compact))] if code.parent_id else []
    near = Q(position__range=(code.position - SIBLINGS_EACH_SIDE, code.position + SIBLINGS_EACH_SIDE))
    beside = Q(parent=code.parent_id) if code.parent_id else Q(pk=None)
    others = Code.objects.filter(near | beside | Q(parent=code.pk) | Q(compact__in=prefixes), system=code.system_id)
    return others.only("code", "compact", "short", "status", "billable", "position", "parent", "heading", "system", *(["notes"] if prefixes else [])).order_by(
        "position"
    )


def is_sibling(other: Code, code: Code) -> bool:
    """Whether two codes stand under the same node of the tree."""
    if code.parent_id:
        return other.parent_id == code.parent_id
    return other.heading_id == code.heading_id and other.parent_id is None


def headings_above(code: Code, *, with_notes: bool) -> list[Heading]:
    """The code's headings from the top down; one query."""
    if code.heading is None:
        return []
    parts = code.heading.path.split("/")
    paths = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    found = Heading.objects.filter(system=code.system_id, path__in=paths)
    return list(found if with_notes else found.defer("notes", "note"))


def structured_data(code: Code, headings: list[Heading], *, locked: bool) -> SafeString:
    """JSON-LD for search engines: the page's place, and which parts of it are not free.

    It names only what every visitor may see. Escaped so that no text can end the script element.
    """
    url = f"{settings.SITE_URL}{code.get_absolute_url()}"
    crumbs = [("Codes", reverse("codes:index")), (code.system.name, code.system.get_absolute_url())]
    crumbs += [(heading.name, reverse("codes:heading", args=[code.system.slug, heading.slug])) for heading in headings]
    page: dict[str, Any] = {
        "@type": "WebPage",
        "url": url,
        "name": f"{code.system.name} {code.code}: {code.short}",
        "isAccessibleForFree": not code.system.metered,
    }
    if code.system.metered:
        page["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": "[data-panel]"}
    trail = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": f"{settings.SITE_URL}{path}"} for place, (name, path) in enumerate(crumbs, 1)
        ],
    }
    text = json.dumps({"@context": "https://schema.org", "@graph": [page, trail]})
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S308
