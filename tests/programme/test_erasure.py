"""Erasing a Client: nothing in the database says who it was, and no total moves."""

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test import Client as Browser
from django.utils import timezone

from churn.enums import CallOutcome, ReturnWay
from churn.models import ExitCall, HandOver, Leaver, ReturnCampaign, ReturnTurn, WarningTalk
from churn.services.queue_steps import gather_queue
from clients.enums import ImportState
from clients.models import (
    Bill,
    Client,
    ClientMark,
    ClientSum,
    CohortCell,
    Import,
    ImportChange,
    ImportProblem,
    Incident,
    Lead,
    Purchase,
    Recommender,
    ReferralLink,
)
from clients.services import check_rollups
from company.models import User
from mailing import services as mailing
from mailing.enums import BounceKind, MessageState, Phase
from mailing.models import Bounce, MailWave, Message, MessageAttempt, Suppression
from programme.models import Book, Erasure, PersonRequest
from programme.privacy_map import Entry, entries
from programme.privacy_words import TITLES
from programme.queries.erasure import footprint, is_being_written_to, rows_about, traces_of
from programme.services.erasure import NotErasedError, erase_client
from surveys.enums import CaseKind, SkipReason
from surveys.models import Answer, AnswerTally, Case, CaseEvent, Removal, SecondScore, Wave
from surveys.services import plan_due_waves
from tests.churn.world import make_leaver, make_reason
from tests.clients.imports import lines, loaded
from tests.company.test_second_factor import stale
from tests.surveys.conftest import make_answer, make_draft, start
from touchpoints.enums import TouchpointClass
from touchpoints.models import Action, Touchpoint

WORD = "слово-улика"
FILE = lines(
    "МАРКЕР-77;Зиновий Маркерштейн;+7 999 000-11-22;01.03.2026;Стрижка;1500", "8;Пётр Иванов;+7 999 000-11-23;02.03.2026;Стрижка;700"
)
MARKERS = (WORD, "Маркерштейн", r"999\D{0,3}000\D{0,3}11\D{0,3}22", "zinovy@", "marker\\.example", "МАРКЕР-77")


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def batch(owner: User) -> Import:
    """The file the Client came with."""
    return loaded(FILE, owner)


@pytest.fixture
def zinovy(batch: Import) -> Client:
    """A Client loaded from a file."""
    client = Client.objects.get(external_id="МАРКЕР-77")
    client.email = "zinovy@marker.example"
    client.save()
    return client


@pytest.fixture
def wave(zinovy: Client) -> Wave:
    """A wave the Client is asked in."""
    return start(make_draft())


def live_through_everything(client: Client, wave: Wave, owner: User) -> None:
    """Leave a row about the Client in every table that holds what an erasure empties."""
    now, today = timezone.now(), timezone.localdate()
    message = Message.objects.get(to_address=client.email)
    MessageAttempt.objects.create(message=message, phase=Phase.RECIPIENT)
    Bounce.objects.create(message=message, kind=BounceKind.SOFT, report_key="r1", source="x")
    ImportChange.objects.create(batch=Import.objects.get(), client=client)
    link = ReferralLink.objects.create(code="abcdefgh", recommender=Recommender.objects.create(kind="partner", name="Салон"))
    Lead.objects.create(link=link, name="З. М.", phone=client.phone, agreed_to="Да")
    Incident.objects.create(client=client, happened_on=today, words="x", request_key=uuid.uuid4())
    Bill.objects.create(client=client, number="1", due_on=today, cents=1)
    ClientMark.objects.create(client=client, kind="rude", reason="x", made_on=today)
    Removal.objects.create(wave=wave, client=client, reason="x")
    answer = make_answer(wave, 3, client=client, invitation=client.invitations.get())
    case = Case.objects.create(kind=CaseKind.DETRACTOR, client=client, answer=answer, owner=owner, due_at=now)
    CaseEvent.objects.create(case=case)
    SecondScore.objects.create(answer=answer, case=case, token_hash=b"2")
    leaver = make_leaver(client)
    HandOver.objects.create(leaver=leaver)
    ExitCall.objects.create(leaver=leaver, caller=owner, outcome=CallOutcome.TALKED, request_key=uuid.uuid4()).reasons.add(make_reason())
    campaign = ReturnCampaign.objects.create(name="x", fixed="x", request_key=uuid.uuid4())
    ReturnTurn.objects.create(campaign=campaign, client=client, leaver=leaver, way=ReturnWay.POST)
    PersonRequest.objects.create(client=client, kind="access", came_on=today, due_on=today + dt.timedelta(days=1), outcome="x")
    WarningTalk.objects.create(client=client, talked_on=today, words="x", request_key=uuid.uuid4())


