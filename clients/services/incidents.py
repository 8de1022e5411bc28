"""Writing down what went wrong, and how it ended."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clients.enums import IncidentKind
from clients.models import Client, Incident
from company.models import User


class IncidentError(ValueError):
    """An entry that cannot be kept; the text says why."""


@transaction.atomic
def log_incident(  # noqa: PLR0913 - named, one per column
    *,
    client: Client,
    kind: IncidentKind,
    happened_on: dt.date,
    words: str,
    request_key: uuid.UUID,
    actor: User,
    answer: str = "",
    settled_on: dt.date | None = None,
) -> Incident:
    """Write down a complaint or a conflict; the same form sent twice is one entry."""
    values = {
        "client": client,
        "kind": kind,
        "happened_on": happened_on,
        "words": words,
        "answer": answer,
        "settled_on": settled_on,
        "author": actor,
    }
    incident, _created = Incident.objects.get_or_create(request_key=request_key, defaults=values)
    return incident


@transaction.atomic
def settle_incident(*, incident: Incident, answer: str, settled_on: dt.date, actor: User) -> None:
    """Say what we did and that it is over; who comes second reads that somebody was first."""
    del actor  # whoever may see the Client may say how it ended
    if settled_on < incident.happened_on:
        raise IncidentError(_("It cannot be settled before it happened."))
    still_open = Incident.objects.filter(pk=incident.pk, settled_on=None)
    if not still_open.update(answer=answer, settled_on=settled_on):
        raise IncidentError(_("Somebody has just settled it. Look at what they wrote."))
