"""Leavers, calls to them, and why they left."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from churn.enums import CallOutcome, Detection, LeaverState, ReasonGroup
from clients.models import Client
from company.models import User
from touchpoints.models import Action


class Reason(models.Model):
    """A leaf of the tree of reasons, marked as within our power or not."""

    group = models.CharField(_("group"), max_length=12, choices=ReasonGroup.choices)
    name = models.CharField(_("name"), max_length=120)
    is_within_power = models.BooleanField(_("within our power"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_archived = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["group", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "name"], name="reason_once"),
            models.CheckConstraint(condition=Q(group__in=ReasonGroup.values), name="reason_group_known"),
        ]

    def __str__(self) -> str:
        return self.name


class ScriptVersion(models.Model):
    """The company's own way to talk: a list of steps, each `{"title": ..., "say": ...}`, with {placeholders}."""

    steps = models.JSONField(default=list)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"


class Leaver(models.Model):
    """A Client who stopped buying. `responsible` is copied from the Client when found, so that a rule can hold it."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="leavings")
    last_purchase_on = models.DateField()
    left_on = models.DateField(help_text="The day the silence became longer than the rule allows.")
    noticed_on = models.DateField()
    detection = models.CharField(max_length=8, choices=Detection.choices)
    at_risk_cents = models.BigIntegerField(help_text="What the Client brought in the last twelve months with us.")
    state = models.CharField(max_length=8, choices=LeaverState.choices, default=LeaverState.QUEUED)
    responsible = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    caller = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="leavers_to_call")
    exception_reason = models.CharField(_("why the responsible person calls"), max_length=200, blank=True)
    next_call_on = models.DateField(null=True, blank=True)
    draft = models.JSONField(default=dict, help_text="What the caller typed so far; a closed tab loses nothing.")
    returned_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-left_on", "-at_risk_cents"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(state__in=[LeaverState.QUEUED, LeaverState.TALKED]), name="leaver_open_once"
            ),
            models.UniqueConstraint(fields=["client", "last_purchase_on"], name="leaver_once_per_silence"),
            models.CheckConstraint(
                condition=Q(caller__isnull=True) | Q(responsible__isnull=True) | ~Q(caller=F("responsible")) | ~Q(exception_reason=""),
                name="leaver_not_called_by_responsible",
            ),
            models.CheckConstraint(condition=Q(left_on__gt=F("last_purchase_on")), name="leaver_left_after_purchase"),
            models.CheckConstraint(condition=~Q(state=LeaverState.RETURNED) | Q(returned_on__isnull=False), name="leaver_returned_has_day"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-left_on"], name="leaver_queue")]

    def __str__(self) -> str:
        return str(self.client)


class ExitCall(models.Model):
    """One call to a leaver and what came of it. The words are the Client's own."""

    leaver = models.ForeignKey(Leaver, models.CASCADE, related_name="calls")
    caller = models.ForeignKey(User, models.PROTECT, related_name="+")
    responsible = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    exception_reason = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=CallOutcome.choices)
    words = models.TextField(_("the Client's words"), blank=True)
    reasons = models.ManyToManyField(Reason, blank=True, related_name="calls")
    is_within_power = models.BooleanField(null=True, blank=True)
    would_return = models.BooleanField(null=True, blank=True)
    return_condition = models.CharField(_("what to fix"), max_length=300, blank=True)
    next_call_on = models.DateField(null=True, blank=True)
    steps_done = models.JSONField(default=list)
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="+")
    request_key = models.UUIDField(unique=True, help_text="A form sent twice is one call.")
    called_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-called_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(responsible__isnull=True) | ~Q(caller=F("responsible")) | ~Q(exception_reason=""),
                name="exit_call_not_by_responsible",
            ),
            models.CheckConstraint(condition=Q(outcome__in=CallOutcome.values), name="exit_call_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.leaver}: {self.outcome}"
