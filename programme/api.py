"""Who brought a Client, as other systems read and write it: by the rules of the card."""

from typing import Any

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from rest_framework.decorators import api_view, permission_classes, throttle_classes
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from clients import services as clients
from clients.models import Client
from clients.queries import told_source
from company.access import has_scope, maker_of, public
from company.enums import ApiScope
from programme.serializers import SourceSerializer
from surveys import services as surveys


class TokenThrottle(surveys.TokenThrottle):
    """Counts requests about sources apart from those of other kinds."""

    what = "sources limit"


@public
@require_http_methods(["GET", "POST"])
@api_view(["GET", "POST"])
@permission_classes([has_scope(ApiScope.SOURCES_WRITE)])
@throttle_classes([TokenThrottle])
def client_source(request: Request) -> Response:
    """Say who brought a Client, or write it down: what is sent twice changes nothing the second time."""
    if request.method == "GET":
        return Response(receipt(named_client(request)))
    serializer = SourceSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    client: Client = serializer.validated_data["client"]
    is_changed = clients.set_source(client=client, source=serializer.named(), actor=maker_of(request))
    return Response(receipt(Client.objects.get(pk=client.pk)) | {"changed": is_changed})


def named_client(request: Request) -> Client:
    """Return the Client of the number in the address."""
    found = Client.objects.filter(external_id=request.query_params.get("client_external_id", "")).first()
    if found is None:
        raise NotFound(_("There is no Client with this number."))
    return found


def receipt(client: Client) -> dict[str, Any]:
    """Return the source of a Client as the board counts it."""
    kind, who = told_source(client)
    return {"client_external_id": client.external_id, "kind": kind.value, "who": who}
