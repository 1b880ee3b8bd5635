"""URLs of the catalogue: a public contract."""

from django.urls import path

from codes import views
from codes.feeds import ChangesFeed
from codes.search import learning

app_name = "codes"
urlpatterns = [
    path("changes/feed/", ChangesFeed(), name="changes-feed"),
    path("changes/<slug:slug>/", views.changes_page, name="changes"),
    path("search/chosen/", learning.chosen, name="search-chosen"),
    path("<str:system>/<str:code>/", views.code_page, name="code"),
    path("changes/", views.changes_index, name="changes-index"),
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
    path("suggest/", views.suggest, name="suggest"),
    path("<str:system>/", views.system, name="system"),
    path("<str:system>/range/<slug:slug>/", views.heading, name="heading"),
    path("<str:system>/<str:code>/<str:panel>/", views.panel_page, name="panel"),
]
