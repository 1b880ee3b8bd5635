"""CaseConsultant."""

from django.apps import AppConfig


class ConsultantConfig(AppConfig):
    """CaseConsultant."""

    name = "consultant"
    verbose_name = "CaseConsultant"
