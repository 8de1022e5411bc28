"""Writes to lessons: what we taught Clients, and who came."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q

from clients.models import Client
from company.models import User
from touchpoints.models import Lesson
from touchpoints.services.refusals import ClosedError


class TooManyError(Exception):
    """More people without a name would have come than were invited: nothing was changed."""


@transaction.atomic
def save_lesson(*, lesson: Lesson, actor: User) -> Lesson:
    """Write down a lesson, new or edited."""
    lesson.changed_by = actor
    lesson.save()
    return lesson


@transaction.atomic
def add_who_came(*, lesson: Lesson, clients: Iterable[Client], actor: User) -> int:
    """Note that these Clients came; return how many were not noted before."""
    before = lesson.clients.count()
    lesson.clients.add(*clients)
    Lesson.objects.filter(pk=lesson.pk).update(changed_by=actor)
    return lesson.clients.count() - before


@transaction.atomic
def remove_who_came(*, lesson: Lesson, client_id: int, actor: User) -> None:
    """Take a Client noted by mistake off the list."""
    lesson.clients.remove(client_id)
    Lesson.objects.filter(pk=lesson.pk).update(changed_by=actor)


@transaction.atomic
def count_others(*, lesson: Lesson, more: int, known: int, actor: User) -> None:
    """Count people who came and are no Clients of ours yet. `known` is the count the page showed: a form sent twice counts once."""
    rows = Lesson.objects.filter(pk=lesson.pk, others=known)
    fits = Q(invited__isnull=True) | Q(invited__gte=F("others") + more)
    if rows.filter(fits).update(others=known + more, changed_by=actor):
        return
    raise TooManyError if rows.exists() else ClosedError
