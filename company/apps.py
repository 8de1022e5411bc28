"""App configuration."""

from django.apps import AppConfig


class CompanyConfig(AppConfig):
    """The firm."""

    name = "company"
