"""Writes of a walk: marks, their photos, standards checked on the way."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from common.images import Photo
from company.models import User
from touchpoints.enums import Rating
from touchpoints.models import Audit, AuditMark, MarkPhoto, Standard, StandardCheck, Touchpoint
from touchpoints.services.audits import start_audit
from touchpoints.services.refusals import ConflictError

MAX_PHOTOS = 4


@dataclass(frozen=True)
class Said:
    """What an auditor says of a touchpoint in one go. Without a rating it is skipped on purpose."""

    rating: Rating | None
    note: str = ""
    photos: Sequence[tuple[uuid.UUID, Photo]] = ()
    dropped: Iterable[uuid.UUID] = ()
    checks: Mapping[int, bool | None] = field(default_factory=dict)
    age: dt.timedelta = dt.timedelta(0)


@transaction.atomic
def save_mark(*, audit: Audit, touchpoint: Touchpoint, said: Said, actor: User | None, seen: int | None = None) -> AuditMark:
    """Write what was said of a touchpoint: sent twice, it is one mark. A finished audit takes no more.

    `seen` is the version of the mark the sender had before their eyes: a newer one of somebody else is not written over.
    """
    now = timezone.now()
    start_audit(audit=audit, actor=actor, moment=max(audit.created_at, now - max(said.age, dt.timedelta(0))))
    # The update above holds the audit's row, so that marks of one audit are written one after another.
    mark = audit.marks.filter(touchpoint=touchpoint).select_related("marked_by", "touchpoint").first()
    if mark is None:
        mark = AuditMark(audit=audit, touchpoint=touchpoint, version=0)
    elif seen is not None and mark.version > seen and mark.marked_by_id != (actor.pk if actor else None):
        raise ConflictError(mark)
    mark.rating, mark.note, mark.marked_by = said.rating, said.note, actor
    mark.version, mark.marked_at = mark.version + 1, moment_of(audit, said.age, now)
    mark.save()
    drop_photos(mark=mark, keys=said.dropped)
    add_photos(mark=mark, photos=said.photos)
    save_checks(mark=mark, checks=said.checks)
    return mark


def moment_of(audit: Audit, age: dt.timedelta, now: dt.datetime) -> dt.datetime:
    """Return when a mark of the given age was made, by our own clock: not before the walk began, not after now."""
    began_at = Audit.objects.values_list("started_at", flat=True).get(pk=audit.pk) or now
    return max(began_at, min(now, now - age))


def drop_photos(*, mark: AuditMark, keys: Iterable[uuid.UUID]) -> None:
    """Remove photos of a mark; their files go when the transaction is through."""
    for photo in mark.photos.filter(pk__in=list(keys)):
        delete_later(photo)
        photo.delete()


def delete_later(photo: MarkPhoto) -> None:
    """Have the file removed once nothing can bring the row back."""
    name, storage = photo.image.name, photo.image.storage
    transaction.on_commit(lambda: storage.delete(str(name)))


def add_photos(*, mark: AuditMark, photos: Sequence[tuple[uuid.UUID, Photo]]) -> None:
    """Keep new photos while there is room. A photo sent again is there already; a key of another mark's photo is not taken."""
    room = MAX_PHOTOS - mark.photos.count()
    known = set(MarkPhoto.objects.filter(pk__in=[key for key, _photo in photos]).values_list("pk", flat=True))
    for key, image in [(key, image) for key, image in photos if key not in known][: max(room, 0)]:
        MarkPhoto(pk=key, mark=mark, image=image).save(force_insert=True)


def save_checks(*, mark: AuditMark, checks: Mapping[int, bool | None]) -> None:
    """Write which standards of the touchpoint were kept; None takes the word back. Standards of other touchpoints are left alone."""
    own = Standard.objects.filter(touchpoint=mark.touchpoint, pk__in=list(checks)).values_list("pk", flat=True)
    mark.audit.checks.filter(standard__in=[key for key in own if checks[key] is None]).delete()
    rows = [
        StandardCheck(audit=mark.audit, standard_id=key, is_kept=bool(checks[key]), checked_at=mark.marked_at)
        for key in own
        if checks[key] is not None
    ]
    StandardCheck.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["audit", "standard"], update_fields=["is_kept", "checked_at"]
    )
