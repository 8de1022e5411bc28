"""The list of the queue, which stands beside every call."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from churn import queries
from churn.enums import QueueMonth
from churn.formulas.calls import month_of_leaving
from churn.models import Leaver
from company.access import AuthenticatedRequest
from company.enums import Role
from company.models import User

LONGEST_SEARCH = 80


def queue_context(request: AuthenticatedRequest, today: dt.date, current: Leaver | None) -> dict[str, Any]:
    """Gather the list on the left."""
    user, ask, opened = request.user, ask_of(request), opened_month(request)
    groups = queries.queue_groups(user=user, today=today, opened=opened, current=current, ask=ask)
    postponed = queries.postponed_leavers(user=user, today=today, ask=ask)
    counted = [group for group in groups if not group.is_rehearsal]
    return {
        "today": today,
        "now": timezone.now(),
        "groups": groups,
        "opened": opened,
        "leaver_month": group_of(current, today) if current else None,
        "queued": sum(group.count for group in counted),
        "at_risk_cents": sum(group.at_risk_cents for group in counted),
        "postponed": postponed,
        "postponed_count": postponed_count(user, today, ask, listed=len(postponed)),
        "is_manager": user.has_role(Role.MANAGER),
        "ask": ask,
        "list_query": list_query(ask),
    }


def postponed_count(user: User, today: dt.date, ask: queries.QueueAsk, *, listed: int) -> int:
    """Return how many calls are put off; they are counted only where the list does not hold them all."""
    return listed if listed < queries.SHOWN_WHEN_OPENED else queries.postponed_count(user=user, today=today, ask=ask)


def opened_month(request: AuthenticatedRequest) -> QueueMonth | None:
    """Return the group asked for in whole."""
    chosen = request.GET.get("month", "")
    return QueueMonth(int(chosen)) if chosen in {str(month.value) for month in QueueMonth} else None


def group_of(leaver: Leaver, today: dt.date) -> int:
    """Return the group the leaver is listed in."""
    return QueueMonth.REHEARSAL.value if leaver.is_rehearsal else month_of_leaving(leaver.left_on, today)


def ask_of(request: AuthenticatedRequest) -> queries.QueueAsk:
    """Return what of the queue is asked for; how right a Client is, is read by managers only."""
    is_manager = request.user.has_role(Role.MANAGER)
    return queries.QueueAsk(
        text=request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
        is_mine=is_manager and request.GET.get("whose") == "mine",
        is_right_first=is_manager and request.GET.get("order") == "right",
    )


def list_query(ask: queries.QueueAsk) -> str:
    """Return the same choice as the end of an address."""
    pairs = [("q", ask.text), ("whose", "mine" if ask.is_mine else ""), ("order", "right" if ask.is_right_first else "")]
    return urlencode([(key, value) for key, value in pairs if value])


def listed_url(request: AuthenticatedRequest, leaver: Leaver | None) -> str:
    """Return the address of a call, or of the queue, with the list as it is asked for."""
    url, query = reverse("churn:leaver", args=[leaver.pk]) if leaver else reverse("churn:queue"), list_query(ask_of(request))
    return f"{url}?{query}" if query else url
