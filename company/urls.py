"""Addresses of the firm's pages."""

from django.urls import URLPattern

app_name = "company"
urlpatterns: list[URLPattern] = []
