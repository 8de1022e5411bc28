"""What fills a reminder's letter for one Client."""

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from company.formulas.names import first_name

DAY = "j E Y"
"""Without the abbreviation of "year" at the end: a sentence may end with the day."""


def reminder_context(client: Client, locale: str) -> dict[str, str]:
    """Return the values for the places of a visit reminder."""
    name = first_name(client.name)
    with translation.override(locale):
        hello = _("Hello, %(name)s!") % {"name": name} if name else _("Hello!")
        return {"greeting": hello, "last_visit": date_format(client.sum.last_day, DAY)}
