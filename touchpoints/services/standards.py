"""Writes to standards."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from company.models import User
from touchpoints.models import Standard, Touchpoint
from touchpoints.services.refusals import ClosedError


@transaction.atomic
def add_standards(*, touchpoint: Touchpoint, sentences: Iterable[str], actor: User) -> int:
    """Put sentences at the end of a touchpoint's standards; those it has already are left alone. Return how many are new."""
    Touchpoint.objects.select_for_update().get(pk=touchpoint.pk)
    there = set(touchpoint.standards.filter(is_archived=False).values_list("sentence", flat=True))
    fresh = [sentence for sentence in dict.fromkeys(sentences) if sentence not in there]
    last: int | None = touchpoint.standards.aggregate(last=Max("position"))["last"]
    start = 0 if last is None else last + 1
    Standard.objects.bulk_create(
        Standard(touchpoint=touchpoint, sentence=sentence, position=start + place, changed_by=actor) for place, sentence in enumerate(fresh)
    )
    return len(fresh)


@transaction.atomic
def change_standard(*, standard: Standard, sentence: str, starts_anew: bool, actor: User) -> Standard:
    """Reword a standard, keeping its counts; or put another demand in its place, which is counted from nought."""
    current = Standard.objects.filter(pk=standard.pk, is_archived=False)
    done = archive_standard(standard=standard, actor=actor) if starts_anew else current.update(sentence=sentence, changed_by=actor)
    if not done:
        raise ClosedError
    if not starts_anew:
        return standard
    return Standard.objects.create(touchpoint_id=standard.touchpoint_id, sentence=sentence, position=standard.position, changed_by=actor)


@transaction.atomic
def archive_standard(*, standard: Standard, actor: User) -> bool:
    """Stop checking a standard, keeping its history; False when it was stopped already."""
    return Standard.objects.filter(pk=standard.pk, is_archived=False).update(is_archived=True, changed_by=actor) == 1


@transaction.atomic
def move_standard(*, standard: Standard, up: bool, actor: User) -> None:
    """Swap a standard with its neighbour at the same touchpoint; at the edge nothing happens."""
    row = list(Standard.objects.filter(touchpoint=standard.touchpoint_id, is_archived=False).select_for_update().order_by("position", "id"))
    place = next((number for number, one in enumerate(row) if one.pk == standard.pk), None)
    if place is None or not 0 <= (target := place - 1 if up else place + 1) < len(row):
        return
    row[place], row[target] = row[target], row[place]
    for position, one in enumerate(row):
        one.position = position
    Standard.objects.bulk_update(row, ["position"])
    Standard.objects.filter(pk=standard.pk).update(changed_by=actor)
