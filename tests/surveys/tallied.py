"""Tallied surveys of motives and pulses, as the release audit leaves them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from company.models import Branch
from surveys.enums import GroupStatus, Motive, StaffSurveyKind, WaveState, WithheldReason
from surveys.formulas.motives import places_of
from surveys.models import MotiveRating, StaffGroup, StaffWave
from tests.surveys.staff import launched, make_staff_wave

ORDER = tuple(range(10, 0, -1))


def close(wave: StaffWave, answered: int | None = None, days_ago: int = 0) -> StaffWave:
    """Close a running survey and read it again; its groups are for the test to make."""
    now = timezone.now() - dt.timedelta(days=days_ago)
    StaffWave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED, tallied_at=now, answered=answered)
    return StaffWave.objects.get(pk=wave.pk)


def spread(ratings: Sequence[int], people: int = 6) -> list[tuple[int, ...]]:
    """Return people whose ratings lie round these, so that nobody's stand out."""
    return [tuple(min(max(rating + step % 3 - 1, 1), 10) for rating in ratings) for step in range(people)]


def show_motives(wave: StaffWave, people: Sequence[tuple[int, ...]], **group: Any) -> StaffGroup:
    """Save a released group with the ratings of these people."""
    shown = StaffGroup.objects.create(wave=wave, status=GroupStatus.EXACT, invited=len(people), answered=len(people), **group)
    motives = list(Motive)
    MotiveRating.objects.bulk_create(
        MotiveRating(
            group=shown,
            motive=motives[one.motive_index],
            place=one.place,
            mean=None if one.is_alike else one.mean,
            deviation=None if one.is_alike else one.deviation,
        )
        for one in places_of(people)
    )
    return shown


def show_pulse(wave: StaffWave, wrong: int, right: int, **group: Any) -> StaffGroup:
    """Save a released group of a pulse."""
    n = wrong + right
    return StaffGroup.objects.create(wave=wave, status=GroupStatus.EXACT, invited=n, answered=n, counts=[wrong, right], **group)


def hide(wave: StaffWave, invited: int = 4, **group: Any) -> StaffGroup:
    """Save a withheld group."""
    return StaffGroup.objects.create(wave=wave, status=GroupStatus.WITHHELD, reason=WithheldReason.TOO_FEW, invited=invited, **group)


def motives_wave(days_ago: int = 0, **fields: Any) -> StaffWave:
    """Save a closed survey of motives without groups."""
    return close(launched(make_staff_wave(StaffSurveyKind.MOTIVES, **fields)), days_ago=days_ago)


def pulse_wave(days_ago: int = 0, **fields: Any) -> StaffWave:
    """Save a closed pulse without groups."""
    return close(launched(make_staff_wave(StaffSurveyKind.PULSE, **fields)), days_ago=days_ago)


def branch_group(branch: Branch) -> dict[str, Any]:
    """Return how a branch stands in a group."""
    return {"dimension": "branch", "value": str(branch.pk), "label": branch.name}
