"""Error pages: what happened and what to do, in plain words; none of them can fail itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.views.decorators.csrf import requires_csrf_token
from django_ratelimit.exceptions import Ratelimited

RETRY_SECONDS = 60


def page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    """The error page of a status."""
    return render(request, f"{status}.html", context, status=status)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: says what was looked for where the view told."""
    said = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return page(request, 404, said=said)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, or 429 where a throttle said no."""
    if isinstance(exception, Ratelimited):
        response = page(request, 429)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
    return page(request, 403)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself could not be read."""
    return page(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without the request, so that nothing which failed before can fail again."""
    try:
        return page(HttpRequest(), 500)
    except TemplateDoesNotExist:  # pragma: no cover
        return HttpResponse("Something went wrong.", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that was sent from a page that is too old, or without cookies."""
    return page(request, 403, form_expired=True)
