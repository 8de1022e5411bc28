"""Forms of memos for surprises."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from programme.enums import SurpriseKind
from programme.models import Playbook, PlaybookUse
from programme.models.playbooks import WORDS


class PlaybookSearchForm(forms.Form):
    """What memo is looked for; what cannot be read means everything."""

    q = forms.CharField(label=_("Find a memo"), max_length=200, required=False)
    kind = forms.ChoiceField(choices=[("", _("All")), *SurpriseKind.choices], required=False)

    @property
    def asked(self) -> str:
        """Return the words looked for."""
        return str(self.cleaned_data.get("q") or "") if self.is_valid() else ""

    @property
    def chosen_kind(self) -> SurpriseKind | None:
        """Return the kind looked for."""
        value = self.cleaned_data.get("kind") if self.is_valid() else ""
        return SurpriseKind(value) if value else None


class PlaybookForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A memo; `based_on` is the version it was made from."""

    based_on = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    class Meta:
        model = Playbook
        fields = ("kind", *WORDS)
        widgets: ClassVar = {"kind": forms.RadioSelect}
        help_texts: ClassVar = {
            "title": _("Begin with what people would say: “A Client complained in public”."),
            "trigger": _("Signs by which anybody sees that this memo is the right one."),
            "first_hour": _("A step on each line, a verb first. Seven steps at most are kept in mind."),
            "decides": _("One person by position, and who stands in for them."),
            "tell": _("Words that may be read aloud. No excuses, no promises we cannot keep."),
            "afterwards": _("Whom to tell, what to check so that it does not happen again."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in {"trigger": 2, "first_hour": 7, "tell": 5, "afterwards": 3}.items():
            self.fields[name].widget.attrs["rows"] = rows

    def clean(self) -> dict[str, Any]:
        """Keep no characters a database refuses, and no empty lines between steps."""
        cleaned = super().clean() or {}
        words = {name: str(cleaned[name]).replace("\0", "").strip() for name in WORDS if name in cleaned}
        if "first_hour" in words:
            words["first_hour"] = "\n".join(line.strip() for line in words["first_hour"].splitlines() if line.strip())
        return cleaned | words

    def words(self) -> dict[str, str]:
        """Return what the memo says."""
        return {name: self.cleaned_data[name] for name in WORDS}


class PlaybookUseForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A day a memo was needed."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = PlaybookUse
        fields = ("used_on", "happened", "outcome", "to_change")
        widgets: ClassVar = {"used_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), "outcome": forms.RadioSelect}

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["happened"].widget.attrs["rows"] = 3
        self.fields["to_change"].widget.attrs["rows"] = 2
        self.fields["to_change"].help_text = _("A manager sees it and makes it an action or a new wording.")
        outcome: Any = self.fields["outcome"]
        outcome.choices = [choice for choice in outcome.choices if choice[0]]

    def clean_used_on(self) -> dt.date:
        """Refuse a day to come."""
        day: dt.date = self.cleaned_data["used_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet. Write the day when the memo was needed."))
        return day
