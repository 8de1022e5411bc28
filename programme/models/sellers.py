"""What each kind of people who bring Clients has at hand."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from company.models import User
from programme.enums import KitKind


class SellerKit(models.Model):
    """The company's own words for one kind of people. Before anybody changed them, the texts we supply stand in."""

    kind = models.CharField(max_length=10, choices=KitKind.choices, unique=True)
    speech = models.TextField(_("the speech in one breath"), max_length=600)
    told = models.TextField(_("what we tell them"), max_length=3000)
    updated_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=KitKind.values), name="seller_kit_kind_known"),
            models.CheckConstraint(condition=~Q(speech="") & ~Q(told=""), name="seller_kit_says_something"),
        ]

    def __str__(self) -> str:
        return self.kind
