"""Plans, users with their allowance, and views by day and plan, for operators."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.admin import ChangedColumnsForm, UserAdmin
from accounts.models import User
from quotas import usage
from quotas.grants import grant
from quotas.models import Allowance, Membership, Plan, View

REPORT_DAYS = 31
MOST_GRANTED = 1000


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    """The plans. Changes count at once, for banners and for metering."""

    list_display = ("name", "slug", "views", "questions", "emails", "period", "order", "listed")
    list_editable: ClassVar = ["views", "period", "order"]

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> list[str]:
        """The site knows plans by their slugs, so a slug stays."""
        return ["slug"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        """The four that the site knows cannot go."""
        known = obj is not None and obj.slug in ("guest", "registered", "member", "staff")
        return not known and super().has_delete_permission(request, obj)


class GrantForm(ActionForm):
    """The action's own field: how many views. The action itself reads it, and says what is wrong with it."""

    views = forms.CharField(label="Views to grant:", required=False, initial=5, widget=forms.NumberInput(attrs={"min": 1, "max": MOST_GRANTED}))


class MembershipInline(admin.StackedInline):
    """The user's plan, where it is not the default."""

    model = Membership
    extra = 0


class AllowanceInline(admin.TabularInline):
    """What the user used and was granted, by period."""

    model = Allowance
    form = ChangedColumnsForm  # the meter counts `used` all the while
    fields: ClassVar = ["period", "used", "extra"]
    readonly_fields: ClassVar = ["period", "used"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An allowance is made by its first view or grant."""
        return False


class UserChangeList(ChangeList):
    """A page of users, each with `standing`: where they stand in the current period."""

    def get_results(self, request: HttpRequest) -> None:
        """The users of the page; a fixed number of queries more."""
        super().get_results(request)
        users = list(self.result_list)
        standings = usage.standings(users)
        for user in users:
            user.standing = standings[user.pk]
        self.result_list = users


admin.site.unregister(User)


@admin.register(User)
class UserWithAllowanceAdmin(UserAdmin):
    """Users, what they have left, and the action that grants them more."""

    list_display = ("email", "plan", "views_left", "is_active", "joined")
    list_select_related = False
    list_filter: ClassVar = ["membership__plan", *UserAdmin.list_filter]
    list_per_page = 50
    inlines: ClassVar = [*UserAdmin.inlines, MembershipInline, AllowanceInline]
    action_form = GrantForm
    actions = ("grant_more_views",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows where its users stand."""
        return UserChangeList

    @admin.display(description="plan", ordering="membership__plan__order")
    def plan(self, user: Any) -> str:
        """The plan's name."""
        return str(user.standing.plan_name)

    @admin.display(description="views left")
    def views_left(self, user: Any) -> str:
        """Left of allowed, in the current period."""
        return "unlimited" if user.standing.limit is None else f"{user.standing.left} of {user.standing.limit}"

    @admin.display(description="joined", ordering="date_joined")
    def joined(self, user: User) -> str:
        """The day alone."""
        return date_format(localtime(user.date_joined), "M j, Y")

    @admin.action(description="Grant more views", permissions=["grant"])
    def grant_more_views(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Add the number in the action's field to each user's current period."""
        field = request.POST.get("views", "")
        if not field.isdecimal() or not 1 <= int(field) <= MOST_GRANTED:
            self.message_user(request, f"Nothing was granted: write a number from 1 to {MOST_GRANTED} beside the action.", messages.ERROR)
            return
        chosen, words = list(users), f"{int(field)} more view{pluralize(int(field))}"
        for user in chosen:
            grant(user=user, views=int(field))
            self.log_change(request, user, f"Granted {words}.")
        self.message_user(request, f"Granted {words}, for this period, to {len(chosen)} user{pluralize(len(chosen))}.", messages.SUCCESS)

    def has_grant_permission(self, request: HttpRequest) -> bool:
        """Operators have it."""
        return request.user.has_perm("quotas.grant_views")


@admin.register(View)
class ViewAdmin(admin.ModelAdmin):
    """Views by day and by plan. Single views are nobody's business."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The report in place of a list of rows."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Views by day and plan",
            "report": usage.report(REPORT_DAYS),
            "days": REPORT_DAYS,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/quotas/view/report.html", context)

    def has_view_permission(self, request: HttpRequest, obj: View | None = None) -> bool:
        """The report, and no single view."""
        return obj is None and super().has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The meter alone adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: View | None = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: View | None = None) -> bool:
        """`prune_views` alone deletes."""
        return False
