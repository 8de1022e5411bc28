"""Employees and surveys of them, for tests of what managers see."""

import datetime as dt
from typing import Any

from django.utils import timezone

from company.models import Branch, Employee
from surveys.enums import RemindWhom, StaffSurveyKind
from surveys.models import StaffWave
from surveys.services import StaffDraft, create_staff_wave, launch_staff_wave

NAMES = ("Ирина Белова", "Пётр Орлов", "Анна Ким", "Олег Юдин", "Мария Седова", "Павел Громов", "Елена Рябова", "Илья Котов")


def make_people(letters: int, codes: int = 0, branch: Branch | None = None) -> list[Employee]:
    """Save employees with an address of their own, and some without any."""
    start = Employee.objects.count()
    return Employee.objects.bulk_create(
        Employee(
            name=f"{NAMES[n % len(NAMES)]}",
            branch=branch,
            email=f"colleague{start + n}@example.org" if n < letters else "",
        )
        for n in range(letters + codes)
    )


def staff_draft(**changes: Any) -> StaffDraft:
    """Return a sound draft."""
    values: dict[str, Any] = {
        "kind": StaffSurveyKind.ENPS,
        "name": "Осень",
        "locale": "ru",
        "branches": (),
        "slices": ["branch"],
        "threshold": 5,
        "comment_threshold": 10,
        "question": "Порекомендуете работу у нас?",
        "why_question": "Почему?",
        "ten_question": "Что сделать для десятки?",
        "subject": "Опрос до {until}",
        "intro": "{greeting}\n\nОтветьте до {until}.\n\nО хранении: {promise_url}",
        "closes_at": timezone.now() + dt.timedelta(days=14),
        "reminder_days": [3, 7],
        "remind_whom": RemindWhom.EVERYBODY,
    }
    return StaffDraft(**values | changes)


def make_staff_wave(**changes: Any) -> StaffWave:
    """Save a draft."""
    return create_staff_wave(draft=staff_draft(**changes), actor=None)


def start_staff_wave(now: dt.datetime | None = None, **changes: Any) -> StaffWave:
    """Save a survey and start it."""
    wave = make_staff_wave(**changes)
    assert launch_staff_wave(wave=wave, actor=None, now=now or timezone.now())
    return StaffWave.objects.get(pk=wave.pk)
