"""Who calls: never the responsible person, and the most senior one available."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from churn.access import is_responsible
from churn.models import CallerSettings, HandOver, Leaver
from churn.queries import available_callers, callers, is_away
from clients.models import Client
from company.enums import Role
from company.models import User
from company.queries import company_day

FREE: dict[str, Any] = {"taken_by": None, "taken_until": None}


class CallerError(ValueError):
    """One of the two rules forbids this caller; the text says which and what to do."""


class CallTakenError(CallerError):
    """Somebody else is on the phone with the Client."""


def seniors_left_out(leaver: Leaver, caller: User, today: dt.date) -> bool:
    """Say whether somebody more senior could call today."""
    return any(user.seniority < caller.seniority and not is_responsible(user, leaver) for user in available_callers(today))


def may_take(user: User, leaver: Leaver, today: dt.date) -> bool:
    """Say whether the user may call without being given the call: it is theirs, or nobody more senior could call instead."""
    if is_responsible(user, leaver):
        return leaver.caller_id == user.pk and bool(leaver.exception_reason)
    if leaver.caller_id == user.pk:
        return True
    if not user.has_role(Role.MANAGER):
        return False
    return not seniors_left_out(leaver, user, today) and (leaver.caller is None or user.seniority <= leaver.caller.seniority)


@transaction.atomic
def reassign(*, leaver: Leaver, caller: User, note: str, actor: User) -> None:
    """Hand the call to somebody else; a less senior person needs a word why the more senior ones cannot."""
    now = timezone.now()
    check_hand_over(leaver, caller, note, actor, company_day(now))
    values = {"caller": caller, "caller_note": note.strip(), "exception_reason": "", "is_rehearsal": False} | FREE
    same = Leaver.objects.all().open().filter(pk=leaver.pk, n_calls=leaver.n_calls, caller=leaver.caller_id)
    if not (same.not_on_the_phone(now) | same.filter(taken_by=actor)).update(**values):
        raise not_handed(leaver, now)
    if caller.pk != leaver.caller_id:
        HandOver.objects.create(leaver=leaver, from_caller_id=leaver.caller_id, to_caller=caller, note=note.strip(), author=actor)


def check_hand_over(leaver: Leaver, caller: User, note: str, actor: User, today: dt.date) -> None:
    """Hold the two rules, whoever asks."""
    if not actor.has_role(Role.MANAGER):
        raise CallerError(_("Only a manager hands calls over."))
    if not caller.is_active:
        raise CallerError(_("This person can no longer sign in. Choose somebody else."))
    if is_responsible(caller, leaver):
        raise CallerError(_("This person looked after the Client, and to them nobody tells the truth. Choose somebody else."))
    if is_away(caller, today):
        raise CallerError(_("This person is away today. Choose somebody else."))
    if not note.strip() and seniors_left_out(leaver, caller, today):
        raise CallerError(_("The most senior person available calls. Write why it is somebody else this time."))


def not_handed(leaver: Leaver, now: dt.datetime) -> CallerError:
    """Say who is on the phone, or that the case has moved on."""
    fresh = Leaver.objects.select_related("taken_by").filter(pk=leaver.pk).first()
    if fresh and fresh.taken_until and fresh.is_taken(now):
        return CallTakenError(
            _("%(name)s is on the phone with this Client until %(until)s.")
            % {"name": fresh.taken_by, "until": f"{timezone.localtime(fresh.taken_until):%H:%M}"}
        )
    if fresh and Client.objects.filter(pk=fresh.client_id, do_not_call=True).exists():
        return CallerError(_("This Client asked not to be called."))
    return CallerError(_("This leaver has just changed. Open it once more."))


@transaction.atomic
def allow_exception(*, leaver: Leaver, reason: str, actor: User) -> None:
    """Let the responsible person make one call, when the owner says why and nobody else could."""
    if not actor.has_role(Role.OWNER):
        raise CallerError(_("Only the owner allows this."))
    if not reason.strip():
        raise CallerError(_("Write why the responsible person calls: the reason stays beside the call."))
    if leaver.responsible is None or not leaver.responsible.is_active:
        raise CallerError(_("The Client has no responsible person who signs in. Choose anybody."))
    if any(not is_responsible(user, leaver) for user in callers()):
        raise CallerError(_("Somebody else can call, so no exception is needed."))
    now, values = timezone.now(), {"caller": leaver.responsible, "exception_reason": reason.strip(), "caller_note": ""} | FREE
    same = Leaver.objects.all().open().filter(pk=leaver.pk, n_calls=leaver.n_calls, caller=leaver.caller_id)
    if not same.not_on_the_phone(now).update(**values):
        raise not_handed(leaver, now)


@transaction.atomic
def save_caller(*, user: User, calls_a_day: int, away_since: dt.date | None, away_until: dt.date | None, actor: User) -> CallerSettings:
    """Keep how many calls a person makes and when they are away; their own, or anybody's for a manager."""
    if actor.pk != user.pk and not actor.has_role(Role.MANAGER):
        raise CallerError(_("Everybody sets their own day; a manager sets everybody's."))
    values = {"calls_a_day": calls_a_day, "away_since": away_since, "away_until": away_until}
    return CallerSettings.objects.update_or_create(user=user, defaults=values)[0]
