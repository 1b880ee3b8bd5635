"""Visitors: guests, known by a random id in a signed cookie, and by nothing else."""

import secrets
import time
from datetime import timedelta
from functools import lru_cache

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


@lru_cache(maxsize=1)
def signer(key: str) -> signing.TimestampSigner:
    """The signer under the site's key; making one anew costs as much as using it."""
    return signing.TimestampSigner(key=key, salt=SALT)


def sign(visitor: str) -> str:
    """The cookie's value: the id, the time and a signature."""
    return signer(settings.SECRET_KEY).sign(visitor)


def of(request: HttpRequest) -> str | None:
    """The visitor id that the request proves, or None: no cookie, a forged one or an expired one."""
    value = request.COOKIES.get(COOKIE)
    return of_value(value) if value else None


def of_value(value: str) -> str | None:
    """The visitor id in a cookie's value, or None."""
    visitor, signed_at = proven(settings.SECRET_KEY, value)
    return visitor if time.time() - signed_at <= MAX_AGE.total_seconds() else None


@lru_cache(maxsize=16384)
def proven(key: str, value: str) -> tuple[str | None, float]:
    """Id and time of a cookie whose signature holds. Remembered, since a visitor comes back with the same cookie."""
    try:
        visitor = signer(key).unsign(value)
    except signing.BadSignature:
        return None, 0.0
    return visitor, signing.b62_decode(value.rsplit(":", 2)[1])


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
