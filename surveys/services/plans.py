"""What waves and repeating surveys have in common: whom to ask, with what words, on which days, with which reminders."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from clients.models import Channel, Segment, ValueBand
from common.typography import month_words
from company.models import Branch
from surveys.enums import Rhythm, SurveyAudience
from surveys.models import Reminder, SavedAudience, Survey, Wave

ALL_DAYS = tuple(range(7))
COPIED = (
    "audience",
    "rest_days",
    "subject",
    "intro",
    "spread_days",
    "weekdays",
    "hour_from",
    "hour_to",
    "active_within_days",
)
LISTS = ("branches", "segments", "bands", "channels")


@dataclass(frozen=True)
class ReminderDraft:
    """A further letter to those who keep silent."""

    after_days: int
    subject: str
    intro: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """What a manager writes down about a wave or about a survey that makes waves."""

    name: str
    locale: str
    subject: str
    intro: str
    audience: str = SurveyAudience.CLIENTS
    rest_days: int = 90
    active_within_days: int | None = None
    branches: Sequence[Branch] = ()
    segments: Sequence[Segment] = ()
    bands: Sequence[ValueBand] = ()
    channels: Sequence[Channel] = ()
    spread_days: int = 1
    weekdays: Sequence[int] = ALL_DAYS
    hour_from: int = 0
    hour_to: int = 24
    reminders: Sequence[ReminderDraft] = ()

    def columns(self) -> dict[str, Any]:
        """Return the fields that a wave and a survey keep in their own row."""
        return {"name": self.name} | {name: getattr(self, name) for name in COPIED} | {"weekdays": sorted(self.weekdays)}


@dataclass(frozen=True, kw_only=True)
class WaveDraft(PlanDraft):
    """What a manager writes down about a wave."""

    closes_at: dt.datetime
    has_public_link: bool = False


@dataclass(frozen=True, kw_only=True)
class SurveyDraft(PlanDraft):
    """What a manager writes down about a survey that repeats."""

    rhythm: str
    next_on: dt.date | None = None
    after_days: int | None = None
    open_days: int = 14


def set_audience(plan: Wave | Survey | SavedAudience, source: PlanDraft | Survey) -> None:
    """Write down whom the plan is for."""
    for name in LISTS:
        chosen = getattr(source, name)
        getattr(plan, name).set(chosen.all() if isinstance(source, Survey) else chosen)


def set_reminders(plan: Wave | Survey, drafts: Sequence[ReminderDraft]) -> None:
    """Write down the reminders anew, numbered in their order."""
    owner = {"wave": plan} if isinstance(plan, Wave) else {"survey": plan}
    plan.reminders.all().delete()
    Reminder.objects.bulk_create(
        Reminder(number=number, after_days=draft.after_days, subject=draft.subject, intro=draft.intro, **owner)
        for number, draft in enumerate(drafts, start=1)
    )


def copy_reminders(survey: Survey, wave: Wave) -> None:
    """Give a wave its own copy of its survey's reminders."""
    set_reminders(wave, [ReminderDraft(each.after_days, each.subject, each.intro) for each in survey.reminders.all()])


def wave_name(survey: Survey, turn: dt.date) -> str:
    """Return `Постоянные, ноябрь 2026`; a weekly wave is named by its day."""
    with translation.override(survey.locale):
        when = date_format(turn, "j E Y") if survey.rhythm == Rhythm.WEEKLY else month_words(turn)
    return f"{survey.name[:100]}, {when}"
