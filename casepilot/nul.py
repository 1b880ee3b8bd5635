"""Requests that carry a NUL character are refused: no page has one in its address, and PostgreSQL takes none in a text."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from casepilot.errors import page


class RefuseNulMiddleware:
    """400 for a NUL in the path, the query or a cookie (where it may hide as `\\000` in quotes)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look for it before anything asks the database."""
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "%00" in query or "\0" in query or any("\0" in value for value in request.COOKIES.values()):
            return page(request, 400)
        return self.get_response(request)
