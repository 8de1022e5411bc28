"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """See the package's docstring."""

    name = "surveys"

    def ready(self) -> None:
        """Register what is looked at on start."""
        import_module("surveys.checks")
