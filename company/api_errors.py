"""How a refusal of the API looks."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

REASONS: Mapping[int, Promise] = {
    status.HTTP_400_BAD_REQUEST: _("The body is no JSON."),
    status.HTTP_401_UNAUTHORIZED: _(
        "The token is missing, unknown, revoked or out of date. The owner makes a new one in the settings of Mayak."
    ),
    status.HTTP_403_FORBIDDEN: _("This token may not do this. The owner makes another one in the settings of Mayak."),
    status.HTTP_406_NOT_ACCEPTABLE: _("The API answers in JSON only."),
    status.HTTP_413_REQUEST_ENTITY_TOO_LARGE: _("The body is too large: 32 KB fit."),
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: _("Send JSON, with the header Content-Type: application/json."),
    status.HTTP_429_TOO_MANY_REQUESTS: _("Too many requests with this token: wait as long as the header Retry-After says."),
}


def error_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Give every refusal one shape: `{"errors": [{"field", "reason"}]}`."""
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    response.data = {"errors": list(errors_in(response))}
    return response


def errors_in(response: Response) -> Iterator[dict[str, str]]:
    """Yield what is wrong, field by field; the field is empty when it is not about one."""
    if reason := REASONS.get(response.status_code):
        yield {"field": "", "reason": str(reason)}
        return
    for field, reasons in response.data.items():
        name = "" if field in {"non_field_errors", "detail"} else field
        yield from ({"field": name, "reason": str(reason)} for reason in ([reasons] if isinstance(reasons, str) else reasons))
