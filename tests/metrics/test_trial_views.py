"""Pages of experiments: what is shown before, what stays closed meanwhile, what opens."""

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from company.models import User
from metrics.enums import TrialKind, TrialState
from metrics.models import Trial
from metrics.services import trials as services
from tests.metrics.test_views import text_of
from tests.metrics.trial_world import LETTER, buy, person, plan

pytestmark = pytest.mark.usefixtures("company_clock")
LIST = reverse("metrics:trial_list")
GOOD: dict[str, Any] = {
    "name": "Скидка молчащим",
    "kind": "call",
    "what": "Рассказать о доставке",
    "held_out_percent": "50",
    "goal": "came",
    "window_days": "30",
    "looks": "2",
    "cost": "1 500,50",
    "locale": "ru",
}


def good(**fields: str) -> dict[str, str]:
    """Return the fields of a sound form."""
    return GOOD | {"request_key": str(uuid.uuid4())} | fields


def url(name: str, trial: Trial) -> str:
    """Return the address of a page of an experiment."""
    return reverse(f"metrics:trial_{name}", args=[trial.pk])


def given(manager: User, days_ago: int = 0, **fields: Any) -> Trial:
    """Save Clients, and an experiment on them that began so many days ago."""
    today = timezone.localdate()
    for number in range(40):
        person(number, 40, 80, 120, 200, today=today)
    trial = services.create_trial(plan=plan(**fields), request_key=uuid.uuid4(), actor=manager)
    day = today - dt.timedelta(days_ago)
    services.start_trial(trial=trial, actor=manager, today=day, now=timezone.now() - dt.timedelta(days_ago))
    trial.refresh_from_db()
    return trial


