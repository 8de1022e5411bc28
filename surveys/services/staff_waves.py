"""Drafts of anonymous surveys of employees: written, changed, thrown away. Launching is another matter."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from common.tokens import new_token
from company.models import Branch, User
from surveys.enums import RemindWhom, StaffSurveyKind, WaveState
from surveys.models import StaffWave


@dataclass(frozen=True)
class StaffDraft:
    """What a manager decides about a survey of employees before it starts."""

    kind: StaffSurveyKind
    name: str
    locale: str
    branches: tuple[Branch, ...]
    slices: list[str]
    threshold: int
    comment_threshold: int
    question: str
    subject: str
    intro: str
    closes_at: dt.datetime
    reminder_days: list[int]
    remind_whom: RemindWhom
    why_question: str = ""
    ten_question: str = ""
    options: tuple[str, ...] = ()


@transaction.atomic
def create_staff_wave(*, draft: StaffDraft, actor: User | None) -> StaffWave:
    """Save a new draft."""
    wave = StaffWave.objects.create(public_token=new_token(), created_by=actor, **columns_of(draft))
    wave.branches.set(draft.branches)
    return wave


@transaction.atomic
def update_staff_wave(*, wave: StaffWave, draft: StaffDraft, actor: User) -> bool:
    """Change a draft; a survey that has started keeps what people were promised, and the answer is no."""
    del actor  # named for the record the audit history will keep
    if not StaffWave.objects.filter(pk=wave.pk, state=WaveState.DRAFT).update(**columns_of(draft)):
        return False
    wave.branches.set(draft.branches)
    return True


@transaction.atomic
def delete_staff_wave(*, wave: StaffWave, actor: User) -> bool:
    """Throw a draft away; a survey that has started stays."""
    del actor
    return bool(StaffWave.objects.filter(pk=wave.pk, state=WaveState.DRAFT).delete()[0])


@transaction.atomic
def let_newcomers_wait(*, wave: StaffWave, wait: bool, actor: User) -> bool:
    """Say whether a draft asks those who joined since the last survey of its kind, or leaves them to the next one."""
    del actor
    return bool(StaffWave.objects.filter(pk=wave.pk, state=WaveState.DRAFT).update(newcomers_wait=wait))


def columns_of(draft: StaffDraft) -> dict[str, Any]:
    """Return the fields of the survey's own row."""
    return {name: value for name, value in vars(draft).items() if name != "branches"} | {"options": list(draft.options)}
