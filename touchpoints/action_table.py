"""Actions as rows of a file."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from touchpoints.models import Action


def action_heads() -> list[str]:
    """Return the heads of the columns."""
    return [
        _("What to do"),
        _("Details"),
        _("State"),
        _("Responsible"),
        _("Due"),
        _("Touchpoints"),
        _("Cost"),
        _("Expected effect"),
        _("Done on"),
        _("How we know it is done"),
        _("Why it was dropped"),
        _("Set by"),
        _("Set on"),
    ]


def action_rows(actions: QuerySet[Action]) -> Iterator[list[Any]]:
    """Yield actions as rows; the cost is a number in the company's currency."""
    for action in actions.select_related("created_by").iterator(chunk_size=500):
        yield [
            action.title,
            action.details,
            str(action.get_state_display()),
            str(action.owner),
            action.due_on.strftime("%d.%m.%Y"),
            ", ".join(point.name for point in action.touchpoints.all()),
            "" if action.cost_cents is None else Decimal(action.cost_cents) / 100,
            action.expected_effect,
            timezone.localtime(action.done_at).strftime("%d.%m.%Y") if action.done_at else "",
            action.evidence,
            action.drop_reason,
            str(action.created_by or ""),
            timezone.localtime(action.created_at).strftime("%d.%m.%Y"),
        ]
