"""What the release audit reads: people by cell and group, and what earlier surveys have shown."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from company.models import Branch, Company, Employee
from surveys import queries
from surveys.enums import GroupStatus, Tenure, WithheldReason
from surveys.formulas.ballots import Cell
from surveys.formulas.release import GroupKey
from surveys.models import StaffGroup, StaffSeat, StaffWave
from tests.surveys.staff import hire, launched, make_staff_wave

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 10, 1)


@pytest.fixture
def branch(company: Company) -> Branch:
    """A shop with six people in a department, three of no known department, and two without an address."""
    branch = Branch.objects.create(name="На Садовой")
    hire(6, branch, department="Зал", hired_on=dt.date(2020, 1, 1))
    hire(3, branch)
    hire(2, branch, has_email=False, department="Зал")
    return branch


def started(**fields: Any) -> StaffWave:
    """Return a running survey."""
    return launched(make_staff_wave(**fields))


def closed(wave: StaffWave, *, is_lost: bool = False, **groups: GroupStatus) -> StaffWave:
    """Close a survey that has shown these groups, written as dimension__value."""
    StaffWave.objects.filter(pk=wave.pk).update(state="closed", tallied_at=timezone.now(), is_lost=is_lost)
    for name, status in groups.items():
        dimension, _between, value = name.removeprefix("all").partition("__")
        exact = status == GroupStatus.EXACT
        fields: dict[str, Any] = {"answered": 5, "counts": [1, 1, 3]} if exact else {"reason": WithheldReason.TOO_FEW}
        StaffGroup.objects.create(wave=wave, dimension=dimension, value=value, status=status, invited=11, **fields)
    return wave


def sizes(people: dict[Cell, frozenset[int]]) -> dict[Cell, int]:
    """Return how many people are in each cell."""
    return {cell: len(numbers) for cell, numbers in people.items()}


def test_people_are_counted_where_their_ballots_are(branch: Branch) -> None:
    name = str(branch.pk)
    cells = queries.cells_of(started(slices=["branch", "department"]))
    assert sizes(cells) == {Cell(name, "Зал"): 6, Cell(name): 3, Cell(name, by_code=True): 2}


def test_everybody_and_each_known_value_is_a_group(branch: Branch) -> None:
    wave, name = started(slices=["branch", "department"]), str(branch.pk)
    cells = queries.cells_of(wave)
    assert queries.groups_of(wave, cells) == {
        GroupKey(): frozenset(cells),
        GroupKey("branch", name): frozenset(cells),
        GroupKey("department", "Зал"): frozenset([Cell(name, "Зал")]),
    }


def test_without_slices_there_is_only_everybody(branch: Branch) -> None:
    wave = started(slices=[])
    assert list(queries.groups_of(wave, queries.cells_of(wave))) == [GroupKey()]


def test_only_what_was_shown_with_numbers_counts_later(branch: Branch) -> None:
    first = started(slices=["branch", "department"])
    closed(first, all=GroupStatus.EXACT, department__Зал=GroupStatus.EXACT, branch__1=GroupStatus.WITHHELD)
    shown = queries.earlier_releases(started(slices=["branch"]))
    assert sorted(map(len, shown)) == [6, 11]
    assert set(shown[1]) | set(shown[0]) == {seat.employee_id for seat in first.seats.all()}


def test_surveys_of_another_kind_lost_ones_and_itself_do_not_count(branch: Branch) -> None:
    closed(started(kind="motives", slices=[]), all=GroupStatus.EXACT)
    closed(started(), is_lost=True, all=GroupStatus.EXACT)
    wave = closed(started(), all=GroupStatus.EXACT)
    assert queries.earlier_releases(wave) == []


def test_a_deleted_employee_stays_one_person_in_all_surveys(branch: Branch) -> None:
    first, second = started(slices=[]), started(slices=[])
    for wave in (first, second):
        closed(wave, all=GroupStatus.EXACT)
    asked = set(first.seats.values_list("employee", flat=True))
    for seat in first.seats.all()[:2]:
        assert seat.employee is not None
        seat.employee.delete()
    assert queries.earlier_releases(started(slices=[])) == [asked, asked]


def test_a_seat_of_nobody_known_is_a_person_of_their_own(branch: Branch) -> None:
    seat = StaffSeat.objects.create(wave=started())
    assert seat.number == -seat.pk


def test_earlier_releases_take_two_queries(branch: Branch, django_assert_num_queries: Any) -> None:
    for _each in range(3):
        closed(started(), all=GroupStatus.EXACT)
    wave = started()
    with django_assert_num_queries(2):
        assert len(queries.earlier_releases(wave)) == 3


def test_releases_are_decided_one_after_another(branch: Branch, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        queries.hold_releases()


def history_of(branch: Branch) -> StaffWave:
    """Return a finished survey of the shop that showed everybody and the branch."""
    wave = closed(started(), all=GroupStatus.EXACT)
    StaffGroup.objects.create(wave=wave, dimension="branch", value=str(branch.pk), status="exact", invited=11, answered=5, counts=[1, 1, 3])
    return wave


def test_foresight_names_the_groups_and_why_some_are_hidden(branch: Branch) -> None:
    small = Branch.objects.create(name="Склад на Мира", position=1)
    hire(3, small)
    foresight = queries.foreseen(make_staff_wave(slices=["branch"]), TODAY)
    assert [(group.label, group.invited, group.status, group.reason) for group in foresight.groups] == [
        ("", 14, "exact", None),
        ("На Садовой", 11, "withheld", "subtraction"),
        ("Склад на Мира", 3, "withheld", "too_few"),
    ]
    assert [group.label for group in foresight.hidden] == ["На Садовой", "Склад на Мира"]
    assert foresight.newcomers == 0


def test_foresight_names_departments_and_time_with_us(branch: Branch) -> None:
    foresight = queries.foreseen(make_staff_wave(slices=["department", "tenure"]), TODAY)
    assert [group.label for group in foresight.groups] == ["", "Зал", str(Tenure.OVER_THREE.label)]


def test_foresight_of_nobody_is_empty(company: Company) -> None:
    assert queries.foreseen(make_staff_wave(), TODAY) == queries.StaffForesight([], 0)


def test_two_newcomers_could_wait(branch: Branch) -> None:
    history_of(branch)
    hire(2, branch)
    wave = make_staff_wave()
    foresight = queries.foreseen(wave, TODAY)
    assert (foresight.groups[0].status, foresight.groups[0].reason, foresight.newcomers) == ("band", "between_waves", 2)
    wave.newcomers_wait = True
    assert len(queries.staff_to_ask(wave, TODAY)) == 11
    waiting = queries.foreseen(wave, TODAY)
    assert (waiting.groups[0].status, waiting.groups[0].invited, waiting.newcomers) == ("exact", 11, 2)


def test_waiting_does_not_help_when_somebody_left_too(branch: Branch) -> None:
    history_of(branch)
    Employee.objects.filter(department="").first().delete()  # type: ignore[union-attr] # there are three
    hire(2, branch)
    foresight = queries.foreseen(make_staff_wave(), TODAY)
    assert (foresight.groups[0].status, foresight.newcomers) == ("exact", 0)


def test_a_first_survey_has_no_newcomers(branch: Branch) -> None:
    wave = make_staff_wave(newcomers_wait=True)
    assert len(queries.staff_to_ask(wave, TODAY)) == 11
    assert queries.foreseen(wave, TODAY).newcomers == 0


def test_a_launched_survey_leaves_waiting_newcomers_out(branch: Branch) -> None:
    history_of(branch)
    hire(2, branch)
    assert started(newcomers_wait=True).invited == 11
