"""The quarterly pulse: prepared by itself when it is due, told of on the overview, started by nobody but a person."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import Company, User
from programme.models import BeaconRound, BeaconSettings, BeaconVariant, BeaconVersion
from programme.queries.beacon import pulse_rhythm, pulse_to_start
from programme.services.beacon import draft_pulse, publish_beacon
from programme.services.beacon_pulse import prepare_due_pulse, set_pulse_rhythm
from programme.tasks import prepare_pulse
from surveys.enums import StaffSurveyKind, WaveState
from surveys.models import StaffWave
from tests.surveys.staff import hire, launched, make_staff_wave
from tests.surveys.tallied import close

NOW = dt.datetime(2026, 9, 10, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
WORDS = "Клиент уходит с решённой задачей"
SENTENCES = ("Держим слово", "Отвечаем быстро", "Помним каждого")


@pytest.fixture
def version(company: Company, manager: User) -> BeaconVersion:
    """A published definition, and three sentences of colleagues."""
    collection = BeaconRound.objects.create(started_by=manager)
    BeaconVariant.objects.bulk_create(BeaconVariant(round=collection, text=text) for text in SENTENCES)
    return publish_beacon(text=WORDS, meaning="", based_on=0, actor=manager, now=NOW - DAY)


def asked(first: str) -> StaffWave:
    """Start a pulse about these words."""
    hire(6)
    return launched(make_staff_wave(StaffSurveyKind.PULSE, options=[first, *SENTENCES]))


def test_the_pulse_is_prepared_once_and_not_started(version: BeaconVersion) -> None:
    draft = prepare_due_pulse(now=NOW)
    assert draft is not None
    assert (draft.kind, draft.state, draft.created_by, draft.options) == (
        StaffSurveyKind.PULSE,
        WaveState.DRAFT,
        None,
        [WORDS, *draft.options[1:]],
    )
    assert set(draft.options[1:]) == set(SENTENCES)
    assert [prepare_due_pulse(now=NOW + later) for later in (DAY, 400 * DAY)] == [None, None]
    assert StaffWave.objects.count() == 1


def test_the_task_prepares_it(version: BeaconVersion) -> None:
    prepare_pulse()
    assert StaffWave.objects.get().state == WaveState.DRAFT


def test_a_draft_thrown_away_comes_again_after_a_quarter(version: BeaconVersion) -> None:
    prepare_due_pulse(now=NOW)
    StaffWave.objects.all().delete()
    assert prepare_due_pulse(now=NOW + 89 * DAY) is None
    assert prepare_due_pulse(now=NOW + 90 * DAY) is not None


def test_nothing_is_prepared_before_there_is_a_definition_and_three_sentences(company: Company, manager: User) -> None:
    assert prepare_due_pulse(now=NOW) is None
    version = publish_beacon(text=WORDS, meaning="", based_on=0, actor=manager, now=NOW)
    assert (prepare_due_pulse(now=NOW), pulse_rhythm(version).missing) == (None, 3)
    assert StaffWave.objects.count() == 0


@pytest.mark.parametrize("first", [WORDS, "Прежние слова"])
def test_a_quarter_passes_between_two_pulses_whatever_they_asked(version: BeaconVersion, first: str) -> None:
    wave = asked(first)
    wave = close(wave)
    assert prepare_due_pulse(now=wave.closes_at + 89 * DAY) is None
    assert prepare_due_pulse(now=wave.closes_at + 90 * DAY) is not None


def test_it_waits_for_a_pulse_that_runs(version: BeaconVersion) -> None:
    asked("Прежние слова")
    assert prepare_due_pulse(now=timezone.now() + 400 * DAY) is None
    assert StaffWave.objects.count() == 1


def test_the_switch_ends_it_and_brings_it_back(as_manager: Browser, manager: User, version: BeaconVersion) -> None:
    address, page = reverse("programme:beacon_rhythm"), reverse("programme:beacon")
    assert as_manager.post(address, {"to": "off"})["Location"] == page
    assert (prepare_due_pulse(now=NOW), StaffWave.objects.count()) == (None, 0)
    assert BeaconSettings.objects.get().changed_by == manager
    assert "Готовить каждый квартал" in as_manager.get(page).content.decode()
    as_manager.post(address, {"to": "on"})
    assert prepare_due_pulse(now=NOW) is not None
    assert not set_pulse_rhythm(is_on=True, actor=manager)


def test_managers_read_of_it_on_the_overview_until_it_starts(
    as_manager: Browser, as_staff: Browser, manager: User, version: BeaconVersion
) -> None:
    assert as_manager.get("/").context["facts"].today.pulse is None
    draft = draft_pulse(version=version, actor=None, now=NOW)
    facts = as_manager.get("/").context["facts"].today
    assert (facts.pulse, facts.count) == (draft, 1)
    assert as_staff.get("/").context["facts"].today.pulse is None
    publish_beacon(text="Другие слова", meaning="", based_on=1, actor=manager, now=NOW)
    assert pulse_to_start() is None


def test_the_settings_are_one_row(company: Company) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        BeaconSettings.objects.create(pk=2)
    assert BeaconSettings.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_prepare_one(version: BeaconVersion) -> None:
    def look(_hand: int) -> bool:
        try:
            return prepare_due_pulse(now=NOW) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(look, range(2))) == [False, True]
    assert StaffWave.objects.count() == 1
