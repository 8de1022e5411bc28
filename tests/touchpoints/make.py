"""Short ways to make rows for the tests of this app."""

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from company.models import Branch, User
from touchpoints.models import Action, Audit, AuditMark, AuditRound, Touchpoint
from touchpoints.services import refresh_standings

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


def action(owner: User, **fields: Any) -> Action:
    """Save an action."""
    return Action.objects.create(**{"title": "Починить вывеску", "owner": owner, "due_on": TODAY, **fields})


def picture(name: str = "IMG_0001.jpg", size: tuple[int, int] = (40, 30), kind: str = "JPEG", **options: Any) -> SimpleUploadedFile:
    """Return an upload of a real picture."""
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind, **options)
    return SimpleUploadedFile(name, target.getvalue(), f"image/{kind.lower()}")
