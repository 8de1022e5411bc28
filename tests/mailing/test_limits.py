"""Quiet hours, limits of domains and days, and the breaker on a share of failures."""

import datetime as dt
import uuid
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from company.models import User
from mailing.enums import MailWaveState
from mailing.formulas.pace import domain_burst, fails_too_often
from mailing.formulas.quiet import Quiet, quiet_until
from mailing.models import DomainPace, MailEvent, MailSettings, MailWave, Message, SmtpAccount
from mailing.queries import DUE, DUE_BY_DOMAIN, counts_by_state
from mailing.services import Recipient, drain, ensure_quiet_hours, resume_wave, set_limits, set_quiet_hours
from mailing.services.accounts import default_account
from mailing.services.claiming import claim, leased
from tests.mailing.conftest import PlanWave
from tests.mailing.mail_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)
UTC = dt.UTC


def people(*domains: str) -> list[Recipient]:
    """Return one person per domain named."""
    return [Recipient(f"client{n}@{domain}", "Ирина", str(n), {"name": "Ирина", "answer_url": "x"}) for n, domain in enumerate(domains)]


def claimed(size: int = 50) -> list[str]:
    """Return the domains a worker is given letters for."""
    return [message.domain for message in claim(account=default_account(), owner=OWNER, size=size).messages]


OWNER = uuid.UUID(int=1)


def now_in(zone: str) -> dt.datetime:
    """Return this moment on the wall of the zone."""
    return timezone.now().astimezone(ZoneInfo(zone))


def test_a_letter_in_quiet_hours_waits_for_their_end_and_loses_no_attempt(plan: PlanWave, company: Any) -> None:
    here = now_in("Europe/Moscow")
    MailSettings.objects.create(quiet_from=here.hour, quiet_to=(here.hour + 2) % 24)
    wave = plan(2, keeps_quiet_hours=True)
    with mail_server() as server:
        drain(seconds=5)
    assert server.accepted == []
    end = here.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=2)
    assert set(Message.objects.values_list("state", "attempts", "next_at")) == {("queued", 0, end)}
    assert MailWave.objects.get(pk=wave.pk).state == MailWaveState.RUNNING


def test_quiet_is_the_recipients_own_and_only_of_waves_that_keep_it(plan: PlanWave, company: Any) -> None:
    here = now_in("Europe/Moscow")
    MailSettings.objects.create(quiet_from=here.hour, quiet_to=(here.hour + 1) % 24)
    people = [
        Recipient(f"{n}@example.org", "", str(n), {"name": "A", "answer_url": "x"}, zone=zone)
        for n, zone in enumerate(["", "Asia/Omsk", "No/Zone"])
    ]
    plan(recipients=people, keeps_quiet_hours=True)
    alert = plan(recipients=[Recipient("chef@example.org", "", "c", {"name": "A", "answer_url": "x"})], occurrence_key="alert")
    with mail_server() as server:
        drain(seconds=5)
    assert sorted(server.recipients) == ["1@example.org", "chef@example.org"]
    assert counts_by_state(alert)["sent"] == 1


def test_without_rules_nothing_is_quiet_and_equal_hours_mean_the_same(plan: PlanWave, company: Any, owner: User) -> None:
    plan(1, keeps_quiet_hours=True)
    hour = now_in("Europe/Moscow").hour
    set_quiet_hours(quiet_from=hour, quiet_to=hour, actor=owner)
    with mail_server() as server:
        drain(seconds=5)
    assert len(server.accepted) == 1
    assert MailEvent.objects.get().what == "quieted"


def test_a_new_company_has_quiet_nights_and_keeps_what_it_chose(owner: User) -> None:
    ensure_quiet_hours()
    assert MailSettings.objects.values_list("quiet_from", "quiet_to").get() == (22, 8)
    set_quiet_hours(quiet_from=20, quiet_to=10, actor=owner)
    ensure_quiet_hours()
    assert MailSettings.objects.values_list("quiet_from", "quiet_to").get() == (20, 10)


@pytest.mark.parametrize(
    ("zone", "now", "end"),
    [
        ("Europe/Moscow", "2026-03-01T18:59+00:00", None),
        ("Europe/Moscow", "2026-03-01T19:00+00:00", "2026-03-02T05:00+00:00"),
        ("Europe/Moscow", "2026-03-02T04:59+00:00", "2026-03-02T05:00+00:00"),
        ("Europe/Moscow", "2026-03-02T05:00+00:00", None),
        ("Europe/Berlin", "2026-03-28T22:00+00:00", "2026-03-29T06:00+00:00"),  # the clocks go forward that night
        ("Europe/Berlin", "2026-10-24T21:00+00:00", "2026-10-25T07:00+00:00"),  # and back
        ("Asia/Kolkata", "2026-03-01T16:30+00:00", "2026-03-02T02:30+00:00"),
    ],
)
def test_the_night_ends_at_eight_on_the_wall(zone: str, now: str, end: str | None) -> None:
    found = quiet_until(Quiet(22, 8), dt.datetime.fromisoformat(now), ZoneInfo(zone))
    assert found == (dt.datetime.fromisoformat(end) if end else None)


