"""App configuration."""

from django.apps import AppConfig


class MailingConfig(AppConfig):
    """See the package's docstring."""

    name = "mailing"
