"""Writes about phone access: mystery calls and how many calls come in."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from company.models import Branch, User
from touchpoints.models import CallTraffic, PhoneCall


@dataclass(frozen=True)
class CallDetails:
    """What a caller noted. A call that nobody answered has no seconds, transfers or help."""

    branch: Branch | None
    called_at: dt.datetime
    is_reached: bool
    attempts: int = 1
    seconds: int | None = None
    transfers: int | None = None
    is_helped_at_once: bool | None = None
    is_number_easy: bool | None = None
    is_in_hours: bool = True
    note: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """The fields as the table takes them: what cannot be true of a call nobody answered is left out."""
        fields = dict(vars(self))
        if not self.is_reached:
            fields |= {"seconds": None, "transfers": None, "is_helped_at_once": None}
        return fields


@transaction.atomic
def log_call(*, details: CallDetails, actor: User, request_key: uuid.UUID | None = None) -> PhoneCall:
    """Save a mystery call; a form sent twice is one call."""
    fields = {**details.columns, "caller": actor}
    call, _is_new = PhoneCall.objects.get_or_create(request_key=request_key or uuid.uuid4(), defaults=fields)
    return call


@transaction.atomic
def change_call(*, call: PhoneCall, details: CallDetails, actor: User) -> bool:
    """Correct a call; False when it is gone or no longer the actor's to correct."""
    return PhoneCall.objects.editable_by(actor).filter(pk=call.pk).update(**details.columns) == 1


@transaction.atomic
def delete_call(*, call: PhoneCall, actor: User) -> bool:
    """Take a call logged by mistake away; False when it is gone already."""
    deleted, _by_model = PhoneCall.objects.editable_by(actor).filter(pk=call.pk).delete()
    return deleted == 1


@transaction.atomic
def set_traffic(*, branch: Branch | None, calls_per_month: int, share: tuple[int, int], actor: User) -> CallTraffic:
    """Say how many calls come in and how many of how many callers become Clients."""
    buyers, out_of = share
    fields = {"calls_per_month": calls_per_month, "buyers": buyers, "out_of": out_of, "changed_by": actor}
    row, _is_new = CallTraffic.objects.update_or_create(branch=branch, defaults=fields)
    return row


@transaction.atomic
def forget_traffic(*, row: CallTraffic, actor: User) -> bool:
    """Take back what was said of a branch or of the whole company; False when it is gone already."""
    del actor
    deleted, _by_model = CallTraffic.objects.filter(pk=row.pk).delete()
    return deleted == 1
