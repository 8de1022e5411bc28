"""What other systems tell of who brought a Client, checked."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from clients.enums import RecommenderKind
from clients.models import Client
from clients.queries import client_by_contact, employees_known_by
from clients.services import PhoneError, Source, phone_of
from common.serializers import StrictSerializer, reasons

NOBODY, CLIENT = "nobody", "client"
KINDS = (NOBODY, CLIENT, *RecommenderKind.values)
TEXT = _("Send a text here.")
KIND = _("Send client, employee, candidate, partner or nobody.")


class SourceSerializer(StrictSerializer):
    """A Client by number, and the one person they came from."""

    client_external_id = serializers.CharField(max_length=64, error_messages=reasons(TEXT))
    kind = serializers.ChoiceField(choices=KINDS, error_messages=reasons(TEXT, invalid_choice=KIND))
    who = serializers.CharField(max_length=120, allow_blank=True, default="", error_messages=reasons(TEXT))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Find the Client and the person; nobody is known by half."""
        attrs = super().validate(attrs)
        client = Client.objects.filter(external_id=attrs["client_external_id"]).first()
        if client is None:
            raise serializers.ValidationError({"client_external_id": _("There is no Client with this number.")})
        if bool(attrs["who"]) == (attrs["kind"] == NOBODY):
            raise serializers.ValidationError({"who": _("Name who it was; leave this out when it was nobody.")})
        return attrs | {"client": client, "source": source_named(attrs["kind"], attrs["who"], client)}

    def named(self) -> Source:
        """Return who was named."""
        found: Source = self.validated_data["source"]
        return found


def source_named(kind: str, who: str, client: Client) -> Source:
    """Return the person behind a kind and a name; a candidate or partner nobody knows is written down when the source is."""
    if kind == NOBODY:
        return Source()
    if kind == CLIENT:
        return Source(sent_by=sender(who, client))
    if kind == RecommenderKind.EMPLOYEE:
        found = employees_known_by(who)
        if len(found) != 1:
            raise serializers.ValidationError({"who": _("There is no such employee, or several share the name: send the e-mail.")})
        return Source(employee=found[0])
    return Source(kind=RecommenderKind(kind), name=who)


def sender(who: str, client: Client) -> Client:
    """Return another Client by number, phone or e-mail, as the card does."""
    try:
        phone = phone_of(who)
    except PhoneError:
        phone = ""
    found = client_by_contact(who, phone)
    if found is None:
        raise serializers.ValidationError({"who": _("No Client has this number, phone or e-mail. Copy it from their card.")})
    if found.pk == client.pk:
        raise serializers.ValidationError({"who": _("This is the same Client. Name who sent them, or leave it empty.")})
    return found
