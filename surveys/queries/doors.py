"""Doors: which there are, how much came through each, where their answers go."""

import datetime as dt

from django.db.models import Case, Count, Max, Q, QuerySet, When

from company.queries import company_day
from surveys.enums import Rhythm, WaveState
from surveys.models import Door, Survey, Wave


def doors() -> QuerySet[Door]:
    """Return all doors, each with `answered` (doubtful answers left out) and `last_answer`."""
    counted = Count("answers", filter=Q(answers__suspect_reason=""))
    found = Door.objects.select_related("survey", "branch", "touchpoint")
    return found.annotate(answered=counted, last_answer=Max("answers__answered_at")).order_by("-is_open", "name", "pk")


def surveys_for_doors(door: Door | None = None) -> QuerySet[Survey]:
    """Return the surveys a door may lead to and the one it leads to; those open all the time first."""
    offered = Q(is_active=True) | Q(pk=door.survey_id if door and door.pk else None)
    return Survey.objects.filter(offered).order_by(Case(When(rhythm=Rhythm.ALWAYS, then=0), default=1), "name", "pk")


def turn_of(day: dt.date) -> str:
    """Return the key of the month's wave of a rolling survey."""
    return f"{day:%Y-%m}"


def current_wave(survey: Survey, now: dt.datetime) -> Wave | None:
    """Return the wave that takes the survey's answers: of a rolling one the month's, of another the newest that runs."""
    waves = survey.waves.filter(state=WaveState.RUNNING, closes_at__gt=now).select_related("questionnaire")
    if survey.rhythm in Rhythm.rolling():
        waves = waves.filter(occurrence_key=turn_of(company_day(now)))
    return waves.order_by("-starts_at", "-pk").first()


def has_turn(survey: Survey, now: dt.datetime) -> bool:
    """Say whether a rolling survey's wave of this month is made, open or closed."""
    return survey.waves.filter(occurrence_key=turn_of(company_day(now))).exists()
