"""The protocol against a real SMTP server: what each answer does to a message."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from mailing.enums import AccountState, MailWaveState
from mailing.models import Heartbeat, Letter, MailWave, Message, MessageAttempt, SmtpAccount, Suppression
from mailing.queries import counts_by_state
from mailing.services import Recipient, drain, pause_wave, resume_account, suppress
from mailing.services.accounts import default_account
from tests.mailing.conftest import PlanWave
from tests.mailing.mail_server import Manners, mail_server

pytestmark = pytest.mark.django_db(transaction=True)


def states(wave: MailWave) -> dict[str, int]:
    """Return the states that occur in the wave."""
    return {state: count for state, count in counts_by_state(wave).items() if count}


def test_letters_arrive_once_and_are_marked_sent(plan: PlanWave) -> None:
    wave = plan(3)
    with mail_server() as server:
        assert drain(seconds=10) == 3
        assert drain(seconds=10) == 0
    assert server.recipients == ["client0@example.org", "client1@example.org", "client2@example.org"]
    assert server.conversations == 1
    assert states(wave) == {"sent": 3}
    message = Message.objects.get(external_key="0")
    assert (message.smtp_code, message.attempts, message.lease_until, message.reason) == (250, 1, None, "")
    assert list(message.tries.values_list("phase", "code")) == [("accepted", 250)]
    assert message.sent_at is not None


def test_the_letter_on_the_wire_is_the_recipients_own(plan: PlanWave) -> None:
    plan(1)
    with mail_server() as server:
        drain(seconds=10)
    mail = message_from_bytes(server.accepted[0][1], policy=policy.default)
    assert mail["Subject"] == "Ирина 0, один вопрос на 20 секунд"
    assert mail["Message-ID"] == Message.objects.get().message_id


def test_without_a_mail_server_letters_become_files(plan: PlanWave, tmp_path: Path) -> None:
    wave = plan(3)
    with override_settings(EMAIL_URL="", MAIL_FOLDER=tmp_path / "mail"):
        assert drain(seconds=10) == 3
    assert states(wave) == {"sent": 3}
    files = sorted((tmp_path / "mail").iterdir())
    assert [path.suffix for path in files] == [".eml"] * 3
    mail = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert mail["To"] == "Ирина 0 <client0@example.org>"
    assert Message.objects.get(external_key="0").server_reply == files[0].name


def test_a_folder_that_cannot_be_made_costs_no_attempt(plan: PlanWave, tmp_path: Path) -> None:
    wave = plan(1)
    (tmp_path / "mail").write_text("a file where the folder should be")
    with override_settings(EMAIL_URL="", MAIL_FOLDER=tmp_path / "mail"):
        drain(seconds=10)
    assert states(wave) == {"queued": 1}
    assert Message.objects.get().attempts == 0


def test_a_letter_that_cannot_be_put_together_fails_before_smtp_and_the_rest_goes_on(plan: PlanWave) -> None:
    people = [
        Recipient("a@example.org", "Анна", "1", {"name": "Анна"}),
        Recipient("b@example.org", "Борис", "2", {"name": "Борис", "answer_url": "http://127.0.0.1/s/2"}),
        Recipient("c@example.org", "Вера", "3", {"name": "Вера\r\nBcc: all@example.org", "answer_url": "http://127.0.0.1/s/3"}),
    ]
    wave = plan(recipients=people)
    with mail_server() as server:
        drain(seconds=10)
    assert server.recipients == ["b@example.org"]
    assert states(wave) == {"sent": 1, "failed": 2}
    assert set(Message.objects.filter(state="failed").values_list("reason", flat=True)) == {"render"}


def test_a_refusal_for_now_waits_longer_each_time_and_ends_after_five(plan: PlanWave) -> None:
    wave = plan(1)
    with mail_server(recipient=lambda _: "451 4.3.0 try later") as server:
        for minutes in (5, 15, 60, 240):
            drain(seconds=10)
            message = Message.objects.get()
            assert message.state == "queued"
            wait = (message.next_at - timezone.now()).total_seconds() / 60
            assert 0.79 * minutes < wait < 1.21 * minutes
            Message.objects.update(next_at=timezone.now())
        drain(seconds=10)
        drain(seconds=10)
        assert server.accepted == []
    assert states(wave) == {"failed": 1}
    message = Message.objects.get()
    assert (message.reason, message.attempts, message.smtp_code) == ("expired", 5, 451)
    assert message.tries.count() == 5
    assert not Suppression.objects.exists()


def test_a_refusal_for_now_after_the_final_dot_waits_too(plan: PlanWave) -> None:
    wave = plan(1)
    with mail_server(content="452 4.2.2 mailbox full"):
        drain(seconds=10)
    assert states(wave) == {"queued": 1}
    assert list(MessageAttempt.objects.values_list("phase", "code")) == [("content", 452)]


@pytest.mark.parametrize(("answer", "is_suppressed"), [("550 5.1.1 no such user", True), ("550 5.2.2 full", False), ("550 no", False)])
def test_a_final_refusal_fails_and_only_a_dead_address_is_suppressed(plan: PlanWave, answer: str, is_suppressed: bool) -> None:
    wave = plan(2)
    with mail_server(recipient=lambda address: answer if address.startswith("client0") else "250 OK") as server:
        drain(seconds=10)
    assert server.recipients == ["client1@example.org"]
    assert states(wave) == {"failed": 1, "sent": 1}
    assert Message.objects.get(state="failed").reason == "hard"
    assert Suppression.objects.exists() == is_suppressed


def test_a_final_refusal_after_the_dot_fails(plan: PlanWave) -> None:
    wave = plan(1)
    with mail_server(content="554 5.6.0 bad content"):
        drain(seconds=10)
    assert states(wave) == {"failed": 1}
    assert not Suppression.objects.exists()


def test_no_answer_after_the_dot_is_unknown_and_never_repeated_by_itself(plan: PlanWave) -> None:
    wave = plan(2)
    with mail_server(drops_after_content=True) as server:
        drain(seconds=10)
        drain(seconds=10)
    assert sorted(server.recipients) == ["client0@example.org", "client1@example.org"]
    assert states(wave) == {"unknown": 2}
    assert set(Message.objects.values_list("reason", flat=True)) == {"no_answer"}


def test_a_server_that_is_away_costs_no_attempt_and_gets_a_rest(plan: PlanWave) -> None:
    wave = plan(2)
    with override_settings(EMAIL_URL="smtp://127.0.0.1:9", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9):
        for seconds in (30, 60, 120):
            drain(seconds=10)
            account = SmtpAccount.objects.get()
            assert account.open_until is not None
            assert seconds - 5 < (account.open_until - timezone.now()).total_seconds() <= seconds
            drain(seconds=10)
            assert SmtpAccount.objects.get().open_until == account.open_until
            SmtpAccount.objects.update(open_until=timezone.now())
    assert states(wave) == {"queued": 2}
    assert set(Message.objects.values_list("attempts", flat=True)) == {0}
    with mail_server():
        drain(seconds=10)
    assert states(wave) == {"sent": 2}
    account = SmtpAccount.objects.get()
    assert (account.fail_streak, account.open_until) == (0, None)


def test_a_refused_login_stops_the_account_and_fails_nothing(plan: PlanWave, owner: Any) -> None:
    wave = plan(2)
    with mail_server(password="right") as server, override_settings(EMAIL_HOST_USER="mayak", EMAIL_HOST_PASSWORD="wrong"):
        drain(seconds=10)
        drain(seconds=10)
        assert server.accepted == []
        account = SmtpAccount.objects.get()
        assert account.state == AccountState.STOPPED
        assert "535" in account.stopped_reason
        assert states(wave) == {"queued": 2}
        assert set(Message.objects.values_list("attempts", flat=True)) == {0}
        assert resume_account(account=account, actor=owner)
        assert not resume_account(account=account, actor=owner)
        with override_settings(EMAIL_HOST_PASSWORD="right"):
            drain(seconds=10)
    assert states(wave) == {"sent": 2}


def test_a_server_without_login_stops_the_account_when_a_name_is_given(plan: PlanWave) -> None:
    plan(1)
    with mail_server(), override_settings(EMAIL_HOST_USER="mayak", EMAIL_HOST_PASSWORD="x"):
        drain(seconds=10)
    assert SmtpAccount.objects.get().state == AccountState.STOPPED


def test_a_server_that_wants_a_login_stops_the_account(plan: PlanWave) -> None:
    wave = plan(1)
    with mail_server(password="right"):
        drain(seconds=10)
    assert SmtpAccount.objects.get().state == AccountState.STOPPED
    assert states(wave) == {"queued": 1}


def test_a_421_in_the_middle_is_a_server_away(plan: PlanWave) -> None:
    wave = plan(2)
    with mail_server(mail="421 4.3.2 shutting down"):
        drain(seconds=10)
    assert states(wave) == {"queued": 2}
    assert set(Message.objects.values_list("attempts", flat=True)) == {0}
    assert SmtpAccount.objects.get().fail_streak == 1


def test_a_paused_wave_is_not_claimed(plan: PlanWave) -> None:
    wave = plan(2)
    pause_wave(mail_wave=wave, actor=None)
    with mail_server() as server:
        assert drain(seconds=10) == 0
    assert server.accepted == []
    assert states(wave) == {"queued": 2}


def test_pausing_while_sending_stops_before_the_next_letter(plan: PlanWave) -> None:
    wave = plan(20)
    with mail_server() as server:
        server.before_content = lambda: pause_elsewhere(wave) if len(server.accepted) == 4 else None
        drain(seconds=10)
    assert len(server.accepted) == 5
    assert states(wave) == {"sent": 5, "queued": 15}
    assert set(Message.objects.filter(state="queued").values_list("attempts", flat=True)) == {0}


def pause_elsewhere(wave: MailWave) -> None:
    """Pause in a thread of its own, as another process would."""
    thread = threading.Thread(target=with_own_connection(lambda: pause_wave(mail_wave=wave, actor=None)))
    thread.start()
    thread.join()


def with_own_connection(work: Callable[[], Any]) -> Callable[[], None]:
    """Return the work followed by closing the thread's database connection."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    return run


