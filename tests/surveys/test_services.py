"""Waves start once; answers are one per link."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clients.models import Client
from common.tokens import token_hash
from company.models import Branch, User
from mailing.enums import MailWaveState, MessageState
from mailing.models import Message
from mailing.rendering import rendered
from mailing.services import suppress
from surveys.enums import AnswerChannel, SkipReason, SuspectReason, WaveState
from surveys.models import Answer, Invitation, Questionnaire, Wave
from surveys.queries import Audience, audience_count
from surveys.services import (
    AnswerValues,
    PressAgainError,
    Submission,
    WaveClosedError,
    WaveDraft,
    close_due_waves,
    close_wave,
    default_questionnaire,
    delete_wave,
    make_action,
    mark_opened,
    pause_letters,
    plan_due_waves,
    record_personal_answer,
    record_public_answer,
    resume_letters,
    save_questionnaire,
    send_test_letter,
    standard_wording,
    start_wave,
    update_wave,
    wording_in_force,
)
from surveys.stamps import Stamp
from surveys.tasks import advance_waves
from tests.surveys.conftest import make_answer, make_client, make_draft, start, token_of
from touchpoints.models import Action

pytestmark = pytest.mark.django_db


def stamp(seconds: int = 30) -> Stamp:
    return Stamp(uuid.uuid4(), timezone.now() - dt.timedelta(seconds=seconds))


def said(score: int, why: str = "", seconds: int = 30, trap: str = "") -> Submission:
    return Submission(AnswerValues(score, why), stamp(seconds), trap)


# --- wording -----------------------------------------------------------------------------------------------------------------


def test_the_standard_wording_is_written_down_once() -> None:
    first = default_questionnaire("ru")
    assert first.score_question == "Насколько вероятно, что вы порекомендуете нас другу или коллеге?"
    assert default_questionnaire("ru") == first
    assert default_questionnaire("en").ten_question == "What should we do so that you give us a 10?"


def test_a_changed_wording_is_a_new_version_for_drafts_only(wave: Wave, owner: User) -> None:
    draft = make_draft()
    changed = replace(standard_wording("ru"), why_question="За что такая оценка?")
    fresh = save_questionnaire(locale="ru", wording=changed, actor=owner)
    draft.refresh_from_db()
    wave.refresh_from_db()
    assert draft.questionnaire == fresh
    assert wave.questionnaire != fresh
    assert wording_in_force("ru") == changed


def test_an_unchanged_wording_makes_no_version(owner: User) -> None:
    first = default_questionnaire("ru")
    assert save_questionnaire(locale="ru", wording=standard_wording("ru"), actor=owner) == first
    assert Questionnaire.objects.count() == 1


@pytest.mark.parametrize(
    ("audience", "question"),
    [
        ("partners", "Насколько вероятно, что вы порекомендуете нас другим как партнёра?"),
        ("candidates", "Насколько вероятно, что вы посоветуете другу работать у нас?"),
    ],
)
def test_partners_and_candidates_have_wordings_of_their_own(owner: User, audience: str, question: str) -> None:
    of_clients = default_questionnaire("ru")
    assert default_questionnaire("ru", audience).score_question == question
    fresh = save_questionnaire(
        locale="ru", audience=audience, wording=replace(standard_wording("ru", audience), low_label="нет"), actor=owner
    )
    assert default_questionnaire("ru", audience) == fresh
    assert default_questionnaire("ru") == of_clients


def test_a_wording_of_partners_leaves_drafts_for_clients_alone(owner: User) -> None:
    draft = make_draft()
    before = draft.questionnaire
    save_questionnaire(locale="ru", audience="partners", wording=replace(standard_wording("ru"), low_label="нет"), actor=owner)
    draft.refresh_from_db()
    assert draft.questionnaire == before


# --- waves -------------------------------------------------------------------------------------------------------------------


def test_a_draft_is_changed_and_a_started_wave_is_not(wave: Wave, owner: User) -> None:
    branch = Branch.objects.get()
    changed = WaveDraft(
        name="Зима", locale="ru", subject="Вопрос", intro="", closes_at=timezone.now() + dt.timedelta(days=3), branches=[branch]
    )
    draft = make_draft()
    assert update_wave(wave=draft, draft=changed, actor=owner)
    draft.refresh_from_db()
    assert (draft.name, list(draft.branches.all())) == ("Зима", [branch])
    assert not update_wave(wave=wave, draft=changed, actor=owner)
    wave.refresh_from_db()
    assert wave.name == "Осень"


def test_a_draft_is_deleted_and_a_started_wave_is_not(wave: Wave, owner: User) -> None:
    assert delete_wave(wave=make_draft(), actor=owner)
    assert not delete_wave(wave=wave, actor=owner)
    assert list(Wave.objects.all()) == [wave]


def test_starting_invites_everybody_and_writes_to_those_who_may_be_written_to(owner: User) -> None:
    chosen = make_client(1)
    make_client(2, email="")
    make_client(3, do_not_mail=True)
    make_client(4, email="gone@example.org")
    suppress(address="gone@example.org", reason="unsubscribed", source="test")
    make_client(5, email="client1@example.org")
    wave = start(make_draft())
    reasons = dict(wave.invitations.values_list("client__external_id", "skip_reason"))
    assert reasons == {"c1": "", "c2": "no_email", "c3": "do_not_mail", "c4": "suppressed", "c5": "same_address"}
    message = Message.objects.get()
    assert (message.to_address, message.state, message.wave) == ("client1@example.org", MessageState.QUEUED, wave.mail_wave)
    assert message.external_key == str(wave.invitations.get(client=chosen).pk)
    assert message.context["subject"] == "Ирина, один вопрос на 20 секунд"
    assert message.context["greeting"] == "Здравствуйте, Ирина!"


def test_the_letter_holds_the_link_and_the_database_does_not(wave: Wave) -> None:
    message = Message.objects.get()
    token = token_of(wave, Client.objects.get(invitations__wave=wave))
    letter = message_from_bytes(rendered(message, message.wave.letter), policy=policy.default)
    body = letter.get_body(["plain"])
    assert body is not None
    assert f"http://127.0.0.1:8000/surveys/a/{token}/?score=10" in body.get_content()
    assert token not in everything_stored()


def everything_stored() -> str:
    """Return every row of every table as text."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def test_a_nameless_client_is_greeted_without_a_name(owner: User) -> None:
    make_client(1, name="ООО «Луч»")
    start(make_draft())
    assert Message.objects.get().context["subject"] == "Один вопрос на 20 секунд"
    assert Message.objects.get().context["greeting"] == "Здравствуйте!"


