"""A firm to ask and anonymous surveys to ask it in."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from common.tokens import new_token
from company.models import Branch, Employee
from surveys.enums import StaffSurveyKind
from surveys.formulas.ballots import Vote
from surveys.links import staff_link
from surveys.models import StaffTicket, StaffWave
from surveys.services import cast_ballot, launch_staff_wave
from surveys.staff_codes import code_of

STATEMENTS = ["Клиент важнее отчёта", "Отчёт важнее Клиента", "Тише едешь"]


def hire(count: int, branch: Branch | None = None, *, has_email: bool = True, **fields: Any) -> list[Employee]:
    """Save so many employees of a branch."""
    first = Employee.objects.count()
    return Employee.objects.bulk_create(
        Employee(
            name=f"Сотрудник {number}",
            branch=branch,
            email=f"colleague{number}@example.org" if has_email else "",
            **fields,
        )
        for number in range(first, first + count)
    )


def make_staff_wave(kind: str = StaffSurveyKind.ENPS, **fields: Any) -> StaffWave:
    """Save a draft open for two weeks."""
    values: dict[str, Any] = {
        "name": "Осень",
        "public_token": new_token(),
        "question": "Порекомендуете ли вы работу у нас?",
        "subject": "Один вопрос",
        "closes_at": timezone.now() + dt.timedelta(days=14),
        "options": STATEMENTS if kind == StaffSurveyKind.PULSE else [],
        **fields,
    }
    return StaffWave.objects.create(kind=kind, **values)


def launched(wave: StaffWave) -> StaffWave:
    """Start the draft and read it again."""
    assert launch_staff_wave(wave=wave, actor=None, now=timezone.now())
    return StaffWave.objects.get(pk=wave.pk)


def tokens_of(wave: StaffWave) -> list[str]:
    """Return what opens the wave's tickets: links of seats in their order, then printed codes."""
    links = [staff_link(wave.public_token, seat.pk).token for seat in wave.seats.filter(by_code=False).order_by("employee_id")]
    codes = [code_of(ticket.pk) for ticket in StaffTicket.objects.filter(wave=wave, seat=None).order_by("bowl", "pk")]
    return links + codes


def cast_all(wave: StaffWave, votes: Sequence[Vote]) -> None:
    """Cast the votes with the first tickets of the wave."""
    for token, vote in zip(tokens_of(wave), votes, strict=False):
        cast_ballot(token=token, vote=vote, now=timezone.now())


def scores(*values: int) -> list[Vote]:
    """Return a vote for each score."""
    return [Vote(score=value) for value in values]
