"""App configuration."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """See the package's docstring."""

    name = "surveys"
