"""Waves are planned in the background, once, whatever happens meanwhile."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from clients.models import Channel, Client
from company.models import Branch, User
from mailing.enums import MailWaveState, MessageState
from mailing.models import Message, Suppression
from mailing.services import suppress
from surveys.enums import SkipReason, SurveyAudience, WaveState
from surveys.models import Contact, Invitation, Removal, SurveySettings, Wave
from surveys.queries import Audience, audience_count, hold_planning, planning_progress
from surveys.services import close_wave, pause_letters, plan_due_waves, revisit_skipped, start_wave
from surveys.services import planning as planner
from tests.surveys.conftest import make_answer, make_client, make_draft, start

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Moscow"))


def started(now: dt.datetime, **changes: Any) -> Wave:
    """Start a draft and leave the planning to the worker."""
    draft = make_draft(closes_at=now + dt.timedelta(days=14), **changes)
    assert start_wave(wave=draft, actor=None, now=now)
    return Wave.objects.get(pk=draft.pk)


def many_clients(count: int) -> None:
    """Save so many Clients at once."""
    names = ("Ирина Белова", "Пётр Орлов", "ООО «Луч»", "Мельник Ольга", "Анна Ким")
    Client.objects.bulk_create(Client(external_id=f"m{n}", name=f"{names[n % 5]}", email=f"many{n}@example.org") for n in range(count))


def test_starting_answers_at_once_and_plans_nothing_itself(owner: User) -> None:
    make_client(1)
    wave = started(NOON)
    assert (wave.state, wave.planned_at, wave.invitations.count()) == (WaveState.RUNNING, None, 0)
    assert wave.mail_wave is not None
    assert wave.mail_wave.keeps_quiet_hours


def test_a_wave_is_planned_chunk_by_chunk(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "CHUNK", 2)
    many_clients(5)
    wave = started(NOON)
    assert planner.plan_chunk(wave_id=wave.pk, now=NOON) == 2
    wave.refresh_from_db()
    assert (wave.planned_at, planning_progress(wave).done, planning_progress(wave).total) == (None, 2, 5)
    assert plan_due_waves(now=NOON) == 3
    wave.refresh_from_db()
    assert wave.planned_at is not None
    assert plan_due_waves(now=NOON) == 0
    assert (Invitation.objects.count(), Message.objects.count()) == (5, 5)


def test_a_chunk_cut_short_is_planned_again(owner: User) -> None:
    many_clients(3)
    wave = started(NOON)
    with transaction.atomic():
        assert planner.plan_chunk(wave_id=wave.pk, now=NOON) == 3
        transaction.set_rollback(True)
    assert not Invitation.objects.exists()
    assert plan_due_waves(now=NOON) == 3


def test_one_address_gets_one_letter_across_chunks(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "CHUNK", 1)
    make_client(1)
    make_client(2, email="client1@example.org")
    wave = started(NOON)
    plan_due_waves(now=NOON)
    assert list(wave.invitations.order_by("pk").values_list("skip_reason", flat=True)) == ["", "same_address"]


@pytest.mark.django_db(transaction=True)
def test_five_workers_plan_a_wave_once(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "CHUNK", 7)
    many_clients(40)
    started(NOON)

    def plan(_number: int) -> int:
        try:
            return plan_due_waves(now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(plan, range(5)))
    plan_due_waves(now=NOON)
    assert (Invitation.objects.count(), Message.objects.count()) == (40, 40)


@pytest.mark.django_db(transaction=True)
def test_while_another_worker_plans_nothing_happens(owner: User) -> None:
    make_client(1)
    wave = started(NOON)

    def plan() -> int:
        try:
            return plan_due_waves(now=NOON)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        assert hold_planning(wave.pk)
        assert pool.submit(plan).result() == 0
    assert plan_due_waves(now=NOON) == 1


def test_a_wave_closed_meanwhile_is_planned_no_further(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "CHUNK", 2)
    many_clients(5)
    wave = started(NOON)
    planner.plan_chunk(wave_id=wave.pk, now=NOON)
    assert close_wave(wave=wave, actor=owner, now=NOON)
    assert plan_due_waves(now=NOON) == 0
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.CANCELLED}


def test_letters_are_held_back_while_planning_goes_on(owner: User) -> None:
    make_client(1)
    wave = started(NOON)
    assert pause_letters(wave=wave, actor=owner)
    plan_due_waves(now=NOON)
    message = Message.objects.select_related("wave").get()
    assert (message.state, message.wave.state) == (MessageState.QUEUED, MailWaveState.PAUSED)


def test_ten_thousand_are_planned_in_under_ten_seconds(owner: User) -> None:
    many_clients(10_000)
    started(NOON, spread_days=3)
    clock, work = time.perf_counter(), time.process_time()
    assert plan_due_waves(now=NOON) == 10_000
    seconds = time.process_time() - work
    print(f"10 000 planned in {time.perf_counter() - clock:.1f} s by the clock, {seconds:.1f} s of work")  # noqa: T201 - told by -s
    assert Message.objects.count() == 10_000
    assert seconds < 10  # of work: tests that run beside this one stretch the clock


# --- when letters leave ------------------------------------------------------------------------------------------------------


def test_letters_wait_for_the_hours_of_the_branch(owner: User) -> None:
    far = Branch.objects.create(name="Владивосток", time_zone="Asia/Vladivostok")
    make_client(1)
    make_client(2, branch=far)
    wave = started(NOON, hour_from=9, hour_to=18)
    plan_due_waves(now=NOON)
    here, there = wave.invitations.order_by("client__external_id")
    assert here.due_at == NOON
    assert there.due_at == dt.datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Vladivostok"))
    zones = dict(Message.objects.values_list("to_address", "zone"))
    assert zones == {"client1@example.org": "Europe/Moscow", "client2@example.org": "Asia/Vladivostok"}
    assert Message.objects.get(zone="Asia/Vladivostok").next_at == there.due_at


def test_planning_again_gives_everybody_the_same_moment(owner: User) -> None:
    many_clients(20)
    wave = started(NOON, spread_days=5, hour_from=9, hour_to=20)
    plan_due_waves(now=NOON)
    first = dict(wave.invitations.values_list("client_id", "due_at"))
    assert len({moment.date() for moment in first.values() if moment}) > 2
    Message.objects.all().delete()
    wave.invitations.all().delete()
    Wave.objects.update(planned_to=0, planned_at=None)
    plan_due_waves(now=NOON + dt.timedelta(hours=3))
    assert dict(wave.invitations.values_list("client_id", "due_at")) == first


# --- whom --------------------------------------------------------------------------------------------------------------------


def test_partners_are_asked_and_clients_are_not(owner: User) -> None:
    make_client(1)
    partner = Contact.objects.create(kind=SurveyAudience.PARTNERS, name="Олег Гай", email="Partner@example.org")
    Contact.objects.create(kind=SurveyAudience.CANDIDATES, name="Ева Ли", email="eva@example.org")
    wave = started(NOON, audience=SurveyAudience.PARTNERS)
    plan_due_waves(now=NOON)
    invitation = wave.invitations.get()
    assert (invitation.contact, invitation.client, invitation.skip_reason) == (partner, None, "")
    assert Message.objects.get().to_address == "Partner@example.org"
    again = started(NOON + dt.timedelta(days=1), audience=SurveyAudience.PARTNERS)
    plan_due_waves(now=NOON + dt.timedelta(days=1))
    assert again.invitations.get().skip_reason == SkipReason.RECENTLY_ASKED


def test_where_clients_came_from_narrows_the_audience(owner: User) -> None:
    friend = Channel.objects.create(name="Посоветовали")
    chosen = make_client(1, channel=friend)
    make_client(2)
    wave = started(NOON, channels=[friend])
    plan_due_waves(now=NOON)
    assert wave.invitations.get().client == chosen


def test_who_was_taken_out_by_hand_gets_no_letter(owner: User) -> None:
    client = make_client(1)
    draft = make_draft(closes_at=NOON + dt.timedelta(days=14))
    Removal.objects.create(wave=draft, client=client, reason="Судимся", removed_by=owner)
    start_wave(wave=draft, actor=owner, now=NOON)
    plan_due_waves(now=NOON)
    assert draft.invitations.get().skip_reason == SkipReason.REMOVED
    assert not Message.objects.exists()


@pytest.mark.parametrize(("days", "letters"), [(29, 0), (31, 1)])
def test_the_companys_rest_holds_for_every_survey(owner: User, days: int, letters: int) -> None:
    make_client(1)
    started(NOON, rest_days=0)
    plan_due_waves(now=NOON)
    later = NOON + dt.timedelta(days=days)
    count = audience_count(Audience(rest_days=0), today=later.date(), now=later)
    assert count.letters == letters


def test_a_letter_still_to_come_counts_as_asked(owner: User) -> None:
    make_client(1)
    wave = started(NOON, rest_days=0, spread_days=1)
    plan_due_waves(now=NOON)
    wave.invitations.update(due_at=NOON + dt.timedelta(days=20))
    later = NOON + dt.timedelta(days=45)
    assert audience_count(Audience(rest_days=0), today=later.date(), now=later).letters == 0


def test_no_rest_leaves_nobody_out(owner: User) -> None:
    make_client(1)
    SurveySettings.objects.create(rest_days=0)
    started(NOON, rest_days=0)
    plan_due_waves(now=NOON)
    assert audience_count(Audience(rest_days=0), today=NOON.date(), now=NOON).letters == 1


# --- who comes round again ---------------------------------------------------------------------------------------------------


def test_who_was_left_out_gets_the_letter_once_the_reason_is_gone(owner: User) -> None:
    bare, resting = make_client(1, email=""), make_client(2)
    gone = make_client(3, email="gone@example.org")
    old = started(NOON - dt.timedelta(days=29), segments=[])
    Invitation.objects.create(wave=old, client=resting, token_hash=b"old", created_at=NOON - dt.timedelta(days=29))
    Wave.objects.filter(pk=old.pk).update(planned_at=NOON)
    suppress(address="gone@example.org", reason="unsubscribed", source="test")
    wave = started(NOON, rest_days=30)
    plan_due_waves(now=NOON)
    reasons = dict(wave.invitations.values_list("client_id", "skip_reason"))
    assert reasons == {bare.pk: "no_email", resting.pk: "recently_asked", gone.pk: "suppressed"}
    assert revisit_skipped(now=NOON) == 0
    Client.objects.filter(pk=bare.pk).update(email="found@example.org")
    Suppression.objects.all().delete()
    assert revisit_skipped(now=NOON + dt.timedelta(days=2)) == 3
    assert revisit_skipped(now=NOON + dt.timedelta(days=2)) == 0
    assert set(Message.objects.values_list("to_address", flat=True)) == {"found@example.org", "client2@example.org", "gone@example.org"}
    assert not wave.invitations.exclude(skip_reason="").exists()


def test_nobody_comes_round_without_the_time_to_answer_or_after_answering(owner: User) -> None:
    client = make_client(1, email="")
    wave = start(make_draft(closes_at=NOON + dt.timedelta(days=14)), NOON)
    Client.objects.update(email="found@example.org")
    assert revisit_skipped(now=wave.closes_at - dt.timedelta(hours=23)) == 0
    make_answer(wave, 9, invitation=wave.invitations.get(), client=client)
    assert revisit_skipped(now=NOON + dt.timedelta(days=1)) == 0


def test_who_was_taken_out_by_hand_never_comes_round(owner: User) -> None:
    client = make_client(1)
    draft = make_draft(closes_at=NOON + dt.timedelta(days=14))
    Removal.objects.create(wave=draft, client=client, reason="Судимся", removed_by=owner)
    wave = start(draft, NOON)
    assert revisit_skipped(now=NOON + dt.timedelta(days=1)) == 0
    assert wave.invitations.get().skip_reason == SkipReason.REMOVED


def test_a_new_reason_replaces_the_old_one(owner: User) -> None:
    make_client(1, email="")
    wave = start(make_draft(closes_at=NOON + dt.timedelta(days=14)), NOON)
    Client.objects.update(email="found@example.org", do_not_mail=True)
    assert revisit_skipped(now=NOON + dt.timedelta(days=1)) == 0
    assert wave.invitations.get().skip_reason == SkipReason.DO_NOT_MAIL


# --- several waves at once ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_waves_planned_at_once_do_not_write_to_the_same_person(owner: User) -> None:
    make_client(1)
    first, second = started(NOON), started(NOON)

    def plan_second() -> int:
        try:
            return planner.plan_wave(wave_id=second.pk, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert planner.plan_chunk(wave_id=first.pk, now=NOON) == 1
            waiting = pool.submit(plan_second)
            time.sleep(0.5)
            assert not waiting.done()
        assert waiting.result() == 1
    assert second.invitations.get().skip_reason == SkipReason.RECENTLY_ASKED
    assert Message.objects.count() == 1


def test_a_wave_that_cannot_be_planned_does_not_hold_up_the_next(owner: User, caplog: pytest.LogCaptureFixture) -> None:
    make_client(1)
    broken, sound = started(NOON), started(NOON + dt.timedelta(seconds=1))
    Wave.objects.filter(pk=broken.pk).update(closes_at=dt.datetime.max.replace(tzinfo=dt.UTC), spread_days=2)
    assert plan_due_waves(now=NOON) == 1
    assert (broken.invitations.count(), sound.invitations.count()) == (0, 1)
    assert [record.getMessage() for record in caplog.records] == [f"planning a wave: {broken.pk} failed, the others go on"]


def test_a_time_zone_nobody_knows_is_taken_for_the_companys(owner: User) -> None:
    make_client(1, branch=Branch.objects.create(name="Новый", time_zone="Europe/Nowhere"))
    wave = started(NOON, hour_from=10, hour_to=18)
    assert plan_due_waves(now=NOON) == 1
    message = Message.objects.get()
    assert (message.zone, message.next_at) == ("Europe/Moscow", NOON)
    assert wave.invitations.get().due_at == NOON
