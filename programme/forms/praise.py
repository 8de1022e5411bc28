"""Forms of praise, picks and remarks."""

import uuid
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from company.models import Branch, Employee
from programme.models import MonthPick, Praise, Remark
from touchpoints.models import Touchpoint


def grouped(people: Iterable[Employee], first: Branch | None) -> list[tuple[str, Any]]:
    """Return the choices of a select: by branch, the speaker's own first."""
    parts = [
        (branch, [(person.pk, label(person)) for person in part]) for branch, part in groupby(people, key=lambda person: person.branch)
    ]
    parts.sort(key=lambda part: part[0] != first)
    return [("", _("Choose a colleague")), *((str(branch or _("the whole company")), choices) for branch, choices in parts)]


def label(person: Employee) -> str:
    """Return how a colleague stands in the list."""
    return f"{person.name}, {person.position}" if person.position else person.name


class PeopleForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A form about a colleague; `key` makes one of a form sent twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: QuerySet[Employee], home: Branch | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        about: Any = self.fields["about"]
        about.queryset = people
        about.choices = grouped(people, home)


class PraiseForm(PeopleForm):
    """Whom to thank and for what; a colleague, a sentence, done."""

    class Meta:
        model = Praise
        fields = ("about", "words", "client_words", "touchpoint", "author_name")

    def __init__(self, *args: Any, asks_name: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs |= {"rows": 3, "placeholder": _("Stayed after the shift and found the coat the Client had lost")}
        self.fields["client_words"].widget.attrs["rows"] = 2
        touchpoint: Any = self.fields["touchpoint"]
        touchpoint.queryset = Touchpoint.objects.active().order_by("name", "pk")
        if asks_name:
            self.fields["author_name"].help_text = _("May stay empty.")
        else:
            del self.fields["author_name"]

    @property
    def more(self) -> list[Any]:
        """The fields that may stay folded."""
        return [self["client_words"], self["touchpoint"]]

    @property
    def more_is_open(self) -> bool:
        """Whether something was typed there."""
        return any(field.value() or field.errors for field in self.more)


class PickForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """What a colleague is thanked for before all others."""

    class Meta:
        model = MonthPick
        fields = ("why",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].widget = forms.Textarea(attrs={"rows": 3, "maxlength": 300})
        self.fields["why"].help_text = _("One sentence: it stands on the board and on the certificate.")


class RemarkForm(PeopleForm):
    """What bothers, for the few who may read it."""

    with_name = forms.BooleanField(label=_("Let them know who I am"), required=False, initial=True)

    class Meta:
        model = Remark
        fields = ("about", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs["rows"] = 4
        self.fields["words"].help_text = _("What you saw or heard, when and where. Facts, not a verdict.")
        self.fields["with_name"].help_text = _("Without the tick your name is not kept at all.")


class OutcomeForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """What was agreed after a remark."""

    class Meta:
        model = Remark
        fields = ("outcome",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].required = True
