"""For whom a public page is, as far as it differs: its menu, and an editor's links."""

from django.conf import settings
from django.http import HttpRequest

GUEST, USER, EDITOR = "guest", "user", "editor"


def audience_of(request: HttpRequest) -> str:
    """`guest`, `user` or `editor`. Without a session cookie neither session nor database is touched."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "user") or not request.user.is_authenticated:
        return GUEST
    return EDITOR if request.user.is_staff else USER


def context(request: HttpRequest) -> dict[str, str]:
    """The template context processor."""
    return {"audience": audience_of(request)}