def test_quiet_in_the_middle_of_the_day_and_an_hour_the_clocks_skip() -> None:
    siesta = dt.datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    assert quiet_until(Quiet(12, 15), siesta, UTC) == dt.datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert quiet_until(Quiet(13, 15), siesta, UTC) is None
    skipped = dt.datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30 in Berlin, where there is no 02:00 that night
    assert quiet_until(Quiet(22, 2), skipped, ZoneInfo("Europe/Berlin")) == dt.datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_one_domain_gets_no_more_than_its_share_and_the_others_do_not_wait_for_it(plan: PlanWave, owner: User) -> None:
    plan(recipients=people(*["slow.example.org"] * 30, "a.example.org", "b.example.org"))
    set_limits(account=default_account(), domain_rate_per_minute=12, day_quota=None, actor=owner)
    assert Counter(claimed()) == {"slow.example.org": 2, "a.example.org": 1, "b.example.org": 1}
    assert claimed() == []
    DomainPace.objects.update(refilled_at=timezone.now() - dt.timedelta(seconds=6))
    assert claimed() == ["slow.example.org"]
    assert DomainPace.objects.get(domain="slow.example.org").tokens < 1


def test_domains_are_served_in_turns(plan: PlanWave, owner: User) -> None:
    plan(recipients=people(*[f"{letter}.example.org" for letter in "aaaabbbbcccc"]))
    set_limits(account=default_account(), domain_rate_per_minute=60, day_quota=None, actor=owner)
    assert [Counter(claimed(3)) for _ in range(4)] == [{"a.example.org": 1, "b.example.org": 1, "c.example.org": 1}] * 4


def test_a_clock_set_back_gives_a_domain_nothing(plan: PlanWave, owner: User) -> None:
    plan(recipients=people(*["a.example.org"] * 9))
    set_limits(account=default_account(), domain_rate_per_minute=6, day_quota=None, actor=owner)
    assert claimed() == ["a.example.org"]
    DomainPace.objects.update(refilled_at=timezone.now() + dt.timedelta(hours=6))
    assert claimed() == []


def test_a_day_has_its_quota_and_what_was_not_sent_does_not_use_it(plan: PlanWave, owner: User) -> None:
    wave = plan(6)
    set_limits(account=default_account(), domain_rate_per_minute=None, day_quota=4, actor=owner)
    with mail_server() as server:
        drain(seconds=5, is_stopping=lambda: len(server.accepted) >= 1)
        assert SmtpAccount.objects.get().day_used == 1
        drain(seconds=5)
        assert counts_by_state(wave)["sent"] == 4
        SmtpAccount.objects.update(quota_day=timezone.now().date() - dt.timedelta(days=2))
        drain(seconds=5)
    assert counts_by_state(wave)["sent"] == 6


def test_too_many_failures_pause_the_wave_and_going_on_counts_anew(plan: PlanWave, owner: User) -> None:
    wave = plan(70)
    with mail_server(recipient=lambda address: "550 no" if int(address[6:].split("@")[0]) % 4 == 0 else "250 OK"):
        drain(seconds=20)
    wave.refresh_from_db()
    assert (wave.state, wave.paused_reason) == (MailWaveState.PAUSED, "errors:18/70")
    event = MailEvent.objects.get()
    assert (event.what, event.note, event.actor) == ("paused", "errors:18/70", None)
    assert resume_wave(mail_wave=wave, actor=owner)
    wave.refresh_from_db()
    assert (wave.finished, wave.failed) == (0, 0)


@pytest.mark.parametrize(("failed", "finished", "too_often"), [(49, 49, False), (10, 50, False), (11, 50, True), (200, 1000, False)])
def test_a_fifth_of_fifty_is_the_limit(failed: int, finished: int, too_often: bool) -> None:
    assert fails_too_often(failed=failed, finished=finished) == too_often


def test_ten_seconds_of_a_domain_may_leave_at_once() -> None:
    assert [domain_burst(rate) for rate in (1, 6, 60, 600)] == [1, 1, 10, 100]


@pytest.mark.parametrize("statement", [DUE, DUE_BY_DOMAIN])
def test_a_claim_reads_by_index_whatever_else_waits(plan: PlanWave, statement: str) -> None:
    big = plan(recipients=(Recipient(f"c{n}@d{n % 50}.example.org", "", str(n)) for n in range(4000)))
    MailWave.objects.filter(pk=big.pk).update(state="paused")
    wave = plan(5, occurrence_key="small")
    values: dict[str, Any] = {"waves": [wave.pk, big.pk], "size": 50, "domains": ["d1.example.org", "example.org"], "shares": [5, 5]}
    with connection.cursor() as cursor:
        for _turn in range(2):  # as just planned, and with statistics
            cursor.execute(f"EXPLAIN {statement}", values)
            assert "Seq Scan on mailing_message" not in "\n".join(line for (line,) in cursor.fetchall())
            cursor.execute("ANALYZE mailing_message")


def test_leases_share_an_attempt(plan: PlanWave) -> None:
    plan(2)
    taken = leased(list(Message.objects.all()), OWNER)
    assert len({message.attempt_id for message in taken}) == 1
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}
