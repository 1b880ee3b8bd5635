"""Releases in the admin: what is loaded, how old it is, how it differs from what was before, and the way back."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timesince import timesince

from codes import changes
from codes.models import Release
from codes.releases import current, due
from codes.releases.refused import Refused
from codes.releases.tally import sentences


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that come from releases: looked at, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Releases add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Releases change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Releases delete."""
        return False


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """What is loaded. Loading is a command (`load_release`), since files are large; rolling back is a click."""

    list_display = ("title", "which", "effective_date", "age", "rows_loaded", "state_now", "warning", "difference_in_short")
    list_select_related: ClassVar = ["replaced"]
    ordering: ClassVar = ["-current", "kind", "part", "-loaded_at"]
    search_fields: ClassVar = ["title", "source", "=digest"]
    actions = ("roll_back",)
    fields: ClassVar = [
        "title", "which", "version", "effective_date", "age", "warning", "state_now", "loaded_at", "source", "digest", "copyright_line",
        "counted", "difference_in_short", "replaced", "report",
    ]  # fmt: skip
    readonly_fields: ClassVar = ["which", "age", "warning", "state_now", "counted", "difference_in_short", "report"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        """Not those that are importing: nobody sees them before they are whole."""
        return super().get_queryset(request).exclude(state=Release.IMPORTING)

    @admin.display(description="kind", ordering="kind")
    def which(self, release: Release) -> str:
        """The word after load_release, and the part."""
        return f"{release.kind} {release.part}".strip()

    @admin.display(description="in effect for")
    def age(self, release: Release) -> str:
        """How long it has been in effect."""
        if release.effective_date is None:
            return "date unknown"
        days = (timezone.localdate() - release.effective_date).days
        return f"from {-days} days on" if days < 0 else timesince(release.effective_date, timezone.localdate(), depth=1)

    @admin.display(description="rows", ordering="rows")
    def rows_loaded(self, release: Release) -> str:
        """With thousands set off."""
        return f"{release.rows:,}"

    @admin.display(description="state", ordering="-current")
    def state_now(self, release: Release) -> str:
        """In use, or not."""
        return "In use" if release.current else "Loaded, not in use" if release.state == Release.READY else "Pruned"

    @admin.display(description="warning")
    def warning(self, release: Release) -> str:
        """Whether a newer one must be out."""
        return due.overdue(release) if release.current else ""

    @admin.display(description="difference to the one before")
    def difference_in_short(self, release: Release) -> str:
        """Counts by table."""
        return changes.summary(release)

    @admin.display(description="rows of the file")
    def counted(self, release: Release) -> SafeString:
        """Read, stored and left out."""
        return format_html_join("", "<div>{}</div>", ((line,) for line in sentences(release.counts))) if release.counts else format_html("{}", release.rows)

    @admin.display(description="changes")
    def report(self, release: Release) -> SafeString:
        """The page that coders see."""
        return format_html('<a href="{}">What is new, revised and deleted</a>', release.get_absolute_url())

    def has_roll_back_permission(self, request: HttpRequest) -> bool:
        """Operators have it."""
        return request.user.has_perm("codes.roll_back_release")

    @admin.action(description="Return to the release before the selected one", permissions=["roll_back"])
    def roll_back(self, request: HttpRequest, chosen: QuerySet[Release]) -> None:
        """For each release in use that was selected; one that has none before it is said so."""
        for release in chosen:
            if not release.current:
                self.message_user(request, f"{release} is not in use.", messages.WARNING)
                continue
            try:
                left, now = current.roll_back(release.kind, release.part)
            except Refused as refusal:
                self.message_user(request, f"{capfirst(str(refusal))}.", messages.WARNING)
            else:
                self.log_change(request, left, f"Rolled back to {now}.")
                self.message_user(request, f"{now} is in use again; {left} stays loaded.", messages.SUCCESS)
