"""Which reasons of leaving an action removes."""

from django import forms

from churn.models import Reason


class ActionReasonsForm(forms.Form):
    """Ticked reasons; none ticked takes them all off."""

    reasons = forms.ModelMultipleChoiceField(Reason.objects.filter(is_archived=False), required=False, widget=forms.CheckboxSelectMultiple)
