"""Keeping what the main constraint was, day by day."""

import datetime as dt
from dataclasses import asdict

from django.db import transaction

from metrics.models import ConstraintDay
from metrics.queries.constraint import count_constraint, seen_by_now


@transaction.atomic
def keep_constraint(*, today: dt.date) -> ConstraintDay | None:
    """Keep today's ranking of the levers, anew if purchases, calls or the price have changed; None while nothing can be judged.

    Safe to repeat: the same data are not counted twice on one day. Days gone by are never touched.
    """
    seen, kept = seen_by_now(), ConstraintDay.objects.filter(day=today).first()
    if kept and kept.seen == seen:
        return kept
    found = count_constraint(today=today)
    if found.is_early:
        return None
    rows = {name: [asdict(each) for each in getattr(found, name)] for name in ("levers", "others")}
    values = {"levers": {**rows, "missing": list(found.missing)}, "price_cents": found.price_cents, "seen": seen}
    return ConstraintDay.objects.update_or_create(day=today, defaults=values)[0]
