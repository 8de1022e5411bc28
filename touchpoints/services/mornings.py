"""When colleagues and guests are reminded: in the morning, not at midnight when a day begins."""

import datetime as dt

from company.queries import company_zone

MORNING = 9


def day_of_reminders(now: dt.datetime) -> dt.date | None:
    """Return the firm's day once its morning has come; None at night."""
    local = now.astimezone(company_zone())
    return local.date() if local.hour >= MORNING else None
