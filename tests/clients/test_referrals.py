"""Who brings Clients: sources, links, those who came by them."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.enums import LeadState, RecommenderKind, SourceKind
from clients.models import Channel, Client, ClientSum, Lead, Recommender, ReferralLink
from clients.queries import ClientFilter, client_list, of_source, source_counts
from clients.services import (
    SourceError,
    add_recommender,
    link_for,
    mark_thanked,
    request_undo,
    run_due_imports,
    save_client,
    settle_lead,
    switch_link,
    take_lead,
)
from clients.services.loading import see_undoable
from common.tables.refusals import Refusal
from company.models import Employee, User
from tests.clients.imports import lines, loaded, problems

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)
CONTACT = {"name": "Ольга Ветрова", "phone": "+79000000001", "email": "", "note": "", "agreed_to": "да"}


def buyer(name: str, first_day: dt.date = DAY, **fields: object) -> Client:
    """Save a Client who has bought."""
    client = Client.objects.create(name=name, **fields)
    ClientSum.objects.create(client=client, n_purchases=1, n_days=1, cents=1000, first_cents=1000, first_day=first_day, last_day=first_day)
    return client


@pytest.fixture
def friend(company: object) -> Client:
    """A Client who recommends us."""
    return buyer("Ирина Соколова", phone="+79000000009", email="irina@example.org")


@pytest.fixture
def everyone(friend: Client) -> dict[str, Client]:
    """One Client of each source."""
    works = Recommender.objects.create(kind="employee", employee=Employee.objects.create(name="Пётр Лугов"))
    left = Recommender.objects.create(
        kind="employee", employee=Employee.objects.create(name="Нина Ушла", left_on=DAY - dt.timedelta(days=1))
    )
    candidate, partner = (Recommender.objects.create(kind=kind, name=kind) for kind in ("candidate", "partner"))
    channel = Channel.objects.create(name="Вывеска")
    return {
        "employee": buyer("a", brought_by=works, channel=channel),
        "former": buyer("b", brought_by=left),
        "candidate": buyer("c", brought_by=candidate),
        "client": buyer("d", referred_by=friend, channel=channel),
        "partner": buyer("e", brought_by=partner),
        "channel": buyer("f", channel=channel),
    }


def test_a_person_counts_before_a_channel(everyone: dict[str, Client]) -> None:
    found = {count.kind.value: count.clients for count in source_counts(since=DAY - dt.timedelta(days=10), today=DAY)}
    assert found == {"employee": 1, "former": 1, "candidate": 1, "client": 1, "partner": 1, "channel": 1, "unknown": 1}


def test_only_first_purchases_of_the_time_count(everyone: dict[str, Client]) -> None:
    assert sum(count.clients for count in source_counts(since=DAY, today=DAY + dt.timedelta(days=10))) == 0


@pytest.mark.parametrize("kind", [kind.value for kind in SourceKind if kind != SourceKind.UNKNOWN])
def test_the_list_is_narrowed_to_a_source(everyone: dict[str, Client], kind: str) -> None:
    assert list(client_list(ClientFilter(source=kind), DAY)) == [everyone[kind]]


def test_unknown_source_is_a_source_too(everyone: dict[str, Client], friend: Client) -> None:
    assert list(of_source(Client.objects.all(), "unknown")) == [friend]


def test_a_source_nobody_knows_narrows_nothing(everyone: dict[str, Client]) -> None:
    assert of_source(Client.objects.all(), "nonsense").count() == 7


def test_a_client_comes_from_one_person(friend: Client) -> None:
    partner = Recommender.objects.create(kind="partner", name="Аптека")
    with pytest.raises(IntegrityError), transaction.atomic():
        Client.objects.create(name="x", referred_by=friend, brought_by=partner)


def test_nobody_sends_themselves(friend: Client) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Client.objects.filter(pk=friend.pk).update(referred_by=friend.pk)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "employee", "name": "без сотрудника"},
        {"kind": "partner", "name": ""},
        {"kind": "neighbour", "name": "x"},
    ],
)
def test_a_recommender_is_somebody(db: None, values: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommender.objects.create(**values)


def test_a_link_belongs_to_one(friend: Client) -> None:
    partner = Recommender.objects.create(kind="partner", name="Аптека")
    for owner in ({}, {"client": friend, "recommender": partner}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReferralLink.objects.create(code="abcd2345", **owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralLink.objects.create(code="ABCD-345", client=friend)


def test_the_link_of_a_person_stays_the_same(friend: Client, owner: User) -> None:
    employee = Employee.objects.create(name="Пётр Лугов")
    first, again = link_for(who=employee, actor=owner), link_for(who=employee, actor=owner)
    assert first == again
    assert first.owner == employee.recommender
    assert str(first.owner) == "Пётр Лугов"
    assert link_for(who=friend, actor=owner).owner == friend


def test_a_link_is_switched_once(friend: Client, owner: User) -> None:
    link = link_for(who=friend, actor=owner)
    assert switch_link(link=link, is_on=False, actor=owner)
    assert not switch_link(link=link, is_on=False, actor=owner)


def test_who_came_waits_once(friend: Client, owner: User) -> None:
    link = link_for(who=friend, actor=owner)
    first = take_lead(link=link, **CONTACT)
    again = take_lead(link=link, **CONTACT | {"name": "Другое имя"})
    assert first == again
    assert first.state == LeadState.WAITING
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.create(link=link, **CONTACT)


def test_a_client_of_ours_is_recognised(friend: Client, owner: User) -> None:
    known = Client.objects.create(name="Ольга", phone=CONTACT["phone"])
    lead = take_lead(link=link_for(who=friend, actor=owner), **CONTACT)
    assert (lead.state, lead.client) == (LeadState.KNOWN, known)
    known.refresh_from_db()
    assert known.referred_by is None


def test_a_lead_becomes_a_client_with_the_source(friend: Client, owner: User) -> None:
    lead = take_lead(link=link_for(who=friend, actor=owner), **CONTACT)
    done = settle_lead(lead=lead, becomes_client=True, actor=owner, now=timezone.now())
    assert done is not None
    assert done.client is not None
    assert (done.client.referred_by, done.client.brought_by, done.state) == (friend, None, LeadState.CLIENT)
    assert settle_lead(lead=lead, becomes_client=False, actor=owner, now=timezone.now()) is None
    assert mark_thanked(lead=lead, now=timezone.now())
    assert not mark_thanked(lead=lead, now=timezone.now())


def test_a_partners_lead_keeps_the_partner(owner: User) -> None:
    partner = add_recommender(kind=RecommenderKind.PARTNER, name="Аптека", email="A@example.org", actor=owner)
    lead = take_lead(link=link_for(who=partner, actor=owner), **CONTACT)
    done = settle_lead(lead=lead, becomes_client=True, actor=owner, now=timezone.now())
    assert done is not None
    assert done.client is not None
    assert (done.client.brought_by, partner.email) == (partner, "a@example.org")


def test_who_became_a_client_meanwhile_is_no_second_one(friend: Client, owner: User) -> None:
    lead = take_lead(link=link_for(who=friend, actor=owner), **CONTACT)
    known = Client.objects.create(name="Ольга", phone=CONTACT["phone"])
    done = settle_lead(lead=lead, becomes_client=True, actor=owner, now=timezone.now())
    assert done is not None
    assert (done.client, done.state, Client.objects.count()) == (known, LeadState.KNOWN, 2)


def test_a_lead_that_refused_makes_no_client(friend: Client, owner: User) -> None:
    lead = take_lead(link=link_for(who=friend, actor=owner), **CONTACT)
    settle_lead(lead=lead, becomes_client=False, actor=owner, now=timezone.now())
    assert Client.objects.count() == 1
    assert take_lead(link=lead.link, **CONTACT) != lead


def test_save_client_takes_one_source(friend: Client, owner: User) -> None:
    partner = Recommender.objects.create(kind="partner", name="Аптека")
    for sent_by, brought_by in ((friend, partner), (friend, None)):
        with pytest.raises(SourceError):
            save_client(client=friend, sent_by=sent_by, brought_by=brought_by, actor=owner)
    save_client(client=friend, sent_by=None, brought_by=Employee.objects.create(name="Пётр"), actor=owner)
    assert str(friend.brought_by) == "Пётр"


def test_the_card_asks_who_brought_the_client(as_manager: Browser, friend: Client) -> None:
    employee = Employee.objects.create(name="Пётр Лугов")
    saved = as_manager.post("/clients/new/", {"name": "Новый", "sent_by": "8 (900) 000-00-09"})
    new = Client.objects.get(name="Новый")
    assert (saved.status_code, new.referred_by) == (302, friend)
    page = as_manager.get(f"/clients/{new.pk}/edit/").content.decode()
    assert "+79000000009" in page
    as_manager.post(f"/clients/{new.pk}/edit/", {"name": "Новый", "sent_by": "", "brought_by": f"e{employee.pk}"})
    new.refresh_from_db()
    assert (new.referred_by, str(new.brought_by)) == (None, "Пётр Лугов")
    assert "Пётр Лугов" in as_manager.get(f"/clients/{new.pk}/").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"sent_by": "nobody@example.org"},
        {"brought_by": "e999999"},
        {"brought_by": "zz"},
        {"sent_by": "irina@example.org", "brought_by": "r"},
    ],
)
def test_a_wrong_source_comes_back(as_manager: Browser, friend: Client, typed: dict[str, str]) -> None:
    if typed.get("brought_by") == "r":
        typed = typed | {"brought_by": f"r{Recommender.objects.create(kind='partner', name='Аптека').pk}"}
    assert as_manager.post("/clients/new/", {"name": "Новый"} | typed).status_code == 422
    assert not Client.objects.filter(name="Новый").exists()


def test_a_client_does_not_send_themselves_on_the_card(as_manager: Browser, friend: Client) -> None:
    answer = as_manager.post(f"/clients/{friend.pk}/edit/", {"name": "Ирина", "sent_by": "irina@example.org"})
    assert answer.status_code == 422


HEADER = "Код клиента;ФИО;Кто привёл"


def sources() -> dict[str, str]:
    """Return who brought each Client."""
    return {client.name: str(client.brought_by or client.referred_by or "") for client in Client.objects.order_by("pk")}


def test_a_file_says_who_brought_whom(manager: User) -> None:
    employee = Employee.objects.create(name="Пётр Лугов")
    batch = loaded(lines("1;Анна;пётр лугов", "2;Борис;Аптека", "3;Вера;", header=HEADER), manager)
    assert (batch.state, batch.found["new"]) == ("done", {"brought_by": ["Аптека"]})
    assert sources() == {"Анна": "Пётр Лугов", "Борис": "Аптека", "Вера": ""}
    assert Client.objects.get(name="Анна").brought_by == employee.recommender
    assert Recommender.objects.get(name="Аптека").kind == RecommenderKind.PARTNER


def test_a_file_does_not_take_the_sender_away(friend: Client, manager: User) -> None:
    Client.objects.create(external_id="1", name="Анна", referred_by=friend)
    loaded(lines("1;Анна;Аптека", header=HEADER), manager)
    assert sources()["Анна"] == "Ирина Соколова"


def test_an_undone_file_takes_its_sources_back(manager: User) -> None:
    before = Recommender.objects.create(kind="partner", name="Ателье")
    Client.objects.create(external_id="1", name="Анна", brought_by=before)
    batch = loaded(lines("1;Анна;Аптека", "2;Борис;Аптека", header=HEADER), manager)
    assert sources() == {"Анна": "Аптека", "Борис": "Аптека"}
    request_undo(batch=batch, actor=manager)
    run_due_imports()
    assert sources() == {"Анна": "Ателье"}
    assert list(Recommender.objects.all()) == [before]


SENT = "Код клиента;ФИО;Кто привёл;Номер рекомендателя"


def test_a_file_names_another_client_as_the_sender(friend: Client, manager: User) -> None:
    Client.objects.filter(pk=friend.pk).update(external_id="K-7")
    batch = loaded(lines("1;Анна;;K-7", "2;Борис;;3", "3;Вера;;", "4;Глеб;Аптека;K-7", header=SENT), manager)
    assert batch.state == "done"
    assert sources() == {"Ирина Соколова": "", "Анна": "Ирина Соколова", "Борис": "Вера", "Вера": "", "Глеб": "Аптека"}


def test_a_sender_nobody_knows_is_remarked_on_and_left_out(manager: User) -> None:
    batch = loaded(lines("1;Анна;;K-99", "2;Борис;;2", "3;Вера;;1", header=SENT), manager)
    assert problems(batch) == [(2, 3, "no_sender"), (3, 3, "own_sender")]
    assert sources() == {"Анна": "", "Борис": "", "Вера": "Анна"}


def test_a_file_replaces_a_sender_but_nobody_of_ours(friend: Client, manager: User) -> None:
    Client.objects.filter(pk=friend.pk).update(external_id="K-7")
    Client.objects.create(external_id="1", name="Анна", referred_by=Client.objects.create(name="Другая"))
    Client.objects.create(external_id="2", name="Борис", brought_by=Recommender.objects.create(kind="partner", name="Аптека"))
    loaded(lines("1;Анна;;K-7", "2;Борис;;K-7", header=SENT), manager)
    assert (sources()["Анна"], sources()["Борис"]) == ("Ирина Соколова", "Аптека")


def test_an_undone_file_takes_its_senders_back(friend: Client, manager: User) -> None:
    Client.objects.create(external_id="1", name="Анна", referred_by=friend)
    batch = loaded(lines("1;Анна;;2", "2;Борис;;", "3;Вера;;2", header=SENT), manager)
    assert sources() == {"Ирина Соколова": "", "Анна": "Борис", "Борис": "", "Вера": "Борис"}
    request_undo(batch=batch, actor=manager)
    run_due_imports()
    assert sources() == {"Ирина Соколова": "", "Анна": "Ирина Соколова"}


def test_a_file_whose_clients_have_sent_others_since_is_kept(friend: Client, manager: User) -> None:
    batch = loaded(lines("1;Анна;;", header=SENT), manager)
    Client.objects.filter(pk=friend.pk).update(referred_by=Client.objects.get(external_id="1"))
    with pytest.raises(Refusal):
        see_undoable(batch)
    assert sources() == {"Ирина Соколова": "Анна", "Анна": ""}
