"""Writes to the worksheet of a segment: answers, and the actions made of them."""

import datetime as dt
import uuid

from django.db import transaction

from clients.models import Segment
from company.models import User
from metrics.enums import SellQuestion
from metrics.models import SellNote
from touchpoints.enums import OPEN_ACTION_STATES
from touchpoints.models import Action
from touchpoints.services import create_action

KEYS = uuid.UUID("7c1d1c53-6a2f-4f7d-9a35-1f6f0f0c2b18")
"""Where the request keys of these actions live: the same answer asks for the same action."""


@transaction.atomic
def add_sell_note(*, segment: Segment | None, question: SellQuestion, words: str, request_key: uuid.UUID, actor: User) -> SellNote:
    """Write an answer down; the same form twice is one answer."""
    values = {"segment": segment, "question": question, "words": words, "changed_by": actor}
    return SellNote.objects.get_or_create(request_key=request_key, defaults=values)[0]


@transaction.atomic
def change_sell_note(*, note: SellNote, words: str, actor: User) -> bool:
    """Put an answer into other words; False when it was taken off meanwhile."""
    return SellNote.objects.filter(pk=note.pk).update(words=words, changed_by=actor) == 1


@transaction.atomic
def take_sell_note_off(*, note: SellNote) -> None:
    """Take an answer off the sheet; the action made of it lives on."""
    SellNote.objects.filter(pk=note.pk).delete()


@transaction.atomic
def act_on_sell_note(*, note: SellNote, title: str, owner: User, due_on: dt.date, actor: User) -> tuple[Action, bool]:
    """Make an action of an answer; one still open is given back instead of a second, with False."""
    locked = SellNote.objects.select_for_update(of=("self",)).select_related("action").get(pk=note.pk)
    if locked.action and locked.action.state in OPEN_ACTION_STATES:
        return locked.action, False
    action = create_action(
        title=title,
        owner=owner,
        due_on=due_on,
        details=f"{locked.segment or ''}: {locked.words}".lstrip(": "),
        request_key=uuid.uuid5(KEYS, f"{locked.pk}-{locked.action_id or 0}"),
        actor=actor,
    )
    SellNote.objects.filter(pk=locked.pk).update(action=action, changed_by=actor)
    return action, True
