"""Saved answers to the question what a Client is worth."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Segment
from company.models import User


class LtvVersion(models.Model):
    """One saved three-number calculation. What people typed is kept beside the exact result in minor units."""

    segment = models.ForeignKey(Segment, models.CASCADE, null=True, blank=True, verbose_name=_("segment"))
    purchases_per_year = models.CharField(_("purchases a year"), max_length=30)
    average_check = models.CharField(_("average check"), max_length=30)
    years = models.CharField(_("years with us"), max_length=30)
    margin_percent = models.CharField(_("margin, %"), max_length=30, blank=True)
    acquisition_cost = models.CharField(_("cost of attracting"), max_length=30, blank=True)
    keeping_cost = models.CharField(_("cost of keeping, a year"), max_length=30, blank=True)
    discount_percent = models.CharField(_("discount rate, % a year"), max_length=30, blank=True)
    revenue_cents = models.BigIntegerField()
    profit_cents = models.BigIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    TYPED: ClassVar = (
        "purchases_per_year",
        "average_check",
        "years",
        "margin_percent",
        "acquisition_cost",
        "keeping_cost",
        "discount_percent",
    )

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(revenue_cents__gt=0), name="ltv_version_positive")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}: {self.revenue_cents}"
