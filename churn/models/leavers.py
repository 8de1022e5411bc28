"""Clients who left, and the calls to them."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from churn.enums import OPEN_STATES, CallOutcome, Detection, LeaverState
from churn.models.reasons import Reason
from churn.models.scripts import ScriptVersion
from clients.models import Client
from company.enums import Role
from company.models import User
from touchpoints.models import Action


class LeaverQuerySet(models.QuerySet["Leaver"]):
    """The words people use about the queue."""

    def open(self) -> Self:
        """Leavers whose case goes on and who did not ask to be left in peace."""
        in_peace = Client.objects.filter(pk=OuterRef("client"), do_not_call=True)
        return self.filter(~Exists(in_peace), state__in=OPEN_STATES)

    def due(self, today: dt.date) -> Self:
        """Leavers to call today."""
        return self.open().filter(Q(next_call_on__isnull=True) | Q(next_call_on__lte=today))

    def postponed(self, today: dt.date) -> Self:
        """Leavers to call on a later day."""
        return self.open().filter(next_call_on__gt=today)

    def not_on_the_phone(self, now: dt.datetime) -> Self:
        """Leavers nobody is speaking to now."""
        return self.filter(Q(taken_until__isnull=True) | Q(taken_until__lte=now))

    def visible_to(self, user: User) -> Self:
        """Return everybody to managers, to staff only those they were asked to call."""
        return self if user.has_role(Role.MANAGER) else self.filter(caller=user)


class Leaver(models.Model):
    """A Client who stopped buying. `responsible` is copied from the Client when found, so that a rule can hold it."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="leavings", db_index=False)
    last_purchase_on = models.DateField()
    left_on = models.DateField(help_text="The day the silence became longer than the rule allows.")
    noticed_on = models.DateField()
    detection = models.CharField(max_length=8, choices=Detection.choices)
    at_risk_cents = models.BigIntegerField(help_text="What the Client brought in the last twelve months with us.")
    state = models.CharField(max_length=8, choices=LeaverState.choices, default=LeaverState.QUEUED)
    responsible = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    caller = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="leavers_to_call")
    caller_note = models.CharField(_("why somebody less senior calls"), max_length=200, blank=True)
    exception_reason = models.CharField(_("why the responsible person calls"), max_length=200, blank=True)
    told_note = models.CharField(_("how we know"), max_length=300, blank=True, help_text="What the manager, the file or the API said.")
    is_rehearsal = models.BooleanField(default=False, help_text="Among the least valuable: called to practise, kept apart in results.")
    taken_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, help_text="Who is on the phone with them."
    )
    taken_until = models.DateTimeField(null=True, blank=True, help_text="Until then nobody else takes or reassigns the call.")
    next_call_on = models.DateField(null=True, blank=True)
    next_call_at = models.TimeField(_("at what time"), null=True, blank=True, help_text="By the company's clock; only with a day.")
    n_calls = models.PositiveSmallIntegerField(default=0, help_text="Attempts so far; a call is saved against this number.")
    draft = models.JSONField(default=dict, help_text="What the caller typed so far; a closed tab loses nothing.")
    returned_on = models.DateField(null=True, blank=True)

    objects: ClassVar[models.Manager["Leaver"]] = models.Manager.from_queryset(LeaverQuerySet)()

    class Meta:
        ordering: ClassVar = ["-left_on", "-at_risk_cents"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client"], condition=Q(state__in=OPEN_STATES), name="leaver_open_once"),
            models.UniqueConstraint(fields=["client", "last_purchase_on"], name="leaver_once_per_silence"),
            models.CheckConstraint(
                condition=Q(caller__isnull=True) | Q(responsible__isnull=True) | ~Q(caller=F("responsible")) | ~Q(exception_reason=""),
                name="leaver_not_called_by_responsible",
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | Q(responsible__isnull=True) | ~Q(taken_by=F("responsible")) | ~Q(exception_reason=""),
                name="leaver_not_taken_by_responsible",
            ),
            models.CheckConstraint(condition=Q(taken_by__isnull=True) | Q(taken_until__isnull=False), name="leaver_taken_until_some_time"),
            models.CheckConstraint(condition=Q(next_call_at__isnull=True) | Q(next_call_on__isnull=False), name="leaver_hour_has_day"),
            models.CheckConstraint(condition=Q(state__in=LeaverState.values), name="leaver_state_known"),
            models.CheckConstraint(condition=Q(detection__in=Detection.values), name="leaver_detection_known"),
            models.CheckConstraint(condition=Q(at_risk_cents__gte=0), name="leaver_risk_not_negative"),
            models.CheckConstraint(condition=Q(left_on__gt=F("last_purchase_on")), name="leaver_left_after_purchase"),
            models.CheckConstraint(condition=~Q(state=LeaverState.RETURNED) | Q(returned_on__isnull=False), name="leaver_returned_has_day"),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True) | Q(returned_on__gt=F("last_purchase_on")), name="leaver_returned_after_purchase"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-left_on"], name="leaver_queue"),
            models.Index(fields=["-at_risk_cents", "-left_on"], condition=Q(state__in=OPEN_STATES), name="leaver_by_value"),
            models.Index(fields=["left_on"], condition=Q(is_rehearsal=True), name="leaver_rehearsal"),
            models.Index(fields=["next_call_on"], condition=Q(next_call_on__isnull=False), name="leaver_put_off"),
            models.Index(fields=["responsible"], condition=Q(responsible__isnull=False), name="leaver_responsible"),
            models.Index(fields=["taken_by"], condition=Q(taken_by__isnull=False), name="leaver_taken"),
        ]

    def __str__(self) -> str:
        return str(self.client)

    def is_taken(self, now: dt.datetime) -> bool:
        """Say whether somebody is on the phone with them."""
        return bool(self.taken_by_id and self.taken_until and self.taken_until > now)

    @property
    def is_open(self) -> bool:
        """Say whether calls may follow."""
        return self.state in OPEN_STATES and not self.client.do_not_call

    @property
    def patience_days(self) -> int:
        """How many days of silence were still usual."""
        return (self.left_on - self.last_purchase_on).days - 1


