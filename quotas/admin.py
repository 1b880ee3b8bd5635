"""Plans, users with their allowance, and views by day and plan, for operators."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.admin import UserAdmin
from accounts.models import User
from quotas import meter, usage
from quotas.grants import grant
from quotas.meter import Holder
from quotas.models import Allowance, Membership, Plan, View

REPORT_DAYS = 31
MOST_GRANTED = 1000


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    """The plans. Changes count at once, for banners and for metering."""

    list_display: ClassVar = ["name", "slug", "views", "questions", "emails", "period", "order", "listed"]
    list_editable: ClassVar = ["views", "period", "order"]

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> list[str]:
        """The site knows plans by their slugs, so a slug stays."""
        return ["slug"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        """The four that the site knows cannot go."""
        known = obj is not None and obj.slug in ("guest", "registered", "member", "staff")
        return not known and super().has_delete_permission(request, obj)


class GrantForm(ActionForm):
    """The action's own field: how many views."""

    views = forms.IntegerField(label="Views to grant:", required=False, min_value=1, max_value=MOST_GRANTED, initial=5)


class MembershipInline(admin.StackedInline):
    """The user's plan, where it is not the default."""

    model = Membership
    extra = 0


class AllowanceInline(admin.TabularInline):
    """What the user used and was granted, by period."""

    model = Allowance
    fields: ClassVar = ["period", "used", "extra"]
    readonly_fields: ClassVar = ["period", "used"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An allowance is made by its first view or grant."""
        return False


admin.site.unregister(User)


@admin.register(User)
class UserWithAllowanceAdmin(UserAdmin):
    """Users, what they have left, and the action that grants them more."""

    list_display: ClassVar = ["email", "plan", "views_left", "is_staff", "is_active", "date_joined", "last_login"]
    list_select_related: ClassVar = ["membership__plan"]
    list_filter: ClassVar = ["membership__plan", *UserAdmin.list_filter]
    list_per_page = 50
    inlines: ClassVar = [MembershipInline, AllowanceInline]
    action_form = GrantForm
    actions: ClassVar = ["grant_more_views"]

    @admin.display(description="plan", ordering="membership__plan__order")
    def plan(self, user: User) -> str:
        """The plan's name."""
        return meter.standing(Holder(user=user.pk, staff=user.is_staff), "").plan_name

    @admin.display(description="views left")
    def views_left(self, user: User) -> str:
        """Left of allowed, in the current period."""
        standing = meter.standing(Holder(user=user.pk, staff=user.is_staff), "")
        return "unlimited" if standing.limit is None else f"{standing.left} of {standing.limit}"

    @admin.action(description="Grant more views", permissions=["grant"])
    def grant_more_views(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Add the number in the action's field to each user's current period."""
        field = request.POST.get("views", "")
        if not field.isdecimal() or not 1 <= int(field) <= MOST_GRANTED:
            self.message_user(request, f"Nothing was granted: write a number from 1 to {MOST_GRANTED} beside the action.", messages.ERROR)
            return
        for user in users:
            grant(user=user, views=int(field))
            self.log_change(request, user, f"Granted {field} more views.")
        self.message_user(request, f"Granted {field} more views, for this period, to {users.count()} users.", messages.SUCCESS)

    def has_grant_permission(self, request: HttpRequest) -> bool:
        """Operators have it."""
        return request.user.has_perm("quotas.grant_views")


@admin.register(View)
class ViewAdmin(admin.ModelAdmin):
    """Views by day and by plan. Single views are nobody's business."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The report in place of a list of rows."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Views by day and plan",
            "rows": usage.by_day_and_plan(REPORT_DAYS),
            "days": REPORT_DAYS,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/quotas/view/report.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The meter alone adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: View | None = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: View | None = None) -> bool:
        """`prune_views` alone deletes."""
        return False
