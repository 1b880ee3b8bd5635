"""Visitors: guests, known by a random id in a signed cookie, and by nothing else."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE = "visitor"
MAX_AGE = timedelta(days=400)
SALT = "quotas.visitor"


def new_id() -> str:
    """A random 128-bit id, in hexadecimal."""
    return secrets.token_hex(16)


def sign(visitor: str) -> str:
    """The cookie's value: the id, the time and a signature."""
    return signing.TimestampSigner(salt=SALT).sign(visitor)


def of(request: HttpRequest) -> str | None:
    """The visitor id that the request proves, or None: no cookie, a forged one or an expired one."""
    value = request.COOKIES.get(COOKIE)
    return of_value(value) if value else None


def of_value(value: str) -> str | None:
    """The visitor id in a cookie's value, or None."""
    try:
        return signing.TimestampSigner(salt=SALT).unsign(value, max_age=MAX_AGE)
    except signing.BadSignature:
        return None


def remember(response: HttpResponseBase, visitor: str) -> None:
    """Set the visitor's cookie."""
    response.set_cookie(
        COOKIE,
        sign(visitor),
        max_age=int(MAX_AGE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )
