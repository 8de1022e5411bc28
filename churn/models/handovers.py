"""Who handed a call to whom, and why."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from churn.models.leavers import Leaver
from company.models import User


class HandOver(models.Model):
    """One change of the caller by a person, or by itself because the caller is away. Rows are only added."""

    leaver = models.ForeignKey(Leaver, models.CASCADE, related_name="hand_overs")
    from_caller = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    to_caller = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(_("why"), max_length=200, blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Empty: by itself.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(from_caller__isnull=True) | Q(to_caller__isnull=True) | ~Q(from_caller=F("to_caller")),
                name="hand_over_to_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leaver}: {self.to_caller}"
