"""All URLs of the site."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from accounts.staff_login import StaffLoginForm
from casepilot import errors, health
from casepilot.metrics import metrics
from codes import views
from codes.sitemaps import SITEMAPS
from quotas.throttle import throttle

admin.site.site_header = "CasePilot"
admin.site.site_title = "CasePilot admin"
admin.site.index_title = "Editing and operations"
admin.site.login_form = StaffLoginForm


def page(template: str) -> Callable[..., HttpResponseBase]:
    """A page that is its template."""
    return require_safe(TemplateView.as_view(template_name=template))


search_description = TemplateView.as_view(
    template_name="opensearch.xml", content_type="application/opensearchdescription+xml", extra_context={"site_url": settings.SITE_URL}
)
urlpatterns = [
    path("codes/", include("codes.urls")),
    path("tools/", include("codes.tools.urls")),
    path("", views.home, name="home"),
    path("plans/", views.plans, name="plans"),
    path("casepilot/", page("assistant/index.html"), name="assistant"),
    path("caseconsultant/", page("consultant/index.html"), name="consultant"),
    path("careers/", page("careers/index.html"), name="careers"),
    path("accounts/usage/", views.usage_page, name="usage"),
    path("accounts/", include("allauth.urls")),
    path("admin/login/", throttle("20/m", method="POST")(admin.site.login)),
    path("admin/", admin.site.urls),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("opensearch.xml", require_safe(search_description), name="opensearch"),
    path("robots.txt", health.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="django.contrib.sitemaps.views.sitemap"),
]
handler400, handler403, handler404, handler500 = errors.bad_request, errors.forbidden, errors.not_found, errors.server_error
