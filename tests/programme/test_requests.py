"""The register of requests about personal data."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client
from company.models import User
from mailing.models import Suppression
from programme.enums import RequestKind, RequestState, RequestTerm
from programme.formulas.terms import one_month, ten_working_days
from programme.models import PersonRequest
from programme.services.erasure import erase_client
from programme.services.requests import RequestClosedError, set_term, settle_request, take_request, withdraw_consent
from surveys.formulas.deadlines import public_holidays
from tests.company.test_second_factor import stale

DAY = dt.date(2026, 5, 6)


@pytest.fixture
def anna(owner: User) -> Client:
    """A Client with an e-mail."""
    return Client.objects.create(name="Анна Семёнова", email="anna@example.org")


def ask(kind: RequestKind, client: Client | None, owner: User, came_on: dt.date = DAY, who: str = "") -> PersonRequest:
    """Write a request down."""
    return take_request(kind=kind, client=client, who=who, came_on=came_on, actor=owner)


def test_ten_working_days_leave_out_weekends_and_holidays() -> None:
    assert ten_working_days(DAY, frozenset()) == dt.date(2026, 5, 20)
    assert ten_working_days(DAY, {dt.date(2026, 5, 11)}) == dt.date(2026, 5, 21)
    assert ten_working_days(dt.date(2026, 12, 25), public_holidays("RUB")) > dt.date(2027, 1, 15)


@pytest.mark.parametrize(
    ("came_on", "due_on"),
    [
        (dt.date(2026, 5, 6), dt.date(2026, 6, 6)),
        (dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
        (dt.date(2026, 12, 31), dt.date(2027, 1, 31)),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last(came_on: dt.date, due_on: dt.date) -> None:
    assert one_month(came_on) == due_on


def test_the_term_is_the_company_s_and_waiting_ones_keep_theirs(anna: Client, owner: User) -> None:
    before = ask(RequestKind.ACCESS, anna, owner)
    set_term(term=RequestTerm.MONTH, actor=owner)
    assert ask(RequestKind.ACCESS, anna, owner).due_on == dt.date(2026, 6, 6)
    assert PersonRequest.objects.get(pk=before.pk).due_on == before.due_on < dt.date(2026, 6, 1)


def test_a_client_s_request_holds_no_name(anna: Client, owner: User) -> None:
    assert ask(RequestKind.ACCESS, anna, owner, who="Анна Семёнова").who == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        ask(RequestKind.ACCESS, None, owner)
    assert PersonRequest.objects.count() == 1


def test_a_request_is_settled_once(anna: Client, owner: User) -> None:
    asked = ask(RequestKind.ACCESS, anna, owner)
    settle_request(asked=asked, state=RequestState.DONE, outcome="Выдали", actor=owner, now=timezone.now())
    with pytest.raises(RequestClosedError):
        settle_request(asked=asked, state=RequestState.REFUSED, outcome="Нет", actor=owner, now=timezone.now())
    asked.refresh_from_db()
    assert (asked.state, asked.outcome, asked.handled_by) == (RequestState.DONE, "Выдали", owner)


def test_withdrawal_stops_letters_and_calls(anna: Client, owner: User) -> None:
    withdraw_consent(asked=ask(RequestKind.WITHDRAWAL, anna, owner), outcome="Отозвано", actor=owner, now=timezone.now())
    anna.refresh_from_db()
    assert (anna.do_not_mail, anna.do_not_call, Suppression.objects.count()) == (True, True, 1)


def test_erasure_closes_what_was_asked_and_leaves_no_name(anna: Client, owner: User) -> None:
    asked, other = ask(RequestKind.ERASURE, anna, owner), ask(RequestKind.ACCESS, None, owner, who="Анна Семёнова, у кассы")
    erase_client(client=anna, reason="Анна Семёнова просила", actor=owner, now=timezone.now())
    asked.refresh_from_db()
    other.refresh_from_db()
    assert (asked.state, asked.outcome) == (RequestState.DONE, "— просила")
    assert (other.state, other.who) == (RequestState.OPEN, "—, у кассы")


def test_the_page_takes_a_request_and_shows_what_is_overdue(anna: Client, as_owner: Browser) -> None:
    fields = {"kind": "erasure", "came_on": "2026-01-12"}
    assert as_owner.post(f"/privacy/requests/add/?client={anna.pk}", fields)["Location"] == "/privacy/requests/"
    page = as_owner.get("/privacy/requests/").content.decode()
    assert "overdue since" in page or "просрочен" in page
    assert f"/privacy/clients/{anna.pk}/erase/" in page


def test_a_day_to_come_is_refused_and_the_form_comes_back(as_owner: Browser) -> None:
    fields = {"kind": "access", "who": "Мария с рынка", "came_on": "2999-01-12"}
    response = as_owner.post("/privacy/requests/add/", fields)
    assert response.status_code == 422
    assert "Мария с рынка" in response.content.decode()
    assert PersonRequest.objects.count() == 0


def test_settling_without_words_changes_nothing(anna: Client, owner: User, as_owner: Browser) -> None:
    asked = ask(RequestKind.ACCESS, anna, owner)
    as_owner.post(f"/privacy/requests/{asked.pk}/settle/", {"state": "done", "outcome": ""})
    assert PersonRequest.objects.get().state == RequestState.OPEN
    as_owner.post(f"/privacy/requests/{asked.pk}/settle/", {"state": "done", "outcome": "Выдали"})
    assert PersonRequest.objects.get().state == RequestState.DONE


def test_stopping_letters_asks_an_old_session_again(anna: Client, owner: User, as_owner: Browser) -> None:
    asked = ask(RequestKind.WITHDRAWAL, anna, owner)
    stale(as_owner).post(f"/privacy/requests/{asked.pk}/withdraw/")
    assert not Client.objects.get().do_not_mail
    assert PersonRequest.objects.get().state == RequestState.OPEN


@pytest.mark.parametrize("count", [1, 3])
def test_requests_are_listed_in_a_fixed_number_of_queries(
    count: int, anna: Client, owner: User, as_owner: Browser, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        ask(RequestKind.ACCESS, anna, owner)
    as_owner.get("/privacy/requests/")
    with django_assert_num_queries(6):
        assert as_owner.get("/privacy/requests/").content.decode().count("data-row") == count