def test_who_unsubscribed_after_planning_is_skipped_at_the_last_moment(plan: PlanWave) -> None:
    wave = plan(2)
    suppress(address="client0@example.org", reason="asked", source="phone")
    Message.objects.filter(external_key="0").delete()
    again = plan(recipients=[Recipient("client0@example.org", "Ирина", "0")])
    assert again == wave
    assert states(wave) == {"queued": 1, "skipped": 1}


def test_a_suppression_written_past_the_service_is_seen_by_the_claim(plan: PlanWave) -> None:
    wave = plan(2)
    message = Message.objects.get(external_key="0")
    Suppression.objects.create(recipient_key=message.recipient_key, reason="imported")
    with mail_server() as server:
        drain(seconds=10)
    assert server.recipients == ["client1@example.org"]
    assert states(wave) == {"sent": 1, "skipped": 1}


def test_before_its_time_and_after_its_window_nothing_is_sent(plan: PlanWave, letter: Letter) -> None:
    now, day = timezone.now(), dt.timedelta(days=1)
    early = plan(1, occurrence_key="early", not_before=now + day)
    late = plan(1, occurrence_key="late", not_before=now - 2 * day, window_end=now - day)
    with mail_server() as server:
        drain(seconds=10)
    assert server.accepted == []
    assert states(early) == {"queued": 1}
    assert states(late) == {"failed": 1}
    assert Message.objects.get(wave=late).reason == "expired"


