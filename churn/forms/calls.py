"""What the caller types during a call and after it."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from churn.enums import CallOutcome, ReasonGroup
from churn.forms.scripts import LONGEST_SCRIPT
from churn.models import Reason, ScriptVersion
from churn.services import CallRecord
from company.models import User

LONGEST_WORDS = 10_000
DEEPEST = 3
FARTHEST_CALL = dt.timedelta(730)
PAUSES = [("14", _("2 weeks")), ("30", pgettext_lazy("a pause", "A month")), ("90", _("3 months"))]
SCORES = [(score, str(score)) for score in range(11)]
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
ANSWERS = [*YES_NO, ("", _("Did not say"))]
SAID = {"yes": True, "no": False}
"""What was answered; without an answer nothing is known, and nothing is kept."""


class OutcomeForm(forms.Form):
    """What a call ended with. Fields that belong to a talk are ignored for a missed call."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    attempt = forms.IntegerField(min_value=0, max_value=32_000, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(choices=CallOutcome.choices, error_messages={"required": _("Say how the call ended.")})
    words = forms.CharField(required=False, max_length=LONGEST_WORDS, label=_("The Client's words"))
    steps_done = forms.TypedMultipleChoiceField(required=False, coerce=int, choices=[(n, n) for n in range(LONGEST_SCRIPT)])
    reasons = forms.ModelMultipleChoiceField(Reason.objects.all(), required=False)
    script = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    is_within_power = forms.ChoiceField(required=False, choices=YES_NO)
    would_return = forms.ChoiceField(required=False, choices=YES_NO)
    return_condition = forms.CharField(required=False, max_length=200)
    make_action = forms.BooleanField(required=False)
    action_owner = forms.ModelChoiceField(User.objects.filter(is_active=True), required=False, label=_("Who does it"))
    action_due_on = forms.DateField(required=False, label=_("By when"))
    second_score = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=SCORES)
    next_call_on = forms.DateField(required=False, label=_("Next contact"))
    next_call_at = forms.TimeField(required=False, label=_("At what time"))
    next_in = forms.ChoiceField(required=False, choices=PAUSES)
    do_not_call = forms.BooleanField(required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_next_call_on(self) -> dt.date | None:
        """Refuse the past and a date that is surely a slip of the finger."""
        day: dt.date | None = self.cleaned_data["next_call_on"]
        if day and not self.today <= day <= self.today + FARTHEST_CALL:
            raise forms.ValidationError(_("The day must lie between today and two years from now."))
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for what this outcome needs."""
        data = super().clean() or self.cleaned_data
        if not data.get("next_call_on") and data.get("next_in") and "next_call_on" not in self.errors:
            data["next_call_on"] = self.today + dt.timedelta(int(data["next_in"]))
        if data.get("outcome") == CallOutcome.TALKED:
            self.check_talk(data)
        elif data.get("outcome") and not data["do_not_call"] and not data.get("next_call_on") and "next_call_on" not in self.errors:
            self.add_error("next_call_on", _("Choose when to call again."))
        return data

    def clean_next_call_at(self) -> dt.time | None:
        """Refuse an hour of today that has passed."""
        hour: dt.time | None = self.cleaned_data["next_call_at"]
        if hour and self.cleaned_data.get("next_call_on") == self.today and hour < timezone.localtime().time():
            raise forms.ValidationError(_("This hour has passed. Choose a later one or another day."))
        return hour

    def check_talk(self, data: dict[str, Any]) -> None:
        """Ask a talk for a reason, and a promised action for a name, an owner and a date."""
        if not data.get("reasons") and "reasons" not in self.errors:
            self.add_error("reasons", _("Mark at least one reason."))
        if not wants_action(data):
            return
        if not data.get("return_condition"):
            self.add_error("return_condition", _("Write what to fix, or untick the action."))
        if not data.get("action_owner"):
            self.add_error("action_owner", _("Choose who does it."))
        if not data.get("action_due_on") or data["action_due_on"] < self.today:
            self.add_error("action_due_on", _("Choose a day from today on."))

    def record(self) -> CallRecord:
        """Return the call as the service takes it."""
        data, power = self.cleaned_data, self.cleaned_data["is_within_power"]
        makes_action = wants_action(data)
        reasons = list(data["reasons"])
        return CallRecord(
            outcome=CallOutcome(data["outcome"]),
            request_key=data["request_key"],
            attempt=data["attempt"],
            words=data["words"],
            reasons=reasons,
            is_within_power=power == "yes" if power else any(reason.is_within_power for reason in reasons),
            would_return=SAID.get(data["would_return"]),
            return_condition=data["return_condition"] if data["would_return"] == "yes" else "",
            action_owner=data["action_owner"] if makes_action else None,
            action_due_on=data["action_due_on"] if makes_action else None,
            second_score=data["second_score"],
            next_call_on=data["next_call_on"],
            next_call_at=data["next_call_at"],
            script=ScriptVersion.objects.filter(pk=data["script"]).first() if data["script"] else None,
            do_not_call=data["do_not_call"],
            steps_done=data["steps_done"],
        )


def wants_action(data: dict[str, Any]) -> bool:
    """Say whether the caller asked for an action that would bring the Client back."""
    return bool(data.get("would_return") == "yes" and data.get("make_action"))


MANY = {"steps_done", "reasons"}
NOT_DRAFTED = {"request_key", "attempt"}


def draft_of(posted: QueryDict) -> dict[str, Any]:
    """Return what was typed, unchecked but bounded, as the draft keeps it."""
    fields = [name for name in OutcomeForm.base_fields if name not in NOT_DRAFTED and name in posted]
    typed = {name: [text[:LONGEST_WORDS].replace("\0", "") for text in posted.getlist(name)[:100]] for name in fields}
    return {name: texts if name in MANY else texts[-1] for name, texts in typed.items() if texts}


def blank_outcome(draft: dict[str, Any], *, attempt: int, actor: User, today: dt.date) -> OutcomeForm:
    """Return the form as the caller left it, or as a new call begins."""
    fresh = {
        "outcome": CallOutcome.TALKED,
        "make_action": True,
        "action_owner": actor.pk,
        "action_due_on": (today + dt.timedelta(14)).isoformat(),
        "next_in": "14",
        "next_call_on": "",
    }
    initial = (draft or fresh) | {"request_key": uuid.uuid4(), "attempt": attempt}
    return OutcomeForm(initial=initial, today=today)


@dataclass(frozen=True)
class TreeRow:
    """A reason as the caller sees it: how deep it lies under its group, and whether it is marked."""

    reason: Reason
    depth: int
    is_marked: bool


def reason_tree(form: OutcomeForm) -> list[tuple[ReasonGroup, list[TreeRow]]]:
    """Return the living reasons by group, branches before their leaves, each with whether it is marked in the form."""
    marked = {str(getattr(value, "pk", value)) for value in form["reasons"].value() or []}
    living = list(Reason.objects.filter(is_archived=False))
    known, children = {reason.pk for reason in living}, defaultdict(list)
    for reason in living:
        children[reason.parent_id if reason.parent_id in known else (reason.group,)].append(reason)
    groups = [(group, list(branch_rows((group.value,), children, marked, 0))) for group in ReasonGroup]
    return [(group, rows) for group, rows in groups if rows]


def branch_rows(branch: object, children: Mapping[Any, list[Reason]], marked: set[str], depth: int) -> Iterator[TreeRow]:
    """Walk what lies under a branch; no deeper than the tree may be."""
    for reason in children.get(branch, ()) if depth <= DEEPEST else ():
        yield TreeRow(reason, depth, str(reason.pk) in marked)
        yield from branch_rows(reason.pk, children, marked, depth + 1)
