"""Writes to the QR codes at touchpoints and to what Clients say by them."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction

from company.models import Branch, User
from touchpoints.models import ClientRating, PointCode, Touchpoint

# A shop's guests share its Wi-Fi address, so the limit is generous: a rating every half a minute from one address at one code.
FLOOD_WINDOW = dt.timedelta(minutes=10)
MOST_IN_WINDOW = 20
VISITOR_KEPT = dt.timedelta(days=1)
CORRECTABLE = dt.timedelta(hours=1)


class CodeClosedError(Exception):
    """The code takes no ratings: nothing was saved."""


class TooManyRatingsError(Exception):
    """Too many ratings came from one address: nothing was saved."""


@transaction.atomic
def open_codes(*, touchpoints: Iterable[Touchpoint], branches: Iterable[Branch], actor: User) -> int:
    """Make a code for every touchpoint in every branch it is met in; those there are already stay. Return how many are new.

    A touchpoint of one branch gets its code there, whatever was chosen; without branches a code stands for the whole company.
    """
    chosen: list[int | None] = [branch.pk for branch in branches] or [None]
    wanted = [(point.pk, branch_id) for point in touchpoints for branch_id in ([point.branch_id] if point.branch_id else chosen)]
    before = PointCode.objects.count()
    PointCode.objects.bulk_create(
        [PointCode(touchpoint_id=point, branch_id=branch, created_by=actor) for point, branch in wanted], ignore_conflicts=True
    )
    return PointCode.objects.count() - before


@transaction.atomic
def set_code_open(*, code: PointCode, is_open: bool) -> bool:
    """Let a code take ratings or stop it; False when it was so already."""
    return PointCode.objects.filter(pk=code.pk, is_open=not is_open).update(is_open=is_open) == 1


@transaction.atomic
def record_rating(*, code: PointCode, key: uuid.UUID, rating: int, visitor: bytes, now: dt.datetime) -> ClientRating:
    """Save what a Client says. The same key is the same rating: sent twice it changes nothing, another button corrects it for an hour."""
    # The code's row is held, so that ratings that come at once are all counted against the flood.
    if not PointCode.objects.select_for_update().filter(pk=code.pk, is_open=True).exists():
        raise CodeClosedError
    if said := code.ratings.filter(key=key).first():
        code.ratings.filter(pk=said.pk, rated_at__gt=now - CORRECTABLE).update(rating=rating)
        return said
    if code.ratings.filter(visitor=visitor, rated_at__gt=now - FLOOD_WINDOW).count() >= MOST_IN_WINDOW:
        raise TooManyRatingsError
    return ClientRating.objects.create(code=code, key=key, rating=rating, visitor=visitor, rated_at=now)


@transaction.atomic
def add_note(*, code: PointCode, key: uuid.UUID, note: str, now: dt.datetime) -> bool:
    """Add the Client's own line to their rating, or mend it within the hour; False when it is too late."""
    return code.ratings.filter(key=key, rated_at__gt=now - CORRECTABLE).update(note=note) == 1


@transaction.atomic
def forget_visitors(*, now: dt.datetime) -> int:
    """Erase the keyed hashes of addresses older than a day."""
    return ClientRating.objects.filter(visitor__isnull=False, rated_at__lte=now - VISITOR_KEPT).update(visitor=None)
