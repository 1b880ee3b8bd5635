"""The sitemap: the browse tree and the codes, addresses alone."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from codes.models import Code, CodeSystem, Heading

ADDRESSES_A_FILE = 5000


class Pages(Sitemap):
    """The pages that are there whatever is loaded."""

    def items(self) -> list[str]:
        """Names of URLs."""
        return ["home", "plans", "codes:index", "codes:changes-index", "tools:index", "assistant", "consultant", "careers"]

    def location(self, item: Any) -> str:
        """The page's path."""
        return reverse(item)


class Systems(Sitemap):
    """One page a code system."""

    def items(self) -> QuerySet[CodeSystem]:
        """All systems."""
        return CodeSystem.objects.all()


class Headings(Sitemap):
    """The browse tree."""

    limit = ADDRESSES_A_FILE

    def items(self) -> QuerySet[Heading]:
        """All headings."""
        return Heading.objects.current().select_related("system").only("slug", "system__slug").order_by("system", "path")


class Codes(Sitemap):
    """The code pages."""

    limit = ADDRESSES_A_FILE

    def items(self) -> QuerySet[Code]:
        """All codes in use."""
        codes: QuerySet[Code] = Code.objects.current().exclude(status=Code.DELETED).select_related("system").only("code", "system__slug")
        return codes.order_by("system", "position")


SITEMAPS: dict[str, type[Sitemap]] = {"pages": Pages, "systems": Systems, "headings": Headings, "codes": Codes}
