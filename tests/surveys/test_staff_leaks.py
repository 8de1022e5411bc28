"""Through the whole life of an anonymous survey no log, report, message or row holds a link, a code, a ballot or words with their owner."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from celery.signals import before_task_publish
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import Branch, Company, User
from config.reports import start_reports
from mailing.models import Message
from surveys.models import StaffBallot, StaffComment, StaffTicket, StaffWave
from surveys.services import close_staff_wave, plan_staff_letters, tally_due_staff_waves
from tests.config.test_reports import KeepEnvelopes
from tests.conftest import signed_in
from tests.surveys.staff import hire, launched, make_staff_wave, tokens_of

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Склад опять закрывает Нина"
REFUSALS = {
    "surveys_staffballot": "NEW.id, encode(NEW.ciphertext, 'hex')",
    "surveys_staffcomment": "NEW.id, NEW.text",
}


class KeepLines(logging.Handler):
    """Keeps every line at every level as it was logged, before any filter, with its traceback and what was hung on it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.lines.append(f"{self.format(record)} {vars(record)}")


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Everything logged, from DEBUG on."""
    root, keeper = logging.getLogger(), KeepLines()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(keeper)
    yield keeper.lines
    root.removeHandler(keeper)
    root.setLevel(level)


@pytest.fixture
def envelopes() -> Iterator[list[str]]:
    """Reports that would have been sent to Sentry."""
    start_reports("https://key@sentry.example.org/1", KeepEnvelopes)
    yield KeepEnvelopes.sent
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


@pytest.fixture
def tasks() -> Iterator[list[Any]]:
    """What was put into the queue: arguments by task."""
    sent: list[Any] = []

    def keep(body: Any = None, **_named: Any) -> None:
        sent.append(body)

    before_task_publish.connect(keep)
    yield sent
    before_task_publish.disconnect(keep)


@pytest.fixture
def wave(company: Company, manager: User) -> StaffWave:
    """An eNPS survey of nine people with letters and two with codes."""
    del manager
    branch = Branch.objects.create(name="На Садовой")
    hire(9, branch)
    hire(2, branch, has_email=False)
    return launched(make_staff_wave(why_question="Почему?", ten_question="Что изменить?"))


def run(sql: str) -> list[Any]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def refuse(table: str) -> None:
    """Make the database refuse new rows, quoting them as PostgreSQL likes to do."""
    run(f"""
        CREATE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation', DETAIL = concat_ws(',', {REFUSALS[table]}); END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_{table}();
    """)


def relent(table: str) -> None:
    """Take rows again."""
    run(f"DROP TRIGGER refuse ON {table}; DROP FUNCTION refuse_{table}()")


def tables() -> dict[str, str]:
    """Return the whole database as text, by table."""
    names = [name for (name,) in run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    return {name: "\n".join(row for (row,) in run(f'SELECT t::text FROM "{name}" t')) for name in names}


def holders(secrets: list[str]) -> set[str]:
    """Return which tables hold any of the secrets."""
    return {name for name, text in tables().items() if any(secret in text for secret in secrets)}


def answer_all(wave: StaffWave, tokens: list[str]) -> None:
    """Answer with all tickets: by link, with a first try that the database refuses, a wrong code and a second press; the rest by code."""
    url = reverse("surveys:staff_tablet", args=[wave.public_token])
    browser = signed_in(User.objects.get())
    refuse("surveys_staffballot")
    assert browser.post(reverse("surveys:staff_answer", args=tokens[:1]), {"score": "1", "why": WORDS}).status_code == 503
    relent("surveys_staffballot")
    for token in tokens[:9]:
        Browser().get(reverse("surveys:staff_answer", args=[token]))
        assert browser.post(reverse("surveys:staff_answer", args=[token]), {"score": "9", "why": WORDS}).status_code == 302
        assert Browser().post(reverse("surveys:staff_answer", args=[token]), {"score": "9", "why": WORDS}).status_code == 200
    for token in tokens[9:]:
        assert browser.post(url, {"code": token[::-1]}).status_code == 422
        assert browser.post(url, {"code": token}).status_code == 200
        assert browser.post(url, {"code": token, "vote": "yes", "score": "2", "ten": WORDS}).status_code == 302


def test_a_whole_life_leaves_no_link_between_anybody_and_an_answer(
    wave: StaffWave, lines: list[str], envelopes: list[str], tasks: list[Any], manager: User
) -> None:
    plan_staff_letters(now=timezone.now())
    assert Message.objects.count() == 9
    tokens = tokens_of(wave)
    codes = [form for token in tokens[9:] for form in (token, token.replace("-", ""))]
    tickets = [str(pk) for pk in StaffTicket.objects.values_list("pk", flat=True)]
    sessions = run("SELECT session_key, session_data FROM django_session")
    answer_all(wave, tokens)
    ballots = [form for ballot in StaffBallot.objects.all() for form in (str(ballot.pk), bytes(ballot.ciphertext).hex()[:64])]
    assert (len(ballots), holders(tokens + codes), holders([WORDS])) == (22, set(), set())
    assert (holders(ballots), holders(tickets)) == ({"surveys_staffballot"}, {"surveys_staffticket"})
    assert (len(run("SELECT * FROM django_session")), run("SELECT count(*) FROM cache_entry")) == (len(sessions) + 1, [(0,)])
    refuse("surveys_staffcomment")
    close_staff_wave(wave=wave, actor=manager, now=timezone.now())
    assert tally_due_staff_waves(now=timezone.now()) == 0
    relent("surveys_staffcomment")
    assert tally_due_staff_waves(now=timezone.now()) == 1
    assert (StaffComment.objects.count(), holders([WORDS])) == (11, {"surveys_staffcomment"})
    assert (holders(tokens + codes), holders(ballots), holders(tickets)) == (set(), set(), set())
    told = "\n".join(lines + envelopes)
    assert "An answer page failed: IntegrityError" in told
    assert "was not counted" in told
    assert [secret for secret in [*tokens, *codes, *tickets, *ballots, WORDS] if secret in told] == []
    assert [body for body in tasks if any(body[:2])] == []


def test_nothing_beside_the_known_locks_watches_tickets_and_ballots() -> None:
    watching = run("""
        SELECT tgrelid::regclass::text, tgname FROM pg_trigger
        WHERE NOT tgisinternal AND tgrelid IN ('surveys_staffticket'::regclass, 'surveys_staffballot'::regclass) ORDER BY 1
    """)
    assert watching == [("surveys_staffballot", "staff_ballot_sealed"), ("surveys_staffticket", "staff_ticket_spent")]


def test_no_column_of_tickets_ballots_and_comments_knows_a_time_or_a_serial_number() -> None:
    columns = run("""
        SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_name IN ('surveys_staffticket', 'surveys_staffballot', 'surveys_staffcomment')
        AND (data_type LIKE 'timestamp%' OR data_type = 'date' OR is_identity = 'YES' OR column_default LIKE 'nextval%')
    """)
    assert columns == []
