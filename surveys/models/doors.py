"""Doors: permanent ways to a survey that are printed or installed once and outlive its waves."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from company.models import Branch, User
from surveys.enums import DoorKind
from surveys.models.waves import Survey
from touchpoints.models import Touchpoint


class Door(models.Model):
    """A QR code, a tablet or a widget on the site: its address stays, the answers go to the survey's present wave."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="doors", verbose_name=_("survey"))
    kind = models.CharField(_("kind"), max_length=8, choices=DoorKind.choices)
    name = models.CharField(_("where it is"), max_length=80)
    token = models.CharField(max_length=32, unique=True)
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True, verbose_name=_("branch"))
    touchpoint = models.ForeignKey(Touchpoint, models.SET_NULL, null=True, blank=True, verbose_name=_("touchpoint"))
    is_open = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-is_open", "name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=DoorKind.values), name="door_kind_known"),
            models.CheckConstraint(condition=~Q(name=""), name="door_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
