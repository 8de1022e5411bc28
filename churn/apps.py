"""App configuration."""

from django.apps import AppConfig


class ChurnConfig(AppConfig):
    """See the package's docstring."""

    name = "churn"
