"""URLs of the catalogue: a public contract."""

from django.urls import path

from codes import views

app_name = "codes"
urlpatterns = [
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
    path("suggest/", views.suggest, name="suggest"),
    path("<str:system>/", views.system, name="system"),
    path("<str:system>/range/<slug:slug>/", views.heading, name="heading"),
    path("<str:system>/<str:code>/", views.code_page, name="code"),
]
