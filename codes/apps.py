"""Case2Code: the catalogue of codes and its pages."""

from django.apps import AppConfig


class CodesConfig(AppConfig):
    """The catalogue."""

    name = "codes"
    verbose_name = "Case2Code"
