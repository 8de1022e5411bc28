"""The list of the queue, which stands beside every call."""

import datetime as dt
from typing import Any

from churn import queries
from churn.enums import QueueMonth
from churn.formulas.calls import month_of_leaving
from churn.models import Leaver
from company.access import AuthenticatedRequest
from company.enums import Role


def queue_context(request: AuthenticatedRequest, today: dt.date, current: Leaver | None) -> dict[str, Any]:
    """Gather the list on the left."""
    chosen = request.GET.get("month", "")
    opened = QueueMonth(int(chosen)) if chosen in {str(month.value) for month in QueueMonth} else None
    groups = queries.queue_groups(user=request.user, today=today, opened=opened, current=current)
    return {
        "today": today,
        "groups": groups,
        "opened": opened,
        "leaver_month": month_of_leaving(current.left_on, today) if current else None,
        "queued": sum(group.count for group in groups),
        "at_risk_cents": sum(group.at_risk_cents for group in groups),
        "postponed": queries.postponed_leavers(user=request.user, today=today),
        "is_manager": request.user.has_role(Role.MANAGER),
    }