def speak_of(owner: User) -> None:
    """Leave words about the Client where anybody writes about anything."""
    text = "Звонили Зиновию Маркерштейну, 8 (999) 000-11-22, zinovy@marker.example"
    Action.objects.create(title=text, details=text, owner=owner, due_on=timezone.localdate())
    Touchpoint.objects.create(kind=TouchpointClass.SERVICE, name="Стойка", hint=text.partition(", zinovy")[0])
    Book.objects.create(title="Книга", why=text)
    ImportProblem.objects.create(batch=Import.objects.get(), line=9, code="x", value=text, row=["9", text])


def fill_with_markers(client: Client) -> list[str]:
    """Write a marker into every field an erasure is to empty; return the tables without a row."""
    traces, empty = traces_of(client), []
    for entry in entries():
        if entry.erased and not (pks := rows_about(entry, traces)):
            empty.append(entry.label)
        elif entry.erased and entry.model not in {Client, Lead}:
            entry.model._default_manager.filter(pk__in=pks).update(**{name: marker(entry, name) for name in entry.erased})
    Client.objects.filter(pk=client.pk).update(note=WORD)
    return empty


def marker(entry: Entry, name: str) -> Any:
    """Return a value with the marker in it."""
    field = entry.model._meta.get_field(name)
    if isinstance(field, models.JSONField):
        return {"x": [WORD]}
    return "zinovy@marker.example" if isinstance(field, models.EmailField) else WORD


