"""The page of what a score consists of."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from company.models import Branch, User
from surveys.models import Wave
from tests.surveys.conftest import fill, make_draft, start

pytestmark = pytest.mark.django_db


def page(browser: Browser, wave: Wave, by: str = "") -> str:
    """Return the page's text with plain spaces."""
    return browser.get(reverse("surveys:wave_drivers", args=[wave.pk]), {"by": by}).content.decode().replace("\xa0", " ")


def test_without_answers_it_says_when_parts_appear(as_staff: Browser, wave: Wave) -> None:
    assert "Ответов пока нет" in page(as_staff, wave)


@pytest.mark.parametrize("count", [1, 3])
def test_parts_add_up_and_are_asked_for_in_a_few_queries(
    as_manager: Browser, irina: Client, owner: User, count: int, django_assert_num_queries: Any
) -> None:
    first = start(make_draft(name="Весна"), timezone.now() - dt.timedelta(days=120))
    second = start(make_draft(name="Лето"), timezone.now() - dt.timedelta(days=5))
    for number in range(count):
        branch = Branch.objects.create(name=f"Филиал {number}")
        fill(first, 6, 2, 2, branch=branch)
        fill(second, 8, 1, 1, branch=branch)
    with django_assert_num_queries(8):
        shown = page(as_manager, second)
    assert shown.count("Филиал ") == count
    assert "К волне «Весна» NPS изменился на +30,0: +30,0 — изменились оценки, 0 — изменился состав ответивших." in shown


@pytest.mark.parametrize(("by", "name"), [("segment", "без сегмента"), ("mode", "письмом"), ("theme", "без темы"), ("moon", "без филиала")])
def test_every_cut_names_what_belongs_to_none(as_staff: Browser, wave: Wave, by: str, name: str) -> None:
    fill(wave, 3, 1, 1)
    shown = page(as_staff, wave, by)
    assert name in shown
    assert "+40" in shown
