"""Letters and waves for the tests of the outbox."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from mailing.models import Letter, MailWave
from mailing.services import Recipient, create_letter, plan_wave

PlanWave = Callable[..., MailWave]


@pytest.fixture
def letter(db: Any) -> Letter:
    """A letter with a greeting and a personal link."""
    return create_letter(
        name="Приглашение",
        locale="ru",
        subject="{name}, один вопрос на 20 секунд",
        text="Здравствуйте, {name}! {answer_url}\nНе писать мне: {unsubscribe_url}",
        html='<p>Здравствуйте, {name}!</p><a href="{answer_url}?score=9">9</a> <a href="{unsubscribe_url}">Не писать мне</a>',
        actor=None,
    )


def recipients(count: int) -> list[Recipient]:
    """Return so many invented people."""
    return [
        Recipient(
            address=f"client{number}@example.org",
            name=f"Ирина {number}",
            external_key=str(number),
            context={"name": f"Ирина {number}", "answer_url": f"http://127.0.0.1:8000/s/token{number}"},
        )
        for number in range(count)
    ]


@pytest.fixture
def plan(letter: Letter) -> PlanWave:
    """Plan a wave that may be sent now: `plan(3)` or `plan(recipients=[...])`."""

    def planned(count: int = 1, **changes: Any) -> MailWave:
        now = timezone.now()
        fields: dict[str, Any] = {
            "kind": "nps",
            "occurrence_key": "wave-1",
            "letter": letter,
            "recipients": recipients(count),
            "not_before": now - dt.timedelta(minutes=1),
            "window_end": now + dt.timedelta(days=3),
            "actor": None,
        }
        return plan_wave(**fields | changes)

    return planned
