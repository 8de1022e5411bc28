"""Django's own report of an error, should anybody be sent one: nothing of a page opened by a secret link."""

from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from config.logs import SECRET_PATH, without_secrets


def is_secret(request: HttpRequest | None) -> bool:
    """Say whether the address itself is the secret."""
    return request is not None and SECRET_PATH.search(request.path) is not None


class QuietFilter(SafeExceptionReporterFilter):
    """Leaves out what was sent to a secret link and what the program held in its hands meanwhile, with DEBUG too."""

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        """Return what was sent, unless the address is secret."""
        return {} if is_secret(request) else super().get_post_parameters(request)

    def get_traceback_frame_variables(self, request: Any, tb_frame: FrameType) -> Any:
        """Return the variables of a step, unless the address is secret."""
        return [] if is_secret(request) else super().get_traceback_frame_variables(request, tb_frame)


class QuietReporter(ExceptionReporter):
    """Writes the report without the secret part of addresses and without rows of the database."""

    def get_traceback_html(self) -> Any:
        """Return the report as a page."""
        return without_secrets(str(super().get_traceback_html()))

    def get_traceback_text(self) -> Any:
        """Return the report as text."""
        return without_secrets(str(super().get_traceback_text()))
