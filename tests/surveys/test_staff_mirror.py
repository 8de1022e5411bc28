"""eNPS beside NPS: which surveys are paired, and when a sentence may be written."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import Branch, User
from surveys.enums import StaffSlice, WaveState, WithheldReason
from surveys.models import StaffWave, Wave
from surveys.queries import Mirror, mirror
from surveys.staff_mirror import mirror_stories
from tests.surveys.conftest import fill, make_draft
from tests.surveys.staff_rows import BAND, WITHHELD, add_everybody, add_group, make_closed

pytestmark = pytest.mark.django_db


def closed_wave(name: str, days_ago: int, *parts: int, branch: Branch | None = None) -> Wave:
    """Save a wave of Clients closed so many days ago, with so many fans, neutrals and critics."""
    wave = make_draft(name=name)
    closed_at = timezone.now() - dt.timedelta(days=days_ago)
    Wave.objects.filter(pk=wave.pk).update(
        state=WaveState.CLOSED, starts_at=closed_at - dt.timedelta(days=10), closes_at=closed_at, closed_at=closed_at
    )
    wave.refresh_from_db()
    fill(wave, *parts, branch=branch)
    return wave


def seen() -> Mirror:
    """Look into the mirror now."""
    return mirror(timezone.now())


@pytest.fixture
def year(owner: User) -> list[Wave | StaffWave]:
    """Two staff surveys, each with a wave of Clients after it; both scores fell."""
    autumn, spring = make_closed("Осень", days_ago=300), make_closed("Весна", days_ago=100)
    add_everybody(autumn, 5, 10, 30)
    add_everybody(spring, 30, 10, 5)
    return [autumn, closed_wave("Зима", 200, 60, 20, 20), spring, closed_wave("Лето", 20, 20, 20, 60)]


def test_each_wave_meets_the_staff_survey_closed_last_before_it(year: list[Any]) -> None:
    early = closed_wave("Раньше всех", 400, 5, 5, 5)
    found = seen().company
    assert found
    assert [(pair.staff_wave, pair.wave) for pair in found.pairs] == [(year[0], year[1]), (year[2], year[3])]
    assert early not in [pair.wave for pair in found.pairs]


def test_a_story_needs_both_changes_to_be_larger_than_chance(year: list[Any]) -> None:
    found = seen().company
    assert found
    assert found.story
    assert (round(found.story.staff_change), round(found.story.clients_change)) == (-111, -80)
    [sentence] = mirror_stories(seen())
    assert sentence.startswith("Компания: eNPS упал (")


def test_no_story_where_one_side_stands_still(owner: User) -> None:
    for days, parts in ((300, (5, 10, 30)), (100, (30, 10, 5))):
        add_everybody(make_closed(f"Опрос {days}", days_ago=days), *parts)
        closed_wave(f"Волна {days}", days - 50, 40, 20, 40)
    assert mirror_stories(seen()) == []


def test_two_waves_after_one_staff_survey_tell_no_story(owner: User) -> None:
    add_everybody(make_closed(days_ago=300), 5, 10, 30)
    closed_wave("Зима", 200, 60, 20, 20)
    closed_wave("Лето", 20, 20, 20, 60)
    found = seen().company
    assert found
    assert (len(found.pairs), found.story) == (2, None)


def test_branches_are_paired_by_their_own_groups(owner: User) -> None:
    wave = make_closed(days_ago=50)
    add_everybody(wave, 10, 14, 20)
    branches = [Branch.objects.create(name=name) for name in ("Заводская", "Речной", "Садовая", "Новый")]
    fields: dict[str, Any] = {"dimension": StaffSlice.BRANCH, "invited": 20}
    add_group(wave, [8, 4, 0], value=str(branches[0].pk), label="Заводская", **fields)
    add_group(wave, status=WITHHELD, reason=WithheldReason.TOO_FEW, value=str(branches[1].pk), label="Речной", **fields)
    add_group(wave, status=BAND, reason=WithheldReason.ALIKE, band_low=50, band_high=100, value=str(branches[2].pk), **fields)
    closed_wave("Лето", 20, 6, 4, 10, branch=branches[0])
    found = {str(unit.branch): unit.newest for unit in seen().branches}
    assert list(found) == ["Заводская", "Речной", "Садовая"]
    assert found["Заводская"].clients
    assert found["Заводская"].clients.score == -20
    assert (found["Речной"].staff, found["Речной"].clients) == (None, None)
    assert found["Садовая"].staff
    assert found["Садовая"].staff.is_band


def test_running_and_lost_surveys_stay_outside(owner: User) -> None:
    make_closed("Lost", days_ago=50, is_lost=True)
    make_closed("Running", days_ago=50, state="running", tallied_at=None)
    closed_wave("Лето", 20, 6, 4, 10)
    found = seen()
    assert (found.company, found.branches, found.has_staff, found.has_clients) == (None, (), False, True)


@pytest.mark.parametrize(("staff", "clients"), [(False, False), (False, True), (True, False)])
def test_empty_mirror_says_what_to_do_next(as_manager: Browser, staff: bool, clients: bool) -> None:
    if staff:
        add_everybody(make_closed(days_ago=5), 10, 14, 20)
    if clients:
        closed_wave("Лето", 20, 6, 4, 10)
    page = as_manager.get(reverse("surveys:staff_mirror"))
    assert page.status_code == 200
    assert page.content.count(b"btn-beam") == 1


def test_page_draws_the_pairs_with_a_table(as_manager: Browser, year: list[Any]) -> None:
    page = as_manager.get(reverse("surveys:staff_mirror"))
    assert page.context["chart"].rows[0][0] == "Зима"
    assert page.context["missing_pairs"] == 6
    assert "eNPS, Осень: +56" in page.content.decode()


QUERIES = 13


@pytest.mark.parametrize("rows", [1, 3])
def test_mirror_asks_the_same_number_of_questions(as_manager: Browser, rows: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    for number in range(rows):
        branch = Branch.objects.create(name=f"Филиал {number}")
        wave = make_closed(f"Опрос {number}", days_ago=100 * (number + 1))
        add_everybody(wave, 10, 14, 20)
        add_group(wave, [4, 5, 6], dimension=StaffSlice.BRANCH, value=str(branch.pk), label=branch.name, invited=20)
        closed_wave(f"Волна {number}", 100 * number + 50, 6, 4, 10, branch=branch)
    url = reverse("surveys:staff_mirror")
    as_manager.get(url)
    with django_assert_num_queries(QUERIES):
        as_manager.get(url)
