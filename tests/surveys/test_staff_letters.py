"""Letters of surveys of employees: once to each, reminders by the rule chosen, nothing after the close, no trace of who answered."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as site
from django.utils import timezone

from common.tokens import token_hash
from company.models import Branch, Company, Employee, User
from mailing.enums import MailWaveState, MessageState, TemplateKind
from mailing.links import PersonalLink, unsubscribe_token
from mailing.models import Click, LetterLink, MailEvent, MailWave, Message
from mailing.rendering import rendered
from mailing.services import save_template, suppress, unsubscribe_recipient
from mailing.templates import LetterDraft
from surveys.enums import RemindWhom
from surveys.models import StaffTicket, StaffWave
from surveys.services import plan_staff_letters
from surveys.services import staff_letters as planner
from surveys.staff_post import post_lines
from surveys.tasks import advance_staff_waves
from tests.surveys.staff_people import make_people, start_staff_wave

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Moscow"))
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _set_up(company: Company, owner: User, settings: Any, tmp_path: Any) -> None:
    """Keep keys of every test apart; letters need somebody who signs."""
    settings.BALLOT_KEY_FOLDERS = [str(tmp_path / "keys"), str(tmp_path / "copy")]


def started(letters: int = 6, codes: int = 0, **changes: Any) -> StaffWave:
    """Start a survey at noon that is open for two weeks."""
    make_people(letters, codes, Branch.objects.create(name="Центр", time_zone="Asia/Omsk"))
    return start_staff_wave(NOON, closes_at=NOON + 14 * DAY, **changes)


def keys_of(kind: TemplateKind) -> list[str]:
    """Return whom letters of a kind go to."""
    return sorted(Message.objects.filter(wave__kind=kind).values_list("external_key", flat=True))


def test_everybody_with_an_address_gets_one_letter_however_often_it_is_planned() -> None:
    wave = started(6, 2)
    assert plan_staff_letters(now=NOON) == 6
    assert plan_staff_letters(now=NOON + DAY) == 0
    assert keys_of(TemplateKind.STAFF_SURVEY) == sorted(
        f"seat-{pk}" for pk in wave.seats.filter(by_code=False).values_list("pk", flat=True)
    )
    mail_wave = StaffWave.objects.get().mail_wave
    assert mail_wave is not None
    assert (mail_wave.window_end, mail_wave.keeps_quiet_hours, mail_wave.kind) == (wave.closes_at, True, "staff_survey")
    assert set(Message.objects.values_list("zone", flat=True)) == {"Asia/Omsk"}


def test_planning_goes_chunk_by_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "CHUNK", 4)
    started(6)
    assert plan_staff_letters(now=NOON) == 6


def test_the_link_opens_the_ticket_of_the_seat_and_is_stored_nowhere() -> None:
    started(5)
    plan_staff_letters(now=NOON)
    for message in Message.objects.all():
        link = PersonalLink(**message.link)
        ticket = StaffTicket.objects.get(token_hash=token_hash(link.token))
        assert message.external_key == f"seat-{ticket.seat_id}"
        assert link.token not in str(message.context) + str(message.link)


def test_a_letter_says_what_was_promised_and_counts_nothing() -> None:
    wave = started(5)
    plan_staff_letters(now=NOON)
    message = Message.objects.select_related("wave__letter").filter(to_name="Ирина Белова").get()
    raw = rendered(message, message.wave.letter).decode()
    assert message.context == {
        "greeting": "Здравствуйте, Ирина!",
        "until": "7 декабря",
        "promise_url": f"{site.BASE_URL}/surveys/e/about/{wave.public_token}/",
    }
    assert "List-Unsubscribe" in raw
    assert "{" not in message.wave.letter.subject.replace("{until}", "")
    assert "<img" not in message.wave.letter.html
    assert (LetterLink.objects.count(), Click.objects.count()) == (0, 0)


def test_who_unsubscribed_is_not_written_to_and_unsubscribing_works() -> None:
    people = make_people(6)
    suppress(address=people[0].email, reason="unsubscribed", source="test")
    start_staff_wave(NOON, closes_at=NOON + 14 * DAY)
    plan_staff_letters(now=NOON)
    assert Message.objects.filter(state=MessageState.SKIPPED).get().to_address == people[0].email
    other = Message.objects.filter(state=MessageState.QUEUED).first()
    assert other is not None
    assert unsubscribe_recipient(token=unsubscribe_token(other.message_id))
    assert Message.objects.filter(state=MessageState.SKIPPED).count() == 2


def test_reminders_go_to_everybody_so_that_nobody_learns_who_answered() -> None:
    wave = started(6)
    plan_staff_letters(now=NOON)
    StaffTicket.objects.filter(pk=StaffTicket.objects.values("pk")[:1]).update(answered=True)
    assert plan_staff_letters(now=NOON + 3 * DAY - dt.timedelta(minutes=1)) == 0
    assert plan_staff_letters(now=NOON + 3 * DAY) == 6
    assert plan_staff_letters(now=NOON + 4 * DAY) == 0
    assert plan_staff_letters(now=NOON + 7 * DAY) == 6
    assert MailWave.objects.count() == 3
    assert "мы не смотрим" in MailWave.objects.filter(kind="staff_reminder").first().letter.text.lower()  # type: ignore[union-attr]
    assert wave.seats.count() == 6


def test_reminders_to_the_silent_ones_do_not_claim_to_go_to_everybody() -> None:
    started(6, remind_whom=RemindWhom.SILENT)
    plan_staff_letters(now=NOON)
    ticket = StaffTicket.objects.all()[0]
    StaffTicket.objects.filter(pk=ticket.pk).update(answered=True)
    assert plan_staff_letters(now=NOON + 3 * DAY) == 5
    assert f"seat-{ticket.seat_id}" not in keys_of(TemplateKind.STAFF_REMINDER)
    assert "приходит всем" not in MailWave.objects.get(kind="staff_reminder").letter.text


def test_a_reminder_reworded_by_the_company_stays_as_it_was_written() -> None:
    save_template(kind=TemplateKind.STAFF_REMINDER, locale="ru", draft=LetterDraft("Ещё день", "Наши слова. {url}", "Ответить"), actor=None)
    started(5, remind_whom=RemindWhom.SILENT)
    plan_staff_letters(now=NOON + 3 * DAY)
    letter = MailWave.objects.get(kind="staff_reminder").letter
    assert letter.subject == "Ещё день"
    assert "Наши слова." in letter.text


def test_of_missed_reminders_only_the_last_leaves_and_a_stale_one_never() -> None:
    started(5, reminder_days=[3, 4])
    assert plan_staff_letters(now=NOON + 4 * DAY) == 10
    assert sorted(MailWave.objects.values_list("kind", flat=True)) == ["staff_reminder", "staff_survey"]
    assert plan_staff_letters(now=NOON + 9 * DAY) == 0


def test_nothing_leaves_after_the_close() -> None:
    wave = started(5)
    plan_staff_letters(now=NOON)
    StaffWave.objects.filter(pk=wave.pk).update(closes_at=NOON + 2 * DAY)
    assert plan_staff_letters(now=NOON + 3 * DAY) == 0
    assert MailWave.objects.get().state == MailWaveState.CANCELLED
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.CANCELLED}
    plan_staff_letters(now=NOON + 3 * DAY)
    assert MailEvent.objects.count() == 1


def test_who_has_left_since_the_start_gets_no_letter() -> None:
    started(6)
    Employee.objects.filter(email="colleague0@example.org").update(left_on=NOON.date())
    Employee.objects.filter(email="colleague1@example.org").delete()
    assert plan_staff_letters(now=NOON) == 4


def test_answering_leaves_no_trace_in_the_outbox() -> None:
    started(6)
    plan_staff_letters(now=NOON)
    before = list(Message.objects.order_by("pk").values())
    StaffTicket.objects.update(answered=True)
    plan_staff_letters(now=NOON + DAY)
    assert list(Message.objects.order_by("pk").values()) == before
    assert MailEvent.objects.count() == 0


def test_the_page_counts_letters_but_not_those_to_the_silent() -> None:
    wave = started(6, remind_whom=RemindWhom.SILENT)
    plan_staff_letters(now=NOON)
    plan_staff_letters(now=NOON + 3 * DAY)
    lines = post_lines(wave)
    assert [(line.day.day, line.is_planned, line.waiting) for line in lines] == [(23, True, 6), (26, True, 0), (30, False, 0)]
    assert lines[1].counts is None


def test_the_task_takes_no_arguments_and_plans() -> None:
    make_people(5)
    start_staff_wave(timezone.now())
    advance_staff_waves()
    advance_staff_waves()
    assert Message.objects.count() == 5
