"""Liveness and readiness, for load balancers and the container's health check."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse


def live(request: HttpRequest) -> HttpResponse:
    """/healthz: the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """/readyz: the database answers and has every migration; 503 with the reason otherwise."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    if pending:
        return HttpResponse(f"{len(pending)} migrations are pending\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


def robots(request: HttpRequest) -> HttpResponse:
    """/robots.txt: search engines may read codes; accounts and suggestions are no pages to index."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/accounts/", "/admin/", "/codes/suggest/"))
    return HttpResponse(f"User-agent: *\n{closed}Sitemap: {settings.SITE_URL}/sitemap.xml\n", content_type="text/plain")
