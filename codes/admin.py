"""The catalogue in the admin: official text to read, common language descriptions to write."""

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from accounts.models import User
from codes import descriptions, diff
from codes.attachment_admin import AttachedAdmin as AttachedAdmin  # registers guidelines, compliance points and crosswalks
from codes.markdown import to_html
from codes.models import Catalogue, Code, CodeSystem, CommonDescription, Heading, compact
from codes.release_admin import ReadOnlyAdmin
from codes.search_admin import SynonymAdmin as SynonymAdmin  # registers itself, and the report of searches

LONGEST_TEXT = 20_000
VERSIONS_SHOWN = 50


@admin.register(CodeSystem)
class CodeSystemAdmin(admin.ModelAdmin):
    """Whether a system is metered is the operator's to say."""

    list_display = ("name", "title", "publisher", "metered", "order")
    readonly_fields: ClassVar = ["slug"]

    def save_model(self, request: HttpRequest, obj: CodeSystem, form: Any, change: bool) -> None:
        """What a system says of itself stands on all its pages, so kept ones are out of date."""
        super().save_model(request, obj, form, change)
        Catalogue.count_up()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A system stays."""
        return False


@admin.register(Heading)
class HeadingAdmin(ReadOnlyAdmin):
    """The tree, as it is now."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Heading]:
        """Headings of the current releases."""
        return super().get_queryset(request).filter(release__current=True)

    list_display = ("name", "system", "range", "depth")
    list_filter: ClassVar = ["system"]
    search_fields: ClassVar = ["name", "first"]


@admin.register(Code)
class CodeAdmin(ReadOnlyAdmin):
    """Codes. The official text is the publisher's and read-only; the description is a link away."""

    list_display = ("code", "system", "short", "status", "billable")
    list_filter: ClassVar = ["system", "status", "billable", "common__status"]
    search_fields: ClassVar = ["=compact", "code__istartswith", "short"]
    fields: ClassVar = [
        "system",
        "code",
        "short",
        "medium",
        "long",
        "release",
        "heading",
        "status",
        "effective_date",
        "end_date",
        "billable",
        "description_link",
    ]
    readonly_fields: ClassVar = ["description_link"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Code]:
        """With their systems, which their names begin with."""
        return super().get_queryset(request).filter(release__current=True).select_related("system")

    def get_fields(self, request: HttpRequest, obj: Code | None = None) -> list[Any]:
        """Where there is no description yet, only those who may write one are led to it."""
        leads_on = request.user.has_perm("codes.add_commondescription") or CommonDescription.objects.filter(code=obj).exists()
        return [name for name in self.fields if leads_on or name != "description_link"]

    @admin.display(description="common language description")
    def description_link(self, code: Code) -> SafeString:
        """Where the description is edited, or begun."""
        description = CommonDescription.objects.filter(code=code).first()
        if description:
            return format_html('<a href="{}">{}</a>', reverse("admin:codes_commondescription_change", args=[description.pk]), description.get_status_display())
        return format_html('<a href="{}?code={}">Write one</a>', reverse("admin:codes_commondescription_add"), code.pk)


class DescriptionForm(forms.ModelForm):
    """The working text. Refuses to overwrite what another editor saved in the meantime."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = CommonDescription
        fields: ClassVar = ["code", "text"]
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 18, "cols": 90})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meanwhile: list[tuple[str, str]] = []  # how the text differs from what another editor saved
        self.fields["seen"].initial = self.instance.updated_at.isoformat() if self.instance.pk else ""

    def clean_text(self) -> str:
        """No book: every version is compared with the one before, word by word."""
        text: str = self.cleaned_data["text"]
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(f"A description has at most {LONGEST_TEXT:,} characters; this one has {len(text):,}.")
        return text

    def clean(self) -> dict[str, Any]:
        """Compare what the editor saw with what is stored now, while nobody else can write."""
        cleaned = super().clean() or {}
        code = self.instance.code if self.instance.pk else cleaned.get("code")
        stored = descriptions.locked(code)[1] if code else None
        if stored and not self.instance.pk:
            raise forms.ValidationError({"code": "This code has a description already. Look for it in the list; your text is still below."})
        if stored and cleaned.get("seen") and cleaned["seen"] != stored.updated_at.isoformat():
            self.meanwhile = list(diff.words(stored.text, cleaned.get("text", "")))
            self.data = {**self.data.dict(), "seen": stored.updated_at.isoformat()}  # type: ignore[attr-defined]
            raise forms.ValidationError(
                f"{stored.author or 'Somebody'} saved this description while you were writing. Nothing was overwritten, and your text is still below, "
                "with what differs between the two. Save again to put yours in place of theirs, which stays among the versions."
            )
        return cleaned


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a description, and how its text came from the one before."""

    record: Any
    changes: list[tuple[str, str]]

    @property
    def same(self) -> bool:
        """Whether no word changed."""
        return all(kind == "same" for kind, _ in self.changes)


