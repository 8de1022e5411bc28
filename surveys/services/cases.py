"""Cases are opened: by a critic's answer, by the silence of a dear Client, by hand."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.models import Client
from common.batches import done_each
from company.models import Company, User
from company.queries import the_company
from surveys.enums import CaseKind, CaseState
from surveys.formulas.deadlines import WorkingWeek, deadline, public_holidays
from surveys.models import Answer, Case, CaseEvent, SurveySettings
from surveys.queries import case_takers, critics_without_case, dear_and_silent, softened_cases, survey_settings
from surveys.services.alerts import alert_owner


def working_week(rules: SurveySettings, company: Company) -> WorkingWeek:
    """Return when the company works."""
    return WorkingWeek(
        zone=ZoneInfo(company.time_zone),
        days=frozenset(rules.work_days),
        begins=rules.work_from,
        ends=rules.work_to,
        free=public_holidays(company.currency),
    )


def taker_for(client: Client | None, takers: Sequence[User]) -> User | None:
    """Return who gets the case: the first who is not the Client's responsible person, if there is a choice."""
    responsible = client.responsible.user_id if client and client.responsible else None
    return next((user for user in takers if user.pk != responsible), next(iter(takers), None))


@transaction.atomic
def open_case(*, now: dt.datetime, rules: SurveySettings, owner: User, actor: User | None, **cause: Any) -> Case | None:
    """Open a case and write to its owner; None when somebody has just opened it or another one for the Client."""
    due_at = deadline(now, rules.case_hours, working_week(rules, the_company()))
    try:
        with transaction.atomic():
            case = Case.objects.create(owner=owner, due_at=due_at, created_at=now, changed_by=actor, **cause)
    except IntegrityError:
        return None
    CaseEvent.objects.create(case=case, at=now, author=actor, state=CaseState.NEW)
    if owner != actor:
        alert_owner(case=case, now=now)
    return case


def open_due_cases(*, now: dt.datetime) -> int:
    """Open the cases of critics and of silent dear Clients; any number of workers may do it at once."""
    rules = survey_settings()
    takers = case_takers(rules)
    causes: list[dict[str, Any]] = [
        {"kind": CaseKind.DETRACTOR, "answer": answer, "client": answer.client} for answer in critics_without_case(now)
    ]
    causes += [{"kind": CaseKind.SILENCE, "wave": one.wave, "client": one.client} for one in dear_and_silent(rules, now)]

    def open_one(cause: dict[str, Any]) -> bool:
        owner = taker_for(cause["client"], takers)
        return bool(owner and open_case(now=now, rules=rules, owner=owner, actor=None, **cause))

    opened = done_each(causes, open_one, "opening a case")
    done_each(softened_cases(), lambda case: note_softened(case=case), "noting a better score")
    return opened


@transaction.atomic
def note_softened(*, case: Case) -> bool:
    """Write down, once per correction, that the critic has changed the score to a better one; say whether there was something new."""
    locked = Case.objects.select_for_update(of=("self",)).select_related("answer").get(pk=case.pk)
    if locked.answer is None or locked.answer.corrected_at is None:
        return False
    text = _("The Client has changed the score to %(score)s.") % {"score": locked.answer.score}
    return CaseEvent.objects.get_or_create(case=locked, author=None, at=locked.answer.corrected_at, defaults={"text": text})[1]


@transaction.atomic
def open_case_by_hand(*, answer: Answer, owner: User, actor: User, now: dt.datetime) -> Case:
    """Open a case from a comment, or return the one this Client has already."""
    locked = Answer.objects.select_for_update(of=("self",)).select_related("client", "wave").get(pk=answer.pk)
    known = Case.objects.filter(answer=locked).first() or current_case(locked.client)
    if known:
        return known
    case = open_case(now=now, rules=survey_settings(), owner=owner, actor=actor, kind=CaseKind.BY_HAND, answer=locked, client=locked.client)
    return case or Case.objects.open().get(client=locked.client)


def current_case(client: Client | None) -> Case | None:
    """Return the open case of the Client."""
    return Case.objects.open().filter(client=client).first() if client else None
