"""Users in the admin, for operators."""

from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin

from accounts.models import User


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Django's own user admin, with the e-mail address as the login."""

    ordering = ("email",)
    list_display: ClassVar = ["email", "is_staff", "is_active", "date_joined", "last_login"]
    list_filter: ClassVar = ["is_staff", "is_superuser", "is_active", "groups"]
    search_fields: ClassVar = ["email", "first_name", "last_name"]
    date_hierarchy = "date_joined"
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("Person", {"fields": ("first_name", "last_name")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups",)
