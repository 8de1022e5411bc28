"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class CompanyConfig(AppConfig):
    """The firm."""

    name = "company"

    def ready(self) -> None:
        """Listen for people signing in."""
        import_module("company.sign_ins")
