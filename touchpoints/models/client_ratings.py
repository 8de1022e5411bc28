"""What Clients themselves say at a touchpoint, by the QR code that hangs there."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tokens import new_token
from company.models import Branch, User
from touchpoints.enums import Rating
from touchpoints.models.points import Touchpoint


class PointCode(models.Model):
    """A QR code at a touchpoint of a branch. Its address is printed for everybody to see, so it is no secret."""

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="codes", verbose_name=_("touchpoint"))
    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True, verbose_name=_("branch"))
    token = models.CharField(max_length=32, unique=True, default=new_token)
    is_open = models.BooleanField(_("takes ratings"), default=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["touchpoint", "branch", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["touchpoint", "branch"], nulls_distinct=False, name="point_code_once"),
            models.CheckConstraint(condition=~Q(token=""), name="point_code_has_token"),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint} {self.branch or ''}".strip()


class ClientRating(models.Model):
    """One Client's word at a touchpoint. Who it was is not known; the network address is kept as a keyed hash for a day, against floods."""

    code = models.ForeignKey(PointCode, models.CASCADE, related_name="ratings")
    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="A form sent twice is one rating.")
    rating = models.SmallIntegerField(choices=Rating.choices)
    note = models.TextField(_("note"), blank=True)
    visitor = models.BinaryField(max_length=32, null=True, blank=True)
    rated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-rated_at", "-id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(rating__in=Rating.values), name="client_rating_known")]
        indexes: ClassVar = [
            models.Index(fields=["code", "-rated_at"], name="client_rating_newest"),
            models.Index(fields=["visitor", "rated_at"], condition=Q(visitor__isnull=False), name="client_rating_visitor"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_rating_display()}"
