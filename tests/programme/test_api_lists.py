"""Lists other systems read page by page."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from churn.enums import CallOutcome, Detection
from churn.models import ExitCall, Leaver, Reason
from clients.models import Client
from company.enums import ApiScope
from company.models import Branch, Company, Employee, User
from company.services import create_token
from programme.api_rows import amount
from surveys.models import Answer, Wave
from tests.surveys.conftest import make_answer, make_client, make_draft
from touchpoints.enums import Rating, TouchpointClass
from touchpoints.models import Action, Audit, AuditMark, Standing, Touchpoint

DAY = dt.date(2026, 11, 10)
NOON = dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)
SCOPES = {
    "employees": "employees:read",
    "touchpoints": "touchpoints:read",
    "audits": "touchpoints:read",
    "actions": "touchpoints:read",
    "leavers": "leavers:read",
    "calls": "leavers:read",
    "waves": "answers:read",
    "answers": "answers:read",
}


@pytest.fixture
def secret(owner: User, company: Company) -> str:
    """The secret of a token that may read everything."""
    return create_token(name="Склад данных", scopes=sorted(set(SCOPES.values())), expires_at=None, actor=owner)[1]


@pytest.fixture
def wave(company: Company) -> Wave:
    """A wave of Clients."""
    return make_draft()


def get(secret: str, name: str, headers: dict[str, str] | None = None, **asked: Any) -> Any:
    given = {"Authorization": f"Bearer {secret}", "Accept-Language": "en", **(headers or {})}
    return Browser(headers=given).get(f"/api/v1/{name}/", asked)


def fill(number: int, owner: User, wave: Wave, branch: Branch) -> None:
    """Save one more row of every list, each with all it may name."""
    client = make_client(number, branch=branch)
    Employee.objects.create(name=f"Пётр {number}", branch=branch)
    point = Touchpoint.objects.create(name=f"Вывеска {number}", kind=TouchpointClass.values[0], branch=branch, owner=owner)
    Standing.objects.create(touchpoint=point, branch=branch, rating=Rating.WOW, worst=Rating.OK, best=Rating.WOW, n_marks=2, rated_at=NOON)
    audit = Audit.objects.create(branch=branch, auditor=owner, due_on=DAY)
    AuditMark.objects.create(audit=audit, touchpoint=point, rating=Rating.AWFUL, note="Темно")
    action = Action.objects.create(title="Новая вывеска", owner=owner, due_on=DAY, cost_cents=1_250_005)
    action.touchpoints.set([point])
    leaver = Leaver.objects.create(
        client=client,
        last_purchase_on=DAY,
        left_on=DAY + dt.timedelta(30),
        noticed_on=DAY + dt.timedelta(31),
        detection=Detection.values[0],
        at_risk_cents=99,
        caller=owner,
    )
    call = ExitCall.objects.create(
        leaver=leaver, caller=owner, outcome=CallOutcome.TALKED, words="Ждали", request_key=uuid.uuid4(), called_at=NOON
    )
    call.reasons.set(Reason.objects.all()[:2])
    make_answer(wave, 3, client=client, branch=branch, why="Долго", answered_at=NOON)


@pytest.mark.parametrize("name", SCOPES)
def test_each_scope_opens_its_own_lists_only(name: str, owner: User, company: Company) -> None:
    others = sorted(set(ApiScope.values) - {SCOPES[name]})
    closed, opened = (create_token(name="X", scopes=scopes, expires_at=None, actor=owner)[1] for scopes in (others, [SCOPES[name]]))
    assert [get(each, name).status_code for each in (closed, opened, "wrong")] == [403, 200, 401]


@pytest.mark.parametrize("name", SCOPES)
def test_a_token_of_somebody_who_is_gone_reads_nothing(name: str, secret: str, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert get(secret, name).status_code == 403


@pytest.mark.parametrize("name", SCOPES)
def test_pages_hold_every_row_once_at_a_fixed_price(name: str, secret: str, owner: User, wave: Wave) -> None:
    branch = Branch.objects.create(name="Сад")
    fill(1, owner, wave, branch)
    with CaptureQueriesContext(connection) as one:
        first = get(secret, name).json()
    fill(2, owner, wave, branch)
    fill(3, owner, wave, branch)
    for number in (2, 3):
        make_draft(name=f"Волна {number}")
    with CaptureQueriesContext(connection) as three:
        whole = get(secret, name).json()
    assert (len(first["results"]), len(whole["results"]), whole["next"], len(three)) == (1, 3, None, len(one))
    page, seen = get(secret, name, limit=2).json(), list[int]()
    fill(4, owner, wave, branch)
    seen += [row["id"] for row in page["results"]]
    seen += [row["id"] for row in get(secret, name, limit=2, cursor=page["next"]).json()["results"]]
    assert seen[:3] == [row["id"] for row in whole["results"]]


def test_rows_are_told_exactly(secret: str, owner: User, wave: Wave) -> None:
    fill(1, owner, wave, Branch.objects.create(name="Сад"))
    point, audit, action, leaver, call, answer = (
        get(secret, name).json()["results"][0] for name in ("touchpoints", "audits", "actions", "leavers", "calls", "answers")
    )
    rating = point["ratings"][0]
    assert (point["owner"], rating["branch"], rating["rating"]) == (owner.email, "Сад", "wow")
    assert audit["marks"] == [{"touchpoint": point["id"], "rating": "awful", "note": "Темно"}]
    assert (action["cost"], action["touchpoints"]) == ("12500.05", [point["id"]])
    assert (leaver["at_risk"], leaver["client_external_id"], call["leaver"], call["words"]) == ("0.99", "c1", leaver["id"], "Ждали")
    assert (answer["score"], answer["client_external_id"], answer["why"], answer["branch"]) == (3, "c1", "Долго", "Сад")


def test_no_list_names_a_person_who_answered_without_a_name_or_walked_as_a_guest(secret: str, wave: Wave) -> None:
    make_answer(wave, 9)
    Audit.objects.create(guest_name="Тайная Гостья", guest_email="guest@example.org", due_on=DAY)
    text = get(secret, "audits").content.decode()
    assert ("Тайная" in text, "guest@" in text, '"by_guest":true' in text) == (False, False, True)
    assert get(secret, "answers").json()["results"][0]["client_external_id"] is None


def test_days_are_the_companys_and_both_count(secret: str, wave: Wave) -> None:
    late = dt.datetime(2026, 11, 10, 22, tzinfo=dt.UTC)  # already the 11th in Moscow
    made = [make_answer(wave, score, answered_at=when) for score, when in ((1, NOON), (2, late))]
    found = [[row["id"] for row in get(secret, "answers", since=day, until=day).json()["results"]] for day in ("2026-11-10", "2026-11-11")]
    assert found == [[made[0].pk], [made[1].pk]]


def test_a_branch_is_chosen_by_name(secret: str, wave: Wave, owner: User) -> None:
    fill(1, owner, wave, Branch.objects.create(name="Сад"))
    fill(2, owner, wave, Branch.objects.create(name="Завод"))
    for name in ("employees", "touchpoints", "audits", "leavers", "calls", "answers"):
        assert len(get(secret, name, branch="Сад").json()["results"]) == 1


@pytest.mark.parametrize(
    ("name", "asked", "field"),
    [
        ("answers", {"limit": "0"}, "limit"),
        ("answers", {"limit": "501"}, "limit"),
        ("answers", {"cursor": "x"}, "cursor"),
        ("answers", {"cursor": str(2**63)}, "cursor"),
        ("answers", {"since": "10.11.2026"}, "since"),
        ("answers", {"until": "9999-12-31"}, "until"),
        ("answers", {"since": "0001-01-01"}, "since"),
        ("answers", {"branch": "Луна"}, "branch"),
        ("answers", {"branch": "\0"}, "branch"),
        ("answers", {"who": "x"}, "who"),
        ("employees", {"since": "2026-11-10"}, "since"),
        ("waves", {"branch": "Сад"}, "branch"),
    ],
)
def test_what_a_list_does_not_know_is_refused(secret: str, name: str, asked: dict[str, Any], field: str) -> None:
    refused = get(secret, name, **asked)
    assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (422, [field])


def test_a_page_that_is_as_it_was_is_not_sent_again(secret: str, wave: Wave) -> None:
    make_answer(wave, 9)
    mark = get(secret, "answers")["ETag"]
    again = get(secret, "answers", {"If-None-Match": mark})
    assert (again.status_code, again.content) == (304, b"")
    Answer.objects.update(score=8, corrected_at=timezone.now())
    assert get(secret, "answers", {"If-None-Match": mark}).status_code == 200


@pytest.mark.parametrize(
    ("cents", "text"),
    [(None, None), (0, "0.00"), (5, "0.05"), (-105, "-1.05"), (10**13, "100000000000.00"), (2**53 + 1, "90071992547409.93")],
)
def test_money_is_exact(cents: int | None, text: str | None) -> None:
    assert amount(cents) == text


def test_lists_take_no_posts(secret: str, company: Company) -> None:
    browser = Browser(headers={"Authorization": f"Bearer {secret}"}, enforce_csrf_checks=True)
    names = [name for name in SCOPES if name not in {"answers", "leavers"}]
    assert {browser.post(f"/api/v1/{name}/").status_code for name in names} <= {403, 405}
    assert not Client.objects.exists()
