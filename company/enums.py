"""Closed lists of the firm."""

from zoneinfo import available_timezones

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user may do; each role includes the ones below it."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    STAFF = "staff", _("Staff member")


ROLE_RANK = {Role.STAFF: 1, Role.MANAGER: 2, Role.OWNER: 3}


SESSION_SIGNED_IN = "signed_in_at"
"""Where a session keeps the moment of signing in."""


class ApiScope(models.TextChoices):
    """What a token of another system may do."""

    ANSWERS_WRITE = "answers:write", _("record answers of surveys")
    LEAVERS_WRITE = "leavers:write", _("tell of Clients who left, and give their calls to people")
    SOURCES_WRITE = "sources:write", _("read and write who brought each Client")
    CHANNELS_WRITE = "channels:write", _("send what channels cost and brought each month")
    EMPLOYEES_READ = "employees:read", _("read the list of employees")
    TOUCHPOINTS_READ = "touchpoints:read", _("read touchpoints, audits and actions")
    LEAVERS_READ = "leavers:read", _("read who left and what the calls to them said")
    ANSWERS_READ = "answers:read", _("read surveys of Clients and their answers")


class EmployeeField(models.TextChoices):
    """What a column of a table of employees can be."""

    NAME = "name", _("Name")
    BRANCH = "branch", _("Branch")
    DEPARTMENT = "department", _("Department")
    POSITION = "position", _("Position")
    EMAIL = "email", _("E-mail")
    HIRED_ON = "hired_on", _("Works here since")
    LEFT_ON = "left_on", _("Left on")


class EmployeeShow(models.TextChoices):
    """Which employees the list shows."""

    HERE = "here", _("Work here")
    BY_CODE = "code", _("No e-mail of their own")
    LEFT = "left", _("Have left")


class Currency(models.TextChoices):
    """Currencies money is kept in; every one of them has two decimals."""

    RUB = "RUB", "₽"
    BYN = "BYN", "Br"
    KZT = "KZT", "₸"
    EUR = "EUR", "€"
    USD = "USD", "$"


NEAR_ZONES = [
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
    "Europe/Minsk",
    "Asia/Almaty",
    "Asia/Tbilisi",
    "Asia/Yerevan",
    "Asia/Tashkent",
]
ZONE_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def time_zone_choices() -> list[tuple[object, list[tuple[str, str]]]]:
    """Return the time zones of a select: Russian ones and neighbours first."""
    others = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in ZONE_REGIONS and zone not in NEAR_ZONES)
    return [(_("Nearby"), [(zone, zone) for zone in NEAR_ZONES]), (_("The rest of the world"), [(zone, zone) for zone in others])]
