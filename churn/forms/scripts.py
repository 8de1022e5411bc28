"""The script of a call as managers write it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from churn.script import unknown_placeholders

LONGEST_SCRIPT = 12


class ScriptForm(forms.Form):
    """The steps of the script, one pair of fields each."""

    title = forms.CharField(required=False, max_length=120)
    say = forms.CharField(required=False, max_length=600)

    def clean(self) -> dict[str, Any]:
        """Refuse unknown placeholders and words without a title."""
        data = super().clean() or self.cleaned_data
        if data.get("say") and not data.get("title"):
            self.add_error("title", _("Name the step."))
        for name in ("title", "say"):
            if wrong := unknown_placeholders(data.get(name, "")):
                self.add_error(name, _("Mayak does not know {%(name)s}. Use a placeholder from the list.") % {"name": wrong[0]})
        return data


class BaseScriptFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # generic only in the stubs
    """The whole script."""

    def steps(self) -> list[dict[str, str]]:
        """Return the named steps in their order."""
        return [{"title": row["title"], "say": row["say"]} for row in self.cleaned_data if row.get("title")]

    def clean(self) -> None:
        """Refuse an empty script."""
        if not any(self.errors) and not self.steps():
            raise forms.ValidationError(_("A script needs at least one step."))


ScriptFormSet = forms.formset_factory(
    ScriptForm, formset=BaseScriptFormSet, extra=0, max_num=LONGEST_SCRIPT, absolute_max=LONGEST_SCRIPT, validate_max=True
)