def test_who_was_asked_or_answered_lately_is_left_in_peace(wave: Wave) -> None:
    fresh = make_client(2)
    answered = make_client(3)
    make_answer(wave, 9, client=answered)
    now = timezone.now()
    count = audience_count(Audience(rest_days=90), today=timezone.localdate(now), now=now)
    assert (count.total, count.letters, count.left_out) == (3, 1, ((SkipReason.RECENTLY_ASKED, 2),))
    later = now + dt.timedelta(days=91)
    assert audience_count(Audience(rest_days=90), today=timezone.localdate(later), now=later).letters == 3
    second = start(make_draft(name="Вторая"))
    assert second.invitations.get(skip_reason="").client == fresh


def test_two_starts_are_one_wave(irina: Client, owner: User) -> None:
    draft, now = make_draft(), timezone.now()
    assert start_wave(wave=draft, actor=owner, now=now)
    assert not start_wave(wave=draft, actor=owner, now=now)
    assert not Message.objects.exists()
    for _ in range(2):
        plan_due_waves(now=now)
    assert (Invitation.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_ten_starts_at_once_are_one_wave(irina: Client, owner: User) -> None:
    draft, now = make_draft(), timezone.now()

    def press(_number: int) -> bool:
        try:
            return start_wave(wave=draft, actor=None, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(press, range(10))) == 1
    plan_due_waves(now=now)
    assert (Invitation.objects.count(), Message.objects.count()) == (1, 1)


def test_a_wave_whose_last_day_is_over_does_not_start(irina: Client) -> None:
    draft = make_draft(closes_at=timezone.now() - dt.timedelta(hours=1))
    assert not start_wave(wave=draft, actor=None, now=timezone.now())
    assert not Invitation.objects.exists()


def test_the_database_keeps_no_token_but_its_hash(invitation: Invitation, token: str) -> None:
    assert bytes(invitation.token_hash) == token_hash(token)
    assert token not in str(Invitation.objects.values().get())


def test_closing_gives_up_letters_not_sent(wave: Wave, owner: User) -> None:
    now = timezone.now()
    assert close_wave(wave=wave, actor=owner, now=now)
    assert not close_wave(wave=wave, actor=owner, now=now)
    assert Wave.objects.get(pk=wave.pk).closed_at == now
    assert Message.objects.get().state == MessageState.CANCELLED


def test_a_wave_closes_by_itself_when_its_time_is_over(wave: Wave) -> None:
    assert close_due_waves(now=wave.closes_at - dt.timedelta(seconds=1)) == 0
    assert close_due_waves(now=wave.closes_at) == 1
    assert close_due_waves(now=wave.closes_at) == 0
    assert Wave.objects.get(pk=wave.pk).state == WaveState.CLOSED


def test_the_task_closes_due_waves(wave: Wave) -> None:
    Wave.objects.update(starts_at=timezone.now() - dt.timedelta(days=2), closes_at=timezone.now() - dt.timedelta(days=1))
    advance_waves()
    advance_waves()
    assert Wave.objects.get(pk=wave.pk).state == WaveState.CLOSED


def test_letters_are_held_back_and_sent_on(wave: Wave, owner: User) -> None:
    assert pause_letters(wave=wave, actor=owner)
    wave.refresh_from_db()
    assert wave.mail_wave is not None
    assert wave.mail_wave.state == MailWaveState.PAUSED
    assert resume_letters(wave=wave, actor=owner)
    assert not resume_letters(wave=wave, actor=owner)


def test_the_same_test_letter_twice_is_one(owner: User) -> None:
    draft, key = make_draft(), uuid.uuid4()
    for _ in range(2):
        send_test_letter(wave=draft, actor=owner, request_key=key, now=timezone.now())
    assert Message.objects.get().to_address == owner.email
    assert not Invitation.objects.exists()


# --- answers -----------------------------------------------------------------------------------------------------------------


def test_an_answer_keeps_the_branch_of_its_day_and_holds_back_the_letter(invitation: Invitation, irina: Client) -> None:
    answer = record_personal_answer(invitation=invitation, submission=said(9, "Быстро"), now=timezone.now())
    assert (answer.score, answer.why, answer.branch, answer.client, answer.channel) == (
        9,
        "Быстро",
        irina.branch,
        irina,
        AnswerChannel.EMAIL,
    )
    assert answer.suspect_reason == ""
    message = Message.objects.get()
    assert (message.state, message.reason) == (MessageState.SKIPPED, "answered")
    invitation.refresh_from_db()
    assert invitation.opened_at is not None


def test_an_answer_by_a_link_given_by_hand_has_its_own_channel(owner: User) -> None:
    make_client(1, email="")
    invitation = start(make_draft()).invitations.get()
    assert record_personal_answer(invitation=invitation, submission=said(9), now=timezone.now()).channel == AnswerChannel.LINK


def test_a_second_answer_corrects_the_first(invitation: Invitation) -> None:
    first = record_personal_answer(invitation=invitation, submission=said(3, "Долго"), now=timezone.now())
    later = timezone.now()
    second = record_personal_answer(invitation=invitation, submission=said(8, "Позвонили"), now=later)
    assert second.pk == first.pk
    assert (second.score, second.why, second.corrected_at, second.answered_at) == (8, "Позвонили", later, first.answered_at)
    assert Answer.objects.count() == 1


def test_the_same_answer_again_is_no_correction(invitation: Invitation) -> None:
    for _ in range(2):
        answer = record_personal_answer(invitation=invitation, submission=said(8), now=timezone.now())
    assert answer.corrected_at is None


@pytest.mark.parametrize(
    ("submission", "reason"),
    [
        (said(0, seconds=1), SuspectReason.TOO_FAST),
        (said(0, trap="https://example.org"), SuspectReason.HONEYPOT),
        (Submission(AnswerValues(0), None), SuspectReason.NO_PAGE),
    ],
)
def test_an_answer_that_may_come_from_a_machine_is_marked(invitation: Invitation, submission: Submission, reason: str) -> None:
    if submission.stamp:
        submission = replace(submission, stamp=replace(submission.stamp, shown_at=timezone.now() - dt.timedelta(seconds=1)))
    answer = record_personal_answer(invitation=invitation, submission=submission, now=timezone.now())
    assert answer.suspect_reason == reason


def test_a_machine_never_overrules_a_person(invitation: Invitation) -> None:
    record_personal_answer(invitation=invitation, submission=said(9), now=timezone.now())
    with pytest.raises(PressAgainError):
        record_personal_answer(invitation=invitation, submission=Submission(AnswerValues(0), None), now=timezone.now())
    assert Answer.objects.get().score == 9


def test_a_person_overrules_a_machine(invitation: Invitation) -> None:
    record_personal_answer(invitation=invitation, submission=Submission(AnswerValues(0), None), now=timezone.now())
    answer = record_personal_answer(invitation=invitation, submission=said(9), now=timezone.now())
    assert (answer.score, answer.suspect_reason) == (9, "")


def test_a_closed_wave_takes_no_answer(invitation: Invitation, wave: Wave) -> None:
    with pytest.raises(WaveClosedError):
        record_personal_answer(invitation=invitation, submission=said(9), now=wave.closes_at)
    close_wave(wave=wave, actor=User.objects.get(), now=timezone.now())
    with pytest.raises(WaveClosedError):
        record_personal_answer(invitation=invitation, submission=said(9), now=timezone.now())
    assert not Answer.objects.exists()


def test_a_public_page_sent_twice_is_one_answer(irina: Client) -> None:
    wave = start(make_draft(has_public_link=True))
    shown = stamp()
    for score in (7, 7, 9):
        record_public_answer(wave=wave, submission=Submission(AnswerValues(score), shown), stamp=shown, now=timezone.now())
    answer = Answer.objects.get()
    assert (answer.score, answer.channel, answer.client, answer.corrected_at is None) == (9, AnswerChannel.PUBLIC, None, False)


def test_without_a_public_link_nobody_answers_by_it(wave: Wave) -> None:
    shown = stamp()
    with pytest.raises(WaveClosedError):
        record_public_answer(wave=wave, submission=Submission(AnswerValues(9), shown), stamp=shown, now=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_public", [False, True])
def test_fifty_posts_at_once_are_one_answer(irina: Client, is_public: bool) -> None:
    wave = start(make_draft(has_public_link=True))
    invitation, shown = wave.invitations.get(), stamp()

    def press(_number: int) -> int:
        try:
            submission = Submission(AnswerValues(9, "Спасибо"), shown)
            if is_public:
                return record_public_answer(wave=wave, submission=submission, stamp=shown, now=timezone.now()).pk
            return record_personal_answer(invitation=invitation, submission=submission, now=timezone.now()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        assert len(set(pool.map(press, range(50)))) == 1
    assert Answer.objects.count() == 1


def test_opening_is_written_down_once(invitation: Invitation) -> None:
    first = timezone.now()
    assert mark_opened(invitation=invitation, now=first)
    assert not mark_opened(invitation=invitation)
    invitation.refresh_from_db()
    assert invitation.opened_at == first


def test_a_comment_becomes_one_action(wave: Wave, owner: User) -> None:
    answer = make_answer(wave, 3, why="Долго", ten="Звоните заранее")
    values: dict[str, Any] = {"title": "Звонить заранее", "owner": owner, "due_on": timezone.localdate(), "actor": owner}
    first = make_action(answer=answer, **values)
    assert make_action(answer=answer, **values) == first
    assert Action.objects.get().details == "Долго\n\nЗвоните заранее"
    answer.refresh_from_db()
    assert answer.action == first


# --- what the database refuses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("answer_score_0_to_10", {"score": 11}),
        ("answer_channel_known", {"channel": "pigeon"}),
        ("answer_suspicion_known", {"suspect_reason": "mood"}),
    ],
)
def test_impossible_answers_are_refused(wave: Wave, constraint: str, changes: dict[str, Any]) -> None:
    answer = make_answer(wave, 5)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Answer.objects.filter(pk=answer.pk).update(**changes)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("wave_state_known", {"state": "asleep"}),
        ("wave_closed_has_time", {"state": "closed"}),
        ("wave_started_has_time", {"starts_at": None}),
        ("wave_times_ordered", {"closes_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}),
        ("wave_has_name", {"name": ""}),
    ],
)
def test_impossible_waves_are_refused(wave: Wave, constraint: str, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Wave.objects.filter(pk=wave.pk).update(**changes)


def test_a_client_is_invited_to_a_wave_once(invitation: Invitation) -> None:
    with pytest.raises(IntegrityError, match="invitation_once"), transaction.atomic():
        Invitation.objects.create(wave=invitation.wave, client=invitation.client, token_hash=b"other")
