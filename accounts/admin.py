"""Users in the admin, for operators."""

from typing import Any, ClassVar

import allauth.account.admin  # noqa: F401  (registers what is unregistered below)
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest

from accounts.models import User

# Addresses are seen with their user: whoever could change those of staff could reset their passwords.
admin.site.unregister(EmailAddress)


class ChangedColumnsForm(forms.ModelForm):
    """Writes the columns that were changed and no other: while the form was open the site may have written those."""

    def save(self, commit: bool = True) -> Any:
        """Update the row."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        if commit and changed:
            self._meta.model.objects.filter(pk=self.instance.pk).update(**changed)
        return self.instance


class AddressForm(ChangedColumnsForm):
    """Whether an address is verified."""

    def clean_verified(self) -> bool:
        """An address is one account's."""
        verified: bool = self.cleaned_data["verified"]
        if verified and not self.instance.can_set_verified():
            raise forms.ValidationError("Another account has verified this address.")
        return verified


class AddressInline(admin.TabularInline):
    """The addresses that a user logs in with. An operator can vouch for one that no mail reaches."""

    model = EmailAddress
    form = AddressForm
    fields: ClassVar = ["email", "primary", "verified"]
    readonly_fields: ClassVar = ["email", "primary"]
    extra = 0
    can_delete = False
    verbose_name_plural = "e-mail addresses"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The user's own address makes one."""
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Django's own user admin, with the e-mail address as the login.

    Only a superuser changes staff or hands out rights: an operator who could would be one.
    """

    ordering = ("email",)
    list_display: Any = ("email", "is_staff", "is_active", "date_joined", "last_login")
    list_filter: ClassVar = ["is_staff", "is_superuser", "is_active", "groups"]
    search_fields: ClassVar = ["email", "first_name", "last_name"]
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("email", "password")}),
        ("Person", {"fields": ("first_name", "last_name")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),)
    filter_horizontal = ("groups",)
    inlines: ClassVar = [AddressInline]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What belongs to a user, once there is one."""
        return self.inlines if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing of a password that may not be changed."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("email",)}), *self.fieldsets[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Rights are read-only for all but superusers."""
        rights = () if request.user.is_superuser else ("is_staff", "is_superuser", "groups")
        return (*rights, "last_login", "date_joined")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff accounts (and so their passwords) are changed by superusers alone."""
        privileged = obj is not None and (obj.is_staff or obj.is_superuser)
        return super().has_change_permission(request, obj) and (not privileged or request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new address has to be verified by its owner, and takes the old one's place."""
        obj.email = obj.email.lower()
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            address, _ = EmailAddress.objects.get_or_create(user=obj, email=obj.email)
            EmailAddress.objects.filter(user=obj, primary=True).exclude(pk=address.pk).delete()
            EmailAddress.objects.filter(pk=address.pk).update(primary=True)
