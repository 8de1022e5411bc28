"""App configuration."""

from django.apps import AppConfig

from common.speech import speak_everywhere


class CommonConfig(AppConfig):
    """See the package's docstring."""

    name = "common"

    def ready(self) -> None:
        """Speak with the company's word."""
        speak_everywhere()