def sheets(browser: Browser, trial: Trial) -> list[list[list[Any]]]:
    """Return the sheets of the file."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(url("export", trial)).content))
    return [book.get_sheet_by_index(number).to_python() for number in range(2)]


def test_nothing_yet_says_what_to_do(as_manager: Browser) -> None:
    page = as_manager.get(LIST)
    assert page.status_code == 200
    assert reverse("metrics:trial_create") in page.content.decode()
    assert page.content.decode().count("btn-beam") == 1


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_the_same_number_of_queries(
    as_manager: Browser, manager: User, n: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(n):
        services.create_trial(plan=plan(), request_key=uuid.uuid4(), actor=manager)
    as_manager.get(LIST)
    with django_assert_num_queries(7):
        as_manager.get(LIST)


def test_a_saved_form_begins_nothing(as_manager: Browser) -> None:
    response = as_manager.post(reverse("metrics:trial_create"), good())
    trial = Trial.objects.get()
    assert response.headers["Location"] == url("detail", trial)
    assert (trial.state, trial.cost_cents, trial.what, trial.members.count()) == (TrialState.DRAFT, 150050, "Рассказать о доставке", 0)
    assert as_manager.get(url("edit", trial)).context["form"]["cost"].value() == "1500.50"


def test_a_letter_of_its_own_is_kept(as_manager: Browser) -> None:
    letter = {"kind": "letter", "subject": LETTER.subject, "text": LETTER.text, "button": "Выбрать", "button_url": LETTER.button_url}
    as_manager.post(reverse("metrics:trial_create"), good(**letter))
    trial = Trial.objects.get()
    assert trial.template is not None
    assert (trial.template.subject, trial.template.kind) == (LETTER.subject, "trial")
    assert as_manager.get(url("edit", trial)).context["form"]["text"].value() == LETTER.text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"what": ""}, ["what"]),
        ({"kind": "letter", "subject": "", "text": "Да"}, ["subject"]),
        ({"kind": "letter", "subject": "Раз", "text": "{salary}"}, ["text"]),
        ({"silent_from": "60", "silent_to": "30"}, ["silent_to"]),
        ({"window_days": "5", "looks": "6"}, ["looks"]),
        ({"held_out_percent": "0"}, ["held_out_percent"]),
        ({"cost": "-5"}, ["cost"]),
        ({"kind": "smoke signals"}, ["kind"]),
        ({"branches": "999999"}, ["branches"]),
        ({"request_key": "twice"}, ["request_key"]),
    ],
)
def test_a_bad_form_comes_back_filled(as_manager: Browser, fields: dict[str, str], wrong: list[str]) -> None:
    response = as_manager.post(reverse("metrics:trial_create"), good(**fields))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == wrong
    assert "Скидка молчащим" in response.content.decode()
    assert Trial.objects.count() == 0


def test_the_outlook_counts_while_somebody_types(as_manager: Browser) -> None:
    for number in range(40):
        person(number, 45, 80, 120, today=timezone.localdate())
    page = as_manager.get(reverse("metrics:trial_outlook"), GOOD)
    assert page.context["outlook"].group.takers == 40
    assert (page.context["outlook"].now.told, page.context["outlook"].now.held) == (20, 20)
    assert page.context["outlook"].past.is_enough
    empty = as_manager.get(reverse("metrics:trial_outlook"), GOOD | {"window_days": "soon"})
    assert empty.context["outlook"] is None


def test_a_small_group_is_called_small_and_told_what_would_do(as_manager: Browser, manager: User) -> None:
    for number in range(40):
        person(number, 45, 80, 120, today=timezone.localdate())
    trial = services.create_trial(plan=plan(held_out_percent=10), request_key=uuid.uuid4(), actor=manager)
    page = as_manager.get(url("detail", trial))
    outlook = page.context["outlook"]
    assert outlook.now.is_weak
    assert [one.number for one in outlook.by_share] == [20, 30, 50]
    assert [one.number for one in outlook.by_window] == [60, 90]
    assert [part for part, _n in outlook.needed] == [0.1, 0.25, 0.5]
    assert page.content.decode().count("btn-beam") == 1


def test_start_draws_and_the_figures_stay_closed(as_manager: Browser, manager: User) -> None:
    trial = given(manager, days_ago=5, looks=2)
    for member in trial.members.filter(is_held_out=False):
        buy(member.client, timezone.localdate() - dt.timedelta(1), cents=987_654_00)
    page = as_manager.get(url("detail", trial))
    assert page.context["seen"] is None
    assert "Цифры пока закрыты" in text_of(page)
    assert "987" not in text_of(page)
    clients, looks = sheets(as_manager, trial)
    assert {tuple(row[7:]) for row in clients[1:]} == {("", "")}
    assert len(looks) == 1


def test_starting_twice_says_so(as_manager: Browser, manager: User) -> None:
    trial = given(manager)
    response = as_manager.post(url("start", trial), follow=True)
    assert "уже начался" in text_of(response)


def test_the_promised_look_opens_the_figures(as_manager: Browser, manager: User) -> None:
    trial = given(manager, days_ago=31)
    for member in trial.members.filter(is_held_out=False):
        buy(member.client, timezone.localdate() - dt.timedelta(10))
    buy(person(99), timezone.localdate() - dt.timedelta(1))
    assert as_manager.get(url("detail", trial)).context["can_look"]
    as_manager.post(url("look", trial))
    page = as_manager.get(url("detail", trial))
    told = trial.promised["told"]
    assert (page.context["seen"].told.came, page.context["seen"].told.n) == (told, told)
    assert "Работает" in text_of(page)
    assert page.content.decode().count("btn-beam") == 1
    assert [len(sheet) for sheet in sheets(as_manager, trial)] == [41, 3]


def test_a_conclusion_is_kept_and_an_empty_one_refused(as_manager: Browser, manager: User) -> None:
    trial = given(manager, days_ago=60)
    services.take_due_looks(today=timezone.localdate())
    assert as_manager.post(url("conclude", trial), {"conclusion": " "}).status_code == 422
    as_manager.post(url("conclude", trial), {"conclusion": "Звоним всем"})
    assert Trial.objects.get().conclusion == "Звоним всем"
    assert "Звоним всем" in as_manager.get(LIST).content.decode()


def test_calls_are_ticked_from_the_list(as_manager: Browser, manager: User) -> None:
    trial = given(manager)
    page = as_manager.get(url("members", trial), {"group": "todo"})
    assert page.content.decode().count("tel:") == trial.promised["told"]
    member = trial.members.filter(is_held_out=False)[0]
    tell = reverse("metrics:trial_tell", args=[member.pk])
    response = as_manager.post(tell, {"group": "todo"})
    assert response.headers["Location"] == url("members", trial) + "?group=todo"
    assert trial.members.filter(told_by=manager).count() == 1
    as_manager.post(tell, {"done": "0"})
    assert trial.members.filter(told_by=manager).count() == 0
    assert "tel:" not in as_manager.get(url("members", trial), {"group": "held"}).content.decode()


def test_another_kind_is_ticked_at_once(as_manager: Browser, manager: User) -> None:
    trial = given(manager, kind=TrialKind.OTHER)
    as_manager.post(url("tell_all", trial))
    assert trial.members.filter(told_on=timezone.localdate()).count() == trial.promised["told"]


def test_a_draft_is_thrown_away(as_manager: Browser, manager: User) -> None:
    trial = services.create_trial(plan=plan(), request_key=uuid.uuid4(), actor=manager)
    assert as_manager.post(url("drop", trial)).headers["Location"] == LIST
    assert Trial.objects.count() == 0


def test_the_letter_is_seen_before_it_is_saved(as_manager: Browser) -> None:
    person(1, today=timezone.localdate(), name="Ирина Соколова")
    words = {"kind": "letter", "subject": "Скидка", "text": "{greeting} Приходите.", "button": "", "button_url": ""}
    page = as_manager.post(reverse("metrics:trial_letter"), good(**words)).content.decode()
    assert "Ирина" in page
    assert Trial.objects.count() == 0
