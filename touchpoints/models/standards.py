"""What must be so at a touchpoint, in sentences that can be checked."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.models import User
from touchpoints.models.audits import Audit
from touchpoints.models.points import Touchpoint


class Standard(models.Model):
    """One measurable sentence about a touchpoint: "a call is picked up by the third ring"."""

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="standards", verbose_name=_("touchpoint"))
    sentence = models.CharField(_("what must be so"), max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    is_archived = models.BooleanField(default=False)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(sentence=""), name="standard_has_sentence"),
            models.UniqueConstraint(fields=["touchpoint", "sentence"], condition=Q(is_archived=False), name="standard_once"),
        ]

    def __str__(self) -> str:
        return self.sentence


class StandardCheck(models.Model):
    """Whether an auditor found a standard kept."""

    audit = models.ForeignKey(Audit, models.CASCADE, related_name="checks")
    standard = models.ForeignKey(Standard, models.CASCADE, related_name="checks")
    is_kept = models.BooleanField()
    checked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["audit", "standard"], name="standard_check_once")]

    def __str__(self) -> str:
        return f"{self.standard}: {self.is_kept}"
