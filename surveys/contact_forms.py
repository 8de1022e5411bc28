"""Forms about partners and candidates."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.services import phone_in
from common.tables.reading import TableError
from surveys.contact_lines import MOST_BYTES
from surveys.enums import SurveyAudience
from surveys.models import Contact

KINDS = [choice for choice in SurveyAudience.choices if choice[0] in SurveyAudience.others()]
EXAMPLE = "Полина Орлова; polina@example.org; +7 900 000-41-07; ткани оптом"
MOST_CHARS = MOST_BYTES // 2


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """One partner or candidate."""

    kind = forms.ChoiceField(choices=KINDS, label=_("Who"))
    phone = forms.CharField(max_length=40, required=False, label=_("Phone"), widget=forms.TextInput(attrs={"inputmode": "tel"}))

    class Meta:
        model = Contact
        fields: ClassVar = ["kind", "name", "email", "phone", "note", "do_not_mail", "do_not_call"]

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean_email(self) -> str:
        """Keep addresses in lower case, so that they match."""
        return str(self.cleaned_data["email"]).lower()

    def clean_phone(self) -> str:
        """Accept a number as people write it."""
        try:
            return phone_in(self.cleaned_data["phone"], self.currency)
        except TableError:
            raise forms.ValidationError(_("This is no phone number. Write it with the code: +7 900 000-00-00.")) from None

    def clean(self) -> dict[str, Any]:
        """Ask for a way to reach the person, and refuse a second one of the same address."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data["email"] or data["phone"]):
            raise forms.ValidationError(_("Give an e-mail or a phone: a way to ask."))
        if not self.errors and data["email"] and self.others().filter(kind=data["kind"], email__iexact=data["email"]).exists():
            self.add_error("email", _("There is somebody with this address here already."))
        return data

    def others(self) -> Any:
        """Return all contacts but this one."""
        return Contact.objects.exclude(pk=self.instance.pk)

    def validate_constraints(self) -> None:
        """Leave out the constraint that `clean` explains better."""


class ContactImportForm(forms.Form):
    """Many partners or candidates at once."""

    kind = forms.ChoiceField(choices=KINDS, label=_("Who"))
    file = forms.FileField(required=False, label=_("Or a file"), help_text=_("CSV, XLSX, XLS or ODS, up to 5 000 rows."))
    text = forms.CharField(
        required=False,
        max_length=MOST_CHARS,
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "placeholder": EXAMPLE}),
        help_text=_("A person in a line: name, e-mail, phone, note. Tabs, semicolons or commas between them, in any order."),
    )
    skip_bad = forms.BooleanField(required=False, label=_("Leave out the lines with mistakes"))

    def clean(self) -> dict[str, Any]:
        """Ask for something to load."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data["file"] or data["text"]):
            raise forms.ValidationError(_("Paste some lines or choose a file."))
        return data
