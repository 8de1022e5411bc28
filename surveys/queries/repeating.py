"""Surveys that repeat."""

import datetime as dt

from django.db.models import Count, Max, QuerySet

from surveys.enums import Rhythm
from surveys.models import Survey


def due_surveys(today: dt.date) -> QuerySet[Survey]:
    """Return the surveys whose day has come."""
    return Survey.objects.filter(is_active=True, next_on__lte=today).select_related("created_by").order_by("next_on", "pk")


def surveys_after_purchase() -> QuerySet[Survey]:
    """Return the surveys that ask some days after a purchase."""
    return Survey.objects.filter(is_active=True, rhythm=Rhythm.AFTER_PURCHASE).select_related("created_by").order_by("pk")


def survey_rows() -> QuerySet[Survey]:
    """Return all surveys, those that go on first, with `n_waves` and the moment of the last one as `last_at`."""
    return Survey.objects.annotate(n_waves=Count("waves"), last_at=Max("waves__starts_at"))
