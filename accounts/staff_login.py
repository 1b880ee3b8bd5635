"""The admin's own log-in form, which is no way around a second step."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError


class StaffLoginForm(AdminAuthenticationForm):
    """E-mail and password; who has set up two-step log-in goes through the site's log-in page."""

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse accounts with a second step, and say where they log in."""
        super().confirm_login_allowed(user)
        if is_mfa_enabled(user):
            raise ValidationError("This account has two-step log-in. Log in at /accounts/login/ and come back.", code="second_step")
