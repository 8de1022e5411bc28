"""A finished survey stays in the database as it was: later ones are held against it."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from company.models import Branch, Company, User
from surveys.enums import GroupStatus, WithheldReason
from surveys.models import StaffGroup, StaffSeat, StaffWave
from tests.surveys.staff import hire, launched, make_staff_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch(company: Company) -> Branch:
    """A shop of six."""
    branch = Branch.objects.create(name="На Садовой")
    hire(6, branch, department="Зал")
    return branch


@pytest.fixture
def closed(branch: Branch, owner: User) -> StaffWave:
    """A closed survey the owner has made."""
    wave = launched(make_staff_wave(created_by=owner))
    StaffWave.objects.filter(pk=wave.pk).update(state="closed", tallied_at=timezone.now())
    StaffGroup.objects.create(wave=wave, status=GroupStatus.WITHHELD, reason=WithheldReason.TOO_FEW, invited=6)
    return StaffWave.objects.get(pk=wave.pk)


def rows() -> list[object]:
    """Return what the database knows of all surveys, whom they asked and what they have shown."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 'wave', w::text FROM surveys_staffwave w UNION ALL SELECT 'seat', s::text FROM surveys_staffseat s
            UNION ALL SELECT 'group', g::text FROM surveys_staffgroup g ORDER BY 1, 2
            """
        )
        return list(cursor.fetchall())


def test_whoever_made_a_closed_survey_can_be_deleted(closed: StaffWave, owner: User) -> None:
    owner.delete()
    closed.refresh_from_db()
    assert (closed.created_by, closed.state) == (None, "closed")


CHANGES: list[dict[str, Any]] = [
    {"name": "Другой"},
    {"invited": 9},
    {"is_lost": True},
    {"spoiled": 1},
    {"subject": "Другая"},
    {"state": "running", "tallied_at": None},
    {"tallied_at": timezone.now()},
    {"created_by": None, "name": "Другой"},
]


@pytest.mark.parametrize("change", CHANGES, ids="-".join)
def test_nothing_else_of_a_closed_survey_changes(closed: StaffWave, change: dict[str, Any]) -> None:
    before = rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffWave.objects.filter(pk=closed.pk).update(**change)
    assert rows() == before


def test_a_closed_survey_cannot_be_deleted(closed: StaffWave) -> None:
    before = rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        closed.delete()
    assert rows() == before


def test_a_running_survey_cannot_be_deleted(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    before = rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        wave.delete()
    assert rows() == before


def test_a_draft_can_be_deleted(branch: Branch) -> None:
    make_staff_wave().delete()
    assert rows() == []


@pytest.mark.parametrize("change", [{"department": "Склад"}, {"branch": None}, {"person": 1}, {"tenure": "to_three"}, {"by_code": True}])
def test_whom_a_survey_asked_stays_in_the_groups_of_that_day(closed: StaffWave, change: dict[str, Any]) -> None:
    before = rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffSeat.objects.filter(wave=closed).update(**change)
    assert rows() == before


def test_seats_and_groups_cannot_be_deleted(closed: StaffWave) -> None:
    before = rows()
    for queryset in (StaffSeat.objects.filter(wave=closed), StaffGroup.objects.filter(wave=closed)):
        with pytest.raises(IntegrityError), transaction.atomic():
            queryset.delete()
    assert rows() == before


def test_a_deleted_employee_leaves_a_number_in_the_seat(closed: StaffWave) -> None:
    seat = closed.seats.select_related("employee").first()
    assert seat is not None
    assert seat.employee is not None
    number = seat.employee.pk
    seat.employee.delete()
    assert [(left.employee, left.number) for left in closed.seats.filter(pk=seat.pk)] == [(None, number)]
