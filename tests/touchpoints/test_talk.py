"""The worksheet of reasons to talk."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from company.models import Branch, User
from tests.touchpoints.make import TODAY
from touchpoints import starters
from touchpoints.enums import TalkState
from touchpoints.models import Action, TalkIdea, Touchpoint
from touchpoints.queries.worksheets import talk_sheet
from touchpoints.services import ClosedError
from touchpoints.services.worksheets import end_trial, try_idea


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


def idea(text: str = "Торт тому, кого подвели", **fields: Any) -> TalkIdea:
    return TalkIdea.objects.create(**{"kind": "turned", "text": text, **fields})


def test_the_empty_sheet_offers_examples_of_every_kind_at_one_click(as_manager: Browser) -> None:
    text = as_manager.get(url("talk_list")).content.decode()
    assert (text.count("btn-beam"), url("talk_start") in text) == (1, True)
    for _click in range(2):
        as_manager.post(url("talk_start"))
    assert TalkIdea.objects.count() == len(starters.ideas()) == 10


def test_one_example_is_taken_by_its_name(as_manager: Browser) -> None:
    as_manager.post(url("talk_start"), {"key": "umbrella"})
    as_manager.post(url("talk_start"), {"key": "no such"})
    assert [row.kind for row in TalkIdea.objects.all()] == ["extra"]
    examples = {group.kind.value: (group.count, group.example.key if group.example else None) for group in talk_sheet(TODAY).kinds}
    assert examples["extra"] == (1, "small_fix")
    assert examples["gift"] == (0, "tenth")


def test_ideas_tried_without_a_result_come_first_the_oldest_on_top(db: None) -> None:
    told = idea("Рассказали", state="trying", tried_on=TODAY - dt.timedelta(days=90), result="Пишут в отзывах")
    late = idea("Давно", state="trying", tried_on=TODAY - dt.timedelta(days=45))
    fresh = idea("Недавно", state="trying", tried_on=TODAY)
    thought = idea("Задумка")
    sheet = talk_sheet(TODAY)
    assert [(state, [row.idea for row in rows]) for state, rows in sheet.sections] == [
        (TalkState.TRYING, [late, fresh, told]),
        (TalkState.IDEA, [thought]),
    ]
    assert [(row.days, row.lacks_result, row.is_late) for row in sheet.sections[0][1]] == [
        (45, True, True),
        (0, True, False),
        (90, False, False),
    ]
    assert (sheet.total, sheet.silent) == (4, 2)


@pytest.mark.parametrize(("cost", "came", "each"), [(100_00, 4, 25_00), (100_00, 0, None), (None, 4, None), (0, 4, 0), (100, 3, 33)])
def test_the_price_of_one_is_shown_only_where_both_numbers_are_known(
    db: None, cost: int | None, came: int | None, each: int | None
) -> None:
    idea(state="kept", tried_on=TODAY, result="Да", cost_cents=cost, came=came)
    assert talk_sheet(TODAY).sections[0][1][0].cents_each == each


@pytest.mark.usefixtures("company_clock")
def test_an_idea_is_written_tried_and_ended_with_a_result(as_manager: Browser, garden: Branch, sign: Touchpoint) -> None:
    as_manager.post(url("talk_create"), {"text": "Зонты у выхода", "kind": "extra", "touchpoint": sign.pk, "branch": garden.pk})
    row = TalkIdea.objects.get()
    as_manager.post(url("talk_try", row.pk))
    row.refresh_from_db()
    assert (row.state, row.tried_on, row.branch) == ("trying", timezone.localdate(), garden)
    typed = {"verdict": "kept", "cost": "12 500", "came": "7", "result": "Фотографируют", "tried_on": "2026-01-09"}
    assert as_manager.post(url("talk_result", row.pk), typed).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.cost_cents, row.came, row.tried_on) == ("kept", 1_250_000, 7, dt.date(2026, 1, 9))
    as_manager.post(url("talk_edit", row.pk), {"text": "Зонты и дождевики", "kind": "extra", "touchpoint": "", "branch": ""})
    row.refresh_from_db()
    assert (row.text, row.result, row.state) == ("Зонты и дождевики", "Фотографируют", "kept")


@pytest.mark.parametrize(
    "change",
    [
        {"result": ""},
        {"tried_on": ""},
        {"tried_on": "0001-01-01"},
        {"tried_on": "2999-01-01"},
        {"came": "-1"},
        {"came": "9" * 40},
        {"cost": "-5"},
        {"cost": "много"},
        {"cost": "9" * 40},
        {"verdict": "idea"},
        {"verdict": ""},
    ],
)
def test_a_wrong_result_comes_back_as_typed_and_changes_nothing(as_manager: Browser, change: dict[str, str]) -> None:
    row = idea(state="trying", tried_on=TODAY)
    typed = {"verdict": "dropped", "cost": "10", "came": "1", "result": "Не заметили", "tried_on": "2026-03-10"} | change
    answer = as_manager.post(url("talk_result", row.pk), typed)
    assert answer.status_code == 422
    row.refresh_from_db()
    assert (row.state, row.result, row.came, row.cost_cents) == ("trying", "", None, None)


def test_an_idea_nobody_tried_has_no_result_yet(as_manager: Browser, manager: User) -> None:
    row = idea()
    assert as_manager.get(url("talk_result", row.pk)).status_code == 302
    with pytest.raises(ClosedError):
        end_trial(idea=row, state=TalkState.KEPT, actor=manager)


def test_a_second_click_on_trying_keeps_the_first_day(as_manager: Browser, manager: User) -> None:
    row = idea(state="trying", tried_on=TODAY)
    assert as_manager.post(url("talk_try", row.pk)).status_code == 302
    row.refresh_from_db()
    assert row.tried_on == TODAY
    with pytest.raises(ClosedError):
        try_idea(idea=row, since=timezone.localdate(), actor=manager)


def test_an_idea_makes_one_action(as_manager: Browser) -> None:
    row = idea("ё" * 300)
    for _click in range(2):
        as_manager.post(url("talk_action", row.pk))
    as_manager.post(url("talk_delete", row.pk))
    assert len(Action.objects.get().title) == 200
    assert TalkIdea.objects.count() == 0


@pytest.mark.parametrize("fields", [{"state": "kept", "tried_on": TODAY}, {"state": "trying"}, {"text": ""}, {"cost_cents": -1}])
def test_the_database_refuses_what_makes_no_sense(db: None, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        idea(**{"text": "Идея", **fields})


@pytest.mark.parametrize("kind", ["gift", "none", "\0"])
def test_the_kind_may_stand_in_the_address(as_manager: Browser, kind: str) -> None:
    chosen = as_manager.get(url("talk_create"), {"kind": kind}).context["form"].initial["kind"]
    assert chosen == ("gift" if kind == "gift" else None)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_sheet_takes_a_fixed_number_of_queries(
    as_manager: Browser, garden: Branch, sign: Touchpoint, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        row = idea(f"Идея {number}", branch=garden, touchpoint=sign, state="trying", tried_on=TODAY, came=3, cost_cents=100)
        as_manager.post(url("talk_action", row.pk))
    as_manager.get(url("talk_list"))
    with django_assert_num_queries(4):
        as_manager.get(url("talk_list"))
