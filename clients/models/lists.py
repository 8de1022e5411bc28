"""Lists the company sorts its Clients by."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """A kind of Clients the company tells apart, such as private persons and companies."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Channel(models.Model):
    """Where Clients come from: an advertisement, a friend, a sign."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ValueBand(models.Model):
    """A band of Clients by money brought in; `up_to` is exclusive, in minor units, empty in the topmost band."""

    up_to = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        ordering: ClassVar = [F("up_to").asc(nulls_last=True)]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(up_to__gt=0), name="value_band_positive")]

    def __str__(self) -> str:
        return str(self.up_to or "∞")
