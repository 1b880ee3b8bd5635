"""Users in the admin, for operators."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest

from accounts.models import User


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Django's own user admin, with the e-mail address as the login.

    Only a superuser changes staff or hands out rights: an operator who could would be one.
    """

    ordering = ("email",)
    list_display: Any = ("email", "is_staff", "is_active", "date_joined", "last_login")
    list_filter: ClassVar = ["is_staff", "is_superuser", "is_active", "groups"]
    search_fields: ClassVar = ["email", "first_name", "last_name"]
    fieldsets: Any = (
        (None, {"fields": ("email", "password")}),
        ("Person", {"fields": ("first_name", "last_name")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),)
    filter_horizontal = ("groups",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Rights are read-only for all but superusers."""
        rights = () if request.user.is_superuser else ("is_staff", "is_superuser", "groups")
        return (*rights, "last_login", "date_joined")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff accounts (and so their passwords) are changed by superusers alone."""
        return super().has_change_permission(request, obj) and (obj is None or not obj.is_staff or request.user.is_superuser)
