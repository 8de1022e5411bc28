"""How long the queue is, kept by triggers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from company.models import User


class QueueStep(models.Model):
    """What one change added to the open calls of a day of leaving, or took from them: summed up the rows say how many wait.

    Triggers append rows (migration 0011), so two callers never wait for each other; once a day they are gathered and checked.
    """

    left_on = models.DateField()
    is_rehearsal = models.BooleanField()
    caller = models.ForeignKey(User, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, db_index=False)
    next_call_on = models.DateField(null=True, blank=True)
    n = models.IntegerField()
    cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(n=0) | ~Q(cents=0), name="queue_step_is_a_step")]

    def __str__(self) -> str:
        return f"{self.left_on}: {self.n:+}"
