"""Surveys that repeat: they make their waves by themselves, each turn once, however many workers look."""

import datetime as dt

from django.db import transaction
from django.db.models import ProtectedError

from common.batches import done_each
from common.tokens import new_token
from company.models import User
from company.queries import company_day, company_zone
from surveys.enums import WaveState
from surveys.formulas.turns import first_turn_after
from surveys.models import Survey, Wave
from surveys.queries import buyers_to_ask, due_surveys, hold_planning, surveys_after_purchase
from surveys.services.planning import Post, invite, open_mail_wave
from surveys.services.plans import COPIED, SurveyDraft, copy_reminders, set_audience, set_reminders, wave_name
from surveys.services.questionnaires import default_questionnaire
from surveys.services.rolling import ensure_rolling_wave


@transaction.atomic
def create_survey(*, draft: SurveyDraft, actor: User | None) -> Survey:
    """Save a new survey; it goes on from its first day."""
    own = {"rhythm": draft.rhythm, "month_day": draft.next_on.day if draft.next_on else None}
    survey = Survey.objects.create(created_by=actor, **columns_of(draft), **own)
    set_audience(survey, draft)
    set_reminders(survey, draft.reminders)
    return survey


def columns_of(draft: SurveyDraft) -> dict[str, object]:
    """Return the fields of the survey's own row that may always be changed."""
    return draft.columns() | {name: getattr(draft, name) for name in ("locale", "next_on", "after_days", "open_days")}


@transaction.atomic
def update_survey(*, survey: Survey, draft: SurveyDraft, actor: User) -> bool:
    """Change a survey for its waves to come. How often it asks stays as it is once there are waves, and then the answer is no."""
    del actor  # named for the record the audit history will keep
    locked = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    if locked.rhythm != draft.rhythm and locked.waves.exists():
        return False
    is_moved = locked.next_on != draft.next_on
    month_day = draft.next_on.day if draft.next_on and is_moved else locked.month_day
    Survey.objects.filter(pk=survey.pk).update(**columns_of(draft), rhythm=draft.rhythm, month_day=month_day)
    set_audience(locked, draft)
    set_reminders(locked, draft.reminders)
    return True


@transaction.atomic
def pause_survey(*, survey: Survey, actor: User) -> bool:
    """Make no more waves for now; the running one goes on."""
    del actor
    return bool(Survey.objects.filter(pk=survey.pk, is_active=True).update(is_active=False))


@transaction.atomic
def resume_survey(*, survey: Survey, actor: User, today: dt.date) -> bool:
    """Go on with the next turn to come; the turns of the pause are not made up for."""
    del actor
    locked = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    if locked.is_active:
        return False
    missed = locked.next_on is not None and locked.next_on < today
    next_on = turn_to_come(locked, today - dt.timedelta(days=1)) if missed else locked.next_on
    return bool(Survey.objects.filter(pk=survey.pk, is_active=False).update(is_active=True, next_on=next_on))


@transaction.atomic
def delete_survey(*, survey: Survey, actor: User) -> bool:
    """Throw away a survey that has made no wave and has no door."""
    del actor
    try:
        with transaction.atomic():
            return bool(Survey.objects.filter(pk=survey.pk).delete()[0])
    except ProtectedError:
        return False


def turn_to_come(survey: Survey, day: dt.date) -> dt.date | None:
    """Return the survey's first turn after a day."""
    if survey.next_on is None:
        return None
    return first_turn_after(survey.rhythm, survey.next_on, survey.month_day or survey.next_on.day, day)


def make_due_waves(*, now: dt.datetime) -> int:
    """Make the waves whose day has come; return how many. Days missed while the server was off are made up for by one wave."""
    return done_each(due_surveys(company_day(now)), lambda survey: take_turn(survey_id=survey.pk, now=now), "the turn of a survey")


@transaction.atomic
def take_turn(*, survey_id: int, now: dt.datetime) -> bool:
    """Make the wave of a survey's turn, once, and move the survey on to the next one."""
    today = company_day(now)
    survey = due_surveys(today).filter(pk=survey_id).first()
    if survey is None or survey.next_on is None:
        return False
    same = Survey.objects.filter(pk=survey.pk, is_active=True, next_on=survey.next_on)
    if not same.update(next_on=turn_to_come(survey, today)):
        return False
    wave, is_new = Wave.objects.get_or_create(
        survey=survey, occurrence_key=survey.next_on.isoformat(), defaults=wave_columns(survey, survey.next_on, now)
    )
    if is_new:
        set_audience(wave, survey)
        copy_reminders(survey, wave)
        open_mail_wave(wave=wave, actor=survey.created_by)
    return is_new


def wave_columns(survey: Survey, turn: dt.date, now: dt.datetime) -> dict[str, object]:
    """Return the row of a wave that a survey makes."""
    last_day = company_day(now) + dt.timedelta(days=survey.open_days)
    return {name: getattr(survey, name) for name in COPIED} | {
        "name": wave_name(survey, turn),
        "questionnaire": default_questionnaire(survey.locale, survey.audience),
        "state": WaveState.RUNNING,
        "public_token": new_token(),
        "starts_at": now,
        "closes_at": dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time.min, company_zone()),
        "created_by": survey.created_by,
    }


def ask_after_purchases(*, now: dt.datetime) -> int:
    """Invite the Clients who bought so many days ago into the month's wave of every survey that asks so; return how many."""
    return done_each(surveys_after_purchase(), lambda survey: ask_buyers(survey_id=survey.pk, now=now), "asking after purchases")


@transaction.atomic
def ask_buyers(*, survey_id: int, now: dt.datetime) -> int:
    """Invite the buyers of one survey whose day has come, each once per purchase."""
    survey = surveys_after_purchase().filter(pk=survey_id).first()
    if survey is None:
        return 0
    wave = ensure_rolling_wave(survey=survey, now=now)
    if not (wave.takes_answers(now) and hold_planning(wave.pk)):
        return 0
    prospects = buyers_to_ask(survey, wave, company_day(now))
    return invite(post=Post.later(wave, now), prospects=prospects, now=now) if prospects else 0
