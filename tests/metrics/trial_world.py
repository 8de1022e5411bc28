"""Clients with days of purchases, and experiments on them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from clients.models import Client, ClientDay, ClientSum
from company.models import User
from mailing.queries import LetterDraft
from metrics.enums import TrialGoal, TrialKind
from metrics.models import Trial
from metrics.services.trials import TrialPlan, create_trial, start_trial

TODAY = dt.date(2026, 5, 20)
NOW = dt.datetime(2026, 5, 20, 9, tzinfo=dt.UTC)
LETTER = LetterDraft("Скидка на чистку", "{greeting}\n\nПриходите.", "Выбрать время", "https://len.example.org/zapis")


def buy(client: Client, *days: dt.date, cents: int = 100_00) -> None:
    """Give a Client purchase days, sums and all."""
    ClientDay.objects.bulk_create(ClientDay(client=client, day=day, n=1, cents=cents) for day in days)
    known = sorted(ClientDay.objects.filter(client=client).values_list("day", flat=True))
    total = cents * len(known)
    values = {"first_day": known[0], "last_day": known[-1], "n_days": len(known), "n_purchases": len(known), "cents": total}
    ClientSum.objects.update_or_create(client=client, defaults=values | {"first_cents": cents})


def person(number: int, *ago: int, today: dt.date = TODAY, **fields: Any) -> Client:
    """Save a Client who bought so many days ago."""
    given = {"name": f"Client {number}", "email": f"c{number}@example.org", "phone": f"+7900000{number:04}"} | fields
    client = Client.objects.create(**given)
    buy(client, *(today - dt.timedelta(days) for days in ago or (40,)))
    return client


def plan(**fields: Any) -> TrialPlan:
    """Return a plan: a call to everybody, a half held out, one look after 30 days."""
    known: dict[str, Any] = {
        "name": "Call the silent",
        "kind": TrialKind.CALL,
        "what": "Say that we are open till nine.",
        "silent_from": None,
        "silent_to": None,
        "held_out_percent": 50,
        "goal": TrialGoal.CAME,
        "window_days": 30,
        "looks": 1,
        "cost_cents": None,
        "branches": [],
        "segments": [],
        "bands": [],
        "locale": "ru",
        "letter": None,
    }
    return TrialPlan(**known | fields)


def prepared(actor: User, **fields: Any) -> Trial:
    """Save a draft."""
    return create_trial(plan=plan(**fields), request_key=uuid.uuid4(), actor=actor)


def started(actor: User, **fields: Any) -> Trial:
    """Save an experiment and draw its groups."""
    trial = prepared(actor, **fields)
    start_trial(trial=trial, actor=actor, today=TODAY, now=NOW)
    trial.refresh_from_db()
    return trial


def people(count: int, *ago: int) -> Sequence[Client]:
    """Save so many Clients alike."""
    return [person(number, *ago) for number in range(count)]
