"""The catalogue in the admin: official text to read, common language descriptions to write."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from codes import descriptions, diff
from codes.markdown import to_html
from codes.models import Catalogue, Code, CodeSystem, CommonDescription, Heading, Release


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


@admin.register(CodeSystem)
class CodeSystemAdmin(admin.ModelAdmin):
    """Whether a system is metered is the operator's to say."""

    list_display: ClassVar = ["name", "title", "publisher", "metered", "order"]
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
    """The tree."""

    list_display: ClassVar = ["name", "system", "range", "depth"]
    list_filter: ClassVar = ["system"]
    search_fields: ClassVar = ["name", "first"]


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """What is loaded."""

    list_display: ClassVar = ["title", "kind", "version", "effective_date", "rows", "current", "loaded_at"]
    list_filter: ClassVar = ["kind", "current"]


@admin.register(Code)
class CodeAdmin(ReadOnlyAdmin):
    """Codes. The official text is the publisher's and read-only; the description is a link away."""

    list_display: ClassVar = ["code", "system", "short", "status", "billable"]
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
    list_select_related: ClassVar = ["system"]
    show_full_result_count = False

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
        self.fields["seen"].initial = self.instance.updated_at.isoformat() if self.instance.pk else ""

    def clean(self) -> dict[str, Any]:
        """Compare what the editor saw with what is stored now."""
        cleaned = super().clean() or {}
        if self.instance.pk:
            stored = CommonDescription.objects.select_related("author").get(pk=self.instance.pk)
            if cleaned.get("seen") and cleaned["seen"] != stored.updated_at.isoformat():
                who = stored.author.email if stored.author else "Somebody"
                raise forms.ValidationError(
                    f"{who} saved this description while you were writing. Your text is still below and nothing was overwritten: "
                    "open the page in a second tab, compare, and save there."
                )
        return cleaned


@admin.register(CommonDescription)
class CommonDescriptionAdmin(admin.ModelAdmin):
    """Where editors spend the day: search, write, preview, compare, publish."""

    form = DescriptionForm
    change_form_template = "admin/codes/commondescription/edit.html"
    list_display: ClassVar = ["number", "title", "status", "words", "author", "updated_at", "published_at"]
    list_display_links: ClassVar = ["number", "title"]
    list_filter: ClassVar = ["status", "demonstration", "code__system", ("author", admin.RelatedOnlyFieldListFilter), "updated_at"]
    list_select_related: ClassVar = ["code__system", "author"]
    search_fields: ClassVar = ["=code__compact", "code__code__istartswith", "code__short", "text"]
    autocomplete_fields: ClassVar = ["code"]
    actions: ClassVar = ["publish_selected", "withdraw_selected"]
    list_per_page = 50

    @admin.display(description="code", ordering="code__position")
    def number(self, description: CommonDescription) -> str:
        """CPT 63663."""
        return str(description.code)

    @admin.display(description="title", ordering="code__short")
    def title(self, description: CommonDescription) -> str:
        """The code's short title."""
        return description.code.short

    @admin.display(description="words")
    def words(self, description: CommonDescription) -> int:
        """How long the text is."""
        return len(description.text.split())

    def get_fields(self, request: HttpRequest, obj: CommonDescription | None = None) -> list[str]:
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
        return {"code": request.GET.get("code", "")}

    def save_model(self, request: HttpRequest, obj: CommonDescription, form: Any, change: bool) -> None:
        """Through the door: a draft, or published where the editor pressed that and may."""
        author = cast(User, request.user)
        publishing = "_publish" in request.POST
        if publishing and not self.may_publish(request):
            raise PermissionDenied
        door = descriptions.publish if publishing else descriptions.save_draft
        saved = door(code=obj.code, text=form.cleaned_data["text"], author=author)
        obj.pk, obj.updated_at, obj.status = saved.pk, saved.updated_at, saved.status
        self.message_user(
            request, "Published: the page shows it now." if publishing else "Draft saved: the page still shows what was published before.", messages.INFO
        )

    def may_publish(self, request: HttpRequest) -> bool:
        """Editors have it."""
        return request.user.has_perm("codes.publish_commondescription")

    has_publish_permission = may_publish

    @admin.action(description="Publish selected descriptions", permissions=["publish"])
    def publish_selected(self, request: HttpRequest, chosen: QuerySet[CommonDescription]) -> None:
        """Publish the working texts."""
        for description in chosen.select_related("code"):
            descriptions.publish(code=description.code, text=description.text, author=cast(User, request.user))
        self.message_user(request, f"{chosen.count()} descriptions are published.", messages.SUCCESS)

    @admin.action(description="Withdraw selected descriptions from their pages", permissions=["publish"])
    def withdraw_selected(self, request: HttpRequest, chosen: QuerySet[CommonDescription]) -> None:
        """Back to draft, and off the page."""
        for description in chosen.select_related("code"):
            descriptions.withdraw(code=description.code, author=cast(User, request.user))
        self.message_user(request, f"{chosen.count()} descriptions were withdrawn.", messages.SUCCESS)

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
        records = list(description.history.select_related("history_user").order_by("-history_date", "-history_id")[:50])
        before = [record.text for record in records[1:]] + [""]
        context = {
            **self.admin_site.each_context(request),
            "title": f"Versions of {description}",
            "description": description,
            "versions": [{"record": record, "changes": list(diff.words(old, record.text))} for record, old in zip(records, before, strict=True)],
        }
        return TemplateResponse(request, "admin/codes/commondescription/versions.html", context)
