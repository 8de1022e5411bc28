"""What people said that an action answers."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from company.models import User
from surveys.models import Tag, Theme, Wave
from surveys.queries import action_sources
from surveys.services import PromisePlan, PromiseWords, create_promise
from tests.surveys.conftest import make_answer
from touchpoints.models import Action, Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(staff: User) -> Action:
    """An action of a member of staff."""
    return Action.objects.create(title="Вторая касса", owner=staff, due_on=dt.date(2026, 3, 10))


def test_comments_are_named_to_managers_and_quoted_to_staff(
    as_manager: Browser, as_staff: Browser, action: Action, wave: Wave, irina: Client
) -> None:
    make_answer(wave, 4, client=irina, why="Очередь на кассе", action=action)
    url = reverse("surveys:action_panel", args=[action.pk])
    for browser, named in ((as_manager, True), (as_staff, False)):
        for headers in ({}, {"HX-Request": "true"}):
            page = browser.get(url, headers=headers).content.decode()
            assert ("Очередь на кассе" in page, irina.name in page, "/clients/" in page.split("<main")[-1]) == (True, named, named)


def test_staff_open_no_panel_of_anothers_action(as_staff: Browser, action: Action, manager: User) -> None:
    Action.objects.update(owner=manager)
    assert as_staff.get(reverse("surveys:action_panel", args=[action.pk])).status_code == 404


def test_promise_brings_those_it_was_made_to(manager: User, wave: Wave, irina: Client) -> None:
    wish = make_answer(wave, 6, client=irina, ten="Вторую кассу")
    words = PromiseWords("Вторая касса", "Сделано", "{greeting} {promise} {url}", "ru")
    promise = create_promise(
        words=words, plan=PromisePlan(manager, dt.date(2026, 3, 10)), answers=[wish], actor=manager, request_key=wish.submission_key
    )
    found = action_sources(promise.action)
    assert (found.promise, found.answers, found.n_answers) == (promise, [wish], 1)


def test_labels_tied_to_its_touchpoints_speak_of_it(action: Action, wave: Wave) -> None:
    desk = Touchpoint.objects.create(name="Касса", kind="service")
    action.touchpoints.add(desk)
    theme, tag = Theme.objects.create(name="Очередь", touchpoint=desk), Tag.objects.create(name="касса", touchpoint=desk)
    Theme.objects.create(name="Тишина", touchpoint=desk)
    said = make_answer(wave, 4, why="Очередь")
    said.themes.add(theme)
    said.tags.add(tag)
    found = action_sources(action)
    assert (found.themes, found.tags, found.is_empty) == ([theme], [tag], False)


def test_action_nobody_asked_for_has_an_empty_panel(as_manager: Browser, action: Action) -> None:
    assert action_sources(action).is_empty is True
    panel = as_manager.get(reverse("surveys:action_panel", args=[action.pk]), headers={"HX-Request": "true"})
    assert panel.content.decode().strip() == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_panel_takes_a_fixed_number_of_queries(
    as_manager: Browser, action: Action, wave: Wave, irina: Client, *, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(rows):
        make_answer(wave, 4, client=irina, why="Очередь", action=action)
    with django_assert_num_queries(11):
        as_manager.get(reverse("surveys:action_panel", args=[action.pk]), headers={"HX-Request": "true"})
