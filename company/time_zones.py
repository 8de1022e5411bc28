"""Time zones offered to the company: Russian ones and neighbours first."""

from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

NEAR = [
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
REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def choices() -> list[tuple[object, list[tuple[str, str]]]]:
    """Return grouped choices of a select."""
    others = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in REGIONS and zone not in NEAR)
    return [(_("Nearby"), [(zone, zone) for zone in NEAR]), (_("The rest of the world"), [(zone, zone) for zone in others])]
