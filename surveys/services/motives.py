"""Guesses of managers, sealed before the results open, and what is done about the gaps."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from company.models import User
from surveys.enums import GroupStatus, Motive, StaffSurveyKind, WaveState
from surveys.models import MotiveGuess, MotiveStep, StaffGroup, StaffWave
from touchpoints.models import Action
from touchpoints.services import create_action


class GuessTooLateError(Exception):
    """The ballots have been counted, or this is no survey of motives: nothing was changed."""


class GroupWithheldError(Exception):
    """The group's result is not shown, so nothing can be done about it."""


@transaction.atomic
def seal_guess(  # noqa: PLR0913 - named, one per column
    *, wave: StaffWave, guesser: User, dimension: str, value: str, ratings: Sequence[int], now: dt.datetime
) -> MotiveGuess:
    """Keep how somebody thinks a team will rate the ten motives. Their own guess may be changed until the ballots are counted.

    The row is held against the tally, not against people answering meanwhile; a trigger says the same. When the survey's time is over
    the box may be opened any moment, so a guess is refused from then on.
    """
    waves = StaffWave.objects.select_for_update(no_key=True).filter(pk=wave.pk, kind=StaffSurveyKind.MOTIVES)
    held = waves.exclude(state=WaveState.CLOSED).first()
    if held is None or (held.state == WaveState.RUNNING and held.closes_at <= now):
        raise GuessTooLateError
    guess, _is_new = MotiveGuess.objects.update_or_create(
        wave=held, guesser=guesser, dimension=dimension, value=value, defaults={"ratings": list(ratings)}
    )
    return guess


@transaction.atomic
def make_step(*, group: StaffGroup, motive: Motive, actor: User, title: str, owner: User, due_on: dt.date) -> Action:  # noqa: PLR0913 - what an action is
    """Decide what is done about a motive of a released group; pressed twice, it is one action."""
    held = StaffGroup.objects.select_for_update().get(pk=group.pk)
    if held.status != GroupStatus.EXACT or held.wave.kind != StaffSurveyKind.MOTIVES:
        raise GroupWithheldError
    made = MotiveStep.objects.select_related("action").filter(group=held, motive=motive).first()
    if made:
        return made.action
    action = create_action(title=title, owner=owner, due_on=due_on, actor=actor)
    MotiveStep.objects.create(group=held, motive=motive, action=action)
    return action
