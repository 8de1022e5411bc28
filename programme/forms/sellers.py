"""What people type about who brings Clients."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.enums import RecommenderKind
from clients.models import Recommender
from clients.services import PhoneError, phone_of
from common.choices import shorten_empty_choices
from company.models import Employee
from programme.models import SellerKit

ADDRESS = re.compile(r"https?:|www\.|\[url|<a\s", re.IGNORECASE)
NOT_EMPLOYEE = [choice for choice in RecommenderKind.choices if choice[0] != RecommenderKind.EMPLOYEE]


class LeadForm(forms.Form):
    """What somebody leaves who came by a link; `website` is a field people do not see."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    note = forms.CharField(label=_("What would you like?"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    agree = forms.BooleanField(error_messages={"required": _("Without your consent we may not keep your contact.")})
    website = forms.CharField(required=False)

    def clean_name(self) -> str:
        """Refuse advertising in place of a name."""
        return self.without_address("name")

    def clean_note(self) -> str:
        """Refuse addresses: this is how robots fill forms."""
        return self.without_address("note")

    def without_address(self, name: str) -> str:
        """Return the words of a field that hold no web address."""
        text = str(self.cleaned_data[name])
        if ADDRESS.search(text):
            raise forms.ValidationError(_("Take the web address out: words are enough."))
        return text

    def clean_phone(self) -> str:
        """Accept a number as people write it."""
        try:
            return phone_of(self.cleaned_data["phone"])
        except PhoneError:
            raise forms.ValidationError(_("This is no phone number. Write it with the code: +7 900 000-00-00.")) from None

    def clean(self) -> dict[str, Any]:
        """Ask for one way to answer."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data.get("phone") or data.get("email")):
            raise forms.ValidationError(_("Leave a phone or an e-mail, so that we can answer."))
        return data


class EmployeeLinkForm(forms.Form):
    """Whose link to make: an employee, working or not."""

    employee = forms.ModelChoiceField(Employee.objects.all(), label=_("Employee"), empty_label=None)


class RecommenderForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A candidate or partner."""

    kind = forms.ChoiceField(label=_("Who it is"), choices=NOT_EMPLOYEE)

    class Meta:
        model = Recommender
        fields: ClassVar = ["kind", "name", "email"]
        help_texts: ClassVar = {"email": _("For the letter of thanks.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        shorten_empty_choices(self)


class KitForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """The words of a kit."""

    class Meta:
        model = SellerKit
        fields: ClassVar = ["speech", "told"]
        widgets: ClassVar = {"speech": forms.Textarea(attrs={"rows": 4}), "told": forms.Textarea(attrs={"rows": 8})}
        help_texts: ClassVar = {
            "speech": _("Twenty seconds are about 43 words. {company} stands for the name of your company."),
            "told": _("One line, one thing."),
        }


class ThanksForm(forms.Form):
    """A letter of thanks, as the person who sends it has worded it."""

    subject = forms.CharField(label=_("Subject"), max_length=120)
    text = forms.CharField(label=_("Letter"), max_length=3000, widget=forms.Textarea(attrs={"rows": 10}))
