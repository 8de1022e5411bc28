"""Addresses of this app's pages."""

from django.urls import path

from programme.views import gap, overview

app_name = "programme"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("nav-counts/", overview.nav_counts, name="nav_counts"),
    path("gap/", gap.perception_gap, name="perception_gap"),
    path("gap/<int:pk>/", gap.point_voice, name="point_voice"),
    path("gap/<int:pk>/action/", gap.gap_action, name="gap_action"),
    path("own-company/", overview.own_company, name="own_company"),
]
