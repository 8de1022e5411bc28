"""Surveys as other systems see them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes, throttle_classes
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from company.access import has_scope, public
from company.enums import ApiScope
from company.models import ApiToken
from surveys.limits import is_token_too_busy
from surveys.models import Answer
from surveys.serializers import AnswerSerializer
from surveys.services import AlreadyAnsweredError, KeyTakenError, WaveClosedError, record_outside_answer

WAIT_SECONDS = 600.0


class ConflictError(APIException):
    """What was sent is right in itself but does not fit what is here."""

    status_code = status.HTTP_409_CONFLICT


class TokenThrottle(BaseThrottle):
    """Holds back a system that sends without end; counted in the database, so that all processes know."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request and say whether its token is within the limit."""
        del view
        return isinstance(request.auth, ApiToken) and not is_token_too_busy(request.auth.pk)

    def wait(self) -> float:
        """Return after how many seconds the count begins anew, at the latest."""
        return WAIT_SECONDS


@public
@require_POST
@api_view(["POST"])
@permission_classes([has_scope(ApiScope.ANSWERS_WRITE)])
@throttle_classes([TokenThrottle])
def answer_create(request: Request) -> Response:
    """Take one answer: 201 when it is new, 200 when its key was here already."""
    serializer = AnswerSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    with conflicts_told():
        answer, is_new = record_outside_answer(sent=serializer.answer(cast("ApiToken", request.auth)), now=timezone.now())
    return Response(receipt(answer), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


@contextmanager
def conflicts_told() -> Iterator[None]:
    """Say in words what stands against the answer."""
    try:
        yield
    except WaveClosedError:
        raise ConflictError({"wave": [_("No wave takes this answer any more, or yet.")]}) from None
    except AlreadyAnsweredError:
        raise ConflictError({"client": [_("This person has answered in this wave already; that answer stands.")]}) from None
    except KeyTakenError:
        raise ConflictError({"key": [_("This key belongs to an answer of another wave: each answer needs its own.")]}) from None


def receipt(answer: Answer) -> dict[str, Any]:
    """Return what a system may want to keep of its answer."""
    return {"id": answer.pk, "wave": answer.wave_id, "client_found": answer.client_id is not None}
