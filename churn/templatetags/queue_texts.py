"""Words of one line of the queue."""

import datetime as dt
import uuid

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from churn.models import Leaver
from churn.templatetags.churn_texts import days_ago

register = template.Library()


@register.filter
def queue_line(leaver: Leaver, today: dt.date) -> str:
    """Say what matters about a leaver in the queue: the hour promised, or how long ago they left and how often we tried."""
    if leaver.next_call_on == today and leaver.next_call_at:
        parts = [_("call today at %(time)s") % {"time": leaver.next_call_at.strftime("%H:%M")}]
    else:
        parts = [days_ago(leaver.left_on, today)]
        if leaver.n_calls:
            parts.append(ngettext("%(n)s attempt", "%(n)s attempts", leaver.n_calls) % {"n": leaver.n_calls})
    if leaver.state == "talked":
        parts.append(_("second talk"))
    if not leaver.caller_id:
        parts.append(_("nobody may call"))
    return ", ".join(parts)


@register.filter
def taken_at(leaver: Leaver, now: dt.datetime) -> bool:
    """Say whether somebody is on the phone with the Client at the moment."""
    return leaver.is_taken(now)


@register.simple_tag
def new_key() -> str:
    """Return a fresh key: a form sent twice is one call."""
    return str(uuid.uuid4())
