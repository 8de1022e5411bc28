"""What people type about employees."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.choices import shorten_empty_choices
from common.tables.forms import TableForm, table_field
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


class EmployeeImportForm(TableForm):
    """Many employees at once."""

    text = table_field(max_length=MOST_CHARS, example=EXAMPLE)
    text_of = staticmethod(text_of)
    contents: Reading | None = None

    def read(self, data: dict[str, Any]) -> Reading:
        """Return the lines of the table."""
        return read_lines(data["text"], company_zone(), timezone.localdate())
