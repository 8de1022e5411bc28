"""What people type about phone calls."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.numbers import NumberError, parse_fraction
from common.zones import zone_of
from company.models import Branch
from touchpoints.forms.fields import FilterForm, LinesField
from touchpoints.formulas.phone import parse_seconds, parse_share
from touchpoints.models import CallTraffic, PhoneCall
from touchpoints.services.phone import CallDetails

TIME_FORMAT = "%Y-%m-%dT%H:%M"
OLDEST = dt.timedelta(days=5 * 366)
CLOCKS_DIFFER = dt.timedelta(minutes=5)
LONGEST_SECONDS, MOST_TIMES = 3600, 20
MOST_CALLS = 10_000_000
YES_NO: list[tuple[str, Any]] = [("yes", _("Yes")), ("no", _("No"))]
UNSURE: list[tuple[str, Any]] = [*YES_NO, ("", _("I do not know"))]
TRIES, TRANSFERS = (1, 2, 3, 4, 5), (0, 1, 2, 3)


def yes_or_no(value: str) -> bool:
    """Read the value of a radio button."""
    return value == "yes"


def choice_of(value: bool | None) -> str:
    """Write a saved answer as the value of a radio button."""
    return "" if value is None else "yes" if value else "no"


class YesNoField(forms.TypedChoiceField):
    """Two radio buttons; a third one where not knowing is an answer."""

    def __init__(self, *, is_sure: bool = False, **options: Any) -> None:
        choices = YES_NO if is_sure else UNSURE
        super().__init__(choices=choices, widget=forms.RadioSelect, coerce=yes_or_no, empty_value=None, required=is_sure, **options)


class SecondsField(forms.Field):
    """A time to the answer as people write it: 25, 1:20, 1 мин 5 с."""

    def to_python(self, value: Any) -> int | None:
        """Read the time."""
        if not (value or "").strip():
            return None
        try:
            seconds = parse_seconds(value)
        except NumberError as error:
            raise forms.ValidationError(_("This is not a time. Write seconds, such as 25, or 1:20."), code="seconds") from error
        if seconds > LONGEST_SECONDS:
            raise forms.ValidationError(_("An hour is the most. If nobody answered, choose “No” above."), code="long")
        return seconds


class PhoneCallForm(forms.Form):
    """One mystery call, from the first ring to the note."""

    branch = forms.ModelChoiceField(
        Branch.objects.all(), required=False, label=_("Whom you call"), empty_label=_("The company's common number")
    )
    is_reached = YesNoField(is_sure=True, label=_("Did somebody answer?"), error_messages={"required": _("Say whether somebody answered.")})
    attempts = forms.IntegerField(label=_("Which try was it?"), min_value=1, max_value=MOST_TIMES, initial=1)
    seconds = SecondsField(label=_("Seconds to the answer"), required=False)
    transfers = forms.IntegerField(label=_("How often were you put through?"), required=False, min_value=0, max_value=MOST_TIMES, initial=0)
    is_helped_at_once = YesNoField(label=_("Could the first person help?"))
    is_number_easy = YesNoField(label=_("Was the number easy to find?"))
    is_in_hours = YesNoField(is_sure=True, label=_("Within the hours we promise?"), initial="yes")
    called_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        input_formats=[TIME_FORMAT, f"{TIME_FORMAT}:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TIME_FORMAT),
        help_text=_("By the clock of the branch. Empty means now."),
        error_messages={"invalid": _("This is not a moment. Choose a day and a time.")},
    )
    note = LinesField(label=capfirst(_("note")), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    @classmethod
    def initial_of(cls, call: PhoneCall) -> dict[str, Any]:
        """Return what the form of a saved call begins with."""
        plain = {name: getattr(call, name) for name in ("branch", "attempts", "seconds", "transfers", "note")}
        choices = {name: choice_of(getattr(call, name)) for name in ("is_reached", "is_helped_at_once", "is_number_easy", "is_in_hours")}
        return {**plain, **choices, "called_at": timezone.make_naive(call.local_time, call.local_time.tzinfo)}

    def offered(self, name: str, usual: tuple[int, ...]) -> list[str]:
        """Return the numbers to choose from: the usual ones and one typed or saved beyond them."""
        value = str(self[name].value() or "")
        numbers = [str(number) for number in usual]
        return numbers if value in {"", *numbers} or not value.isdecimal() else [*numbers, value[:3]]

    @property
    def tries(self) -> list[str]:
        """The numbers of tries to choose from."""
        return self.offered("attempts", TRIES)

    @property
    def times(self) -> list[str]:
        """The numbers of transfers to choose from."""
        return self.offered("transfers", TRANSFERS)

    def clean(self) -> dict[str, Any]:
        """Ask for the seconds of a call that got through, and put the moment on the branch's clock."""
        data = super().clean() or self.cleaned_data
        if data.get("is_reached") and data.get("seconds") is None and "seconds" not in self.errors:
            self.add_error("seconds", _("How long did it ring? Roughly will do."))
        if data.get("is_reached") and data.get("transfers") is None and "transfers" not in self.errors:
            data["transfers"] = 0
        if "called_at" not in self.errors:
            data["called_at"] = self.moment(data.get("called_at"), data.get("branch"))
        return data

    def moment(self, typed: dt.datetime | None, branch: Branch | None) -> dt.datetime:
        """Return when the call was; refuse what is still ahead or long past."""
        now = timezone.now()
        if typed is None:
            return now
        here = timezone.get_current_timezone()
        zone = zone_of(branch.time_zone) if branch and branch.time_zone else here
        called_at = typed.astimezone(here).replace(tzinfo=zone)
        if called_at > now + CLOCKS_DIFFER:
            self.add_error("called_at", _("This moment is still ahead. Log the call after it."))
        if called_at < now - OLDEST:
            self.add_error("called_at", _("This is more than five years ago. Check the year."))
        return called_at

    @property
    def details(self) -> CallDetails:
        """What the form says, for the service."""
        fields = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return CallDetails(**fields)


