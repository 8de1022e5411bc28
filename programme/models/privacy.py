"""Acts of destruction: whose data were erased, when, by whom and why."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from company.models import User


class Erasure(models.Model):
    """A Client who was erased: the act of destruction, without a word about who it was."""

    client = models.OneToOneField(Client, models.PROTECT, related_name="erasure")
    reason = models.CharField(_("why"), max_length=300)
    counts = models.JSONField(default=dict, help_text="How many rows of each table were emptied, by the table's label.")
    erased_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    erased_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-erased_at", "-id"]
        verbose_name_plural = _("acts of erasure")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="erasure_has_reason")]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.erased_at:%Y-%m-%d}"