class ExitCall(models.Model):
    """One call to a leaver and what came of it. The words are the Client's own."""

    leaver = models.ForeignKey(Leaver, models.CASCADE, related_name="calls")
    caller = models.ForeignKey(User, models.PROTECT, related_name="+")
    responsible = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    exception_reason = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=CallOutcome.choices)
    attempt = models.PositiveSmallIntegerField(default=1, help_text="Which attempt at this leaver it was, from 1.")
    is_rehearsal = models.BooleanField(default=False)
    script = models.ForeignKey(ScriptVersion, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.TextField(_("the Client's words"), blank=True)
    reasons = models.ManyToManyField(Reason, blank=True, related_name="calls")
    is_within_power = models.BooleanField(null=True, blank=True)
    would_return = models.BooleanField(null=True, blank=True)
    return_condition = models.CharField(_("what to fix"), max_length=300, blank=True)
    second_score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Would they recommend us now, 0 to 10.")
    next_call_on = models.DateField(null=True, blank=True)
    do_not_call = models.BooleanField(default=False, help_text="The Client asked not to be called again.")
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
            models.CheckConstraint(
                condition=Q(outcome=CallOutcome.TALKED) | Q(next_call_on__isnull=False) | Q(do_not_call=True),
                name="exit_call_unreached_has_next",
            ),
            models.CheckConstraint(condition=Q(second_score__isnull=True) | Q(second_score__lte=10), name="exit_call_score_0_to_10"),
            models.CheckConstraint(
                condition=Q(second_score__isnull=True) | Q(outcome=CallOutcome.TALKED), name="exit_call_score_only_of_a_talk"
            ),
            models.CheckConstraint(condition=Q(attempt__gte=1), name="exit_call_attempt_from_one"),
            models.UniqueConstraint(fields=["leaver", "attempt"], name="exit_call_attempt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.leaver}: {self.outcome}"
