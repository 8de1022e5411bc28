"""What those who left would have brought."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from company.models import Branch


class LostMonth(models.Model):
    """Rollup of a night: the Clients of a branch who left in a month and have not come back, and the money lost with them.

    The money of each is what the model in force expects of a Client with such purchases in five years, if still with us, times the
    chance that this one is not. Written whole with the scores.
    """

    month = models.DateField()
    branch = models.ForeignKey(Branch, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, db_index=False)
    clients = models.PositiveIntegerField()
    cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "branch"], name="lost_month_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(clients__gte=1, cents__gte=0), name="lost_month_has_clients"),
            models.CheckConstraint(condition=Q(month__day=1), name="lost_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.clients}"
