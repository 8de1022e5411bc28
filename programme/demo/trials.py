"""Experiments: one that ended and proved nothing, one with calls to make, one being prepared."""

import datetime as dt
import uuid
from contextlib import suppress
from dataclasses import replace
from typing import Any

from clients.models import Segment
from company.models import User
from mailing.queries import LetterDraft
from metrics.enums import TrialGoal, TrialKind
from metrics.models import Trial
from metrics.services.trials import TrialError, TrialPlan, conclude_trial, create_trial, start_trial, take_looks, tell_all
from programme.demo.firm import MANAGER

LETTER = LetterDraft(
    subject="Пальто ждёт чистки?",
    text="{greeting}\n\nПоследний раз вы были у нас {last_visit}. До конца месяца курьер приедет за вещами бесплатно.",
    button="Вызвать курьера",
    button_url="https://len.example.org/kurier",
)
ENDED_DAYS = 75


def create_trials(now: dt.datetime, today: dt.date) -> None:
    """Save the experiments."""
    manager, private = User.objects.get(email=MANAGER), Segment.objects.get(name="Частные")
    basis = TrialPlan(
        name="Звонок тем, кто замолчал",
        kind=TrialKind.CALL,
        what="Спросить, всё ли понравилось в прошлый раз, и рассказать о вечерней приёмке.",
        silent_from=60,
        silent_to=120,
        held_out_percent=30,
        goal=TrialGoal.CAME,
        window_days=30,
        looks=2,
        cost_cents=45_00,
        branches=[],
        segments=[private],
        bands=[],
        locale="ru",
        letter=None,
    )
    send_cards(basis, manager, now, today)
    # A demo of a few dozen people may have too few silent ones for two groups: the experiment then waits as a draft.
    with suppress(TrialError):
        start_trial(trial=prepared(basis, manager), actor=manager, today=today, now=now)
    letter: dict[str, Any] = {"kind": TrialKind.LETTER, "letter": LETTER, "what": "", "cost_cents": None}
    draft = replace(basis, name="Бесплатный курьер", silent_from=90, silent_to=240, held_out_percent=20, looks=1, **letter)
    prepared(draft, manager)


def send_cards(basis: TrialPlan, manager: User, now: dt.datetime, today: dt.date) -> None:
    """Save the experiment that ended and proved nothing."""
    wanted = replace(
        basis,
        name="Открытка от мастера",
        kind=TrialKind.OTHER,
        what="Открытка по почте: кто чистил вещь и как её хранить.",
        silent_from=None,
        silent_to=None,
        held_out_percent=50,
        window_days=60,
        looks=3,
        cost_cents=60_00,
    )
    day = today - dt.timedelta(ENDED_DAYS)
    trial = prepared(wanted, manager)
    start_trial(trial=trial, actor=manager, today=day, now=now)
    trial.refresh_from_db()
    tell_all(trial=trial, actor=manager, today=day)
    take_looks(pk=trial.pk, today=today)
    trial.refresh_from_db()
    if trial.ended_on:
        conclude_trial(trial=trial, conclusion="Открыток больше не шлём: пользы не видно, а стоит 60 ₽.", actor=manager, today=today)


def prepared(wanted: TrialPlan, manager: User) -> Trial:
    """Save an experiment that waits; the same name gives the same one."""
    return create_trial(plan=wanted, request_key=uuid.uuid5(uuid.NAMESPACE_URL, wanted.name), actor=manager)
