"""Changes to an audit that is still to be walked: another person, another day."""

import datetime as dt
import logging

from django.db import transaction

from company.models import User
from touchpoints.models import Audit
from touchpoints.services.audit_letters import ask_auditor, ask_guest
from touchpoints.services.refusals import ClosedError
from touchpoints.services.rounds import Guest, replace_guest_link

logger = logging.getLogger(__name__)


@transaction.atomic
def hand_over_audit(*, audit: Audit, auditor: User, due_on: dt.date, actor: User, now: dt.datetime) -> None:
    """Give an open audit to a colleague and set its day; marks made so far stay. Who gets it is written to, once for each audit."""
    was = locked_open(audit, is_guest=False)
    Audit.objects.filter(pk=audit.pk).update(auditor=auditor, due_on=due_on, changed_by=actor)
    if was.auditor_id == auditor.pk:
        return
    logger.info("audit %s goes from user %s to user %s by user %s", audit.pk, was.auditor_id, auditor.pk, actor.pk)
    if auditor.pk != actor.pk:
        ask_auditor(audit=audit, actor=actor, now=now)


@transaction.atomic
def change_guest_audit(*, audit: Audit, guest: Guest, due_on: dt.date, actor: User, now: dt.datetime) -> None:
    """Set the day of a guest's open walk, the guest's name and address. Where the link has gone to another address, it is replaced."""
    was = locked_open(audit, is_guest=True)
    Audit.objects.filter(pk=audit.pk).update(guest_name=guest.name, guest_email=guest.email, due_on=due_on, changed_by=actor)
    audit.refresh_from_db()
    if was.guest_email and was.guest_email != guest.email:
        replace_guest_link(audit=audit, actor=actor, now=now)
    elif guest.email and not was.guest_email:
        ask_guest(audit=audit, actor=actor, now=now)


def locked_open(audit: Audit, *, is_guest: bool) -> Audit:
    """Return the audit as it is now, held until the change is through; one that is over or walked by another kind is refused."""
    was = Audit.objects.open().select_for_update(of=("self",)).filter(pk=audit.pk).first()
    if was is None or bool(was.guest_name) != is_guest:
        raise ClosedError
    return was
