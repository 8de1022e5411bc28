"""What to print, where it hangs, which screen shows it."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Segment
from common.numbers import NumberError, parse_cents
from common.picture_fields import PhotoField
from company.models import Branch, Employee
from company.queries import works_on
from metrics.enums import NumberSource, SignKind
from metrics.models import SignPlace

PRINTED = [kind for kind in SignKind if kind != SignKind.SCREEN]
WHOSE, EVERYBODYS = pgettext_lazy("number", "Whose"), _("of all Clients")
LOOKS = [("night", _("Night, for a print shop")), ("paper", _("White, for the office printer"))]
CARDS = [("sheet", _("Ten on a sheet of A4")), ("one", _("One, for a print shop"))]


class PrintForm(forms.Form):
    """What to print and how; a field that the address does not name has its usual value."""

    kind = forms.ChoiceField(label=_("What to print"), choices=[(kind.value, kind.label) for kind in PRINTED])
    source = forms.ChoiceField(label=_("Which number"), choices=NumberSource.choices)
    segment = forms.ModelChoiceField(Segment.objects.all(), label=WHOSE, required=False, empty_label=EVERYBODYS)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    look = forms.ChoiceField(label=pgettext_lazy("sign", "Look"), choices=LOOKS)
    size = forms.ChoiceField(label=_("Size"), choices=[("a4", "A4"), ("a3", "A3")])
    cards = forms.ChoiceField(label=pgettext_lazy("cards", "How many"), choices=CARDS)
    bleed = forms.BooleanField(label=_("3 mm of bleed and crop marks"), required=False)
    with_words = forms.BooleanField(label=_("With words, not the number alone"), required=False)
    employee = forms.ModelChoiceField(Employee.objects.none(), label=_("Whose card"), required=False, empty_label=_("nobody's yet"))
    phone = forms.CharField(label=_("Phone on it"), max_length=30, required=False)
    branch = forms.ModelChoiceField(Branch.objects.all(), label=_("Branch"), required=False, empty_label=_("everybody"))

    USUAL: ClassVar = {"kind": SignKind.WALL, "look": "night", "size": "a4", "cards": "sheet"}
    # What is asked for each kind besides the number and the language.
    ASKED: ClassVar = {
        SignKind.WALL: ("look", "size", "bleed"),
        SignKind.CARD: ("cards", "bleed", "with_words", "employee", "phone"),
        SignKind.BADGE: ("branch",),
        SignKind.BACK_ROOM: (),
    }

    def __init__(self, asked: Any, *, source: NumberSource, language: str) -> None:
        usual = {**self.USUAL, "source": source, "language": language}
        super().__init__({**usual, **{key: value for key, value in asked.items() if value}})
        self.fields["employee"].queryset = Employee.objects.filter(works_on(timezone.localdate()))  # type: ignore[attr-defined]  # of the choice

    @property
    def chosen(self) -> SignKind:
        """The chosen kind; the usual one when the address names none that can be printed."""
        self.is_valid()
        return SignKind(self.cleaned_data.get("kind") or SignKind.WALL)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of the chosen kind."""
        return [self[name] for name in self.ASKED[self.chosen]]


class HangForm(forms.Form):
    """Where the number hangs, since when, with a photo."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What hangs"), choices=SignKind.choices)
    place = forms.CharField(label=_("Where"), max_length=120, help_text=_("For example: over the till on Sadovaya."))
    branch = forms.ModelChoiceField(Branch.objects.all(), label=_("Branch"), required=False, empty_label="—")
    hung_on = forms.DateField(label=_("Hangs since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    number = forms.CharField(label=_("The number on it"), max_length=30, help_text=_("As it is printed: 48 600."))
    source = forms.ChoiceField(label=_("Where the number is from"), choices=NumberSource.choices)
    segment = forms.ModelChoiceField(Segment.objects.all(), label=WHOSE, required=False, empty_label=EVERYBODYS)
    photo = PhotoField(label=_("Photo"), help_text=_("It is made small, and where and when it was taken is removed from it."))

    def clean_number(self) -> int:
        """Read the number as money."""
        try:
            cents = parse_cents(self.cleaned_data["number"])
        except NumberError as error:
            raise forms.ValidationError(_("This is not a number. Write it like 48 600."), code=error.code) from error
        if cents <= 0:
            raise forms.ValidationError(_("A number above zero is needed"), code="not_positive")
        return cents

    def clean_hung_on(self) -> Any:
        """Refuse a day that has not come."""
        day = self.cleaned_data["hung_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet: write it down when the sign hangs."), code="later")
        return day

    def sign(self) -> SignPlace:
        """Return the place, not saved yet."""
        data = dict(self.cleaned_data)
        del data["photo"]
        return SignPlace(cents=data.pop("number"), **data)


def new_request_key() -> uuid.UUID:
    """Return a key by which a form sent twice is known."""
    return uuid.uuid4()


class ScreenForm(forms.Form):
    """A television in the office."""

    name = forms.CharField(label=_("Which screen"), max_length=80, help_text=_("For example: the television at the entrance."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    shows_happiness = forms.BooleanField(
        label=_("Show NPS too"), required=False, initial=True, help_text=_("It appears when at least five Clients have answered.")
    )
