"""What every address of the API has in common: who asks and how a body is read."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from company.models import ApiToken
from company.queries import working_token
from company.services import note_token_use

SCHEME = b"bearer"
MAX_BYTES = 32 * 1024


class TokenAuthentication(BaseAuthentication):
    """Knows a system by the token in its header; there is no other way in, cookies count for nothing."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiToken]:
        """Return nobody and the token; without a working one stop here."""
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        now = timezone.now()
        token = working_token(secret.decode("latin-1").strip(), now) if scheme.lower() == SCHEME else None
        if token is None:
            raise exceptions.AuthenticationFailed
        note_token_use(token=token, now=now)
        return AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        """Say how to come in."""
        del request
        return "Bearer"


class TooLargeError(exceptions.APIException):
    """The body is larger than any honest one."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class JSONParser(BaseParser):
    """Reads a small body of strict JSON."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return what was sent, fractions exactly; nesting without end and numbers without end are no JSON either."""
        del media_type, parser_context
        text = stream.read(MAX_BYTES + 1)
        if len(text) > MAX_BYTES:
            raise TooLargeError
        try:
            return json.loads(text, parse_constant=refuse_constant, parse_float=Decimal)
        except (ValueError, InvalidOperation, RecursionError):
            raise exceptions.ParseError from None


def refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(name)
