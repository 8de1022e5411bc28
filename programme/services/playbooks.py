"""Writes of memos for surprises."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction

from company.models import User
from programme.enums import SurpriseKind, UseOutcome
from programme.models import Playbook, PlaybookUse, PlaybookVersion
from programme.models.playbooks import WORDS
from touchpoints.models import Action
from touchpoints.services import create_action

Words = Mapping[str, str]


class SameTitleError(Exception):
    """Another memo has this title already: nothing was saved."""


class StalePlaybookError(Exception):
    """Somebody saved another version meanwhile: nothing was saved."""


@transaction.atomic
def write_playbook(*, kind: SurpriseKind, words: Words, actor: User, now: dt.datetime) -> Playbook:
    """Add a memo in its first version."""
    try:
        with transaction.atomic():
            playbook = Playbook.objects.create(kind=kind, **words, changed_at=now, changed_by=actor)
    except IntegrityError as error:
        raise SameTitleError from error
    keep_version(playbook, actor, now)
    return playbook


@transaction.atomic
def reword_playbook(  # noqa: PLR0913 - named, what is saved and by whom
    *, playbook: Playbook, based_on: int, kind: SurpriseKind, words: Words, actor: User, now: dt.datetime
) -> bool:
    """Save a new version of a memo made from version `based_on`; False when nothing has changed."""
    if kind == playbook.kind and all(getattr(playbook, name) == words[name] for name in WORDS):
        return False
    values = {**words, "kind": kind, "version": based_on + 1, "changed_at": now, "changed_by": actor}
    try:
        with transaction.atomic():
            changed = Playbook.objects.filter(pk=playbook.pk, version=based_on, is_archived=False).update(**values)
    except IntegrityError as error:
        raise SameTitleError from error
    if not changed:
        raise StalePlaybookError
    playbook.refresh_from_db()
    keep_version(playbook, actor, now)
    return True


def keep_version(playbook: Playbook, actor: User, now: dt.datetime) -> None:
    """Keep the memo as it is worded now."""
    words = {name: getattr(playbook, name) for name in WORDS}
    PlaybookVersion.objects.create(playbook=playbook, number=playbook.version, words=words, saved_at=now, saved_by=actor)


@transaction.atomic
def add_playbooks(*, memos: Iterable[tuple[SurpriseKind, Words]], actor: User, now: dt.datetime) -> int:
    """Add ready memos, those with a title in use stay as they are; return how many are new."""
    known = {title.lower() for title in Playbook.objects.filter(is_archived=False).values_list("title", flat=True)}
    fresh = [(kind, words) for kind, words in memos if words["title"].lower() not in known]
    for kind, words in fresh:
        write_playbook(kind=kind, words=words, actor=actor, now=now)
    return len(fresh)


@transaction.atomic
def archive_playbook(*, playbook: Playbook, actor: User) -> bool:
    """Put a memo away, its uses are kept; False when it was away already."""
    del actor
    return Playbook.objects.filter(pk=playbook.pk, is_archived=False).update(is_archived=True) == 1


@transaction.atomic
def note_use(  # noqa: PLR0913 - named, one per column
    *, playbook: Playbook, used_on: dt.date, happened: str, outcome: UseOutcome, to_change: str, actor: User, request_key: uuid.UUID
) -> PlaybookUse:
    """Write down that a memo was needed. The same request key gives the same row."""
    facts = {"playbook": playbook, "used_on": used_on, "happened": happened, "outcome": outcome, "to_change": to_change}
    use, _is_new = PlaybookUse.objects.get_or_create(request_key=request_key, defaults=facts | {"written_by": actor})
    return use


@transaction.atomic
def act_on_use(*, use: PlaybookUse, title: str, owner: User, due_on: dt.date, actor: User) -> Action:
    """Make what is to be changed an action; the second time it is the same one."""
    held = PlaybookUse.objects.select_for_update(of=("self",)).select_related("action").get(pk=use.pk)
    if held.action:
        return held.action
    action = create_action(title=title, details=held.to_change, owner=owner, due_on=due_on, actor=actor)
    PlaybookUse.objects.filter(pk=held.pk).update(action=action)
    return action
