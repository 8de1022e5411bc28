"""Leavers told by other systems; the two rules of who may call hold against them too."""

import datetime as dt
import json
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from churn.enums import Detection, LeaverState
from churn.models import Leaver
from common.tokens import keyed_hash
from company.enums import Role
from company.models import ApiToken, User
from company.services import create_token
from surveys.models import PostWindow
from surveys.services import POSTS_IN_WINDOW
from tests.churn.world import TODAY, ago, buy, make_client, make_colleague, make_leaver, responsible_employee

URL = "/api/v1/leavers/"


@pytest.fixture
def secret(owner: User) -> str:
    """The secret of a token that may tell of leavers."""
    return create_token(name="АТС", scopes=["leavers:write"], expires_at=None, actor=owner)[1]


def post(secret: str, body: Any, url: str = URL) -> Any:
    given = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
    return Browser(headers=given).post(url, json.dumps(body), content_type="application/json")


def give(secret: str, leaver: Leaver, caller: User, **more: Any) -> Any:
    """Ask to give the call to somebody."""
    return post(secret, {"caller": caller.email, **more}, f"{URL}{leaver.pk}/caller/")


def fields_of(response: Any) -> list[str]:
    errors = response.json()["errors"]
    assert all(error["reason"] for error in errors)
    return sorted({error["field"] for error in errors})


def test_a_told_client_joins_the_queue(secret: str, owner: User) -> None:
    client = make_client("Ирина", 40, 20, external_id="K-1")
    response = post(secret, {"client_external_id": "K-1", "day": ago(3).isoformat(), "note": "расторгла договор"})
    leaver = Leaver.objects.get()
    answer = {"id": leaver.pk, "state": "queued", "left_on": ago(3).isoformat(), "caller": owner.email}
    assert (response.status_code, response.json()) == (201, answer)
    assert (leaver.client, leaver.detection, leaver.told_note, leaver.noticed_on) == (client, Detection.TOLD, "расторгла договор", TODAY)


def test_the_same_again_is_the_same_leaver(secret: str) -> None:
    make_client("Ирина", 40, 20, external_id="K-1")
    body = {"client_external_id": "K-1", "day": ago(3).isoformat()}
    first, second = post(secret, body), post(secret, body)
    assert (first.status_code, second.status_code, second.json()) == (201, 200, first.json())
    assert Leaver.objects.count() == 1


@pytest.mark.parametrize("state", [LeaverState.QUEUED, LeaverState.CLOSED])
def test_a_leaver_we_knew_of_learns_how_we_know_once(secret: str, state: LeaverState) -> None:
    client = make_client("Ирина", 250, external_id="K-1")
    make_leaver(client, last_purchase_on=ago(250), left_on=ago(69), state=state)
    for note in ("сказала курьеру", "иное"):
        assert post(secret, {"client_external_id": "K-1", "note": note}).status_code == 200
    leaver = Leaver.objects.get()
    assert (leaver.told_note, leaver.detection, leaver.state) == ("сказала курьеру", Detection.RECENCY, state)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["client_external_id"]),
        ({"client_external_id": "нет"}, ["client_external_id"]),
        ({"email": "nobody@example.org"}, ["email"]),
        ({"phone": "123"}, ["phone"]),
        ({"client_external_id": "K-1", "day": "вчера"}, ["day"]),
        ({"client_external_id": "K-1", "day": (TODAY + dt.timedelta(1)).isoformat()}, ["day"]),
        ({"client_external_id": "K-1", "note": "я" * 301}, ["note"]),
        ({"client_external_id": "K-1", "caller": "x"}, ["caller"]),
        ([1], [""]),
    ],
)
def test_a_wrong_field_is_named_and_nothing_saved(secret: str, body: Any, fields: list[str]) -> None:
    make_client("Ирина", 40, 20, external_id="K-1")
    response = post(secret, body)
    assert (response.status_code, fields_of(response)) == (422, fields)
    assert Leaver.objects.count() == 0


