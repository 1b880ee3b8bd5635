"""Logs: one line a request, JSON in production, and nothing personal in them.

No address, no user, no cookie, no query string, no user agent; secrets in paths (password reset
keys, confirmation keys) are cut off.
"""

import json
import re
from secrets import token_hex
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

logger = structlog.get_logger("casepilot")
# One encoder for all lines: json.dumps makes a new one for each.
encoder = json.JSONEncoder(default=repr)
SECRET_PATHS = re.compile(r"^(/accounts/(?:confirm-email|password/reset/key)/).+")
SHARED_STEPS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(*, as_json: bool) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING: both write the same lines to standard output."""
    as_line = structlog.processors.JSONRenderer(serializer=lambda line, **_: encoder.encode(line))
    renderer: Any = as_line if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*SHARED_STEPS, structlog.processors.format_exc_info, renderer] if as_json else [*SHARED_STEPS, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED_STEPS, structlog.stdlib.add_logger_name, structlog.processors.format_exc_info],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
        "root": {"handlers": ["out"], "level": "WARNING"},
        "loggers": {
            # The request line already tells the status; Django's own would repeat it with the path and its query.
            "django.request": {"level": "CRITICAL", "propagate": True},
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "django.security.DisallowedHost": {"level": "CRITICAL", "propagate": True},
        },
    }


class RequestLogMiddleware(RequestMiddleware):
    """django-structlog's middleware, with one line a request and only what is not personal."""

    def prepare(self, request: HttpRequest) -> None:
        """Give the request an id, so that its lines belong together."""
        structlog.contextvars.bind_contextvars(request_id=token_hex(8))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Write the line; where the request failed, django-structlog has written it with the traceback."""
        if not hasattr(request, "_raised_exception") and not response.streaming:
            logger.info("request", status=response.status_code, method=request.method, path=path_of(request))
            structlog.contextvars.clear_contextvars()
        else:
            super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """What a failure's line says of the request."""
        return f"{request.method} {path_of(request)}"


def path_of(request: HttpRequest) -> str:
    """The path without its query string, without secrets."""
    path = request.path
    if path.startswith("/accounts/"):
        path = SECRET_PATHS.sub(r"\1...", path)
    return path[:200]
