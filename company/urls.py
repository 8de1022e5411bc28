"""Addresses of the firm's pages."""

from django.urls import path

from company import views

app_name = "company"
urlpatterns = [
    path("brand.css", views.brand_css, name="brand_css"),
]
