"""What people type on the worksheet of a segment."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.models import User
from metrics.enums import SellQuestion
from metrics.models import SellNote

MOST_AHEAD = dt.timedelta(days=36525)
TITLE_LENGTH = 200
DAYS_TO_ACT = 7


class SellNoteForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """An answer to one question about a segment."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = SellNote
        fields: ClassVar = ["question", "words"]
        widgets: ClassVar = {
            "question": forms.HiddenInput,
            "words": forms.Textarea(attrs={"rows": 1, "class": "form-control", "maxlength": 300}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].error_messages["required"] = _("Write the answer in a line or two.")

    @classmethod
    def empty(cls, question: SellQuestion) -> "SellNoteForm":
        """Return a form for the next answer to a question."""
        return cls(initial={"question": question, "key": uuid.uuid4()}, auto_id=f"id_{question}_%s")

    @classmethod
    def sent(cls, data: Mapping[str, Any]) -> "SellNoteForm":
        """Return the form somebody filled in, named by its question."""
        return cls(data, auto_id=f"id_{data.get('question')}_%s")

    def clean_words(self) -> str:
        """Put the answer on one line."""
        return " ".join(str(self.cleaned_data["words"]).split())


class SellWordsForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """An answer in other words."""

    class Meta:
        model = SellNote
        fields: ClassVar = ["words"]
        widgets: ClassVar = {"words": forms.Textarea(attrs={"rows": 3})}

    def clean_words(self) -> str:
        """Put the answer on one line."""
        return " ".join(str(self.cleaned_data["words"]).split())


class SellActionForm(forms.Form):
    """What to do about an answer, who does it and by when."""

    title = forms.CharField(label=_("What to do"), max_length=TITLE_LENGTH)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who does it"), empty_label=None)
    due_on = forms.DateField(label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset = User.objects.filter(is_active=True)

    @classmethod
    def about(cls, note: SellNote, user: User) -> "SellActionForm":
        """Return a form filled from an answer."""
        due_on = timezone.localdate() + dt.timedelta(days=DAYS_TO_ACT)
        return cls(initial={"title": note.words[:TITLE_LENGTH], "owner": user.pk, "due_on": due_on})

    def clean_due_on(self) -> dt.date:
        """Refuse a day that is over, or a slip of the finger."""
        day: dt.date = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("This day is over. Choose today or a later one."), code="past")
        if day > today + MOST_AHEAD:
            raise forms.ValidationError(_("This day is too far ahead. Check the year."), code="far")
        return day
