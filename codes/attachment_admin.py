"""What editors attach, in the admin: guidelines, compliance points and crosswalks.

Codes and headings are chosen from the current releases as one types; what is saved is on the pages at once, and each
version is kept.
"""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from simple_history.admin import SimpleHistoryAdmin

from codes.attachment_forms import CrosswalkForm, TextForm
from codes.models import Code, CompliancePoint, Crosswalk, Guideline, Heading


class Astray(admin.SimpleListFilter):
    """What stands on no page, since the current release lacks its code or heading."""

    title, parameter_name = "place", "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one choice beside all."""
        return [("gone", "Not in the current release")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows without their code or heading."""
        if self.value() != "gone":
            return queryset
        codes, headings = Code.objects.current(), Heading.objects.current()
        here = Q(Exists(codes.filter(system=OuterRef("system"), code=OuterRef("code"))))
        if queryset.model is Crosswalk:
            here &= Q(Exists(codes.filter(system=OuterRef("target_system"), code=OuterRef("target"))))
        else:
            here |= Q(Exists(headings.filter(system=OuterRef("system"), slug=OuterRef("heading"))))
        return queryset.filter(~here)


class AttachedAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    """What the three have in common."""

    object_history_list_template = "admin/codes/attached/versions.html"
    list_select_related: ClassVar = ["system"]
    list_per_page = 50
    own: ClassVar[list[str]] = []
    places: ClassVar[list[str]] = []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Those who only look see where it stands in place of the choices."""
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*self.places, *self.own, "seen"] if may else ["place", *self.own]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """`?at_code=` begins one for that code."""
        return {name: request.GET[name] for name in self.places if name in request.GET}

    @admin.display(description="place", ordering="code")
    def place(self, row: Any) -> SafeString:
        """Where it stands on the site."""
        page = reverse("codes:code", args=[row.system.slug, row.code]) if row.code else reverse("codes:heading", args=[row.system.slug, row.heading])
        return format_html('<a href="{}">{} {}</a>', page, row.system, row.code or row.heading)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What an editor saved is no demonstration any more."""
        obj.demonstration = False
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """The history names who deleted it."""
        obj._history_user = request.user
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """One by one, for the same reason."""
        for row in queryset:
            self.delete_model(request, row)

    def history_form_view(self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Going back to a version is a save like another."""
        with transaction.atomic():
            return cast(HttpResponse, super().history_form_view(request, object_id, version_id, extra_context))


@admin.register(Guideline)
class GuidelineAdmin(AttachedAdmin):
    """Guidelines."""

    form = TextForm
    places: ClassVar = ["at_code", "at_heading"]
    own: ClassVar = ["title", "text", "source", "order"]
    list_display = ("title", "place", "order", "demonstration", "updated_at")
    list_filter: ClassVar = [Astray, "demonstration", "system"]
    search_fields: ClassVar = ["code__istartswith", "heading", "title", "text"]


@admin.register(CompliancePoint)
class CompliancePointAdmin(AttachedAdmin):
    """Documentation points and audit risks."""

    form = TextForm
    places: ClassVar = ["at_code", "at_heading"]
    own: ClassVar = ["sort", "text", "source", "order"]
    list_display = ("__str__", "place", "order", "demonstration", "updated_at")
    list_filter: ClassVar = [Astray, "sort", "demonstration", "system"]
    search_fields: ClassVar = ["code__istartswith", "heading", "text"]


@admin.register(Crosswalk)
class CrosswalkAdmin(AttachedAdmin):
    """Crosswalks."""

    form = CrosswalkForm
    places: ClassVar = ["at_code", "sort", "at_target"]
    own: ClassVar = ["note", "source"]
    list_display = ("__str__", "sort", "place", "note", "demonstration", "updated_at")
    list_filter: ClassVar = [Astray, "sort", "demonstration", "system", "target_system"]
    search_fields: ClassVar = ["code__istartswith", "target__istartswith", "note"]
    list_select_related: ClassVar = ["system", "target_system"]
