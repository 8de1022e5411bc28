"""Casting a ballot: the one write by which an employee answers, and nothing beside it."""

import datetime as dt
import unicodedata
from dataclasses import replace

from django.db import transaction
from nacl.public import PublicKey, SealedBox

from surveys import queries
from surveys.enums import Motive, StaffSurveyKind
from surveys.formulas.ballots import MAX_TEXT, Ballot, Vote, packed
from surveys.models import StaffBallot, StaffTicket, StaffWave

HIGHEST_SCORE, HIGHEST_RATING = 10, 10
LINE_ENDS = "\n\t"


class TicketUnknownError(Exception):
    """No ticket has this link or code: it was mistyped, or the survey has been counted and all tickets are gone."""


class TicketUsedError(Exception):
    """A ballot has been cast with this ticket already; it cannot be changed, since nobody knows which one it is."""


class StaffWaveClosedError(Exception):
    """The survey takes no ballots now."""


@transaction.atomic
def cast_ballot(*, token: str, vote: Vote, now: dt.datetime) -> None:
    """Use up a ticket and put a sealed ballot into the box, both or neither; ValueError for a vote this survey cannot have."""
    ticket = queries.ticket_by(token)
    if ticket is None:
        raise TicketUnknownError
    wave = queries.hold_open(ticket.wave_id)
    if wave is None or not wave.takes_answers(now):
        raise StaffWaveClosedError
    checked = checked_vote(wave, vote)
    if not StaffTicket.objects.filter(pk=ticket.pk, answered=False).update(answered=True):
        raise TicketUsedError
    StaffBallot.objects.create(wave=wave, ciphertext=sealed(wave, Ballot(queries.cell_of(wave, ticket), checked)))


def sealed(wave: StaffWave, ballot: Ballot) -> bytes:
    """Return the ballot as only the private key of its wave opens it."""
    return SealedBox(PublicKey(bytes(wave.public_key or b""))).encrypt(packed(ballot))


def checked_vote(wave: StaffWave, vote: Vote) -> Vote:
    """Return the vote with texts that can be stored, or refuse what the survey does not ask."""
    tidy = replace(vote, why=tidy_text(vote.why), ten=tidy_text(vote.ten))
    if not is_vote_of(wave, tidy):
        raise ValueError("this survey cannot have such a vote")
    return tidy


def is_vote_of(wave: StaffWave, vote: Vote) -> bool:
    """Say whether the vote answers exactly what the wave asks."""
    if wave.kind == StaffSurveyKind.ENPS:
        has_room = max(len(vote.why), len(vote.ten)) <= MAX_TEXT
        return is_between(vote.score, 0, HIGHEST_SCORE) and has_room and vote == Vote(score=vote.score, why=vote.why, ten=vote.ten)
    if wave.kind == StaffSurveyKind.MOTIVES:
        are_valid = len(vote.ratings) == len(Motive) and all(is_between(rating, 1, HIGHEST_RATING) for rating in vote.ratings)
        return are_valid and vote == Vote(ratings=vote.ratings)
    return is_between(vote.choice, 0, len(wave.options) - 1) and vote == Vote(choice=vote.choice)


def is_between(value: object, low: int, high: int) -> bool:
    """Say whether the value is a whole number in the range."""
    return type(value) is int and low <= value <= high


def tidy_text(text: str) -> str:
    """Return the text without what the database cannot hold and without invisible control characters."""
    return "".join(letter for letter in text if letter in LINE_ENDS or unicodedata.category(letter) not in ("Cc", "Cs")).strip()
