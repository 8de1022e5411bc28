"""Surveys make their waves by themselves, each turn once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from clients.models import Client, ClientSum
from company.models import User
from mailing.models import Message
from surveys.enums import Rhythm, WaveState
from surveys.models import Invitation, Survey, Wave
from surveys.services import (
    ReminderDraft,
    SurveyDraft,
    ask_after_purchases,
    close_wave,
    create_survey,
    delete_survey,
    ensure_rolling_wave,
    make_due_waves,
    pause_survey,
    plan_due_waves,
    resume_survey,
    send_due_reminders,
    update_survey,
)
from tests.surveys.conftest import make_client
from tests.surveys.test_planning import NOON

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


def draft(**changes: Any) -> SurveyDraft:
    """Write down a quarterly survey that begins today."""
    values: dict[str, Any] = {
        "name": "Постоянные",
        "locale": "ru",
        "subject": "{name}, один вопрос",
        "intro": "",
        "rhythm": Rhythm.QUARTERLY,
        "next_on": TODAY,
        "reminders": [ReminderDraft(5, "Напоминаем")],
        **changes,
    }
    return SurveyDraft(**values)


def bought(client: Client, day: dt.date) -> None:
    """Write down the Client's last purchase."""
    ClientSum.objects.update_or_create(
        client=client, defaults={"first_day": day, "last_day": day, "n_days": 1, "n_purchases": 1, "cents": 100, "first_cents": 100}
    )


def test_a_wave_is_made_on_its_day_and_the_next_turn_follows(owner: User) -> None:
    make_client(1)
    survey = create_survey(draft=draft(), actor=owner)
    assert make_due_waves(now=NOON - DAY) == 0
    assert make_due_waves(now=NOON) == 1
    assert make_due_waves(now=NOON) == 0
    survey.refresh_from_db()
    wave = Wave.objects.get()
    assert (wave.name, wave.state, wave.occurrence_key) == ("Постоянные, ноябрь 2026", WaveState.RUNNING, "2026-11-23")
    assert survey.next_on == dt.date(2027, 2, 23)
    assert wave.closes_at == dt.datetime(2026, 12, 8, tzinfo=ZoneInfo("Europe/Moscow"))
    assert [reminder.subject for reminder in wave.reminders.all()] == ["Напоминаем"]
    assert plan_due_waves(now=NOON) == 1
    assert Message.objects.get().to_address == "client1@example.org"


def test_a_day_missed_is_made_up_for_by_one_wave(owner: User) -> None:
    survey = create_survey(draft=draft(rhythm=Rhythm.MONTHLY, next_on=dt.date(2026, 8, 31)), actor=owner)
    assert make_due_waves(now=NOON) == 1
    survey.refresh_from_db()
    assert survey.next_on == dt.date(2026, 11, 30)
    assert make_due_waves(now=NOON + 7 * DAY) == 1
    survey.refresh_from_db()
    assert survey.next_on == dt.date(2026, 12, 31)
    assert list(Wave.objects.values_list("occurrence_key", flat=True)) == ["2026-11-30", "2026-08-31"]


def test_a_weekly_wave_is_named_by_its_day(owner: User) -> None:
    create_survey(draft=draft(rhythm=Rhythm.WEEKLY), actor=owner)
    make_due_waves(now=NOON)
    assert Wave.objects.get().name == "Постоянные, 23 ноября 2026"


@pytest.mark.django_db(transaction=True)
def test_two_beats_make_one_wave(owner: User) -> None:
    create_survey(draft=draft(), actor=owner)

    def beat(_number: int) -> int:
        try:
            return make_due_waves(now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(beat, range(4))) == 1
    assert Wave.objects.count() == 1


def test_a_turn_happens_once_even_if_the_day_is_set_back(owner: User) -> None:
    survey = create_survey(draft=draft(), actor=owner)
    make_due_waves(now=NOON)
    Survey.objects.filter(pk=survey.pk).update(next_on=TODAY)
    assert make_due_waves(now=NOON) == 0
    assert Wave.objects.count() == 1


def test_a_paused_survey_rests_and_its_missed_turns_are_gone(owner: User) -> None:
    survey = create_survey(draft=draft(rhythm=Rhythm.MONTHLY), actor=owner)
    assert pause_survey(survey=survey, actor=owner)
    assert not pause_survey(survey=survey, actor=owner)
    assert make_due_waves(now=NOON) == 0
    assert resume_survey(survey=survey, actor=owner, today=dt.date(2027, 1, 10))
    assert not resume_survey(survey=survey, actor=owner, today=dt.date(2027, 1, 10))
    survey.refresh_from_db()
    assert (survey.is_active, survey.next_on) == (True, dt.date(2027, 1, 23))


