"""What launching, answering and tallying an anonymous staff survey read."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from common.tokens import token_hash
from company.models import Employee
from company.queries import employees_to_ask
from surveys.ballot_keys import read_key
from surveys.enums import StaffSlice, WaveState
from surveys.formulas.ballots import Cell
from surveys.models import StaffSeat, StaffTicket, StaffWave
from surveys.staff_codes import tidy_code


def staff_to_ask(wave: StaffWave, today: dt.date) -> list[Employee]:
    """Return who would be asked if the survey started today, each with `own_email`."""
    return list(employees_to_ask(wave.branches.all(), today))


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
