"""URLs of the catalogue: a public contract."""

from django.urls import path

from codes import views

app_name = "codes"
urlpatterns = [
    path("<str:system>/<str:code>/", views.code_page, name="code"),
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
    path("suggest/", views.suggest, name="suggest"),
    path("<str:system>/", views.system, name="system"),
    path("<str:system>/range/<slug:slug>/", views.heading, name="heading"),
]
