"""Closed staff surveys as the tally leaves them, for tests of what is shown."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from surveys.enums import GroupStatus, StaffQuestion, StaffSurveyKind, WaveState
from surveys.models import StaffComment, StaffGroup, StaffWave

EXACT, BAND, WITHHELD = GroupStatus.EXACT, GroupStatus.BAND, GroupStatus.WITHHELD


def make_closed(name: str = "Весна", *, days_ago: int = 1, **fields: Any) -> StaffWave:
    """Save a staff survey that closed so many days ago."""
    closes_at = timezone.now() - dt.timedelta(days=days_ago)
    values: dict[str, Any] = {
        "kind": StaffSurveyKind.ENPS,
        "name": name,
        "state": WaveState.CLOSED,
        "public_token": f"{name}-{days_ago}"[:32],
        "question": "Посоветуете ли вы работу у нас?",
        "why_question": "Почему?",
        "ten_question": "Что сделать, чтобы была десятка?",
        "subject": "Три вопроса без подписи",
        "public_key": b"k" * 32,
        "starts_at": closes_at - dt.timedelta(days=14),
        "closes_at": closes_at,
        "tallied_at": closes_at,
        "invited": 60,
        **fields,
    }
    return StaffWave.objects.create(**values)


def add_group(wave: StaffWave, counts: Sequence[int] | None = None, **fields: Any) -> StaffGroup:
    """Save a group: exact with counts (critics, neutrals, fans), else as the fields say."""
    values: dict[str, Any] = {"status": EXACT, "invited": wave.invited, **fields}
    if counts is not None:
        values |= {"counts": list(counts), "answered": sum(counts)}
    return StaffGroup.objects.create(wave=wave, **values)


def add_everybody(wave: StaffWave, critics: int, neutrals: int, fans: int) -> StaffGroup:
    """Save the exact result of everybody."""
    return add_group(wave, [critics, neutrals, fans], histogram=[critics, *[0] * 6, neutrals, 0, 0, fans])


def add_comment(wave: StaffWave, text: str, question: StaffQuestion = StaffQuestion.WHY) -> StaffComment:
    """Save a comment."""
    return StaffComment.objects.create(wave=wave, text=text, question=question)
