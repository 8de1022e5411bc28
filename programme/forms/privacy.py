"""What the owner types about personal data."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FindForm(forms.Form):
    """Whom to look for."""

    q = forms.CharField(label=_("Name, phone, e-mail or number"), max_length=200, required=False, strip=True)


class EraseForm(forms.Form):
    """Why somebody is erased, and that the owner means it."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("For the act: “asked in writing on 3 March”. Leave the name out, the act is kept."),
    )
    is_sure = forms.BooleanField(
        label=_("I understand that this cannot be taken back"), error_messages={"required": _("Tick it: there is no way back.")}
    )
