"""What other systems send, checked."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from clients.services import PhoneError, phone_of
from company.models import ApiToken
from surveys.enums import SurveyAudience
from surveys.models import Survey, Wave
from surveys.queries import client_known_by
from surveys.services import AnswerValues, OutsideAnswer

MAX_TEXT = 2_000
MAX_AGE = dt.timedelta(days=30)
CLOCKS_DIFFER = dt.timedelta(minutes=2)
NAMESPACE = uuid.UUID("2f5a4f0e-6c2b-5d0c-9d53-8a3b6f0f7f11")
TEXT = _("Send a text here.")
SCALE = _("Choose a number from 0 to 10.")
ONE_OF = _("Name either a survey or a wave.")
NUMBER = _("Send a number here.")


def reasons(invalid: Promise, **more: Promise) -> dict[str, Any]:
    """Return the words of a field's refusals; `invalid` stands for anything not named."""
    common = dict.fromkeys(("invalid", "null", "blank", "incorrect_type", "max_string_length", "overflow", "date", "make_aware"), invalid)
    return {**common, "required": _("Needed: send this field."), "max_length": _("Too long: {max_length} characters fit."), **more}


class AnswerSerializer(serializers.Serializer[Any]):
    """One answer, whose it is and where it goes."""

    default_error_messages: ClassVar = {"invalid": _("Send one JSON object with the fields of an answer.")}

    score = serializers.IntegerField(min_value=0, max_value=10, error_messages=reasons(SCALE, min_value=SCALE, max_value=SCALE))
    why = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, default="", error_messages=reasons(TEXT))
    ten = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, default="", error_messages=reasons(TEXT))
    call_me = serializers.BooleanField(default=False, error_messages=reasons(_("Send true or false.")))
    client_external_id = serializers.CharField(max_length=64, allow_blank=True, default="", error_messages=reasons(TEXT))
    email = serializers.EmailField(
        max_length=254, allow_blank=True, default="", error_messages=reasons(_("This is no e-mail address: check the spelling."))
    )
    phone = serializers.CharField(max_length=40, allow_blank=True, default="", error_messages=reasons(TEXT))
    answered_at = serializers.DateTimeField(required=False, error_messages=reasons(_("Send the moment as in 2026-11-22T12:30:00+03:00.")))
    survey = serializers.PrimaryKeyRelatedField(
        queryset=Survey.objects.all(), required=False, error_messages=reasons(NUMBER, does_not_exist=_("There is no such survey."))
    )
    wave = serializers.PrimaryKeyRelatedField(
        queryset=Wave.objects.select_related("questionnaire"),
        required=False,
        error_messages=reasons(NUMBER, does_not_exist=_("There is no such wave.")),
    )
    key = serializers.CharField(
        max_length=200, error_messages=reasons(_("Send a text by which a repeat is known: the number of the answer."))
    )

    def validate_phone(self, text: str) -> str:
        """Write the phone as it is kept."""
        try:
            return phone_of(text)
        except PhoneError:
            raise serializers.ValidationError(_("This is no phone number: send it as in +79991234567.")) from None

    def validate_answered_at(self, moment: dt.datetime) -> dt.datetime:
        """Refuse what lies ahead or long ago; a clock that is a little fast is no lie."""
        now = timezone.now()
        if moment > now + CLOCKS_DIFFER:
            raise serializers.ValidationError(_("This moment lies ahead: check the clock and the time zone."))
        if moment < now - MAX_AGE:
            raise serializers.ValidationError(_("More than 30 days ago: load such answers as past answers."))
        return min(moment, now)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse fields nobody knows, and all but one place to put the answer."""
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError({name: _("There is no such field: check the spelling.") for name in unknown})
        if ("survey" in attrs) == ("wave" in attrs):
            raise serializers.ValidationError({"survey": ONE_OF, "wave": ONE_OF})
        for name in {"survey", "wave"} & set(attrs):
            if attrs[name].audience != SurveyAudience.CLIENTS:
                raise serializers.ValidationError({name: _("Partners and candidates answer by their own links.")})
        return attrs

    def answer(self, token: ApiToken) -> OutsideAnswer:
        """Return the checked answer; keys of two systems never meet."""
        data = self.validated_data
        return OutsideAnswer(
            key=uuid.uuid5(NAMESPACE, f"{token.pk}:{data['key']}"),
            values=AnswerValues(data["score"], data["why"], data["ten"], data["call_me"]),
            target=data.get("wave") or data["survey"],
            client=client_known_by(number=data["client_external_id"], email=data["email"].lower(), phone=data["phone"]),
            answered_at=data.get("answered_at") or timezone.now(),
        )