@pytest.mark.parametrize("days", [(), (3,), (1,)])
def test_who_never_bought_or_bought_since_has_not_left(secret: str, days: tuple[int, ...]) -> None:
    make_client("Ирина", *days, external_id="K-1")
    response = post(secret, {"client_external_id": "K-1", "day": ago(3).isoformat()})
    assert (response.status_code, fields_of(response), Leaver.objects.count()) == (409, ["day"], 0)


def test_another_scope_may_not(owner: User) -> None:
    make_client("Ирина", 20, external_id="K-1")
    other = create_token(name="Касса", scopes=["answers:write"], expires_at=None, actor=owner)[1]
    assert post(other, {"client_external_id": "K-1"}).status_code == 403
    assert post("none", {"client_external_id": "K-1"}).status_code == 401
    assert Leaver.objects.count() == 0


def test_a_flood_is_held_back(secret: str) -> None:
    key = keyed_hash("leavers limit", f"{ApiToken.objects.get().pk}")
    post(secret, {})
    PostWindow.objects.filter(key=key).update(count=POSTS_IN_WINDOW)
    assert post(secret, {}).status_code == 429


def test_a_call_is_given_to_somebody_less_senior_with_a_word_why(secret: str, manager: User) -> None:
    leaver = make_leaver()
    assert give(secret, leaver, manager).status_code == 409
    assert give(secret, leaver, manager, note="владелец в отпуске").json()["caller"] == manager.email
    leaver.refresh_from_db()
    assert (leaver.caller, leaver.caller_note) == (manager, "владелец в отпуске")


@pytest.mark.parametrize("is_of_today", [True, False])
def test_whoever_looks_after_the_client_is_never_given_the_call(secret: str, is_of_today: bool) -> None:
    director = make_colleague("Директор", Role.MANAGER, seniority=1)
    client = make_client("Ирина", responsible=responsible_employee(director) if is_of_today else None)
    leaver = make_leaver(client, responsible=None if is_of_today else director)
    response = give(secret, leaver, director, note="очень надо")
    assert (response.status_code, fields_of(response)) == (409, ["caller"])
    leaver.refresh_from_db()
    assert leaver.caller is None


@pytest.mark.parametrize("state", [LeaverState.CLOSED, LeaverState.RETURNED])
def test_a_case_that_is_over_is_given_to_nobody(secret: str, owner: User, state: LeaverState) -> None:
    leaver = make_leaver(state=state, returned_on=ago(1))
    assert give(secret, leaver, owner).status_code == 409
    leaver.refresh_from_db()
    assert leaver.caller is None


def test_strangers_and_the_dismissed_are_given_nothing(secret: str, manager: User) -> None:
    leaver = make_leaver()
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert give(secret, leaver, manager).status_code == 422
    assert post(secret, {"caller": manager.email}, f"{URL}999999/caller/").status_code == 422
    assert post(secret, {"caller": ApiToken.objects.get().created_by.email}, f"{URL}999999/caller/").status_code == 404  # type: ignore[union-attr]  # the owner made it


def test_a_token_whose_maker_may_no_longer_hand_over_does_not_either(secret: str, owner: User, manager: User) -> None:
    leaver = make_leaver()
    ApiToken.objects.update(created_by=make_colleague("Бывший", Role.STAFF))
    assert give(secret, leaver, owner).status_code == 403
    ApiToken.objects.update(created_by=None)
    assert give(secret, leaver, owner).status_code == 403
    leaver.refresh_from_db()
    assert leaver.caller is None


@pytest.mark.django_db(transaction=True)
def test_five_posts_at_once_are_one_leaver(secret: str) -> None:
    buy(make_client("Ирина", external_id="K-1"), 40, 20)
    statuses = []

    def send() -> None:
        statuses.append(post(secret, {"client_external_id": "K-1"}).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 200, 200, 200, 201]
    assert Leaver.objects.count() == 1
