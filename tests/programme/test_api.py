"""Who brought a Client, read and written by other systems."""

import json
from typing import Any

import pytest
from django.test import Client as Browser

from clients.enums import RecommenderKind
from clients.models import Channel, Client, Recommender
from company.models import Employee, User
from company.services import create_token

URL = "/api/v1/client-sources/"


@pytest.fixture
def secret(owner: User) -> str:
    """The secret of a token that may write sources."""
    return create_token(name="CRM", scopes=["sources:write"], expires_at=None, actor=owner)[1]


@pytest.fixture
def client(company: object) -> Client:
    """A Client somebody brought."""
    return Client.objects.create(external_id="K-1", name="Анна")


def browser(secret: str) -> Browser:
    return Browser(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})


def post(secret: str, **body: Any) -> Any:
    return browser(secret).post(URL, json.dumps({"client_external_id": "K-1"} | body), content_type="application/json")


def told(secret: str) -> tuple[str, str]:
    """Return what the address says of the Client."""
    answer = browser(secret).get(URL, {"client_external_id": "K-1"}).json()
    return answer["kind"], answer["who"]


def test_every_kind_is_written_and_read(secret: str, client: Client) -> None:
    Client.objects.create(external_id="K-7", name="Ирина", phone="+79000000009")
    Employee.objects.create(name="Пётр Лугов", email="peter@example.org")
    assert told(secret) == ("unknown", "")
    for kind, who, read in (
        ("client", "K-7", "K-7"),
        ("employee", "peter@example.org", "peter@example.org"),
        ("client", "8 900 000-00-09", "K-7"),
        ("employee", "пётр лугов", "peter@example.org"),
        ("partner", "Аптека", "Аптека"),
        ("candidate", "Олег", "Олег"),
    ):
        answer = post(secret, kind=kind, who=who)
        assert (answer.status_code, answer.json()) == (200, {"client_external_id": "K-1", "kind": kind, "who": read, "changed": True})
        assert told(secret) == (kind, read)


def test_the_same_again_changes_nothing(secret: str, client: Client) -> None:
    assert [post(secret, kind="partner", who=name).json()["changed"] for name in ("Аптека", "аптека", "Аптека")] == [True, False, False]
    assert list(Recommender.objects.values_list("kind", "name")) == [(RecommenderKind.PARTNER, "Аптека")]


def test_nobody_takes_the_person_away_and_the_channel_shows(secret: str, client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(channel=Channel.objects.create(name="Вывеска"))
    post(secret, kind="partner", who="Аптека")
    assert post(secret, kind="nobody").json()["changed"] is True
    assert told(secret) == ("channel", "Вывеска")
    assert post(secret, kind="nobody").json()["changed"] is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "client", "who": "K-1"}, "who"),
        ({"kind": "client", "who": "K-99"}, "who"),
        ({"kind": "employee", "who": "Тёзка"}, "who"),
        ({"kind": "employee", "who": "Никто"}, "who"),
        ({"kind": "partner"}, "who"),
        ({"kind": "nobody", "who": "Аптека"}, "who"),
        ({"kind": "friend", "who": "Аптека"}, "kind"),
        ({"who": "Аптека"}, "kind"),
        ({"client_external_id": "K-99", "kind": "nobody"}, "client_external_id"),
        ({"kind": "nobody", "why": "x"}, "why"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(secret: str, client: Client, body: dict[str, str], field: str) -> None:
    for email in ("a@example.org", "b@example.org"):
        Employee.objects.create(name="Тёзка", email=email)
    answer = post(secret, **body)
    assert (answer.status_code, {error["field"] for error in answer.json()["errors"]}) == (422, {field})
    assert told(secret) == ("unknown", "")
    assert not Recommender.objects.exists()


def test_an_unknown_client_is_not_found(secret: str, client: Client) -> None:
    assert browser(secret).get(URL, {"client_external_id": "K-99"}).status_code == 404
    assert browser(secret).get(URL).status_code == 404


def test_another_scope_opens_nothing(owner: User, client: Client) -> None:
    other = create_token(name="Касса", scopes=["leavers:write"], expires_at=None, actor=owner)[1]
    assert browser(other).get(URL, {"client_external_id": "K-1"}).status_code == 403
    assert post(other, kind="partner", who="Аптека").status_code == 403
    assert not Recommender.objects.exists()


def test_a_token_of_somebody_who_is_gone_writes_nothing(secret: str, client: Client, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert post(secret, kind="partner", who="Аптека").status_code in {401, 403}
    assert not Recommender.objects.exists()
