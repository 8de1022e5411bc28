"""Words and measures of the calling pages."""

import datetime as dt

import phonenumbers
from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from churn.formulas.calls import Stretch
from common.money import group_digits

register = template.Library()

IN_MONTH = [
    pgettext_lazy("stopped in which month", "January"),
    pgettext_lazy("stopped in which month", "February"),
    pgettext_lazy("stopped in which month", "March"),
    pgettext_lazy("stopped in which month", "April"),
    pgettext_lazy("stopped in which month", "May"),
    pgettext_lazy("stopped in which month", "June"),
    pgettext_lazy("stopped in which month", "July"),
    pgettext_lazy("stopped in which month", "August"),
    pgettext_lazy("stopped in which month", "September"),
    pgettext_lazy("stopped in which month", "October"),
    pgettext_lazy("stopped in which month", "November"),
    pgettext_lazy("stopped in which month", "December"),
]


@register.filter
def stopped_in(month: dt.date) -> str:
    """Say in which month the purchases stopped, with the year unless it is this one."""
    name = str(IN_MONTH[month.month - 1])
    return _("stopped in %(month)s") % {"month": name if month.year == timezone.localdate().year else f"{name} {month.year}"}


@register.filter
def days_ago(day: dt.date, today: dt.date) -> str:
    """Say how many days ago a day was."""
    days = (today - day).days
    return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days} if days > 0 else _("today")


@register.filter
def stretch(length: Stretch | None) -> str:
    """Write a length of time in years and months, shorter than a month in days."""
    if length is None:
        return "—"
    if not length.years and not length.months:
        return ngettext("%(n)s day", "%(n)s days", length.days) % {"n": length.days}
    years = ngettext("%(n)s year", "%(n)s years", length.years) % {"n": length.years} if length.years else ""
    months = ngettext("%(n)s mo.", "%(n)s mos.", length.months) % {"n": length.months} if length.months else ""
    return " ".join(filter(None, [years, months]))


@register.filter
def phone_text(phone: str) -> str:
    """Write an E.164 number as people read it."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return phone


@register.filter
def whole_units(cents: int) -> str:
    """Write minor units as whole money without the sign, for a narrow column whose head has it."""
    return group_digits((cents + 50) // 100)


@register.filter
def permille(share: float) -> int:
    """Return a share from 0 to 1 in the thousand units of a picture."""
    return round(share * 1000)
