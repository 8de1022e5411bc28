"""Reports of mail systems: what is believed, what follows, and what forgers and repeated reports change."""

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mailing.bounces import understood
from mailing.links import bounce_token, bounce_token_in, envelope_sender, unsubscribe_token
from mailing.models import Bounce, Message, Suppression
from mailing.queries import counts_by_state
from mailing.services import drain, read_reports, take_report
from mailing.tasks import read_bounces
from tests.mailing.conftest import PlanWave
from tests.mailing.imap_server import imap_server
from tests.mailing.mail_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)
DATA = Path(__file__).parent / "data" / "bounces"


@pytest.fixture(autouse=True)
def _mailbox(settings: Any) -> None:
    """Set an address for reports."""
    settings.BOUNCE_ADDRESS = "bounce@bounces.example.org"


@pytest.fixture
def sent(plan: PlanWave) -> Message:
    """A letter that was sent."""
    plan(1)
    Message.objects.update(state="claimed")
    Message.objects.update(state="sending")
    Message.objects.update(state="sent", sent_at=timezone.now())
    return Message.objects.get()


def report(name: str, message: Message, to: str = "") -> bytes:
    """Return a report of the corpus about the message."""
    return (DATA / f"{name}.eml").read_text().replace("{to}", to or envelope_sender(message)).encode()


@pytest.mark.parametrize(
    ("name", "kind", "status", "has_bounced", "is_suppressed"),
    [
        ("postfix_no_user", "hard", "5.1.1", True, True),
        ("exchange_no_user", "hard", "5.1.10", True, True),
        ("mailru_disabled", "hard", "5.2.1", True, True),
        ("two_groups", "hard", "5.1.2", True, True),
        ("qmail_prose", "hard", "5.1.1", True, True),
        ("exim_full", "soft", "5.2.2", True, False),
        ("yandex_policy", "soft", "5.7.1", True, False),
        ("postfix_delayed", "soft", "4.4.1", False, False),
        ("postfix_relayed", "delivered", "2.1.5", False, False),
    ],
)
def test_every_form_of_report(  # noqa: PLR0917 - one per column of the table
    sent: Message, name: str, kind: str, status: str, has_bounced: bool, is_suppressed: bool
) -> None:
    for _time in range(2):  # the second time it is the same report
        take_report(report(name, sent))
    assert Bounce.objects.values_list("kind", "status", "source").get() == (kind, status, "mailbox")
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert (sent.bounced_at is not None) == has_bounced
    assert (sent.delivered_at is not None) == (kind == "delivered")
    assert Suppression.objects.exists() == is_suppressed


@pytest.mark.parametrize("name", ["vacation", "spam"])
def test_answers_of_machines_and_spam_change_nothing(sent: Message, name: str) -> None:
    take_report(report(name, sent))
    assert not Bounce.objects.exists()
    assert not Suppression.objects.exists()


def forged(message: Message) -> list[str]:
    """Return return paths somebody made up or changed."""
    own = envelope_sender(message)
    local, _, domain = own.partition("@")
    return [
        "client0@example.org",
        "bounce@bounces.example.org",
        f"bounce+{bounce_token(message.message_id)}@{domain}",
        f"bounce+{bounce_token(message.message_id)}.{'0' * 16}@{domain}",
        f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@{domain}",
        f"{local}@elsewhere.example.org",
        f"bounce+{bounce_token('<other@example.org>')}.{own.partition('.')[2]}",
    ]


@pytest.mark.parametrize("number", range(7))
def test_a_forged_report_changes_nothing(sent: Message, number: int) -> None:
    take_report(report("postfix_no_user", sent, forged(sent)[number]))
    assert not Bounce.objects.exists()
    assert not Suppression.objects.exists()
    assert Message.objects.get().bounced_at is None


def test_a_mail_system_may_change_the_case_of_the_address(sent: Message) -> None:
    take_report(report("postfix_no_user", sent, envelope_sender(sent).upper()))
    assert Bounce.objects.count() == 1


def test_a_report_about_a_letter_long_past_or_never_sent_changes_nothing(sent: Message, plan: PlanWave) -> None:
    Message.objects.update(next_at=timezone.now() - dt.timedelta(days=31))
    take_report(report("postfix_no_user", sent))
    plan(1, occurrence_key="queued")
    take_report(report("exim_full", Message.objects.get(state="queued")))
    assert not Bounce.objects.exists()


