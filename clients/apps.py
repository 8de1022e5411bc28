"""App configuration."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """See the package's docstring."""

    name = "clients"
