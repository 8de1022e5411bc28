"""What follows from a comment."""

import datetime as dt

from django.db import transaction

from company.models import User
from surveys.models import Answer
from touchpoints.models import Action
from touchpoints.services import create_action


@transaction.atomic
def make_action(*, answer: Answer, title: str, owner: User, due_on: dt.date, actor: User) -> Action:
    """Turn a comment into an action; pressed twice, it is one action."""
    locked = Answer.objects.select_for_update().select_related(None).get(pk=answer.pk)
    if locked.action:
        return locked.action
    details = "\n\n".join(text for text in (locked.why, locked.ten) if text)
    action = create_action(title=title, owner=owner, due_on=due_on, actor=actor, details=details, request_key=locked.submission_key)
    Answer.objects.filter(pk=locked.pk).update(action=action)
    return action
