"""Putting the shortlist of the beacon to an anonymous vote of all colleagues."""

import datetime as dt
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from company.models import User
from company.queries import company_day
from programme.models import BeaconRound
from programme.queries.beacon import shortlist
from programme.services.beacon import set_round_open, survey_draft
from surveys.enums import StaffSurveyKind, WaveState
from surveys.models import StaffWave
from surveys.models.staff import FEWEST_OPTIONS, MOST_OPTIONS
from surveys.services import StaffDraft, create_staff_wave


class ShortlistError(Exception):
    """There are too few or too many different sentences on the shortlist to choose among: nothing was saved."""


@transaction.atomic
def draft_vote(*, collection: BeaconRound, actor: User, now: dt.datetime) -> StaffWave:
    """Return the draft of the vote about the shortlist, or the vote that runs; the link takes no more sentences from now on.

    A vote that is over may be followed by another one. The survey's own page starts it.
    """
    held = BeaconRound.objects.select_for_update(of=("self",)).select_related("vote").get(pk=collection.pk)
    if held.vote and held.vote.state != WaveState.CLOSED:
        return held.vote
    options = options_of(held)
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        raise ShortlistError
    with translation.override(settings.LANGUAGE_CODE):
        wave = create_staff_wave(draft=vote_draft(options, now), actor=actor)
    BeaconRound.objects.filter(pk=held.pk).update(vote=wave)
    set_round_open(collection=held, is_open=False, actor=actor)
    return wave


def options_of(collection: BeaconRound) -> tuple[str, ...]:
    """Return the shortlisted sentences, each once."""
    lines = [" ".join(variant.text.split()) for variant in shortlist(collection)]
    return tuple({line.casefold(): line for line in reversed(lines)}.values())[::-1]


def vote_draft(options: tuple[str, ...], now: dt.datetime) -> StaffDraft:
    """Return what the vote asks, in the language in use."""
    return replace(
        survey_draft(now),
        kind=StaffSurveyKind.VOTE,
        name=_("Vote for our beacon, %(month)s") % {"month": date_format(company_day(now), "F Y").lower()},
        question=_("Which sentence says best what the Client means to us?"),
        subject=_("Choose our words: one question, until {until}"),
        intro=_(
            "{greeting}\n\nYou and your colleagues wrote what the Client means to us. A few sentences are left, and one of them will be "
            "ours: choose it by {until}, it takes a minute.\n\nVotes are sealed and counted all at once after the end, for the whole "
            "company only, so nobody learns who chose what. How this works and where its limits are: {promise_url}"
        ),
        options=options,
    )
