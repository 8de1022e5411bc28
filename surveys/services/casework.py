"""Work on a case: taken, handed over, moved on, noted, closed. It never goes back, and two who press at once do it once."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from company.models import User
from surveys.enums import CaseOutcome, CaseState
from surveys.models import Case, CaseEvent
from surveys.services.alerts import alert_owner


class CaseClosedError(Exception):
    """Somebody has closed the case, or moved it further, before this write: nothing was changed."""


def states_before(state: CaseState) -> list[str]:
    """Return the states a case may come to this one from."""
    order = list(CaseState.values)
    return order[: order.index(state)]


@transaction.atomic
def move_case(*, case: Case, state: CaseState, actor: User, now: dt.datetime) -> None:
    """Move an open case on to a later state; closing has its own words."""
    if state == CaseState.CLOSED:
        raise CaseClosedError
    if not Case.objects.filter(pk=case.pk, state__in=states_before(state)).update(state=state, changed_by=actor):
        raise CaseClosedError
    CaseEvent.objects.create(case=case, at=now, author=actor, state=state)


@transaction.atomic
def take_case(*, case: Case, actor: User, now: dt.datetime) -> None:
    """Take a case upon oneself and begin with it."""
    if not Case.objects.open().filter(pk=case.pk).update(owner=actor, changed_by=actor):
        raise CaseClosedError
    begun = Case.objects.filter(pk=case.pk, state=CaseState.NEW).update(state=CaseState.WORKING)
    text = "" if case.owner_id == actor.pk else _("%(name)s took the case.") % {"name": actor}
    CaseEvent.objects.create(case=case, at=now, author=actor, state=CaseState.WORKING if begun else "", text=text)


@transaction.atomic
def assign_case(*, case: Case, owner: User, actor: User, now: dt.datetime) -> None:
    """Hand an open case over and tell the new owner."""
    if not Case.objects.open().filter(pk=case.pk).exclude(owner=owner).update(owner=owner, changed_by=actor):
        raise CaseClosedError
    CaseEvent.objects.create(case=case, at=now, author=actor, text=_("Handed over to %(name)s.") % {"name": owner})
    if owner != actor:
        alert_owner(case=Case.objects.select_related("owner", "client", "answer").get(pk=case.pk), now=now)


@transaction.atomic
def note_case(*, case: Case, text: str, actor: User, now: dt.datetime) -> None:
    """Add to the log."""
    CaseEvent.objects.create(case=case, at=now, author=actor, text=text)


@transaction.atomic
def close_case(*, case: Case, outcome: CaseOutcome, note: str, actor: User, now: dt.datetime) -> None:
    """Close a case with what came of it."""
    closing = {"state": CaseState.CLOSED, "outcome": outcome, "closing_note": note, "closed_at": now, "changed_by": actor}
    if not Case.objects.open().filter(pk=case.pk).update(**closing):
        raise CaseClosedError
    CaseEvent.objects.create(case=case, at=now, author=actor, state=CaseState.CLOSED, text=note)
