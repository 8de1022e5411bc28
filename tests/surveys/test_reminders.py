"""Who keeps silent gets up to three further letters, each once."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import Client
from company.models import User
from mailing.enums import MailWaveState, MessageState
from mailing.models import MailWave, Message
from mailing.services import suppress
from surveys.models import Reminder, SurveySettings, Wave
from surveys.queries import Audience, audience_count
from surveys.services import (
    AnswerValues,
    ReminderDraft,
    Submission,
    close_wave,
    pause_letters,
    record_personal_answer,
    send_due_reminders,
)
from tests.surveys.conftest import make_answer, make_client, make_draft, start
from tests.surveys.test_planning import NOON

pytestmark = pytest.mark.django_db
FIRST = ReminderDraft(5, "{name}, ждём вашего ответа", "Мы писали вам на прошлой неделе.")
SECOND = ReminderDraft(3, "Последний раз спросим")
DAY = dt.timedelta(days=1)


def reminded(**changes: Any) -> Wave:
    """Start a wave with two reminders whose letters have been sent at noon."""
    wave = start(make_draft(closes_at=NOON + 20 * DAY, reminders=[FIRST, SECOND], **changes), NOON)
    deliver(NOON)
    return wave


def deliver(moment: dt.datetime) -> None:
    """Let the mail server take everything that waits."""
    for state in (MessageState.CLAIMED, MessageState.SENDING):
        Message.objects.filter(state__in=[MessageState.QUEUED, MessageState.CLAIMED]).update(state=state)
    Message.objects.filter(state=MessageState.SENDING).update(state=MessageState.SENT, sent_at=moment)


def reminders_of(wave: Wave) -> list[tuple[str, str]]:
    """Return the reminders planned so far as (kind and turn, address)."""
    found = Message.objects.filter(wave__kind="survey_reminder").order_by("pk")
    return [(message.wave.occurrence_key.removeprefix(f"wave-{wave.pk}-"), message.to_address) for message in found.select_related("wave")]


def test_reminders_follow_one_another_to_those_who_keep_silent(owner: User) -> None:
    make_client(1)
    wave = reminded()
    assert send_due_reminders(now=NOON + 4 * DAY) == 0
    assert send_due_reminders(now=NOON + 5 * DAY) == 1
    assert send_due_reminders(now=NOON + 5 * DAY) == 0
    deliver(NOON + 5 * DAY)
    assert send_due_reminders(now=NOON + 7 * DAY) == 0
    assert send_due_reminders(now=NOON + 8 * DAY) == 1
    assert reminders_of(wave) == [("r1", "client1@example.org"), ("r2", "client1@example.org")]


def test_a_reminder_has_its_own_words_and_the_same_link(owner: User) -> None:
    make_client(1)
    reminded()
    send_due_reminders(now=NOON + 5 * DAY)
    letter, reminder = Message.objects.select_related("wave__letter").order_by("pk")
    assert reminder.context["subject"] == "Ирина, ждём вашего ответа"
    assert reminder.link == letter.link
    assert "Мы писали вам на прошлой неделе." in reminder.wave.letter.text
    assert "Мы писали вам" not in letter.wave.letter.text
    assert (reminder.wave.window_end, reminder.wave.keeps_quiet_hours) == (letter.wave.window_end, True)


@pytest.mark.parametrize("why", ["answered", "unsent", "unwilling", "unsubscribed"])
def test_nobody_else_is_reminded(owner: User, why: str) -> None:
    client = make_client(1)
    wave = reminded()
    if why == "answered":
        make_answer(wave, 9, invitation=wave.invitations.get(), client=client)
    elif why == "unsent":
        Message.objects.all().delete()
    elif why == "unwilling":
        Client.objects.update(do_not_mail=True)
    else:
        suppress(address=client.email, reason="unsubscribed", source="test")
    send_due_reminders(now=NOON + 5 * DAY)
    assert not Message.objects.filter(wave__kind="survey_reminder").exclude(state=MessageState.SKIPPED).exists()


def test_an_answer_holds_back_a_reminder_on_its_way(owner: User) -> None:
    make_client(1)
    wave = reminded()
    send_due_reminders(now=NOON + 5 * DAY)
    Wave.objects.update(closes_at=timezone.now() + DAY)
    record_personal_answer(
        invitation=wave.invitations.get(), submission=Submission(AnswerValues(9), None), now=timezone.now() - dt.timedelta(hours=1)
    )
    message = Message.objects.get(wave__kind="survey_reminder")
    assert (message.state, message.reason) == (MessageState.SKIPPED, "answered")


def test_a_reminder_waits_for_the_hours_and_never_leaves_after_the_close(owner: User) -> None:
    make_client(1)
    wave = reminded(hour_from=9, hour_to=20)
    night = NOON + 5 * DAY + dt.timedelta(hours=11)
    assert send_due_reminders(now=night) == 1
    assert Message.objects.get(wave__kind="survey_reminder").next_at == NOON + 6 * DAY - dt.timedelta(hours=3)
    deliver(NOON + 6 * DAY)
    assert send_due_reminders(now=wave.closes_at - dt.timedelta(minutes=1)) == 1
    Message.objects.filter(wave__occurrence_key__endswith="r2").delete()
    Wave.objects.update(weekdays=[NOON.weekday()])
    assert send_due_reminders(now=wave.closes_at - dt.timedelta(minutes=1)) == 0


def test_paused_and_closed_waves_remind_nobody(owner: User) -> None:
    make_client(1)
    wave = reminded()
    send_due_reminders(now=NOON + 5 * DAY)
    assert pause_letters(wave=wave, actor=owner)
    assert set(MailWave.objects.values_list("state", flat=True)) == {MailWaveState.PAUSED}
    assert send_due_reminders(now=NOON + 9 * DAY) == 0
    assert close_wave(wave=wave, actor=owner, now=NOON + 9 * DAY)
    assert set(MailWave.objects.values_list("state", flat=True)) == {MailWaveState.CANCELLED}
    assert Message.objects.get(wave__kind="survey_reminder").state == MessageState.CANCELLED


@pytest.mark.parametrize(("counts", "letters"), [(False, 1), (True, 0)])
def test_a_reminder_breaks_the_rest_if_the_company_says_so(owner: User, counts: bool, letters: int) -> None:
    make_client(1)
    SurveySettings.objects.create(rest_days=30, reminders_break_rest=counts)
    reminded(rest_days=0)
    send_due_reminders(now=NOON + 5 * DAY)
    deliver(NOON + 5 * DAY)
    later = NOON + 32 * DAY
    assert audience_count(Audience(rest_days=0), today=later.date(), now=later).letters == letters


def test_a_fourth_reminder_is_refused(owner: User) -> None:
    wave = make_draft()
    with pytest.raises(IntegrityError, match="reminder_three_at_most"), transaction.atomic():
        Reminder.objects.create(wave=wave, number=4, after_days=1, subject="Ещё раз")
