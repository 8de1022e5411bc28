"""The tally of an anonymous survey: the box is opened once, what may be shown is kept, everything else is destroyed.

All of it is one transaction, so it either happened or can be done again; then the private key dies, and with it every old copy of
the ballots. A sweep finishes what a crash after the transaction left.
"""

import datetime as dt
import logging
import time
from functools import partial

from django.db import DatabaseError, transaction
from nacl.public import PrivateKey

from company.models import User
from mailing.services import cancel_wave
from surveys import queries
from surveys.ballot_keys import destroy_key, kept_keys, kept_since, read_key
from surveys.enums import WaveState
from surveys.models import StaffWave
from surveys.services.ballot_count import BallotBox, store_results

ORPHAN_SECONDS = dt.timedelta(days=1).total_seconds()
logger = logging.getLogger(__name__)


class TallyFailedError(Exception):
    """A tally broke off and changed nothing. Its cause is named by kind only: the rest could quote somebody's answer."""


def tally_due_staff_waves(*, now: dt.datetime) -> int:
    """Count the surveys whose last moment is over; one that cannot be counted does not hold up the others."""
    return sum(tried(wave.pk, now) for wave in queries.due_staff_waves(now))


def tried(wave_id: int, now: dt.datetime) -> bool:
    """Tally a wave; a failure is logged and the next round tries again."""
    try:
        return tally_staff_wave(wave_id=wave_id, now=now)
    except TallyFailedError:
        logger.exception("Staff survey %s was not counted; nothing is lost, the next round tries again", wave_id)
        return False


def tally_staff_wave(*, wave_id: int, now: dt.datetime) -> bool:
    """Open the box of a wave whose time is over, once; no while its private key cannot be found."""
    try:
        with transaction.atomic():
            wave = queries.hold_for_tally(wave_id)
            if wave is None or wave.closes_at > now:
                return False
            key = key_of(wave)
            if key is None:
                return False
            queries.hold_releases()
            box = BallotBox.opened(wave, key)
            answered = store_results(wave, box)
            end(wave, now, answered=answered, spoiled=box.spoiled, is_textless=box.is_textless)
    except Exception as error:  # noqa: BLE001 - whatever it is, its text or its trail could quote an answer
        raise TallyFailedError(type(error).__name__) from None
    return True


def end(wave: StaffWave, now: dt.datetime, **outcome: int | bool | None) -> None:
    """Close a wave for good: no ballot, no ticket, and after the commit no key."""
    wave.ballots.all().delete()
    wave.tickets.all().delete()
    StaffWave.objects.filter(pk=wave.pk, state=WaveState.RUNNING).update(state=WaveState.CLOSED, tallied_at=now, **outcome)
    transaction.on_commit(partial(destroy_traces, wave.public_token))


def key_of(wave: StaffWave) -> PrivateKey | None:
    """Return the private key of this very wave."""
    return read_key(wave.public_token) if queries.has_key(wave) else None


def destroy_traces(public_token: str) -> None:
    """Give up the space of deleted rows, then the key: while a key is there, the sweep knows that this is not finished.

    A database that cannot sweep now does it later by itself; the key must not wait for that, nor the survey pass for uncounted.
    """
    try:
        queries.sweep_ballots()
    except DatabaseError as error:
        logger.warning("The space of counted ballots was not given up at once: %s", type(error).__name__)
    finally:
        destroy_key(public_token)


def close_staff_wave(*, wave: StaffWave, actor: User, now: dt.datetime) -> bool:
    """End a running survey before its time and count it; what cannot be counted at once, the next round counts."""
    with transaction.atomic():
        running = queries.running_staff_waves().filter(pk=wave.pk, closes_at__gt=now)
        if not running.update(closes_at=now):
            return False
        cancel_letters(wave, actor)
    tried(wave.pk, now)
    return True


def cancel_letters(wave: StaffWave, actor: User) -> None:
    """Send nothing more."""
    if wave.mail_wave:
        cancel_wave(mail_wave=wave.mail_wave, actor=actor)


@transaction.atomic
def give_up_staff_wave(*, wave: StaffWave, actor: User, now: dt.datetime) -> bool:
    """Close a survey whose private key is gone, without a result; no while there is a key or the survey is not running."""
    held = queries.hold_for_tally(wave.pk)
    if held is None or queries.has_key(held):
        return False
    cancel_letters(held, actor)
    end(held, now, is_lost=True)
    return True


def destroy_spent_keys() -> int:
    """Destroy the keys of surveys that are over, and of starts that failed more than a day ago; say how many."""
    kept = kept_keys()
    spent = queries.spent_tokens(kept)
    for token in spent:
        destroy_traces(token)
    old = [token for token in kept - spent if kept_since(token) < time.time() - ORPHAN_SECONDS]
    return len(spent) + sum(destroy_orphan(token) for token in old)


@transaction.atomic
def destroy_orphan(public_token: str) -> bool:
    """Destroy a key that no started survey has, while none can start with it."""
    if not queries.draft_held(public_token):
        return False
    destroy_key(public_token)
    return True
