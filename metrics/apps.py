"""App configuration."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """See the package's docstring."""

    name = "metrics"