def test_leases_that_ran_out_are_settled(plan: PlanWave) -> None:
    wave = plan(4)
    past = timezone.now() - dt.timedelta(seconds=1)
    Message.objects.filter(external_key__in="123").update(state="claimed", attempts=1, lease_until=past)
    Message.objects.filter(external_key="2").update(state="sending")
    Message.objects.filter(external_key="3").update(attempts=5)
    pause_wave_row(wave)
    with mail_server() as server:
        drain(seconds=10)
    assert server.accepted == []
    assert states(wave) == {"queued": 2, "unknown": 1, "failed": 1}
    assert set(MessageAttempt.objects.values_list("message__external_key", "phase")) == {("1", "lease"), ("2", "lease"), ("3", "lease")}


def pause_wave_row(wave: MailWave) -> None:
    """Keep the wave from being claimed without touching its messages."""
    MailWave.objects.filter(pk=wave.pk).update(state=MailWaveState.PAUSED)


def test_a_late_yes_turns_unknown_into_sent(plan: PlanWave) -> None:
    wave = plan(1)
    with mail_server() as server:
        server.before_content = give_up_elsewhere
        drain(seconds=10)
    assert states(wave) == {"sent": 1}
    assert Message.objects.get().reason == ""


def give_up_elsewhere() -> None:
    """Let the lease of the message being sent run out in the eyes of another worker."""

    def give_up() -> None:
        Message.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
        with override_settings(EMAIL_URL=""):
            drain(seconds=0)
        assert Message.objects.get().state == "unknown"

    thread = threading.Thread(target=with_own_connection(give_up))
    thread.start()
    thread.join()


