"""URLs of the coder's tools: a public contract."""

from django.urls import path

from codes.tools import claim, compare, em, fees, saved, views

app_name = "tools"
urlpatterns = [
    path("", views.index, name="index"),
    path("claim/", claim.claim, name="claim"),
    path("em/", em.leveler, name="em"),
    path("compare/", compare.compare, name="compare"),
    path("my-codes/", saved.saved, name="saved"),
    path("my-codes/export/", saved.export, name="saved-export"),
    path("my-codes/import/", saved.take, name="saved-import"),
    path("my-codes/searches/clear/", saved.clear, name="saved-clear"),
    path("my-codes/<int:pk>/", saved.change, name="saved-change"),
    path("fees/", fees.fees, name="fees"),
]
