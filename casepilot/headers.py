"""Security headers that are the same on every page, put together once.

django-csp and django-permissions-policy make their headers anew for each response, which with one
policy and no nonce would be a tenth of what an open code page may cost.
"""

from collections.abc import Callable
from typing import Any

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_permissions_policy import PermissionsPolicyMiddleware


class PolicyMiddleware:
    """Content-Security-Policy, Permissions-Policy and X-Frame-Options on every response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        features: Any = settings.PERMISSIONS_POLICY
        permissions = PermissionsPolicyMiddleware.compute_header_value(features, name="PERMISSIONS_POLICY")
        self.headers = {"Content-Security-Policy": build_policy(), "Permissions-Policy": permissions, "X-Frame-Options": settings.X_FRAME_OPTIONS}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers in place."""
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers[name] = value
        return response
