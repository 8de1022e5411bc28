"""Where the demo firm shows its number: one sign is as good as new, another is worth printing anew."""

import datetime as dt
import uuid

from common.images import Photo
from company.models import Branch, User
from metrics.enums import NumberSource, SignKind
from metrics.models import SignPlace
from metrics.services import hang_sign
from programme.demo.firm import OWNER
from programme.demo.pictures import drawing

PLACES = (
    (SignKind.WALL, "Над стойкой приёма", 48_600_00, 18),
    (SignKind.BACK_ROOM, "Комната отдыха, у чайника", 48_600_00, 17),
    (SignKind.WALL, "Коридор у цеха", 43_000_00, 270),
)
KEYS = uuid.UUID("0d4f7a52-7c5e-4a6b-9b58-1f6f0f3a7c21")


def hang_signs(now: dt.datetime) -> None:
    """Hang the signs, each with a photo, by the first branches in turn."""
    owner, branches = User.objects.get(email=OWNER), list(Branch.objects.all())
    for number, (kind, place, cents, days_ago) in enumerate(PLACES):
        sign = SignPlace(
            kind=kind,
            place=place,
            branch=branches[number % len(branches)],
            hung_on=now.date() - dt.timedelta(days=days_ago),
            cents=cents,
            source=NumberSource.BELIEVED,
            request_key=uuid.uuid5(KEYS, place),
        )
        hang_sign(place=sign, photo=Photo(drawing(place, is_mended=True).read(), name="photo.jpg"), actor=owner)
