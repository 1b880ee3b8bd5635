"""Who may use a tool: everybody with an account. Guests read what it does, and how to register."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from quotas.throttle import throttle

View = Callable[..., HttpResponseBase]


def registered(title: str, about: str, rate: str = "120/m") -> Callable[[View], View]:
    """Open a tool to those who are signed in, `rate` times at most; a guest is told what it does, and how to get in."""

    def close(view: View) -> View:
        @wraps(view)
        def tool(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            return render(
                request, "tools/closed.html", {"title": title, "about": about, "path": request.get_full_path() if request.method == "GET" else request.path}
            )

        return never_cache(throttle(rate)(tool))

    return close
