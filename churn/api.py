"""Leavers as other systems see them. The two rules of who may call hold here as on the pages: the same services keep them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes, throttle_classes
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from churn.access import RELATED
from churn.models import Leaver
from churn.serializers import CallerSerializer, ToldSerializer
from churn.services import CallerError, MarkLeftError, reassign, tell_left
from company.access import has_scope, maker_of, public
from company.enums import ApiScope
from surveys import services as surveys


class ConflictError(APIException):
    """What was sent is right in itself but does not fit what is here."""

    status_code = status.HTTP_409_CONFLICT


class TokenThrottle(surveys.TokenThrottle):
    """Counts requests of this kind apart from those of other kinds."""

    what = "leavers limit"


@public
@require_POST
@api_view(["POST"])
@permission_classes([has_scope(ApiScope.LEAVERS_WRITE)])
@throttle_classes([TokenThrottle])
def leaver_create(request: Request) -> Response:
    """Queue a Client of whom another system knows that they left: 201 when it is news, 200 when we knew."""
    serializer = ToldSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    try:
        leaver, is_new = tell_left(told=serializer.told(), today=timezone.localdate())
    except MarkLeftError as error:
        raise ConflictError({"day": [str(error)]}) from None
    return Response(receipt(leaver), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


@public
@require_POST
@api_view(["POST"])
@permission_classes([has_scope(ApiScope.LEAVERS_WRITE)])
@throttle_classes([TokenThrottle])
def leaver_caller(request: Request, pk: int) -> Response:
    """Give a call to somebody, in the name of whoever made the token."""
    serializer = CallerSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    leaver, data = Leaver.objects.select_related(*RELATED).filter(pk=pk).first(), serializer.validated_data
    if leaver is None:
        raise NotFound(_("There is no such leaver."))
    try:
        reassign(leaver=leaver, caller=data["caller"], note=data["note"], actor=maker_of(request))
    except CallerError as error:
        raise ConflictError({"caller": [str(error)]}) from None
    leaver.refresh_from_db()
    return Response(receipt(leaver))


def receipt(leaver: Leaver) -> dict[str, Any]:
    """Return what a system may want to keep of a leaver; no money, no words."""
    caller = leaver.caller.email if leaver.caller else None
    return {"id": leaver.pk, "state": leaver.state, "left_on": leaver.left_on.isoformat(), "caller": caller}
