"""What people type to hand an open audit over or to move its day."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from company.models import User
from touchpoints.forms.fields import colleagues, day_input
from touchpoints.forms.rounds import check_day
from touchpoints.models import Audit
from touchpoints.services import Guest


class OpenAuditForm(forms.Form):
    """By when an open audit is to be walked; a day that is over may stay as it is."""

    due_on = forms.DateField(label=gettext_lazy("By when"), widget=day_input())

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audit = audit
        self.fields["due_on"].initial = audit.due_on

    def clean_due_on(self) -> dt.date:
        """Refuse a new day that is over or too far away."""
        day: dt.date = self.cleaned_data["due_on"]
        return day if day == self.audit.due_on else check_day(day)


class ColleagueAuditForm(OpenAuditForm):
    """Who walks it."""

    auditor = forms.ModelChoiceField(colleagues(), label=gettext_lazy("Who walks"))
    field_order = ("auditor", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["auditor"].initial = self.audit.auditor_id

    def clean_auditor(self) -> User:
        """Refuse who walks the same branch in the same round already: one pair of eyes would count twice."""
        person: User = self.cleaned_data["auditor"]
        others = Audit.objects.filter(round=self.audit.round_id, branch=self.audit.branch_id, auditor=person).exclude(pk=self.audit.pk)
        if self.audit.round_id and others.exists():
            raise ValidationError(_("%(name)s walks this branch in this round already. Choose somebody else.") % {"name": person})
        return person


class GuestAuditForm(OpenAuditForm):
    """Who the mystery guest is."""

    guest_name = forms.CharField(label=capfirst(gettext_lazy("mystery guest")), max_length=120)
    guest_email = forms.EmailField(
        label=capfirst(gettext_lazy("guest's e-mail")),
        required=False,
        help_text=gettext_lazy("Another address gets a new link, and the old link opens nothing any more."),
    )
    field_order = ("guest_name", "guest_email", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guest_name"].initial, self.fields["guest_email"].initial = self.audit.guest_name, self.audit.guest_email

    def guest(self) -> Guest:
        """Return who was typed."""
        return Guest(self.cleaned_data["guest_name"], self.cleaned_data["guest_email"])
