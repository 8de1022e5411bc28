"""Complaints and conflicts: who may write them down, how they end."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.enums import IncidentKind
from clients.models import Client, Incident
from clients.services import IncidentError, settle_incident
from company.models import Employee, User

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client() -> Client:
    """A Client nobody of the tests looks after."""
    return Client.objects.create(name="Кофейня «Пенка»")


def page(name: str, pk: int) -> str:
    return reverse(f"clients:{name}", args=[pk])


def typed(**fields: Any) -> dict[str, str]:
    """Return a filled form."""
    day = timezone.localdate().isoformat()
    return {"request_key": str(uuid.uuid4()), "kind": "conflict", "happened_on": day, "words": "Перепутали заказ"} | fields


def went_wrong(client: Client, **fields: Any) -> Incident:
    """Save an incident of ten days ago."""
    day = timezone.localdate() - dt.timedelta(10)
    return Incident.objects.create(client=client, happened_on=day, words="Счёт больше", request_key=uuid.uuid4(), **fields)


def test_an_incident_is_written_down_once(as_manager: Browser, manager: User, client: Client) -> None:
    form = typed()
    assert [as_manager.post(page("incident_create", client.pk), form).status_code for _time in range(2)] == [302, 302]
    incident = Incident.objects.get()
    assert (incident.kind, incident.words, incident.author, incident.settled_on) == (
        IncidentKind.CONFLICT,
        "Перепутали заказ",
        manager,
        None,
    )
    assert "Перепутали заказ" in as_manager.get(page("incident_panel", client.pk)).text


@pytest.mark.usefixtures("company_clock")
def test_a_settled_one_says_how(as_manager: Browser, client: Client) -> None:
    response = as_manager.post(page("incident_create", client.pk), typed(is_settled="on"))
    assert (response.status_code, set(response.context["form"].errors) if "form" in response.context else {"answer"}) == (422, {"answer"})
    as_manager.post(page("incident_create", client.pk), typed(is_settled="on", answer="Вернули через 3 дня"))
    assert Incident.objects.get().settled_on == timezone.localdate()


@pytest.mark.parametrize(
    "fields", [{"words": ""}, {"words": " "}, {"kind": "war"}, {"happened_on": "2999-01-01"}, {"happened_on": "x"}, {"request_key": "x"}]
)
def test_a_wrong_entry_comes_back(as_manager: Browser, client: Client, fields: dict[str, str]) -> None:
    response = as_manager.post(page("incident_create", client.pk), typed(answer="Извинились") | fields)
    assert response.status_code == 422
    assert "Извинились" in response.text
    assert Incident.objects.count() == 0


def test_staff_write_down_what_happened_to_clients_they_look_after(as_staff: Browser, staff: User, client: Client) -> None:
    assert as_staff.get(page("incident_panel", client.pk)).status_code == 404
    assert as_staff.post(page("incident_create", client.pk), typed()).status_code == 404
    assert Incident.objects.count() == 0
    Client.objects.update(responsible=Employee.objects.create(name="Олег", user=staff))
    assert as_staff.post(page("incident_create", client.pk), typed()).status_code == 302
    assert Incident.objects.get().author == staff


def test_staff_settle_what_they_wrote_down_and_nothing_else(as_staff: Browser, staff: User, client: Client) -> None:
    foreign, own = went_wrong(client), went_wrong(client, author=staff)
    form = {"answer": "Исправили за день", "settled_on": timezone.localdate().isoformat()}
    assert as_staff.post(page("incident_settle", foreign.pk), form).status_code == 404
    assert as_staff.post(page("incident_settle", own.pk), form).status_code == 302
    assert list(Incident.objects.filter(settled_on__isnull=False)) == [own]


@pytest.mark.parametrize("fields", [{"answer": ""}, {"settled_on": "2999-01-01"}, {"settled_on": "2001-01-01"}, {"settled_on": "вчера"}])
def test_a_wrong_end_is_refused(as_manager: Browser, client: Client, fields: dict[str, str]) -> None:
    incident = went_wrong(client)
    form = {"answer": "Исправили", "settled_on": timezone.localdate().isoformat()} | fields
    assert as_manager.post(page("incident_settle", incident.pk), form).status_code == 422
    incident.refresh_from_db()
    assert (incident.answer, incident.settled_on) == ("", None)


def test_the_second_to_settle_reads_that_somebody_was_first(manager: User, client: Client) -> None:
    incident, today = went_wrong(client), timezone.localdate()
    settle_incident(incident=incident, answer="Вернули деньги", settled_on=today, actor=manager)
    with pytest.raises(IncidentError):
        settle_incident(incident=incident, answer="Ничего", settled_on=today, actor=manager)
    incident.refresh_from_db()
    assert incident.answer == "Вернули деньги"


def test_the_database_refuses_an_end_before_the_beginning(client: Client) -> None:
    with pytest.raises(IntegrityError, match="incident_settled_ok"), transaction.atomic():
        went_wrong(client, settled_on=dt.date(2001, 1, 1))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_panel_takes_the_same_queries_for_any_number(
    as_manager: Browser, manager: User, client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    for _each in range(rows):
        went_wrong(client, author=manager)
    with django_assert_num_queries(5):
        as_manager.get(page("incident_panel", client.pk))
