"""What a choice of nothing looks like."""

from django import forms

NOTHING = "—"


def shorten_empty_choices(form: forms.BaseForm) -> None:
    """Write a dash for "nothing chosen" instead of a row of hyphens."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
            field.empty_label = NOTHING
