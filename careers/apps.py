"""CareerCenter."""

from django.apps import AppConfig


class CareersConfig(AppConfig):
    """CareerCenter."""

    name = "careers"
    verbose_name = "CareerCenter"
