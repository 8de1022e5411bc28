"""Forms of the code of manners."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programme.formulas.manners import LONGEST_RULE, MOST_RULES, rules_of
from programme.models import MannersVersion


class MannersForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A new wording of the code; `based_on` is the version it was made from."""

    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = MannersVersion
        fields = ("intro", "text", "change_note", "asks_again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["intro"].widget.attrs["rows"] = 3
        self.fields["text"].widget.attrs["rows"] = 24
        self.fields["text"].help_text = _(
            "An empty line parts the rules. The first line of each is the rule, the lines under it say how it looks at work."
        )
        self.fields["change_note"].help_text = _("One line for colleagues: they see it above the rules.")
        self.fields["asks_again"].help_text = _("Leave it out when only a comma was mended: earlier readings stay valid.")

    def clean_text(self) -> str:
        """Refuse a text without rules, with too many, or with rules nobody would remember."""
        text: str = self.cleaned_data["text"].replace("\0", "")
        rules = rules_of(text)
        if not rules:
            raise forms.ValidationError(_("Write at least one rule."))
        if len(rules) > MOST_RULES:
            message = _("These are %(count)s rules, nobody keeps more than %(most)s in mind. Join some of them.")
            raise forms.ValidationError(message, params={"count": len(rules), "most": MOST_RULES})
        if long := next((rule.title for rule in rules if len(rule.title) > LONGEST_RULE), None):
            message = _("This rule is longer than %(most)s characters. One sentence in its first line, the rest goes under it: %(rule)s…")
            raise forms.ValidationError(message, params={"most": LONGEST_RULE, "rule": long[:40]})
        return text
