"""App configuration."""

from django.apps import AppConfig


class TouchpointsConfig(AppConfig):
    """See the package's docstring."""

    name = "touchpoints"
