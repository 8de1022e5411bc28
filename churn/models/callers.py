"""Who calls, how much in a day, and when they are away."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from company.models import User


class CallerSettings(models.Model):
    """How many calls a person makes in a day, and when somebody else calls for them. Without a row: the usual number, never away."""

    USUAL_CALLS: ClassVar[int] = 8

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="caller_settings")
    calls_a_day = models.PositiveSmallIntegerField(_("calls a day"), default=USUAL_CALLS)
    away_since = models.DateField(_("away from"), null=True, blank=True)
    away_until = models.DateField(_("to, this day too"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(calls_a_day__lte=100), name="caller_calls_at_most_100"),
            models.CheckConstraint(
                condition=Q(away_since__isnull=True, away_until__isnull=True)
                | Q(away_since__isnull=False, away_until__isnull=False, away_until__gte=F("away_since")),
                name="caller_away_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def is_away_on(self, day: dt.date) -> bool:
        """Say whether somebody else calls for the person on the day."""
        return bool(self.away_since and self.away_until and self.away_since <= day <= self.away_until)
