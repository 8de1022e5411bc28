"""The script of a call as managers write it."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from churn.script import unknown_placeholders

LONGEST_SCRIPT = 12
LONGEST_SAY = 600
LONGEST_NUMBER = 4


class ScriptForm(forms.Form):
    """The steps of the script, one pair of fields each."""

    title = forms.CharField(required=False, max_length=120)
    say = forms.CharField(required=False, max_length=LONGEST_SAY)

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
        if self.management_form.is_valid() and not any(self.errors) and not self.steps():
            raise forms.ValidationError(_("A script needs at least one step."))


ScriptFormSet = forms.formset_factory(
    ScriptForm, formset=BaseScriptFormSet, extra=0, max_num=LONGEST_SCRIPT, absolute_max=LONGEST_SCRIPT, validate_max=True
)


class ScriptNoteForm(forms.Form):
    """What changed, in a few words, so that the next reader knows why."""

    note = forms.CharField(required=False, max_length=200, label=_("What changed"))


def posted_rows(posted: QueryDict) -> list[dict[str, str]]:
    """Return the steps as typed, unchecked but bounded."""
    total = posted.get("form-TOTAL_FORMS", "")
    count = min(int(total), LONGEST_SCRIPT) if total.isdecimal() and len(total) < LONGEST_NUMBER else 0
    return [{part: posted.get(f"form-{row}-{part}", "")[:LONGEST_SAY] for part in ("title", "say")} for row in range(count)]


def rearranged(rows: list[dict[str, str]], change: str) -> tuple[list[dict[str, str]], int]:
    """Return the rows after `add-0`, `remove-2`, `up-2` or `down-2`, and the row to go on with; nonsense changes nothing."""
    what, _sign, number = change.partition("-")
    place = int(number) if number.isdecimal() and len(number) < LONGEST_NUMBER else len(rows)
    if what == "add" and len(rows) < LONGEST_SCRIPT:
        return [*rows, {}], len(rows)
    if place >= len(rows):
        return rows, 0
    if what == "remove":
        return rows[:place] + rows[place + 1 :], max(0, place - 1)
    target = place + {"up": -1, "down": 1}.get(what, 0)
    if 0 <= target < len(rows):
        rows[place], rows[target] = rows[target], rows[place]
        return rows, target
    return rows, place
