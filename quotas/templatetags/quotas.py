"""Template tags of the quotas."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from quotas.banner import SLOT

register = template.Library()


@register.simple_tag
def views_banner() -> SafeString:
    """The place where the metering middleware puts the holder's banner."""
    return mark_safe(SLOT)  # noqa: S308