class TrafficForm(forms.Form):
    """How many calls come in and which of the callers become Clients, as people say it."""

    branch = forms.ModelChoiceField(Branch.objects.all(), required=False, label=_("Where"), empty_label=_("The whole company"))
    calls = forms.CharField(
        label=_("Calls a month"), max_length=20, error_messages={"required": _("How many calls a month? Roughly will do.")}
    )
    share = forms.CharField(
        label=_("Of those who get through, which become Clients"),
        max_length=40,
        help_text=_("As you would say it: every 5th, 1 of 5, 20 %."),
        error_messages={"required": _("Which of the callers become Clients? For example, every 5th.")},
    )

    @classmethod
    def initial_of(cls, row: CallTraffic) -> dict[str, Any]:
        """Return what the form begins with when something was said before."""
        share = _("%(buyers)s of %(out_of)s") % {"buyers": row.buyers, "out_of": row.out_of}
        return {"branch": row.branch_id, "calls": row.calls_per_month, "share": share}

    def clean_calls(self) -> int:
        """Read a whole number of calls."""
        try:
            number = parse_fraction(self.cleaned_data["calls"])
        except NumberError as error:
            raise forms.ValidationError(
                _("This is not a number. Write how many calls come in a month, such as 400."), code="number"
            ) from error
        if not 1 <= number <= MOST_CALLS:
            raise forms.ValidationError(_("From 1 to 10 million calls a month."), code="range")
        return round(number)

    def clean_share(self) -> tuple[int, int]:
        """Read how many of how many."""
        try:
            return parse_share(self.cleaned_data["share"])
        except NumberError as error:
            raise forms.ValidationError(_("We could not read this. Write: every 5th, 1 of 5, or 20 %."), code="share") from error


class PhoneFilterForm(FilterForm):
    """Whose calls to show."""

    branch = forms.ModelChoiceField(Branch.objects.all(), required=False)