def test_a_survey_is_changed_but_not_its_rhythm_once_it_has_waves(owner: User) -> None:
    survey = create_survey(draft=draft(next_on=dt.date(2026, 11, 30)), actor=owner)
    assert update_survey(survey=survey, draft=draft(next_on=dt.date(2026, 11, 30), rhythm=Rhythm.YEARLY), actor=owner)
    Survey.objects.update(next_on=dt.date(2027, 2, 28))
    assert update_survey(survey=survey, draft=draft(next_on=dt.date(2027, 2, 28), rhythm=Rhythm.YEARLY, name="Другие"), actor=owner)
    survey.refresh_from_db()
    assert (survey.name, survey.month_day) == ("Другие", 30)
    make_due_waves(now=dt.datetime(2027, 3, 1, tzinfo=dt.UTC))
    assert not update_survey(survey=survey, draft=draft(rhythm=Rhythm.WEEKLY), actor=owner)
    assert update_survey(survey=survey, draft=draft(rhythm=Rhythm.YEARLY, reminders=[]), actor=owner)
    assert not survey.reminders.exists()


def test_an_unused_survey_is_deleted_and_a_used_one_is_not(owner: User) -> None:
    assert delete_survey(survey=create_survey(draft=draft(), actor=owner), actor=owner)
    used = create_survey(draft=draft(), actor=owner)
    make_due_waves(now=NOON)
    assert not delete_survey(survey=used, actor=owner)
    assert list(Survey.objects.all()) == [used]


# --- after a purchase --------------------------------------------------------------------------------------------------------


@pytest.fixture
def after(owner: User) -> Survey:
    """A survey that asks a week after a purchase and leaves in peace for ten days."""
    return create_survey(draft=draft(rhythm=Rhythm.AFTER_PURCHASE, next_on=None, after_days=7, rest_days=10), actor=owner)


def test_buyers_are_asked_so_many_days_later_once(after: Survey) -> None:
    buyer, early = make_client(1), make_client(2)
    bought(buyer, TODAY - 7 * DAY)
    bought(early, TODAY - 6 * DAY)
    assert ask_after_purchases(now=NOON) == 1
    assert ask_after_purchases(now=NOON) == 0
    invitation = Invitation.objects.get()
    assert (invitation.client, invitation.skip_reason, invitation.wave.occurrence_key) == (buyer, "", "2026-11")
    assert Message.objects.get().to_address == "client1@example.org"
    assert ask_after_purchases(now=NOON + DAY) == 1
    assert Wave.objects.count() == 1
    assert plan_due_waves(now=NOON) == 0


def test_a_month_closed_by_hand_writes_to_nobody(after: Survey) -> None:
    wave = ensure_rolling_wave(survey=after, now=NOON)
    assert after.created_by is not None
    assert close_wave(wave=wave, actor=after.created_by, now=NOON)
    bought(make_client(1), TODAY - 7 * DAY)
    assert ask_after_purchases(now=NOON) == 0
    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)


def test_a_server_that_was_off_asks_those_of_the_last_days_only(after: Survey) -> None:
    for number, days in enumerate((7, 8, 9, 10, 30), start=1):
        bought(make_client(number), TODAY - days * DAY)
    assert ask_after_purchases(now=NOON) == 3


def test_a_new_purchase_is_asked_about_again_in_another_month_after_the_rest(after: Survey) -> None:
    client = make_client(1)
    bought(client, TODAY - 7 * DAY)
    ask_after_purchases(now=NOON)
    bought(client, TODAY)
    later = NOON + 35 * DAY
    assert ask_after_purchases(now=later) == 0
    bought(client, (later - 7 * DAY).date())
    assert ask_after_purchases(now=later) == 1
    assert list(Invitation.objects.order_by("pk").values_list("wave__occurrence_key", "skip_reason")) == [("2026-11", ""), ("2026-12", "")]


def test_who_buys_often_is_left_in_peace(after: Survey) -> None:
    client = make_client(1)
    bought(client, TODAY)
    ask_after_purchases(now=NOON + 7 * DAY)
    bought(client, TODAY + 3 * DAY)
    ask_after_purchases(now=NOON + 10 * DAY)
    assert list(Invitation.objects.order_by("pk").values_list("wave__occurrence_key", "skip_reason")) == [
        ("2026-11", ""),
        ("2026-12", "recently_asked"),
    ]


def test_a_months_wave_reminds_as_its_survey_says(after: Survey) -> None:
    bought(make_client(1), TODAY - 7 * DAY)
    ask_after_purchases(now=NOON)
    Message.objects.update(state="claimed")
    Message.objects.update(state="sending")
    Message.objects.update(state="sent", sent_at=NOON)
    assert send_due_reminders(now=NOON + 5 * DAY) == 1


# --- what the database refuses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("survey_rhythm_known", {"rhythm": "hourly"}),
        ("survey_after_days_with_purchase_only", {"after_days": 5}),
        ("survey_next_day_with_calendar_only", {"next_on": None}),
        ("survey_spread_sane", {"spread_days": 61}),
        ("survey_hours_ordered", {"hour_from": 12, "hour_to": 12}),
        ("survey_weekdays_known", {"weekdays": []}),
    ],
)
def test_impossible_surveys_are_refused(owner: User, constraint: str, changes: dict[str, Any]) -> None:
    survey = create_survey(draft=draft(), actor=owner)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(**changes)
