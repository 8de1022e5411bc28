"""Who is to call, and when the responsible person may."""

from django import forms
from django.utils.translation import gettext_lazy as _

from company.models import User


class ReassignForm(forms.Form):
    """Who is to call instead."""

    caller = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("Who calls"))
    note = forms.CharField(required=False, max_length=200, label=_("Why not somebody more senior"))


class ExceptionForm(forms.Form):
    """Why the responsible person may call once."""

    reason = forms.CharField(max_length=200, label=_("Why the responsible person calls"))
