"""What other systems tell of leavers, checked."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from churn.services import Told
from clients.services import PhoneError, phone_of
from common.serializers import StrictSerializer, reasons
from company.models import User
from surveys.queries import client_known_by

TEXT = _("Send a text here.")
DAY = _("Send the day as in 2026-11-22.")
WHO = ("client_external_id", "email", "phone")


class ToldSerializer(StrictSerializer):
    """A Client who left, as another system knows it."""

    client_external_id = serializers.CharField(max_length=64, allow_blank=True, default="", error_messages=reasons(TEXT))
    email = serializers.EmailField(
        max_length=254, allow_blank=True, default="", error_messages=reasons(_("This is no e-mail address: check the spelling."))
    )
    phone = serializers.CharField(max_length=40, allow_blank=True, default="", error_messages=reasons(TEXT))
    day = serializers.DateField(required=False, error_messages=reasons(DAY))
    note = serializers.CharField(max_length=300, allow_blank=True, default="", error_messages=reasons(TEXT))

    def validate_phone(self, text: str) -> str:
        """Write the phone as it is kept."""
        try:
            return phone_of(text)
        except PhoneError:
            raise serializers.ValidationError(_("This is no phone number: send it as in +79991234567.")) from None

    def validate_day(self, day: dt.date) -> dt.date:
        """Refuse what lies ahead."""
        if day > timezone.localdate():
            raise serializers.ValidationError(_("This day lies ahead."))
        return day

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Find the Client; nobody is known by half."""
        attrs = super().validate(attrs)
        found = client_known_by(number=attrs["client_external_id"], email=attrs["email"].lower(), phone=attrs["phone"])
        if found is None:
            named = [name for name in WHO if attrs[name]] or [WHO[0]]
            raise serializers.ValidationError({name: _("There is no such Client, or several share it.") for name in named})
        return attrs | {"client": found}

    def told(self) -> Told:
        """Return what was told."""
        data = self.validated_data
        return Told(data["client"], data.get("day") or timezone.localdate(), data["note"])


class CallerSerializer(StrictSerializer):
    """Who is to call a leaver."""

    caller = serializers.SlugRelatedField(
        slug_field="email",
        queryset=User.objects.filter(is_active=True),
        error_messages=reasons(TEXT, does_not_exist=_("Nobody signs in with this address.")),
    )
    note = serializers.CharField(max_length=200, allow_blank=True, default="", error_messages=reasons(TEXT))