def test_a_report_of_delivery_settles_an_unknown_letter(plan: PlanWave) -> None:
    wave = plan(1)
    with mail_server(drops_after_content=True):
        drain(seconds=5)
    message = Message.objects.get()
    assert message.state == "unknown"
    take_report(report("exim_full", message))
    assert counts_by_state(wave)["unknown"] == 1
    take_report(report("postfix_relayed", message))
    assert counts_by_state(wave)["sent"] == 1


def test_every_letter_has_a_return_path_of_its_own(plan: PlanWave, settings: Any) -> None:
    plan(2)
    with mail_server() as server:
        drain(seconds=5)
    assert [bounce_token_in(sender) for sender in server.senders] == [
        bounce_token(message_id) for message_id in Message.objects.order_by("id").values_list("message_id", flat=True)
    ]
    settings.BOUNCE_ADDRESS = ""
    assert envelope_sender(Message.objects.all()[0]) == "mayak@localhost"


def wish(token: str, **headers: str) -> bytes:
    """Return a letter by which a person asks to be left alone."""
    lines = {"From": "client0@example.org", "To": "bounce@bounces.example.org", "Subject": f"unsubscribe {token}"} | headers
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n\r\n"


def test_a_letter_with_the_token_unsubscribes_and_a_machines_answer_does_not(sent: Message) -> None:
    token = unsubscribe_token(sent.message_id)
    for machine in (
        {"Auto-Submitted": "auto-replied"},
        {"Return-Path": "<>"},
        {"Precedence": "bulk"},
        {"Subject": f"Re: unsubscribe {token}"},
    ):
        take_report(wish(token, **{name.replace("_", "-"): value for name, value in machine.items()}))
    take_report(wish("x" * 22))
    assert not Suppression.objects.exists()
    take_report(wish(token, **{"Auto-Submitted": "no"}))
    take_report(wish(token))
    assert Suppression.objects.get().reason == "unsubscribed"


def test_a_folder_is_read_once_and_one_broken_letter_holds_up_nothing(sent: Message, settings: Any, tmp_path: Path) -> None:
    settings.BOUNCE_URL = f"file://{tmp_path}/in"
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "1.eml").write_bytes(b"\xff\xfe\0 broken")
    (folder / "2.eml").write_bytes(report("postfix_no_user", sent))
    call_command("read_bounces")
    assert sorted(path.name for path in (folder / "done").iterdir()) == ["1.eml", "2.eml"]
    assert Bounce.objects.count() == 1
    assert read_reports() == 0


def test_an_imap_mailbox_is_read_and_letters_are_flagged_afterwards(sent: Message, settings: Any) -> None:
    with imap_server([report("postfix_no_user", sent), report("spam", sent)]) as mailbox:
        settings.BOUNCE_URL = f"imap://bounce%40example.org:p%3Aw@127.0.0.1:{mailbox.port}/INBOX"
        assert read_reports() == 2
        assert read_reports() == 0
    assert mailbox.seen == {1, 2}
    assert mailbox.login == '"bounce@example.org" "p:w"'
    assert Bounce.objects.count() == 1


def test_a_mailbox_out_of_reach_is_said_and_the_beat_goes_on(settings: Any) -> None:
    settings.BOUNCE_URL = "imap://a:b@127.0.0.1:9/INBOX"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("read_bounces")
    read_bounces()
    settings.BOUNCE_URL = "pop3://a:b@127.0.0.1/"
    with pytest.raises(CommandError, match="imaps://"):
        call_command("read_bounces")
    settings.BOUNCE_URL = ""
    assert read_reports() == 0


HEADS = [b"", b"To: =?x?b?!!?=\r\n", b"Content-Type: multipart/report; boundary=b\r\n\r\n--b"]


@hypothesis_settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=400),
    head=st.sampled_from([b"", b"To: =?x?b?!!?=\r\n", b"Content-Type: multipart/report; boundary=b\r\n\r\n--b"]),
)
def test_no_bytes_are_a_report_by_chance(data: bytes, head: bytes) -> None:
    assert understood(head + data) is None


@transaction.atomic
def read_without_database() -> None:
    """Read the mailbox in a transaction that has failed: every query is refused."""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    read_reports()


def test_while_the_database_is_away_a_letter_is_not_taken_for_read(sent: Message, settings: Any, tmp_path: Path) -> None:
    settings.BOUNCE_URL = tmp_path.as_uri()
    letter = tmp_path / "1.eml"
    letter.write_bytes(report("postfix_no_user", sent))
    with pytest.raises(DatabaseError):
        read_without_database()
    assert letter.exists()
    assert read_reports() == 1
    assert Bounce.objects.count() == 1