@admin.register(CommonDescription)
class CommonDescriptionAdmin(admin.ModelAdmin):
    """Where editors spend the day: search, write, preview, compare, publish."""

    form = DescriptionForm
    change_form_template = "admin/codes/commondescription/edit.html"
    add_form_template = change_form_template
    list_display = ("number", "title", "state", "words", "author", "changed")
    list_display_links = ("number", "title")
    list_filter: ClassVar = ["status", "demonstration", "code__system", ("author", admin.RelatedOnlyFieldListFilter), "updated_at"]
    list_select_related: ClassVar = ["code__system", "author"]
    search_fields: ClassVar = ["code__short", "text"]
    search_help_text = "The start of a code's number, or words of the title and the text."
    autocomplete_fields: ClassVar = ["code"]
    actions = ("publish_selected", "withdraw_selected")
    list_per_page = 50

    def get_search_results(self, request: HttpRequest, found: QuerySet[CommonDescription], term: str) -> tuple[QuerySet[CommonDescription], bool]:
        """A number finds the codes that start with it, not the texts that mention it."""
        numbered = found.filter(code__compact__startswith=compact(term)) if any(letter.isdigit() for letter in term) else None
        return (numbered, False) if numbered else super().get_search_results(request, found, term)

    @admin.display(description="code", ordering="code__position")
    def number(self, description: CommonDescription) -> str:
        """CPT 63663."""
        return str(description.code)

    @admin.display(description="title", ordering="code__short")
    def title(self, description: CommonDescription) -> str:
        """The code's short title."""
        return description.code.short

    @admin.display(description="status", ordering="status")
    def state(self, description: CommonDescription) -> str:
        """Draft or published, and what the page shows of a draft."""
        behind = description.status == CommonDescription.DRAFT and description.html
        return "Draft; the page shows an earlier text" if behind else str(description.get_status_display())

    @admin.display(description="words")
    def words(self, description: CommonDescription) -> int:
        """How long the text is."""
        return len(description.text.split())

    @admin.display(description="changed", ordering="updated_at")
    def changed(self, description: CommonDescription) -> str:
        """The day alone."""
        return date_format(localtime(description.updated_at), "M j, Y")

    def get_fields(self, request: HttpRequest, obj: CommonDescription | None = None) -> Any:
        """The official text stands above the working text, to be read beside it."""
        return ["official", "text", "seen"] if obj else ["code", "text", "seen"]

    def get_readonly_fields(self, request: HttpRequest, obj: CommonDescription | None = None) -> list[str]:
        """A description stays with its code."""
        return ["official"] if obj else []

    @admin.display(description="official description")
    def official(self, description: CommonDescription) -> str:
        """The publisher's text, which nobody edits."""
        return f"{description.code.code}: {description.code.long}"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """`?code=` begins a description for that code."""
        code = request.GET.get("code", "")
        return {"code": Code.objects.filter(pk=code).first() if code.isdecimal() else None}

    def save_model(self, request: HttpRequest, obj: CommonDescription, form: Any, change: bool) -> None:
        """Through the door: a draft, or published where the editor pressed that and may."""
        author = cast(User, request.user)
        publishing = "_publish" in request.POST
        if publishing and not self.may_publish(request):
            raise PermissionDenied
        door = descriptions.publish if publishing else descriptions.save_draft
        saved = door(code=obj.code, text=form.cleaned_data["text"], author=author)
        obj.pk, obj.updated_at, obj.status, obj.html = saved.pk, saved.updated_at, saved.status, saved.html

    def response_add(self, request: HttpRequest, obj: CommonDescription, post_url_continue: str | None = None) -> HttpResponse:
        """As after a change."""
        return self.response_change(request, obj)

    def response_change(self, request: HttpRequest, obj: CommonDescription) -> HttpResponse:
        """Say what the page shows now; back to the list, or on with the text."""
        shown = {True: "Draft saved. The page still shows the text published before.", False: "Draft saved. The page shows nothing of it until you publish."}
        said = "Published. The page shows it now." if obj.status == CommonDescription.PUBLISHED else shown[bool(obj.html)]
        self.message_user(request, format_html('<a href="{}">{}</a>: {}', obj.code.get_absolute_url(), obj.code, said), messages.SUCCESS)
        if "_continue" in request.POST:
            return redirect("admin:codes_commondescription_change", obj.pk)
        return self.response_post_save_change(request, obj)

    def may_publish(self, request: HttpRequest) -> bool:
        """Editors have it."""
        return request.user.has_perm("codes.publish_commondescription")

    has_publish_permission = may_publish

    @admin.action(description="Publish selected descriptions", permissions=["publish"])
    def publish_selected(self, request: HttpRequest, chosen: QuerySet[CommonDescription]) -> None:
        """Publish the working texts that are drafts."""
        drafts = list(chosen.filter(status=CommonDescription.DRAFT).select_related("code"))
        for description in drafts:
            descriptions.publish(code=description.code, author=cast(User, request.user))
            self.log_change(request, description, "Published.")
        self.message_user(request, f"{len(drafts)} draft{pluralize(len(drafts))} published.", messages.SUCCESS)

    @admin.action(description="Withdraw selected descriptions from their pages", permissions=["publish"])
    def withdraw_selected(self, request: HttpRequest, chosen: QuerySet[CommonDescription]) -> None:
        """Back to draft, and off the page."""
        shown = list(chosen.exclude(html="").select_related("code"))
        for description in shown:
            descriptions.withdraw(code=description.code, author=cast(User, request.user))
            self.log_change(request, description, "Withdrawn.")
        self.message_user(request, f"{len(shown)} description{pluralize(len(shown))} withdrawn: the page shows none now.", messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Withdrawn, never deleted: the history stays."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Preview and versions beside Django's own pages."""
        own = [
            path("preview/", self.admin_site.admin_view(self.preview), name="codes_commondescription_preview"),
            path("<int:pk>/versions/", self.admin_site.admin_view(self.versions), name="codes_commondescription_versions"),
        ]
        return own + super().get_urls()

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The text of the form as the page would show it; nothing is saved."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        text = request.POST.get("text", "")
        context = {**self.admin_site.each_context(request), "title": "Preview", "html": mark_safe(to_html(text)), "words": len(text.split())}  # noqa: S308
        return TemplateResponse(request, "admin/codes/commondescription/preview.html", context)

    def versions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every version, newest first, each with what it changed against the one before."""
        description = get_object_or_404(CommonDescription.objects.select_related("code__system"), pk=pk)
        if not self.has_view_permission(request, description):
            raise PermissionDenied
        records = list(description.history.select_related("history_user").order_by("-history_date", "-history_id")[: VERSIONS_SHOWN + 1])
        before = [record.text for record in records[1:]] + [""]
        compared = [Version(record, list(diff.words(old, record.text))) for record, old in zip(records, before, strict=True)]
        context = {
            **self.admin_site.each_context(request),
            "title": f"Versions of {description}",
            "description": description,
            "versions": compared[:VERSIONS_SHOWN],
            "more": len(compared) > VERSIONS_SHOWN,
        }
        return TemplateResponse(request, "admin/codes/commondescription/versions.html", context)
