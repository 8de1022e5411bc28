"""How to talk to those who left."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Segment
from company.models import User


class ScriptVersion(models.Model):
    """The company's own way to talk: a list of steps, each `{"title": ..., "say": ...}`, with {placeholders}."""

    segment = models.ForeignKey(
        Segment, models.CASCADE, null=True, blank=True, related_name="scripts", verbose_name=_("segment"), help_text="Empty: for everybody."
    )
    steps = models.JSONField(default=list)
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
