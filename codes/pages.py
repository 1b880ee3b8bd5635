"""The code page: finding the code, and loading just what the access allows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from codes import panels, surroundings
from codes.models import Code, CodeSystem, FeeScheduleLine, Heading, compact
from codes.panels.subject import Subject
from quotas.meter import FULL, LOCKED
from quotas.metered import Item

SIBLINGS_EACH_SIDE = 12
# Runs on every code page, kept or not. In SQL, since building it anew in the ORM takes longer than
# all the rest of a kept page.
FIND = """
SELECT c.id, c.code, c.page_version, s.metered, (SELECT edition FROM codes_catalogue WHERE id = 1)
FROM codes_codesystem s JOIN codes_release r ON r.kind = s.slug AND r.part = '' AND r.current
JOIN codes_code c ON c.release_id = r.id AND c.compact = %s
WHERE s.slug = %s
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
        cursor.execute(FIND, [compact(code)[:20], system.lower()])
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


def render(found: Found, access: str, audience: str) -> str:
    """The whole page for an access; queries what the access allows and no more. The number of queries is fixed."""
    code = load(found, access)
    system = code.system
    headings = surroundings.headings_above(code.heading_id, found.edition, with_notes=access == FULL)
    family = relatives(code)
    place = next(place for place, other in enumerate(family) if other.pk == code.pk)
    context: dict[str, Any] = {
        "code": code,
        "site_url": settings.SITE_URL,
        "system": system,
        "access": access,
        "audience": audience,
        "headings": headings,
        "parents": [other for other in family if code.compact.startswith(other.compact) and other.pk != code.pk] if code.parent_id else [],
        "history": [] if access == LOCKED else [line | {"date": date.fromisoformat(line["date"])} for line in reversed(code.history)],
        "replacements": [] if access == LOCKED else replacements(code),
        "children": [other for other in family if other.parent_id == code.pk],
        "previous": family[place - 1] if place else None,
        "next": family[place + 1] if place + 1 < len(family) else None,
        "siblings": [other for other in family if is_sibling(other, code)],
        "common": None if access == LOCKED else getattr(code, "common", None),
        "structured": structured_data(code, headings),
    }
    if access == FULL:
        above = [*reversed(context["parents"]), *reversed(headings)]
        context["panels"] = list(panels.opened(Subject(code, fee_lines(code, found.edition), above, context["children"], found.edition)))
    else:
        context["panels"] = list(panels.closed())
    return render_to_string("codes/code.html", context)


def listed(found: Found, panel: str, asked: QueryDict) -> dict[str, Any]:
    """What the page of a panel's whole list shows: the code, its place, and what the panel finds for what is asked."""
    code = load(found, FULL)
    subject = Subject(code, fee_lines(code, found.edition), edition=found.edition)
    module, query = panels.LISTS[panel], asked.copy()
    query.pop("page", None)
    link = f"{query.urlencode()}&" if query else ""
    return {"code": code, "system": code.system, "panel": module, "it": module.listed(subject, asked), "query": link}


def load(found: Found, access: str) -> Code:
    """The code with the texts that the access allows; a locked page's descriptions are not loaded."""
    rows = Code.objects.defer("long", "medium", "notes", "details", "history") if access == LOCKED else Code.objects.select_related("common")
    code: Code = rows.get(pk=found.pk)
    code.system = surroundings.system_of(code.system_id, found.edition)
    code.release = surroundings.release_of(code.release_id, found.edition)
    return code


def fee_lines(code: Code, edition: int) -> list[FeeScheduleLine]:
    """The code's lines of the current fee schedule, for those outside of the Quality Payment Program's higher factor."""
    release = surroundings.current_release("pfs", edition)
    if release is None:
        return []
    lines = list(FeeScheduleLine.objects.filter(release=release, code=code.compact))
    for line in lines:
        line.release = release
    return lines


def relatives(code: Code) -> list[Any]:
    """The codes around a code (neighbours, siblings, the codes above and below it): one query, titles alone.

    Each alternative has an index of its own, which is why the release stands in the first and the last.
    """
    near = Q(release=code.release_id, position__range=(code.position - SIBLINGS_EACH_SIDE, code.position + SIBLINGS_EACH_SIDE))
    related = near | Q(parent=code.pk)
    columns = ["pk", "code", "compact", "short", "position", "parent_id", "heading_id"]
    if code.parent_id:
        above = [code.compact[:length] for length in range(3, len(code.compact))]
        related |= Q(parent=code.parent_id) | Q(release=code.release_id, compact__in=above)
        columns.append("notes")
    return sorted(Code.objects.filter(related).order_by().values_list(*columns, named=True), key=lambda other: (other.position, other.pk))


def replacements(code: Code) -> list[tuple[str, str]]:
    """What the publisher refers to in place of a deleted code: each number with its system (CPT where it is all digits), or with none."""
    if code.status != Code.DELETED:
        return []
    numbers = code.details.get("replaced_by", [])
    return [(number, "" if len(number) < 5 else "cpt" if number[:4].isdigit() else code.system.slug) for number in numbers]


def is_sibling(other: Any, code: Code) -> bool:
    """Whether two codes stand under the same node of the tree."""
    if code.parent_id:
        return bool(other.parent_id == code.parent_id)
    return bool(other.heading_id == code.heading_id and other.parent_id is None)


def structured_data(code: Code, headings: Sequence[Heading]) -> SafeString:
    """JSON-LD for search engines: the page's place, and which parts of it are not free.

    It names only what every visitor may see. Escaped so that no text can end the script element.
    """
    system = code.system
    base = f"{settings.SITE_URL}/codes/"
    crumbs = [("Codes", base), (system.name, f"{base}{system.slug}/")]
    crumbs += [(heading.name, f"{base}{system.slug}/range/{heading.slug}/") for heading in headings]
    page: dict[str, Any] = {
        "@type": "WebPage",
        "url": f"{base}{system.slug}/{code.code}/",
        "name": f"{system.name} {code.code}: {code.short}",
        "isAccessibleForFree": not system.metered,
    }
    if system.metered:
        page["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": "[data-panel]"}
    trail = {
        "@type": "BreadcrumbList",
        "itemListElement": [{"@type": "ListItem", "position": place, "name": name, "item": url} for place, (name, url) in enumerate(crumbs, 1)],
    }
    text = json.dumps({"@context": "https://schema.org", "@graph": [page, trail]})
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S308
