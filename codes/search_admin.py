"""The search in the admin: synonyms, which editors write, and the report of what was searched for."""

from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from codes.models import SearchTally, Synonym
from codes.release_admin import ReadOnlyAdmin
from codes.search import report, synonyms
from codes.search.live import live
from codes.search.text import terms


class SynonymForm(forms.ModelForm):
    """A pair, kept in small letters; one that would change no search is refused."""

    class Meta:
        model = Synonym
        fields: ClassVar = ["term", "means", "kind", "active"]
        widgets: ClassVar = {"term": forms.TextInput(attrs={"size": 40}), "means": forms.TextInput(attrs={"size": 60})}

    def clean(self) -> dict[str, Any]:
        """Fold, and look for what is wrong."""
        cleaned = super().clean() or {}
        pair = {name: synonyms.tidy(cleaned[name]) for name in synonyms.MOST_WORDS if name in cleaned}
        cleaned.update(pair)
        if len(pair) == len(synonyms.MOST_WORDS):
            for name, fault in synonyms.faults(**pair).items():
                self.add_error(name, fault)
        return cleaned


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    """Synonyms. What is saved here counts in the next search of every worker."""

    form = SynonymForm
    list_display = ("term", "means", "kind", "active", "try_it")
    list_display_links = ("term", "means")
    list_filter: ClassVar = ["active", "kind"]
    search_fields: ClassVar = ["term", "means"]
    search_help_text = "Words of the term or of its meaning."
    fields: ClassVar = ["term", "means", "kind", "active"]
    actions = ("switch_on", "switch_off")
    list_per_page = 100

    def get_fields(self, request: HttpRequest, obj: Synonym | None = None) -> list[Any]:
        """A row that is there also tells what it finds, and where it came from."""
        further = [*(["finds", "try_it"] if obj else []), *(["seed"] if obj and obj.seed else [])]
        return [*self.fields, *further]

    def get_readonly_fields(self, request: HttpRequest, obj: Synonym | None = None) -> list[str]:
        """What is told, and never typed."""
        return ["finds", "try_it", "seed"]

    @admin.display(description="finds")
    def finds(self, synonym: Synonym) -> str:
        """How many current codes have the words of the meaning in their titles."""
        now = live.current()
        if now is None:
            return "The index is being built; look again in a few seconds."
        answer: Any = now.engine.searcher.search(now.engine.titles.all_of(terms(synonym.means)), 1)
        found = answer.count or 0
        return f"{found:,} current code{pluralize(found)} {'has' if found == 1 else 'have'} all the words of the meaning in the title"

    @admin.display(description="try it")
    def try_it(self, synonym: Synonym) -> SafeString:
        """The site's search with the term."""
        return searched(synonym.term, "Try it")

    @admin.action(description="Switch selected synonyms on", permissions=["change"])
    def switch_on(self, request: HttpRequest, chosen: QuerySet[Synonym]) -> None:
        """Use them."""
        self.switch(request, chosen, on=True)

    @admin.action(description="Switch selected synonyms off", permissions=["change"])
    def switch_off(self, request: HttpRequest, chosen: QuerySet[Synonym]) -> None:
        """Use them no longer; they stay in the list, and do not come back with a new version of the site."""
        self.switch(request, chosen, on=False)

    @transaction.atomic
    def switch(self, request: HttpRequest, chosen: QuerySet[Synonym], *, on: bool) -> None:
        """Those that are not so already, and the log of it."""
        word = "on" if on else "off"
        changing = chosen.filter(active=not on)
        LogEntry.objects.log_actions(cast(User, request.user).pk, changing, CHANGE, f"Switched {word}.")
        count = changing.update(active=on)
        self.message_user(request, f"{count} synonym{pluralize(count)} switched {word}.", messages.SUCCESS)


def searched(query: str, label: str) -> SafeString:
    """A link to the site's search."""
    return format_html('<a href="{}?{}">{}</a>', reverse("codes:search"), urlencode({"q": query}), label)


@admin.register(SearchTally)
class SearchTallyAdmin(ReadOnlyAdmin):
    """What was searched for, summed up. A single day's row says no more, and has no page."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The report in place of a list of rows."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.get("days", "")
        days = next((window for window in report.WINDOWS if str(window) == asked), report.WINDOWS[1])
        found = report.report(days)
        lists = [
            ("Top queries", "What was asked most.", found.top),
            ("Without a hit", "No code had all of the words: a synonym may be missing.", found.without_hit),
            ("Abandoned", f"Asked {report.OFTEN} times or more; codes were found, and none was opened.", found.abandoned),
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "What was searched for",
            "report": found,
            "windows": report.WINDOWS,
            "lists": lists,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/codes/searchtally/report.html", context)

    def has_view_permission(self, request: HttpRequest, obj: SearchTally | None = None) -> bool:
        """The report, and no single row."""
        return obj is None and super().has_view_permission(request)
