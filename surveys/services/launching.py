"""The start of an anonymous staff survey: who is asked is written down once, tickets are made, the ballot box gets its lock."""

import datetime as dt
import secrets
from typing import TypeVar

from django.db import transaction

from common.tokens import token_hash
from company.models import Employee, User
from company.queries import company_day
from surveys import queries
from surveys.ballot_keys import create_key, destroy_key
from surveys.enums import WaveState
from surveys.links import staff_link
from surveys.models import StaffSeat, StaffTicket, StaffWave
from surveys.staff_codes import code_of, tidy_code

Row = TypeVar("Row")


class TooFewPeopleError(Exception):
    """Fewer people would be asked than the smallest group that is shown: nobody could stay unknown."""

    def __init__(self, invited: int, threshold: int) -> None:
        super().__init__(f"{invited} people, {threshold} are needed")
        self.invited = invited
        self.threshold = threshold


def launch_staff_wave(*, wave: StaffWave, actor: User | None, now: dt.datetime) -> bool:
    """Start a draft once: seats, tickets and key in one go, and a launch that fails leaves no key. A second start finds no draft."""
    del actor  # named for the record the audit history will keep
    with transaction.atomic():
        draft = StaffWave.objects.select_for_update().filter(pk=wave.pk, state=WaveState.DRAFT, closes_at__gt=now).first()
        if draft is None:
            return False
        people = queries.staff_to_ask(draft, company_day(now))
        if len(people) < draft.threshold:
            raise TooFewPeopleError(len(people), draft.threshold)
        open_ballot_box(draft, people, now)
    return True


def open_ballot_box(draft: StaffWave, people: list[Employee], now: dt.datetime) -> None:
    """Make the key, then everything the database keeps; the row is locked, so the sweep of old keys waits for the outcome."""
    public_key = create_key(draft.public_token)
    try:
        with transaction.atomic():
            running = {"state": WaveState.RUNNING, "starts_at": now, "public_key": public_key, "invited": len(people)}
            StaffWave.objects.filter(pk=draft.pk, state=WaveState.DRAFT).update(**running)
            make_tickets(draft, make_seats(draft, people, company_day(now)))
    except BaseException:
        destroy_key(draft.public_token)
        raise


def make_seats(wave: StaffWave, people: list[Employee], today: dt.date) -> list[StaffSeat]:
    """Write down who is asked and in which groups they are today."""
    return StaffSeat.objects.bulk_create(shuffled([queries.seat_of(wave, person, today) for person in people]))


def make_tickets(wave: StaffWave, seats: list[StaffSeat]) -> None:
    """Give every seat with an address a ticket of its own, and put as many codes into a branch's bowl as it has other seats."""
    StaffTicket.objects.bulk_create(shuffled([code_ticket(seat) if seat.by_code else link_ticket(wave, seat) for seat in seats]))


def link_ticket(wave: StaffWave, seat: StaffSeat) -> StaffTicket:
    """Return the ticket behind a personal link."""
    return StaffTicket(wave=wave, seat=seat, token_hash=token_hash(staff_link(wave.public_token, seat.pk).token))


def code_ticket(seat: StaffSeat) -> StaffTicket:
    """Return a ticket for a bowl: of the seat it keeps nothing but the branch and the survey."""
    ticket = StaffTicket(wave_id=seat.wave_id, bowl_id=seat.branch_id)
    ticket.token_hash = token_hash(tidy_code(code_of(ticket.pk)))
    return ticket


def shuffled(rows: list[Row]) -> list[Row]:
    """Return the rows in an order that nobody can foresee."""
    return secrets.SystemRandom().sample(rows, len(rows))
