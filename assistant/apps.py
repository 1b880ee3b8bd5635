"""CasePilot."""

from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """CasePilot."""

    name = "assistant"
    verbose_name = "CasePilot"
