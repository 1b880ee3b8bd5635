"""Quotas: plans, allowances, and the metering of pages."""

from django.apps import AppConfig


class QuotasConfig(AppConfig):
    """Plans, allowances, views and the middleware that meters them."""

    name = "quotas"

    def ready(self) -> None:
        """Merge a visitor's views at log-in. A signal, since accounts may not know quotas."""
        from django.contrib.auth.signals import user_logged_in

        from quotas import checks  # noqa: F401
        from quotas.merge import on_login

        user_logged_in.connect(on_login, dispatch_uid="quotas.merge")
