"""App configuration."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """See the package's docstring."""

    name = "programme"
