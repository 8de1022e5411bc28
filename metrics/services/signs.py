"""Where the number hangs and which screens show it."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q

from common.images import Photo
from common.tokens import new_token, token_hash
from company.models import User
from metrics.models import OfficeScreen, SignPlace

log = logging.getLogger(__name__)
TOLD = ("kind", "place", "branch", "hung_on", "cents", "source", "segment")
HINT = 4
SEEN_IS_FRESH = dt.timedelta(minutes=1)


@transaction.atomic
def hang_sign(*, place: SignPlace, photo: Photo | None, actor: User) -> SignPlace:
    """Write down where the number hangs; a form sent twice is one place."""
    told = {name: getattr(place, name) for name in TOLD}
    made, is_new = SignPlace.objects.get_or_create(request_key=place.request_key, defaults={**told, "author": actor})
    if is_new and photo:
        made.photo.save("photo.jpg", photo, save=True)
    return made


@transaction.atomic
def take_sign_down(*, place: SignPlace, on: dt.date, actor: User) -> bool:
    """Write down that the number hangs there no more; False when that is known already or it was to hang later."""
    is_done = bool(SignPlace.objects.filter(pk=place.pk, taken_down_on=None, hung_on__lte=on).update(taken_down_on=on))
    if is_done:
        log.info("sign %s taken down by user %s", place.pk, actor.pk)
    return is_done


@transaction.atomic
def create_screen(*, name: str, shows_happiness: bool, language: str, actor: User) -> tuple[OfficeScreen, str]:
    """Make an address for a television; return it with its secret, which nobody can read again."""
    secret = new_token()
    screen = OfficeScreen.objects.create(
        name=name,
        shows_happiness=shows_happiness,
        language=language,
        token_hash=token_hash(secret),
        hint=secret[-HINT:],
        created_by=actor,
    )
    log.info("screen %s made by user %s", screen.pk, actor.pk)
    return screen, secret


@transaction.atomic
def revoke_screen(*, screen: OfficeScreen, actor: User, now: dt.datetime) -> bool:
    """Make the address worthless from this moment on; False when it was already."""
    is_done = bool(OfficeScreen.objects.filter(pk=screen.pk, revoked_at=None).update(revoked_at=now))
    if is_done:
        log.info("screen %s revoked by user %s", screen.pk, actor.pk)
    return is_done


def note_screen_seen(*, screen: OfficeScreen, now: dt.datetime) -> bool:
    """Write down when the screen asked last, at most once a minute."""
    is_old = Q(last_seen_at=None) | Q(last_seen_at__lt=now - SEEN_IS_FRESH)
    return bool(OfficeScreen.objects.filter(is_old, pk=screen.pk).update(last_seen_at=now))