def tables_with_markers() -> list[tuple[str, str]]:
    """Return (table, marker) for every table of the database with a row that holds a marker in whatever column."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")
        for (table,) in cursor.fetchall():
            for text in MARKERS:
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~* %s', [text])
                found += [(table, text)] * bool(cursor.fetchone()[0])
    return sorted(found)


def totals() -> list[Any]:
    """Return the sums that must not move."""
    return [
        Purchase.objects.aggregate(n=models.Count("pk"), cents=models.Sum("cents")),
        ClientSum.objects.aggregate(n=models.Count("pk"), cents=models.Sum("cents")),
        CohortCell.objects.aggregate(n=models.Sum("n"), cents=models.Sum("cents"), clients=models.Sum("clients")),
        list(AnswerTally.objects.values("score").annotate(total=models.Sum("n")).order_by("score")),
        Answer.objects.aggregate(models.Avg("score")),
        [ExitCall.objects.count(), Leaver.objects.count(), Message.objects.count()],
    ]


@pytest.fixture
def life(zinovy: Client, wave: Wave, owner: User) -> Client:
    """A Client with a marker in every field about them."""
    live_through_everything(zinovy, wave, owner)
    speak_of(owner)
    assert fill_with_markers(zinovy) == []
    return zinovy


def erase(client: Client, owner: User, reason: str = "Попросил письмом") -> Erasure:
    """Erase now."""
    return erase_client(client=client, reason=reason, actor=owner, now=timezone.now())


def test_a_search_of_the_whole_database_finds_nothing_afterwards(
    life: Client, owner: User, django_capture_on_commit_callbacks: Any, tmp_path: Path
) -> None:
    assert len(tables_with_markers()) > 20
    with django_capture_on_commit_callbacks(execute=True):
        erase(life, owner, "Зиновий Маркерштейн попросил")
    assert tables_with_markers() == []
    assert [path for path in tmp_path.rglob("*") if path.is_file() and "Маркерштейн" in path.read_text()] == []
    assert Erasure.objects.get().reason == "— попросил"


def test_totals_and_rollups_stay(life: Client, owner: User) -> None:
    before = totals()
    erase(life, owner)
    assert totals() == before
    check = check_rollups()
    assert check.is_right
    assert gather_queue() == 0
    assert Action.objects.get().title == "Звонили —, —, —"


def test_waiting_letters_are_held_back_and_an_import_brings_nobody_back(zinovy: Client, wave: Wave, owner: User) -> None:
    assert Message.objects.get().state == MessageState.QUEUED
    erase(zinovy, owner)
    assert (Message.objects.get().state, Message.objects.get().reason) == (MessageState.SKIPPED, "suppressed")
    again = "Код клиента;ФИО;E-mail\n77;Зиновий Маркерштейн;Zinovy@marker.example\n"
    loaded(again, owner, name="again.csv")
    came_back = Client.objects.get(email="zinovy@marker.example")
    start(make_draft(name="Зима", rest_days=0))
    plan_due_waves(now=timezone.now() + dt.timedelta(hours=1))
    assert came_back.invitations.get().skip_reason == SkipReason.SUPPRESSED
    assert not Message.objects.exclude(state=MessageState.SKIPPED).exists()


def test_the_same_file_again_changes_no_total(zinovy: Client, owner: User) -> None:
    erase(zinovy, owner)
    before = totals()[:1]
    loaded(FILE, owner, name="again.csv")
    assert totals()[:1] == before


def test_a_report_of_a_mail_server_that_comes_late_is_kept_without_words(zinovy: Client, wave: Wave, owner: User) -> None:
    message = Message.objects.get()
    erase(zinovy, owner)
    message.refresh_from_db()
    mailing.record_report(
        message=message, key="k", kind=BounceKind.HARD, status="5.1.1", text="<zinovy@marker.example> unknown", source="x"
    )
    assert Bounce.objects.get().text == ""


def refused(client: Client, owner: User) -> str:
    """Return why the erasure was refused, having seen that nothing changed."""
    before = json.dumps(list(Client.objects.values("pk", "name", "phone", "email", "do_not_mail")))
    acts = Erasure.objects.count()
    with pytest.raises(NotErasedError) as refusal:
        erase(client, owner)
    assert json.dumps(list(Client.objects.values("pk", "name", "phone", "email", "do_not_mail"))) == before
    assert Erasure.objects.count() == acts
    return refusal.value.code


def test_nobody_is_erased_while_a_file_is_loaded(zinovy: Client, batch: Import, owner: User) -> None:
    Import.objects.update(state=ImportState.LOADING)
    assert refused(zinovy, owner) == "importing"


def test_nobody_is_erased_while_a_letter_is_on_the_wire(zinovy: Client, wave: Wave, owner: User) -> None:
    Message.objects.update(state=MessageState.CLAIMED)
    Message.objects.update(state=MessageState.SENDING)
    assert refused(zinovy, owner) == "sending"


@pytest.mark.django_db(transaction=True)
def test_no_letter_is_begun_while_somebody_is_being_erased(zinovy: Client, wave: Wave) -> None:
    other = connection.copy()
    waiting = "SELECT count(*) FROM (SELECT FROM mailing_message FOR UPDATE SKIP LOCKED) AS free"
    try:
        with transaction.atomic():
            assert not is_being_written_to(traces_of(zinovy))
            with other.cursor() as cursor:
                cursor.execute(waiting)
                assert cursor.fetchone() == (0,)
        with other.cursor() as cursor:
            cursor.execute(waiting)
            assert cursor.fetchone() == (Message.objects.count(),)
    finally:
        other.close()


def test_nobody_is_erased_twice(zinovy: Client, owner: User) -> None:
    erase(zinovy, owner)
    assert refused(zinovy, owner) == "already"


def test_others_keep_everything(zinovy: Client, wave: Wave, owner: User) -> None:
    erase(zinovy, owner)
    other = Client.objects.get(name="Пётр Иванов")
    assert (other.phone, other.external_id, other.do_not_mail) == ("+79990001123", "8", False)
    assert Suppression.objects.count() == 1
    assert MailWave.objects.count() == 1


def test_every_emptied_table_has_words_on_the_page() -> None:
    named = [label for _title, labels in TITLES for label in labels]
    assert sorted(named) == sorted(entry.label for entry in entries() if entry.erased)


def test_a_client_is_found_shown_and_erased(life: Client, as_owner: Browser) -> None:
    found = as_owner.get("/privacy/", {"q": "8 999 000-11-22"}).content.decode()
    assert f"/privacy/clients/{life.pk}/erase/" in found
    page = as_owner.get(f"/privacy/clients/{life.pk}/erase/").content.decode()
    assert footprint(traces_of(life)).files == 1
    assert "Зиновий Маркерштейн" in page
    response = as_owner.post(f"/privacy/clients/{life.pk}/erase/", {"reason": "Попросил", "is_sure": "on"})
    assert (response.status_code, response["Location"]) == (302, "/privacy/")
    assert "Попросил" in as_owner.get("/privacy/").content.decode()
    assert as_owner.get(f"/clients/{life.pk}/").status_code == 200
    assert as_owner.get(f"/privacy/clients/{life.pk}/erase/").status_code == 404


def test_without_a_reason_and_a_tick_nothing_is_erased(zinovy: Client, as_owner: Browser) -> None:
    response = as_owner.post(f"/privacy/clients/{zinovy.pk}/erase/", {"reason": "Попросил"})
    assert response.status_code == 422
    assert "Попросил" in response.content.decode()
    assert Client.objects.get(pk=zinovy.pk).name == "Зиновий Маркерштейн"
    assert Erasure.objects.count() == 0


def test_an_old_session_is_asked_again(zinovy: Client, as_owner: Browser) -> None:
    response = stale(as_owner).post(f"/privacy/clients/{zinovy.pk}/erase/", {"reason": "x", "is_sure": "on"})
    assert response.status_code == 302
    assert "/password/confirm/" in response["Location"]
    assert Erasure.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_acts_are_listed_in_a_fixed_number_of_queries(count: int, owner: User, as_owner: Browser, django_assert_num_queries: Any) -> None:
    for number in range(count):
        erase(Client.objects.create(name=f"Имя {number}"), owner)
    as_owner.get("/privacy/")
    with django_assert_num_queries(5):
        assert as_owner.get("/privacy/").content.decode().count("data-row") == count
