"""Actions: what is open, late and done."""

import datetime as dt

from django.db.models import Count, Q, QuerySet

from touchpoints.enums import OPEN_ACTION_STATES, ActionState
from touchpoints.models import Action


def open_actions() -> QuerySet[Action]:
    """Return actions still to do, the earliest date first."""
    return Action.objects.open().select_related("owner").order_by("due_on", "id")


def overdue_actions(today: dt.date) -> QuerySet[Action]:
    """Return open actions whose date has passed."""
    return Action.objects.overdue(today).select_related("owner").order_by("due_on", "id")


def action_counts(actions: QuerySet[Action], today: dt.date) -> dict[str, int]:
    """Return how many actions each tab of the list holds."""
    still = Q(state__in=OPEN_ACTION_STATES)
    return actions.order_by().aggregate(
        open=Count("pk", filter=still),
        overdue=Count("pk", filter=still & Q(due_on__lt=today)),
        done=Count("pk", filter=Q(state=ActionState.DONE)),
        dropped=Count("pk", filter=Q(state=ActionState.DROPPED)),
    )


def action_columns(actions: QuerySet[Action], limit: int = 100) -> list[tuple[ActionState, list[Action]]]:
    """Return the board of actions: a column for each state but dropped; of done ones the latest."""
    still = list(actions.filter(state__in=OPEN_ACTION_STATES).order_by("due_on", "id"))
    done = list(actions.filter(state=ActionState.DONE).order_by("-done_at", "-id")[:limit])
    columns = [(state, [action for action in still if action.state == state]) for state in OPEN_ACTION_STATES]
    return [*columns, (ActionState.DONE, done)]
