"""Mystery calls: can a Client reach us at all."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.zones import zone_of
from company.enums import Role
from company.models import Branch, User
from touchpoints.formulas.phone import CallFacts, call_score


class PhoneCallQuerySet(models.QuerySet["PhoneCall"]):
    """Words about mystery calls."""

    def editable_by(self, user: User) -> Self:
        """Return those the user may correct: managers any, staff the ones they made."""
        return self if user.has_role(Role.MANAGER) else self.filter(caller=user)


class PhoneCall(models.Model):
    """One mystery call: how hard it was to reach somebody who could help."""

    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True, verbose_name=_("branch"))
    called_at = models.DateTimeField(_("when"), default=timezone.now)
    is_in_hours = models.BooleanField(_("within the hours we promise"), default=True)
    is_number_easy = models.BooleanField(_("the number was easy to find"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=1, validators=[MaxValueValidator(20)])
    is_reached = models.BooleanField(_("got through"), default=True)
    seconds = models.PositiveSmallIntegerField(_("seconds to the answer"), null=True, blank=True, help_text="Of the try that got through.")
    transfers = models.PositiveSmallIntegerField(_("transfers"), null=True, blank=True, validators=[MaxValueValidator(20)])
    is_helped_at_once = models.BooleanField(_("the first person could help"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    caller = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    request_key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="A form sent twice is one call.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = PhoneCallQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-called_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["branch", "-called_at"], name="phone_call_branch")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(attempts__gte=1, attempts__lte=20), name="phone_call_attempts_sane"),
            models.CheckConstraint(
                condition=Q(is_reached=True, seconds__isnull=False, seconds__lte=3600, transfers__isnull=False, transfers__lte=20)
                | Q(is_reached=False, seconds__isnull=True, transfers__isnull=True, is_helped_at_once__isnull=True),
                name="phone_call_reached_has_details",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.called_at:%Y-%m-%d %H:%M}"

    @property
    def facts(self) -> CallFacts:
        """What the call was like."""
        return CallFacts(self.is_reached, self.attempts, self.seconds, self.transfers, self.is_helped_at_once, self.is_number_easy)

    @property
    def score(self) -> float:
        """The points of the call, 0 to 100."""
        return call_score(self.facts)

    @property
    def local_time(self) -> dt.datetime:
        """When it was by the branch's own clock."""
        name = self.branch.time_zone if self.branch else ""
        return timezone.localtime(self.called_at, zone_of(name) if name else None)


class CallTraffic(models.Model):
    """How many calls a branch (or the whole company) gets a month, and how many of those callers become Clients."""

    branch = models.OneToOneField(Branch, models.CASCADE, null=True, blank=True, verbose_name=_("branch"))
    calls_per_month = models.PositiveIntegerField(_("calls a month"))
    buyers = models.PositiveIntegerField(_("of them become Clients"))
    out_of = models.PositiveIntegerField(_("of how many callers"))
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(out_of__gte=1, buyers__lte=F("out_of")), name="call_traffic_share_sane"),
            models.UniqueConstraint(fields=["branch"], nulls_distinct=False, name="call_traffic_once"),
        ]

    def __str__(self) -> str:
        return f"{self.branch or ''} {self.calls_per_month}".strip()
