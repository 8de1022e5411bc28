"""Waves of rolling surveys: one a month, made by whatever needs it first."""

import calendar
import datetime as dt
from dataclasses import asdict
from typing import Any

from django.db import transaction

from common.tokens import new_token
from company.queries import company_day, company_zone
from surveys.enums import WaveState
from surveys.models import Questionnaire, Survey, Wave
from surveys.queries import turn_of
from surveys.services.plans import COPIED, copy_reminders, set_audience, wave_name
from surveys.services.questionnaires import default_questionnaire, wording_in_force


@transaction.atomic
def ensure_rolling_wave(*, survey: Survey, now: dt.datetime) -> Wave:
    """Return the wave of the month of a rolling survey, making it when there is none; two at once make one."""
    key = turn_of(company_day(now))
    if known := survey.waves.filter(occurrence_key=key).select_related("questionnaire").first():
        return known
    fields = month_fields(survey, now) | {"questionnaire": default_questionnaire(survey.locale, survey.audience)}
    wave, is_new = Wave.objects.get_or_create(survey=survey, occurrence_key=key, defaults=fields)
    if is_new:
        set_audience(wave, survey)
        copy_reminders(survey, wave)
    return wave


def coming_wave(*, survey: Survey, now: dt.datetime) -> Wave:
    """Return the month's wave as it will be, not saved: a page can be shown by it, and looking writes nothing."""
    wording = Questionnaire(locale=survey.locale, **asdict(wording_in_force(survey.locale, survey.audience)))
    return Wave(survey=survey, occurrence_key=turn_of(company_day(now)), questionnaire=wording, **month_fields(survey, now))


def month_fields(survey: Survey, now: dt.datetime) -> dict[str, Any]:
    """Return the columns of a month's wave: open at once, until some days after the end of the month."""
    day = company_day(now)
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return {
        **{field: getattr(survey, field) for field in COPIED},
        "name": wave_name(survey, day),
        "public_token": new_token(),
        "state": WaveState.RUNNING,
        "starts_at": now,
        "closes_at": dt.datetime.combine(last + dt.timedelta(days=1 + survey.open_days), dt.time.min, company_zone()),
        "created_by_id": survey.created_by_id,
    }
