"""Doors: the month's wave, answers by key, who is doubtful where."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.db import connection

from company.models import Branch, Company, User
from surveys.enums import AnswerChannel, DoorKind, Rhythm, SuspectReason, WaveState
from surveys.models import Answer, Door, Questionnaire, Survey, Wave
from surveys.queries import current_wave, doors
from surveys.services import (
    AnswerValues,
    Submission,
    WaveClosedError,
    coming_wave,
    create_always_survey,
    create_door,
    ensure_rolling_wave,
    open_door,
    record_door_answer,
)
from surveys.stamps import Stamp

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
KEY = uuid.UUID(int=7)


@pytest.fixture
def always(company: Company) -> Survey:
    """A survey open all the time."""
    return create_always_survey(locale="ru", actor=None)


def make_door(survey: Survey, kind: DoorKind = DoorKind.KIOSK, **fields: Any) -> Door:
    """Save a door."""
    return create_door(door=Door(survey=survey, kind=kind, **{"name": "Касса", **fields}), actor=None)


def said(score: int, seconds: float = 20, **values: Any) -> Submission:
    """Return an answer to a page shown so many seconds ago."""
    return Submission(AnswerValues(score, **values), Stamp(uuid.uuid4(), NOW - dt.timedelta(seconds=seconds)))


def test_the_wave_of_a_month_is_made_once(always: Survey) -> None:
    wave = ensure_rolling_wave(survey=always, now=NOW)
    assert ensure_rolling_wave(survey=always, now=NOW + dt.timedelta(days=8)) == wave
    assert (wave.occurrence_key, wave.state, wave.name) == ("2026-11", WaveState.RUNNING, "На месте, ноябрь 2026")
    assert wave.closes_at == dt.datetime(2026, 12, 14, 21, 0, tzinfo=dt.UTC)
    assert ensure_rolling_wave(survey=always, now=NOW + dt.timedelta(days=9)).occurrence_key == "2026-12"


def test_the_month_is_that_of_the_company(always: Survey) -> None:
    assert ensure_rolling_wave(survey=always, now=dt.datetime(2026, 11, 30, 21, 30, tzinfo=dt.UTC)).occurrence_key == "2026-12"


def test_a_month_takes_over_whom_the_survey_asks(always: Survey) -> None:
    branch = Branch.objects.create(name="Центр")
    always.branches.add(branch)
    Survey.objects.filter(pk=always.pk).update(rest_days=45, hour_from=9, hour_to=20)
    wave = ensure_rolling_wave(survey=Survey.objects.get(pk=always.pk), now=NOW)
    assert (wave.rest_days, wave.hour_from, wave.hour_to, list(wave.branches.all())) == (45, 9, 20, [branch])


@pytest.mark.django_db(transaction=True)
def test_two_who_need_the_wave_at_once_make_one(always: Survey) -> None:
    def make(_number: int) -> int:
        try:
            return ensure_rolling_wave(survey=always, now=NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(make, range(16)))
    assert made == set(Wave.objects.values_list("pk", flat=True))
    assert len(made) == 1


def test_the_coming_wave_is_shown_and_not_saved(always: Survey) -> None:
    wave = coming_wave(survey=always, now=NOW)
    assert (wave.takes_answers(NOW), wave.questionnaire.locale) == (True, "ru")
    assert (Wave.objects.count(), Questionnaire.objects.count()) == (0, 0)


def test_the_survey_for_doors_is_made_once(always: Survey, owner: User) -> None:
    assert create_always_survey(locale="ru", actor=owner) == always
    assert create_always_survey(locale="en", actor=owner) != always


def test_a_calendar_survey_answers_into_its_newest_running_wave(company: Company) -> None:
    survey = Survey.objects.create(name="Квартал", rhythm=Rhythm.QUARTERLY, next_on=NOW.date())
    wording = Questionnaire.objects.create()
    month = dt.timedelta(days=30)
    common = {"survey": survey, "questionnaire": wording, "name": "x", "closes_at": NOW + month}
    old = Wave.objects.create(occurrence_key="a", public_token="a", state=WaveState.RUNNING, starts_at=NOW - month, **common)
    new = Wave.objects.create(occurrence_key="b", public_token="b", state=WaveState.RUNNING, starts_at=NOW, **common)
    Wave.objects.create(occurrence_key="c", public_token="c", **common)
    assert current_wave(survey, NOW) == new
    Wave.objects.filter(pk=new.pk).update(state=WaveState.CLOSED, closed_at=NOW)
    assert current_wave(survey, NOW) == old
    assert current_wave(survey, NOW + month) is None


@pytest.mark.parametrize(("kind", "channel"), [(DoorKind.QR, "qr"), (DoorKind.KIOSK, "kiosk"), (DoorKind.WIDGET, "widget")])
def test_an_answer_keeps_its_door(always: Survey, kind: DoorKind, channel: str) -> None:
    door = make_door(always, kind, branch=Branch.objects.create(name="Центр"))
    answer = record_door_answer(door=door, submission=said(0, why="Холодно"), key=KEY, now=NOW)
    assert (answer.channel, answer.door, answer.branch, answer.score, answer.why) == (channel, door, door.branch, 0, "Холодно")
    assert (answer.wave, answer.suspect_reason, answer.answered_at) == (always.waves.get(), "", NOW)


def test_the_same_key_is_one_answer_and_the_last_word_counts(always: Survey) -> None:
    door = make_door(always)
    for score in (3, 3, 9):
        record_door_answer(door=door, submission=said(score), key=KEY, now=NOW)
    answer = Answer.objects.get()
    assert (answer.score, answer.corrected_at) == (9, NOW)


@pytest.mark.parametrize(("kind", "reason"), [(DoorKind.KIOSK, ""), (DoorKind.QR, "too_fast"), (DoorKind.WIDGET, "too_fast")])
def test_a_quick_tap_is_doubtful_everywhere_but_on_a_tablet(always: Survey, kind: DoorKind, reason: str) -> None:
    assert record_door_answer(door=make_door(always, kind), submission=said(9, seconds=1), key=KEY, now=NOW).suspect_reason == reason


def test_a_tablet_still_knows_a_trap(always: Survey) -> None:
    caught = replace(said(9), trap="http://example.org")
    assert record_door_answer(door=make_door(always), submission=caught, key=KEY, now=NOW).suspect_reason == SuspectReason.HONEYPOT


def test_a_late_answer_goes_to_the_month_it_was_given_in(always: Survey) -> None:
    october = dt.datetime(2026, 10, 31, 9, 0, tzinfo=dt.UTC)
    now = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
    answer = record_door_answer(door=make_door(always), submission=said(9), key=KEY, now=now, answered_at=october)
    assert (answer.wave.occurrence_key, answer.answered_at) == ("2026-10", october)


def test_an_answer_too_late_for_its_month_goes_to_the_present_one(always: Survey) -> None:
    october = dt.datetime(2026, 10, 31, 9, 0, tzinfo=dt.UTC)
    answer = record_door_answer(door=make_door(always), submission=said(9), key=KEY, now=NOW, answered_at=october)
    assert answer.wave.occurrence_key == "2026-11"
    assert list(Wave.objects.all()) == [answer.wave]


def test_a_closed_door_and_a_stopped_survey_take_nothing(always: Survey, owner: User) -> None:
    door = make_door(always)
    assert open_door(door=door, is_open=False, actor=owner)
    assert not open_door(door=door, is_open=False, actor=owner)
    with pytest.raises(WaveClosedError):
        record_door_answer(door=Door.objects.get(pk=door.pk), submission=said(9), key=KEY, now=NOW)
    Survey.objects.update(is_active=False)
    with pytest.raises(WaveClosedError):
        record_door_answer(door=make_door(Survey.objects.get()), submission=said(9), key=KEY, now=NOW)
    assert (Answer.objects.count(), Wave.objects.count()) == (0, 0)


def test_a_month_closed_by_hand_takes_nothing(always: Survey) -> None:
    ensure_rolling_wave(survey=always, now=NOW - dt.timedelta(days=25))
    ensure_rolling_wave(survey=always, now=NOW)
    Wave.objects.filter(occurrence_key="2026-11").update(state=WaveState.CLOSED, closed_at=NOW)
    with pytest.raises(WaveClosedError):
        record_door_answer(door=make_door(always), submission=said(9), key=KEY, now=NOW)


def test_a_repeated_answer_after_the_close_stays_as_it_is(always: Survey) -> None:
    door = make_door(always)
    record_door_answer(door=door, submission=said(9), key=KEY, now=NOW)
    Wave.objects.update(state=WaveState.CLOSED, closed_at=NOW)
    assert record_door_answer(door=door, submission=said(2), key=KEY, now=NOW).score == 9


@time_machine.travel(NOW, tick=False)
def test_doors_know_what_came_through(always: Survey, django_assert_num_queries: Any) -> None:
    busy, quiet = make_door(always), make_door(always, name="Зал")
    record_door_answer(door=busy, submission=said(9), key=KEY, now=NOW)
    record_door_answer(door=busy, submission=replace(said(9), trap="x"), key=uuid.uuid4(), now=NOW)
    with django_assert_num_queries(1):
        found = [(door, door.answered, door.survey.name, door.last_answer) for door in doors()]  # type: ignore[attr-defined]
    assert found == [(quiet, 0, "На месте", None), (busy, 1, "На месте", NOW)]
    assert Answer.objects.filter(channel=AnswerChannel.KIOSK).count() == 2
