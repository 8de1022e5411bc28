"""Writes to rounds: who walks what, where and by when, and what becomes of walks that nobody finishes."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from django.db import transaction
from django.db.models import Max

from common.batches import done_each
from common.tokens import token_hash
from company.models import Branch, User
from company.queries import company_day
from touchpoints.enums import AuditState
from touchpoints.links import guest_link
from touchpoints.models import Audit, AuditRound, Touchpoint
from touchpoints.queries import forgotten_audits
from touchpoints.services.audit_letters import ask_auditors, ask_guest
from touchpoints.services.refusals import ClosedError
from touchpoints.services.standings import refresh_standings


@dataclass(frozen=True)
class Guest:
    """A mystery guest; without an e-mail somebody hands over the link."""

    name: str
    email: str = ""


@dataclass(frozen=True)
class RoundPlan:
    """What a round is: everybody walks the same touchpoints in every branch.

    A branch None is the whole company; no touchpoints are the whole map.
    """

    branches: Sequence[Branch | None]
    people: Sequence[User]
    due_on: dt.date
    guests: Sequence[Guest] = ()
    touchpoints: Iterable[Touchpoint] = ()
    name: str = ""


@transaction.atomic
def plan_round(*, plan: RoundPlan, actor: User, now: dt.datetime, request_key: uuid.UUID | None = None) -> AuditRound:
    """Ask people and guests to walk by a date, and write to them. The same request key gives the same round."""
    audit_round, is_new = AuditRound.objects.get_or_create(
        request_key=request_key or uuid.uuid4(), defaults={"name": plan.name, "created_by": actor}
    )
    if is_new:
        audit_round.touchpoints.set(plan.touchpoints)
        add_audits(audit_round, plan, actor)
        ask_auditors(audit_round=audit_round, actor=actor, now=now)
        for audit in audit_round.audits.exclude(guest_email="").order_by("id"):
            ask_guest(audit=audit, actor=actor, now=now)
    return audit_round


def add_audits(audit_round: AuditRound, plan: RoundPlan, actor: User) -> None:
    """Save one walk of everybody in every branch."""
    common = {"round": audit_round, "due_on": plan.due_on, "created_by": actor, "changed_by": actor}
    Audit.objects.bulk_create([Audit(branch=branch, auditor=person, **common) for branch, person in product(plan.branches, plan.people)])
    invited = Audit.objects.bulk_create(
        [
            Audit(branch=branch, guest_name=guest.name, guest_email=guest.email, guest_key=uuid.uuid4(), **common)
            for branch, guest in product(plan.branches, plan.guests)
        ]
    )
    for audit in invited:
        audit.guest_hash = token_hash(guest_link(audit).token)
    Audit.objects.bulk_update(invited, ["guest_hash"])


@transaction.atomic
def replace_guest_link(*, audit: Audit, actor: User, now: dt.datetime) -> None:
    """Give a guest a new link, by letter where the address is known; the old one opens nothing any more."""
    audit.guest_key = uuid.uuid4()
    fresh = {"guest_key": audit.guest_key, "guest_hash": token_hash(guest_link(audit).token), "changed_by": actor}
    if not Audit.objects.open().exclude(guest_name="").filter(pk=audit.pk).update(**fresh):
        raise ClosedError
    if audit.guest_email:
        ask_guest(audit=audit, actor=actor, now=now)


def close_forgotten_audits(*, now: dt.datetime) -> int:
    """Close audits left open for a month after their day; return how many."""
    return done_each(forgotten_audits(company_day(now)), lambda audit: close_forgotten(audit=audit), "a forgotten audit")


@transaction.atomic
def close_forgotten(*, audit: Audit) -> bool:
    """Finish an audit that nobody finished as of its last rating; one without ratings was never walked."""
    # The first update holds the audit's row: no mark comes in between.
    if not Audit.objects.open().filter(pk=audit.pk).update(is_forgotten=True, changed_by=None):
        return False
    last = audit.marks.filter(rating__isnull=False).aggregate(last=Max("marked_at"))["last"]
    end = {"state": AuditState.DONE, "finished_at": last} if last else {"state": AuditState.LAPSED}
    Audit.objects.filter(pk=audit.pk).update(**end)
    refresh_standings(audit.marks.values_list("touchpoint_id", flat=True))
    return True
