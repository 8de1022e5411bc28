"""Short ways to make rows for the tests of this app."""

import datetime as dt
import io
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from common.images import Photo, reencode
from company.models import Branch, User
from mailing.models import Message
from touchpoints.enums import Rating
from touchpoints.links import guest_hash
from touchpoints.models import Action, Audit, AuditMark, AuditRound, Touchpoint
from touchpoints.services import Said, refresh_standings, save_mark

TODAY = dt.date(2026, 3, 10)


def finished_audit(
    ratings: Mapping[Touchpoint, int | None],
    *,
    days_ago: int = 0,
    branch: Branch | None = None,
    auditor: User | None = None,
    within: AuditRound | None = None,
) -> Audit:
    """Save an audit that is over, with its marks."""
    moment = timezone.now() - dt.timedelta(days=days_ago)
    audit = Audit.objects.create(round=within, branch=branch, auditor=auditor, due_on=moment.date(), state="done", finished_at=moment)
    AuditMark.objects.bulk_create(
        [AuditMark(audit=audit, touchpoint=point, rating=rating, marked_at=moment) for point, rating in ratings.items()]
    )
    refresh_standings(point.pk for point in ratings)
    return audit


def open_audit(auditor: User | None, *, branch: Branch | None = None, due_on: dt.date = TODAY) -> Audit:
    """Save a planned audit."""
    return Audit.objects.create(branch=branch, auditor=auditor, due_on=due_on)


def guest_audit(branch: Branch | None = None, *, due_on: dt.date | None = None) -> Audit:
    """Save an audit for a mystery guest, whose link works."""
    audit = Audit.objects.create(guest_name="Вера", guest_key=uuid.uuid4(), branch=branch, due_on=due_on or timezone.localdate())
    audit.guest_hash = guest_hash(audit)
    audit.save()
    return audit


def mark(audit: Audit, touchpoint: Touchpoint, rating: int | None, actor: User | None, **said: Any) -> AuditMark:
    """Have somebody say something of a touchpoint."""
    words = Said(rating=None if rating is None else Rating(rating), **said)
    return save_mark(audit=audit, touchpoint=touchpoint, said=words, actor=actor)


def photo() -> tuple[uuid.UUID, Photo]:
    """Return a photo as the form hands it over."""
    upload = picture()
    return uuid.uuid4(), reencode(upload, upload.size or 0)


def action(owner: User, **fields: Any) -> Action:
    """Save an action."""
    return Action.objects.create(**{"title": "Починить вывеску", "owner": owner, "due_on": TODAY, **fields})


def picture(name: str = "IMG_0001.jpg", size: tuple[int, int] = (40, 30), kind: str = "JPEG", **options: Any) -> SimpleUploadedFile:
    """Return an upload of a real picture."""
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind, **options)
    return SimpleUploadedFile(name, target.getvalue(), f"image/{kind.lower()}")


def letters(kind: str) -> list[tuple[str, str]]:
    """Return who got a letter of the kind and about what."""
    found = Message.objects.filter(wave__kind=kind).order_by("pk")
    return [(message.to_address, message.context["action"]) for message in found]
