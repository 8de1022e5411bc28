"""The start of an anonymous survey: seats, tickets and key in one go, once, or nothing at all."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from common.tokens import token_hash
from company.models import Branch, Company, Employee
from surveys.ballot_keys import kept_keys
from surveys.models import StaffSeat, StaffTicket, StaffWave
from surveys.queries import staff_to_ask, ticket_by, waves_without_key
from surveys.queries.ballots import tenure_of
from surveys.services import KeyNotKeptError, TooFewPeopleError, launch_staff_wave
from surveys.staff_codes import code_of
from tests.surveys.staff import hire, launched, make_staff_wave, tokens_of

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def branch(company: Company) -> Branch:
    """A shop."""
    return Branch.objects.create(name="На Садовой")


def test_everybody_who_works_here_gets_a_seat_with_the_groups_of_today(branch: Branch) -> None:
    hire(5, branch, department="Зал", hired_on=timezone.now().date() - dt.timedelta(days=30))
    hire(1)
    hire(1, branch, left_on=timezone.now().date() - dt.timedelta(days=1))
    wave = launched(make_staff_wave())
    groups = list(wave.seats.order_by("employee_id").values_list("branch", "department", "tenure", "by_code"))
    assert groups == [(branch.pk, "Зал", "first_year", False)] * 5 + [(None, "", "", False)]
    assert (wave.state, wave.invited) == ("running", 6)
    assert len(bytes(wave.public_key or b"")) == 32
    assert kept_keys() == {wave.public_token}
    assert waves_without_key() == []


def test_a_branch_is_asked_alone_when_it_was_chosen(branch: Branch) -> None:
    hire(5, branch)
    hire(5)
    wave = make_staff_wave()
    wave.branches.add(branch)
    assert len(staff_to_ask(wave, TODAY)) == 5
    assert set(launched(wave).seats.values_list("branch", flat=True)) == {branch.pk}


def test_whoever_has_no_address_of_their_own_draws_a_code_from_the_branchs_bowl(branch: Branch) -> None:
    hire(4, branch)
    hire(2, branch, has_email=False)
    Employee.objects.bulk_create(Employee(name=name, branch=None, email="shop@example.org") for name in ("Анна", "Борис"))
    wave = launched(make_staff_wave())
    by_code = wave.seats.filter(by_code=True).values_list("employee__name", flat=True)
    assert sorted(by_code) == [
        "Анна",
        "Борис",
        "Сотрудник 4",
        "Сотрудник 5",
    ]
    assert sorted(wave.tickets.filter(seat=None).values_list("bowl", flat=True), key=str) == [branch.pk, branch.pk, None, None]
    assert not wave.tickets.filter(seat__by_code=True).exists()
    assert not wave.tickets.exclude(seat=None).exclude(bowl=None).exists()
    assert wave.tickets.count() == 8


def test_links_and_codes_open_their_tickets_and_nothing_else_does(branch: Branch) -> None:
    hire(3, branch)
    hire(2, branch, has_email=False)
    wave = launched(make_staff_wave())
    found = [ticket_by(token) for token in tokens_of(wave)]
    assert len({ticket.pk for ticket in found if ticket}) == 5
    code = code_of(wave.tickets.filter(seat=None).first().pk)  # type: ignore[union-attr] # it is there
    assert ticket_by(code.lower().replace("-", "  ")) == ticket_by(code)
    assert [ticket_by(token) for token in ("", "nonsense", "я", tokens_of(wave)[0].swapcase())] == [None] * 4


def test_neither_links_nor_codes_are_stored(branch: Branch) -> None:
    hire(3, branch)
    hire(3, branch, has_email=False)
    wave = launched(make_staff_wave())
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM surveys_staffticket t UNION ALL SELECT s::text FROM surveys_staffseat s")
        stored = "".join(row[0] for row in cursor.fetchall())
    assert [token for token in tokens_of(wave) if token in stored or token.replace("-", "") in stored] == []
    assert set(wave.tickets.values_list("answered", flat=True)) == {False}
    assert {bytes(ticket.token_hash) for ticket in wave.tickets.exclude(seat=None)} < {token_hash(token) for token in tokens_of(wave)}


def test_the_order_of_tickets_tells_nothing_about_people(branch: Branch) -> None:
    hire(60, branch)
    launched(make_staff_wave())
    with connection.cursor() as cursor:
        cursor.execute("SELECT employee_id FROM surveys_staffticket t JOIN surveys_staffseat s ON s.id = t.seat_id ORDER BY t.ctid")
        order = [row[0] for row in cursor.fetchall()]
    assert order not in (sorted(order), sorted(order, reverse=True))


@pytest.mark.parametrize(("threshold", "people"), [(5, 0), (5, 4), (8, 7)])
def test_fewer_than_the_threshold_are_not_asked_at_all(company: Company, threshold: int, people: int) -> None:
    hire(people)
    wave = make_staff_wave(threshold=threshold)
    with pytest.raises(TooFewPeopleError) as refusal:
        launched(wave)
    assert (refusal.value.invited, refusal.value.threshold) == (people, threshold)
    assert_nothing_started(wave)


def assert_nothing_started(wave: StaffWave) -> None:
    """A draft, no seat, no ticket, no key."""
    wave.refresh_from_db()
    assert (wave.state, wave.public_key, wave.invited) == ("draft", None, None)
    assert (StaffSeat.objects.count(), StaffTicket.objects.count(), kept_keys()) == (0, 0, set())


def test_a_survey_starts_once(company: Company) -> None:
    hire(5)
    wave = launched(make_staff_wave())
    key = bytes(wave.public_key or b"")
    assert not launch_staff_wave(wave=wave, actor=None, now=timezone.now())
    wave.refresh_from_db()
    assert bytes(wave.public_key or b"") == key
    assert (wave.seats.count(), wave.tickets.count(), kept_keys()) == (5, 5, {wave.public_token})


def test_a_draft_whose_last_day_is_over_does_not_start(company: Company) -> None:
    hire(5)
    wave = make_staff_wave(closes_at=timezone.now())
    assert not launch_staff_wave(wave=wave, actor=None, now=timezone.now())
    assert_nothing_started(wave)


def test_a_launch_that_fails_half_way_leaves_no_key(company: Company) -> None:
    hire(5)
    wave = make_staff_wave()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE surveys_staffticket ADD CONSTRAINT no_ticket CHECK (answered)")
    with pytest.raises(DatabaseError):
        launched(wave)
    assert_nothing_started(wave)


def test_a_launch_without_a_place_for_the_key_starts_nothing(company: Company, settings: Any) -> None:
    hire(5)
    wave = make_staff_wave()
    folders = settings.BALLOT_KEY_FOLDERS
    settings.BALLOT_KEY_FOLDERS = [folders[0], "/dev/null/keys"]
    with pytest.raises(KeyNotKeptError):
        launched(wave)
    settings.BALLOT_KEY_FOLDERS = folders
    assert_nothing_started(wave)


@pytest.mark.parametrize(
    ("hired_on", "expected"),
    [
        (None, ""),
        (dt.date(2027, 1, 1), "first_year"),
        (dt.date(2025, 11, 23), "first_year"),
        (dt.date(2025, 11, 22), "to_three"),
        (dt.date(2023, 11, 23), "to_three"),
        (dt.date(2023, 11, 22), "over_three"),
        (dt.date(2024, 2, 29), "to_three"),
    ],
)
def test_time_with_us_is_counted_in_full_years(hired_on: dt.date | None, expected: str) -> None:
    assert tenure_of(hired_on, TODAY) == expected