def test_four_workers_send_each_of_200_messages_exactly_once(plan: PlanWave) -> None:
    wave = plan(200)
    SmtpAccount.objects.update(rate_per_second=10_000, burst=10_000, tokens=10_000)
    with mail_server() as server:
        workers = [threading.Thread(target=with_own_connection(lambda: drain(seconds=30))) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert set(Counter(server.recipients).values()) == {1}
    assert len(server.accepted) == 200
    assert states(wave) == {"sent": 200}


def test_the_speed_limit_holds_and_tokens_never_go_below_zero(plan: PlanWave) -> None:
    wave = plan(10)
    SmtpAccount.objects.update(rate_per_second=2, burst=3, tokens=3, refilled_at=timezone.now())
    with mail_server():
        drain(seconds=1.2)
    assert 3 <= states(wave)["sent"] <= 6
    assert SmtpAccount.objects.get().tokens >= 0


def test_a_clock_set_back_gives_no_tokens_and_does_not_stall(plan: PlanWave) -> None:
    wave = plan(2)
    SmtpAccount.objects.update(rate_per_second=5, burst=1, tokens=0, refilled_at=timezone.now() + dt.timedelta(hours=6))
    with mail_server():
        drain(seconds=9)
    assert states(wave) == {"sent": 2}


def test_an_account_that_is_stopped_or_resting_claims_nothing(plan: PlanWave) -> None:
    wave = plan(1)
    account = default_account()
    with mail_server() as server:
        SmtpAccount.objects.update(state=AccountState.STOPPED)
        drain(seconds=10)
        SmtpAccount.objects.update(state=AccountState.OPEN, open_until=timezone.now() + dt.timedelta(minutes=1))
        drain(seconds=10)
        assert server.accepted == []
    assert states(wave) == {"queued": 1}
    assert account.pk == 1


def test_time_over_gives_the_rest_back(plan: PlanWave) -> None:
    wave = plan(5)
    server: Manners
    with mail_server() as server:
        drain(seconds=10, is_stopping=lambda: len(server.accepted) >= 2)
    assert states(wave) == {"sent": 2, "queued": 3}
    assert set(Message.objects.filter(state="queued").values_list("attempts", flat=True)) == {0}


def test_draining_leaves_a_heartbeat(company: Any) -> None:
    drain(seconds=1)
    assert timezone.now() - Heartbeat.objects.get(name="drain").at < dt.timedelta(seconds=10)
