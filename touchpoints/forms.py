"""What people type about the map, audits and actions."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.images import MAX_BYTES, ImageError, Photo, reencode
from common.money import format_cents
from common.numbers import NumberError, parse_cents
from company.enums import Role
from company.models import Branch, User
from touchpoints.enums import Rating
from touchpoints.models import Action, Audit, Touchpoint

PHOTO_PROBLEMS = {
    "too_heavy": _("The photo is heavier than 10 MB. Make it smaller or take another."),
    "too_large": _("The picture has too many pixels. Make it smaller or take another."),
    "not_an_image": _("This is not a photo we can read. JPEG, PNG and WebP will do."),
}
PHOTO_TYPES = "image/jpeg,image/png,image/webp"


class PhotoField(forms.FileField):
    """A photo: what comes out of it is always a small clean JPEG."""

    widget = forms.FileInput(attrs={"accept": PHOTO_TYPES})

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, data: Any, initial: Any = None) -> Photo | None:
        """Re-encode the upload or say what is wrong with it."""
        upload: UploadedFile[bytes] | None = super().clean(data, initial)
        if not upload:
            return None
        try:
            return reencode(upload, upload.size or MAX_BYTES + 1)
        except ImageError as error:
            raise forms.ValidationError(PHOTO_PROBLEMS[error.code], code=error.code) from error


class MoneyField(forms.Field):
    """An amount as people type it; gives minor units or None."""

    def to_python(self, value: Any) -> int | None:
        """Read the amount."""
        text = (value or "").strip()
        if not text:
            return None
        try:
            cents = parse_cents(text)
        except NumberError as error:
            raise forms.ValidationError(_("This is not an amount. Write it like 12 500 or 990,50."), code="amount") from error
        if cents < 0:
            raise forms.ValidationError(_("A cost cannot be below zero."), code="negative")
        return cents

    def prepare_value(self, value: Any) -> Any:
        """Show saved minor units the way people type money."""
        return format_cents(value, "", exact=True).strip() if isinstance(value, int) else value


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def colleagues() -> Any:
    """Return users who may sign in."""
    return User.objects.filter(is_active=True)


class TouchpointForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A touchpoint of one's own or a change to one."""

    class Meta:
        model = Touchpoint
        fields: ClassVar = ["name", "kind", "hint", "branch", "owner"]
        widgets: ClassVar = {"hint": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person, branch = self.fields["owner"], self.fields["branch"]
        if isinstance(person, forms.ModelChoiceField) and isinstance(branch, forms.ModelChoiceField):
            person.queryset, person.empty_label = colleagues(), _("nobody yet")
            branch.empty_label = _("every branch")

    def clean(self) -> dict[str, Any]:
        """Refuse a second touchpoint of the same name in the same class and branch."""
        cleaned = super().clean() or {}
        named = {field: cleaned.get(field) for field in ("name", "kind", "branch")}
        if Touchpoint.objects.active().filter(**named).exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is such a touchpoint already. Give this one another name."))
        return cleaned


class CatalogueForm(forms.Form):
    """Which entries of the ready catalogue to put on the map."""

    keys = forms.MultipleChoiceField(error_messages={"required": _("Tick at least one touchpoint.")})

    def __init__(self, *args: Any, keys: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["keys"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(key, key) for key in keys]


class FilterForm(forms.Form):
    """What of a list to show; a value nobody knows counts as not given."""

    def value(self, name: str) -> Any:
        """Return what was asked for, None when nothing sensible was."""
        self.is_valid()
        return self.cleaned_data.get(name)


class MapFilterForm(FilterForm):
    """What of the map to show."""

    SORTS: ClassVar = [("worst", _("Worst first")), ("path", _("Along the Client's way"))]

    q = forms.CharField(required=False, max_length=120)
    rating = forms.TypedChoiceField(required=False, choices=[(str(value), value) for value in Rating.values], coerce=int, empty_value=None)
    branch = forms.ModelChoiceField(Branch.objects.all(), required=False, empty_label=_("All branches"))
    worse = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=SORTS)


class AuditForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """Who walks the map, where, by when."""

    class Meta:
        model = Audit
        fields: ClassVar = ["branch", "auditor", "due_on"]
        widgets: ClassVar = {"due_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person, branch = self.fields["auditor"], self.fields["branch"]
        if isinstance(person, forms.ModelChoiceField) and isinstance(branch, forms.ModelChoiceField):
            person.queryset, person.required, person.empty_label = colleagues(), True, None
            branch.empty_label = _("The whole company")


class MarkForm(forms.Form):
    """What an auditor says of one touchpoint."""

    rating = forms.TypedChoiceField(
        choices=Rating.choices, coerce=int, error_messages={"required": _("Choose one of the three, or skip the touchpoint.")}
    )
    note = forms.CharField(required=False, max_length=2000)
    photo = PhotoField()
    drop_photo = forms.BooleanField(required=False)


class ActionForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """Something to do, with an owner and a date. Staff take actions upon themselves; managers give them to anybody."""

    cost = MoneyField(label=capfirst(_("cost")), required=False)
    photo = PhotoField(label=capfirst(_("photo before")))
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Action
        fields: ClassVar = ["title", "details", "owner", "due_on", "expected_effect", "touchpoints"]
        widgets: ClassVar = {
            "due_on": day_input(),
            "details": forms.Textarea(attrs={"rows": 3}),
            "touchpoints": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["key"].initial = uuid.uuid4
        if self.instance.pk:
            self.fields["cost"].initial = self.instance.cost_cents
        points, person = self.fields["touchpoints"], self.fields["owner"]
        if isinstance(points, forms.ModelMultipleChoiceField) and isinstance(person, forms.ModelChoiceField):
            points.queryset = Touchpoint.objects.active().in_map_order()
            person.queryset, person.empty_label = colleagues(), None
        if not user.has_role(Role.MANAGER):
            del self.fields["owner"]

    def clean(self) -> dict[str, Any]:
        """Name the owner where the form did not ask."""
        cleaned = super().clean() or {}
        cleaned.setdefault("owner", self.user)
        return cleaned


class DoneForm(forms.Form):
    """What shows that an action is done."""

    evidence = forms.CharField(
        label=capfirst(_("how we know it is done")),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write in one line how we know it is done.")},
    )
    photo = PhotoField(label=capfirst(_("photo after")))


class DropForm(forms.Form):
    """Why an action is given up."""

    reason = forms.CharField(
        label=capfirst(_("why it is dropped")),
        max_length=300,
        error_messages={"required": _("Write why: somebody will ask in half a year.")},
    )


class ActionFilterForm(FilterForm):
    """Which actions to show."""

    STATES: ClassVar = [
        ("open", _("Open")),
        ("overdue", _("Overdue")),
        ("done", _("Done")),
        ("dropped", _("Dropped")),
    ]
    VIEWS: ClassVar = [("table", _("Table")), ("board", _("Board"))]

    state = forms.ChoiceField(required=False, choices=STATES)
    owner = forms.ModelChoiceField(colleagues(), required=False, empty_label=_("All owners"))
    view = forms.ChoiceField(required=False, choices=VIEWS)


def default_due(today: dt.date) -> dt.date:
    """Return the date a new action is proposed for: a week from now."""
    return today + dt.timedelta(days=7)
