"""What bodies of other systems have in common."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


def reasons(invalid: Promise, **more: Promise) -> dict[str, Any]:
    """Return the words of a field's refusals; `invalid` stands for anything not named."""
    common = dict.fromkeys(("invalid", "null", "blank", "incorrect_type", "max_string_length", "overflow", "date", "datetime"), invalid)
    return {**common, "required": _("Needed: send this field."), "max_length": _("Too long: {max_length} characters fit."), **more}


class StrictSerializer(serializers.Serializer[Any]):
    """One JSON object without fields nobody knows."""

    default_error_messages: ClassVar = {"invalid": _("Send one JSON object.")}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse fields nobody knows."""
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError({name: _("There is no such field: check the spelling.") for name in unknown})
        return attrs
