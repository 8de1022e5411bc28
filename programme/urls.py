"""Addresses of this app's pages."""

from django.urls import path

from programme import views

app_name = "programme"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("nav-counts/", views.nav_counts, name="nav_counts"),
    path("own-company/", views.own_company, name="own_company"),
]
