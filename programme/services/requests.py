"""Writes of the register of requests about personal data."""

import datetime as dt
import logging

from django.db import transaction

from clients.models import Client
from company.models import User
from company.queries import the_company
from mailing import services as mailing
from programme.enums import RequestKind, RequestState, RequestTerm
from programme.formulas.terms import one_month, ten_working_days
from programme.models import PersonRequest, PrivacySettings
from surveys.formulas.deadlines import public_holidays

logger = logging.getLogger(__name__)


class RequestClosedError(Exception):
    """Somebody has settled the request before: nothing was changed."""


def term_in_force() -> RequestTerm:
    """Return within what time the company answers."""
    kept = PrivacySettings.objects.first()
    return RequestTerm(kept.term) if kept else RequestTerm.WORKING_DAYS


@transaction.atomic
def set_term(*, term: RequestTerm, actor: User) -> None:
    """Choose within what time requests are answered; those that wait keep their day."""
    PrivacySettings.objects.update_or_create(pk=1, defaults={"term": term})
    logger.info("Term of requests set to %s by user %s", term.value, actor.pk)


def due_on(came_on: dt.date) -> dt.date:
    """Return by which day a request is answered."""
    if term_in_force() == RequestTerm.MONTH:
        return one_month(came_on)
    return ten_working_days(came_on, public_holidays(the_company().currency))


@transaction.atomic
def take_request(*, kind: RequestKind, client: Client | None, who: str, came_on: dt.date, actor: User) -> PersonRequest:
    """Write down what somebody asks; of a Client only who it is, not how they are called."""
    named = "" if client else who.strip()
    asked = PersonRequest.objects.create(kind=kind, client=client, who=named, came_on=came_on, due_on=due_on(came_on), created_by=actor)
    logger.info("Request %s about personal data taken by user %s", asked.pk, actor.pk)
    return asked


@transaction.atomic
def settle_request(*, asked: PersonRequest, state: RequestState, outcome: str, actor: User, now: dt.datetime) -> None:
    """Close a request with what was done or why not."""
    values = {"state": state, "outcome": outcome.strip(), "handled_by": actor, "handled_at": now}
    if not PersonRequest.objects.filter(pk=asked.pk, state=RequestState.OPEN).update(**values):
        raise RequestClosedError
    logger.info("Request %s about personal data settled by user %s", asked.pk, actor.pk)


@transaction.atomic
def withdraw_consent(*, asked: PersonRequest, outcome: str, actor: User, now: dt.datetime) -> None:
    """Neither write to the Client nor call them any more, and close their request."""
    if asked.client is None:
        raise Client.DoesNotExist
    settle_request(asked=asked, state=RequestState.DONE, outcome=outcome, actor=actor, now=now)
    client = Client.objects.select_for_update().get(pk=asked.client.pk)
    Client.objects.filter(pk=client.pk).update(do_not_mail=True, do_not_call=True)
    if client.email:
        mailing.suppress(address=client.email, reason="unsubscribed", source=f"request-{asked.pk}")


def close_by_erasure(*, client: Client, outcome: str, actor: User, now: dt.datetime) -> None:
    """Close what an erased Client asked to be erased."""
    waiting = PersonRequest.objects.filter(client=client, kind=RequestKind.ERASURE, state=RequestState.OPEN)
    waiting.update(state=RequestState.DONE, outcome=outcome, handled_by=actor, handled_at=now)
