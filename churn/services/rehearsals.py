"""Rehearsals: the least valuable leavers are called to practise, apart from the queue and from the results."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from churn.models import HandOver, Leaver
from churn.queries import is_away, shareable
from churn.services.callers import FREE, CallerError
from churn.services.sharing import assign_callers
from company.enums import Role
from company.models import User

MOST = 20


@transaction.atomic
def begin_rehearsal(*, number: int, caller: User, today: dt.date, actor: User) -> int:
    """Keep so many of the least valuable untouched leavers for the caller to practise on; return how many were found."""
    if not actor.has_role(Role.MANAGER):
        raise CallerError(_("Only a manager begins a rehearsal."))
    if not caller.is_active or is_away(caller, today):
        raise CallerError(_("This person cannot call today. Choose somebody else."))
    own = Q(responsible=caller) | Q(client__responsible__user=caller)
    cheapest = shareable(timezone.now(), today).exclude(own).order_by("at_risk_cents", "left_on", "pk")
    rows = list(cheapest.select_for_update(of=("self",), skip_locked=True)[: min(number, MOST)])
    Leaver.objects.filter(pk__in=[row.pk for row in rows]).update(caller=caller, is_rehearsal=True, **FREE)
    moved = [row for row in rows if row.caller_id != caller.pk]
    HandOver.objects.bulk_create(
        HandOver(leaver=row, from_caller_id=row.caller_id, to_caller=caller, note=_("rehearsal"), author=actor) for row in moved
    )
    return len(rows)


@transaction.atomic
def end_rehearsal(*, leaver: Leaver | None, today: dt.date, actor: User) -> int:
    """Put one rehearsed leaver, or all of them, back into the common queue; return how many."""
    if not actor.has_role(Role.MANAGER):
        raise CallerError(_("Only a manager ends a rehearsal."))
    kept = Leaver.objects.all().open().filter(is_rehearsal=True)
    chosen = (kept.filter(pk=leaver.pk) if leaver else kept).not_on_the_phone(timezone.now())
    count = Leaver.objects.filter(pk__in=chosen.values("pk"), is_rehearsal=True).update(is_rehearsal=False, caller=None, **FREE)
    assign_callers(today=today)
    return count
