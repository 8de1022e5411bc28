"""What follows from a comment: its kind, an action, a new Client."""

import datetime as dt

from django.db import transaction

from clients.models import Client
from clients.services import create_client
from company.models import User
from surveys.models import Answer
from touchpoints.models import Action
from touchpoints.services import create_action


@transaction.atomic
def sort_comment(*, answer: Answer, kind: str, was: str, actor: User, now: dt.datetime) -> bool:
    """Say what a comment is; an empty kind puts it back. False when it is no longer what it was: somebody else sorted it."""
    seen = Answer.objects.filter(pk=answer.pk, kind=was)
    return bool(seen.update(kind=kind, triaged_by=actor if kind else None, triaged_at=now if kind else None))


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


@transaction.atomic
def make_referral(*, answer: Answer, name: str, phone: str, email: str, note: str, actor: User) -> Client:  # noqa: PLR0913 - what is known of a person
    """Write down the person a comment speaks of as a Client sent by its author; a known phone or e-mail is refused."""
    Answer.objects.select_for_update().select_related(None).get(pk=answer.pk)
    return create_client(name=name, phone=phone, email=email, note=note, referred_by=answer.client, actor=actor)
