"""The quarterly pulse that is prepared by itself. It never starts by itself: the start is a person's promise to people."""

import datetime as dt
import logging

from django.db import transaction

from company.models import User
from programme.models import BeaconSettings
from programme.queries.beacon import beacon_in_force, is_pulse_due
from programme.services.beacon import draft_pulse
from surveys.models import StaffWave

logger = logging.getLogger(__name__)


@transaction.atomic
def prepare_due_pulse(*, now: dt.datetime) -> StaffWave | None:
    """Prepare the pulse of the quarter if it is due; a draft somebody threw away comes again after a quarter, not the next hour."""
    BeaconSettings.objects.get_or_create(pk=1)
    held = BeaconSettings.objects.select_for_update().get(pk=1)
    version = beacon_in_force()
    if version is None or not is_pulse_due(version, now):
        return None
    draft = draft_pulse(version=version, actor=None, now=now)
    BeaconSettings.objects.filter(pk=held.pk).update(prepared_at=now)
    logger.info("The pulse of the quarter is prepared: staff survey %s", draft.pk)
    return draft


@transaction.atomic
def set_pulse_rhythm(*, is_on: bool, actor: User) -> bool:
    """Let the pulse be prepared by itself or not; False when it was so already."""
    BeaconSettings.objects.get_or_create(pk=1)
    return BeaconSettings.objects.filter(pk=1, prepares_pulse=not is_on).update(prepares_pulse=is_on, changed_by=actor) == 1
