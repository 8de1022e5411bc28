"""What launching, answering and tallying an anonymous staff survey read."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import connection
from django.db.models import QuerySet

from common.tokens import token_hash
from company.models import Employee
from company.queries import employees_to_ask
from surveys.ballot_keys import read_key
from surveys.enums import StaffSlice, Tenure, WaveState
from surveys.formulas.ballots import Cell
from surveys.models import StaffSeat, StaffTicket, StaffWave
from surveys.staff_codes import tidy_code

YEARS_OF_BEGINNERS, YEARS_OF_OLD_HANDS = 1, 3


def staff_to_ask(wave: StaffWave, today: dt.date) -> list[Employee]:
    """Return who would be asked if the survey started today, each with `own_email`; newcomers may have to wait."""
    veterans = people_asked_last(wave) if wave.newcomers_wait else set[int]()
    return [person for person in everybody_to_ask(wave, today) if not veterans or person.pk in veterans]


def everybody_to_ask(wave: StaffWave, today: dt.date) -> list[Employee]:
    """Return who works in the branches of the survey today, newcomers too, each with `own_email`."""
    return list(employees_to_ask(wave.branches.all(), today))


def people_asked_last(wave: StaffWave) -> set[int]:
    """Return who was asked in the newest finished survey of this kind; nobody before the first."""
    last = finished_before(wave).first()
    return set(StaffSeat.objects.filter(wave=last, employee__isnull=False).values_list("employee", flat=True)) if last else set()


def finished_before(wave: StaffWave) -> QuerySet[StaffWave]:
    """Return the other surveys of this kind that have a result, newest first."""
    finished = StaffWave.objects.filter(kind=wave.kind, state=WaveState.CLOSED, is_lost=False)
    return finished.exclude(pk=wave.pk).order_by("-tallied_at", "-pk")


def seat_of(wave: StaffWave, person: Employee, today: dt.date) -> StaffSeat:
    """Return the seat somebody to ask would get today; nothing is saved."""
    return StaffSeat(
        wave=wave,
        employee=person,
        person=person.pk,
        branch_id=person.branch_id,
        department=person.department,
        tenure=tenure_of(person.hired_on, today),
        by_code=not person.own_email,  # type: ignore[attr-defined] # annotated by the query
    )


def tenure_of(hired_on: dt.date | None, today: dt.date) -> str:
    """Return how long somebody has been here; unknown is empty."""
    if hired_on is None:
        return ""
    years = today.year - hired_on.year - ((today.month, today.day) < (hired_on.month, hired_on.day))
    if years < YEARS_OF_BEGINNERS:
        return Tenure.FIRST_YEAR
    return Tenure.TO_THREE if years < YEARS_OF_OLD_HANDS else Tenure.OVER_THREE


def ticket_by(token: str) -> StaffTicket | None:
    """Return the ticket of a personal link's token or of a printed code, however it was typed."""
    hashes = [token_hash(token), token_hash(tidy_code(token))]
    return StaffTicket.objects.filter(token_hash__in=hashes).select_related("wave", "seat").first()


def hold_open(wave_id: int) -> StaffWave | None:
    """Return the wave as it is now and keep it from being tallied until the transaction ends; others may answer meanwhile."""
    return next(iter(StaffWave.objects.raw("SELECT * FROM surveys_staffwave WHERE id = %s FOR SHARE", [wave_id])), None)


def cell_of(wave: StaffWave, ticket: StaffTicket) -> Cell:
    """Return where a ballot cast with this ticket counts."""
    return cell_in_bowl(wave, ticket.bowl_id) if ticket.seat is None else cell_of_seat(wave, ticket.seat)


def cell_of_seat(wave: StaffWave, seat: StaffSeat) -> Cell:
    """Return the groups of a seat, of the slices this wave has; with a drawn code nothing but the branch is known."""
    if seat.by_code:
        return cell_in_bowl(wave, seat.branch_id)
    return Cell(
        branch=branch_value(wave, seat.branch_id),
        department=seat.department if StaffSlice.DEPARTMENT in wave.slices else "",
        tenure=seat.tenure if StaffSlice.TENURE in wave.slices else "",
    )


def cell_in_bowl(wave: StaffWave, branch_id: int | None) -> Cell:
    """Return the groups of a code drawn in a branch."""
    return Cell(branch=branch_value(wave, branch_id), by_code=True)


def branch_value(wave: StaffWave, branch_id: int | None) -> str:
    """Return the branch as a cell names it."""
    return str(branch_id) if branch_id and StaffSlice.BRANCH in wave.slices else ""


def running_staff_waves() -> QuerySet[StaffWave]:
    """Return the staff surveys under way."""
    return StaffWave.objects.filter(state=WaveState.RUNNING)


def has_key(wave: StaffWave) -> bool:
    """Say whether the private key of this wave, and not that of another, is still there."""
    key = read_key(wave.public_token)
    return key is not None and wave.public_key is not None and bytes(key.public_key) == bytes(wave.public_key)


def waves_without_key() -> list[StaffWave]:
    """Return the running staff surveys whose private key is gone: nobody can ever open their ballots."""
    return without_key(running_staff_waves().order_by("pk"))


def without_key(waves: Iterable[StaffWave]) -> list[StaffWave]:
    """Return those of the waves that have no key."""
    return [wave for wave in waves if not has_key(wave)]


def due_staff_waves(now: dt.datetime) -> QuerySet[StaffWave]:
    """Return the staff surveys whose last moment is over and whose ballots have not been counted."""
    return running_staff_waves().filter(closes_at__lte=now).order_by("closes_at", "pk")


def hold_for_tally(wave_id: int) -> StaffWave | None:
    """Return a running wave and keep everybody else from it, voters and other counters, until the transaction ends."""
    return running_staff_waves().select_for_update().filter(pk=wave_id).first()


def sealed_ballots(wave: StaffWave) -> Iterator[bytes]:
    """Yield what lies in the ballot box."""
    for ciphertext in wave.ballots.values_list("ciphertext", flat=True).iterator(chunk_size=100):
        yield bytes(ciphertext)


def spent_tokens(tokens: Iterable[str]) -> set[str]:
    """Return those of the tokens whose surveys are over, so that their keys have no use."""
    return set(StaffWave.objects.filter(public_token__in=list(tokens), state=WaveState.CLOSED).values_list("public_token", flat=True))


def draft_held(public_token: str) -> bool:
    """Say whether the token's survey is none that has started, and keep it from starting until the transaction ends."""
    states = StaffWave.objects.select_for_update().filter(public_token=public_token).values_list("state", flat=True)
    return all(state == WaveState.DRAFT for state in states)


def sweep_ballots() -> None:
    """Have the database give up the space of deleted ballots and tickets; inside somebody's transaction it cannot, and need not."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM surveys_staffballot, surveys_staffticket")
