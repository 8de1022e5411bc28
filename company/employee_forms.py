"""What people type about employees."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.choices import shorten_empty_choices
from common.tables.reading import TableError
from company.employee_lines import MOST_CHARS, Reading, read_lines, text_of
from company.enums import EmployeeShow
from company.models import Branch, Employee
from company.queries import EmployeeFilter, company_zone, departments

EXAMPLE = "Имя\tФилиал\tОтдел\tПочта\nПолина Орлова\tНа Садовой\tПриёмка\tpolina@example.org\nРуслан Ибрагимов\tЗаводская\tЦех\t"


def day_input() -> forms.DateInput:
    """Return the usual field for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EmployeeForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """Somebody who works here. Accounts are the owner's business: others do not see that field."""

    class Meta:
        model = Employee
        fields: ClassVar = ["name", "branch", "department", "position", "email", "hired_on", "user"]
        labels: ClassVar = {
            "name": _("Name and surname"),
            "branch": _("Branch"),
            "department": _("Department"),
            "position": _("Position"),
            "email": _("E-mail"),
            "hired_on": _("Works here since"),
            "user": _("Account in Mayak"),
        }
        help_texts: ClassVar = {
            "department": _("A name in use is written the same way as before."),
            "email": _("Their own one. Without it they answer staff surveys by a printed code."),
            "user": _("Leave empty when they do not sign in."),
        }
        widgets: ClassVar = {
            "hired_on": day_input(),
            "department": forms.TextInput(attrs={"list": "departments", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, with_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_account:
            del self.fields["user"]
        shorten_empty_choices(self)

    def clean_hired_on(self) -> dt.date | None:
        """Refuse a first day after the last one."""
        hired: dt.date | None = self.cleaned_data["hired_on"]
        if hired and self.instance.left_on and self.instance.left_on < hired:
            raise forms.ValidationError(_("Later than the day they left. Say first that they came back."))
        return hired


class LeaveForm(forms.Form):
    """The day since which somebody no longer works here."""

    left_on = forms.DateField(label=_("No longer works here since"), widget=day_input(), initial=timezone.localdate)

    def __init__(self, *args: Any, employee: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.employee = employee

    def clean_left_on(self) -> dt.date:
        """Refuse a day before the first one."""
        left: dt.date = self.cleaned_data["left_on"]
        if self.employee.hired_on and left < self.employee.hired_on:
            raise forms.ValidationError(_("Earlier than the first day here."))
        return left


class EmployeeFilterForm(forms.Form):
    """Narrows the list; everything lives in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    branch = forms.ModelChoiceField(Branch.objects.all(), label=_("Branch"), required=False, empty_label=_("All branches"))
    department = forms.ChoiceField(label=_("Department"), required=False)
    show = forms.ChoiceField(choices=EmployeeShow.choices, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in sorted(departments())]
        self.fields["department"].choices = [("", _("All departments")), *names]  # type: ignore[attr-defined]
        for name in ("branch", "department"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def wanted(self) -> EmployeeFilter:
        """Return the filter; a field that makes no sense is left out."""
        self.is_valid()
        data = self.cleaned_data
        return EmployeeFilter(
            search=data.get("q", ""),
            branch=data.get("branch"),
            department=data.get("department", ""),
            show=EmployeeShow(data.get("show") or EmployeeShow.HERE),
        )


class EmployeeImportForm(forms.Form):
    """Many employees at once. A file becomes a text too, so that mistakes are mended in place."""

    file = forms.FileField(required=False, label=_("A file"), help_text=_("XLSX, XLS, ODS or CSV, up to 2 MB and 5 000 lines."))
    text = forms.CharField(
        required=False,
        max_length=MOST_CHARS,
        strip=False,
        label=_("Or a table"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "wrap": "off", "placeholder": EXAMPLE}),
        help_text=_("Copy the cells from a spreadsheet with the line that names the columns and paste them here."),
    )
    skip_bad = forms.BooleanField(required=False, label=_("Leave out the lines with mistakes"))
    reading: Reading | None = None

    def clean(self) -> dict[str, Any]:
        """Read what was given; the text of a file is put where it can be mended."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        field = "file" if data["file"] else "text"
        try:
            text = text_of(data["file"], data["file"].name) if data["file"] else data["text"]
            self.data = {name: self.data.get(name) for name in self.fields} | {"text": text}
            if not text.strip():
                raise forms.ValidationError(_("Choose a file or paste a table."))
            self.reading = read_lines(text, company_zone(), timezone.localdate())
        except TableError as error:
            self.add_error(field, str(error))
        return data
