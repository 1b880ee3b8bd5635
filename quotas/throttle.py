"""Throttles: so many requests a minute from one network, kept under its hash."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.http.response import HttpResponseBase
from django_ratelimit import ALL
from django_ratelimit.decorators import ratelimit

AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])


def throttle(rate: str, *, method: str | None = None) -> Callable[[AnyView], AnyView]:
    """Answer 429 beyond a rate such as `120/m`, counting one method or all. RATELIMIT_ENABLE=0 switches it off."""
    return cast(Callable[[AnyView], AnyView], ratelimit(key="quotas.network.ratelimit_key", rate=rate, method=method or ALL, block=True))
