"""Who is on the phone: a call is taken for half an hour, by one person, and renewed while they type."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from churn.models import HandOver, Leaver
from churn.services.callers import FREE, CallerError, may_take, not_handed
from company.models import User
from company.queries import company_day

LEASE = dt.timedelta(minutes=30)


def held_by(user: User, now: dt.datetime) -> dict[str, Any]:
    """Return the columns of a call the user is on."""
    return {"taken_by": user, "taken_until": now + LEASE}


@transaction.atomic
def take_call(*, leaver: Leaver, actor: User, now: dt.datetime) -> None:
    """Say that the actor is on the phone with the Client: their own call, or one that seniority gives them."""
    if not may_take(actor, leaver, company_day(now)):
        raise CallerError(_("This call is not yours. A manager hands it over and writes why."))
    is_handed = leaver.caller_id != actor.pk
    values = held_by(actor, now) | ({"caller": actor, "caller_note": ""} if is_handed else {})
    same = Leaver.objects.all().open().filter(pk=leaver.pk, n_calls=leaver.n_calls, caller=leaver.caller_id)
    if not (same.not_on_the_phone(now) | same.filter(taken_by=actor)).update(**values):
        raise not_handed(leaver, now)
    if is_handed:
        HandOver.objects.create(leaver=leaver, from_caller_id=leaver.caller_id, to_caller=actor, author=actor)


@transaction.atomic
def give_back(*, leaver: Leaver, actor: User) -> bool:
    """Say that the actor is off the phone; others may take the call."""
    return bool(Leaver.objects.filter(pk=leaver.pk, taken_by=actor).update(**FREE))
