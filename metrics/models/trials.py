"""Experiments: a part of Clients gets an action, a held-out part does not, and the two are compared."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Segment, ValueBand
from company.models import Branch, User
from mailing.models import LetterTemplate, Message
from metrics.enums import TrialGoal, TrialKind, TrialSkip, TrialState

ENDED = [TrialState.DONE, TrialState.STOPPED]


class Trial(models.Model):
    """One experiment. Who takes part is drawn once, when it starts; what is looked at and how often is promised before."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("what we do"), max_length=8, choices=TrialKind.choices, default=TrialKind.LETTER)
    what = models.TextField(_("what exactly"), blank=True)
    template = models.ForeignKey(LetterTemplate, models.PROTECT, null=True, blank=True, verbose_name=_("letter"))
    branches = models.ManyToManyField(Branch, blank=True, verbose_name=_("branches"))
    segments = models.ManyToManyField(Segment, blank=True, verbose_name=_("segments"))
    bands = models.ManyToManyField(ValueBand, blank=True, verbose_name=_("by money brought"))
    silent_from = models.PositiveSmallIntegerField(_("silent for at least, days"), null=True, blank=True)
    silent_to = models.PositiveSmallIntegerField(_("silent for at most, days"), null=True, blank=True)
    held_out_percent = models.PositiveSmallIntegerField(_("get nothing, %"), default=20)
    goal = models.CharField(_("we compare"), max_length=5, choices=TrialGoal.choices, default=TrialGoal.CAME)
    window_days = models.PositiveSmallIntegerField(_("days after which we look"), default=30)
    looks = models.PositiveSmallIntegerField(_("how many times we look"), default=1)
    cost_cents = models.BigIntegerField(_("cost of one action"), null=True, blank=True)
    state = models.CharField(max_length=8, choices=TrialState.choices, default=TrialState.DRAFT)
    promised = models.JSONField(default=dict, help_text="What was known at the start: base, groups, the smallest difference to be seen.")
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    conclusion = models.TextField(_("what we decided"), blank=True)
    request_key = models.UUIDField(unique=True, help_text="A form sent twice is one experiment.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="trial_has_name"),
            models.CheckConstraint(condition=Q(kind__in=TrialKind.values), name="trial_kind_known"),
            models.CheckConstraint(condition=Q(goal__in=TrialGoal.values), name="trial_goal_known"),
            models.CheckConstraint(condition=Q(state__in=TrialState.values), name="trial_state_known"),
            models.CheckConstraint(condition=Q(kind=TrialKind.LETTER) | Q(template__isnull=True), name="trial_letter_only_by_letter"),
            models.CheckConstraint(
                condition=Q(state=TrialState.DRAFT) | Q(template__isnull=False) | ~Q(kind=TrialKind.LETTER),
                name="trial_letter_has_template",
            ),
            models.CheckConstraint(condition=Q(held_out_percent__gte=1, held_out_percent__lte=90), name="trial_held_out_1_to_90"),
            models.CheckConstraint(condition=Q(window_days__gte=1, window_days__lte=365), name="trial_window_1_to_365"),
            models.CheckConstraint(condition=Q(looks__gte=1, looks__lte=10), name="trial_looks_1_to_10"),
            models.CheckConstraint(condition=Q(cost_cents__isnull=True) | Q(cost_cents__gte=0), name="trial_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(silent_from__isnull=True) | Q(silent_to__isnull=True) | Q(silent_to__gte=models.F("silent_from")),
                name="trial_silence_ordered",
            ),
            models.CheckConstraint(condition=Q(state=TrialState.DRAFT) ^ Q(started_on__isnull=False), name="trial_started_has_day"),
            models.CheckConstraint(condition=Q(state__in=ENDED) ^ Q(ended_on__isnull=True), name="trial_ended_has_day"),
        ]

    def __str__(self) -> str:
        return self.name


class TrialMember(models.Model):
    """One Client of an experiment: told, or held out to compare with."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="members")
    client = models.ForeignKey(Client, models.CASCADE, related_name="trial_turns")
    is_held_out = models.BooleanField()
    skip_reason = models.CharField(max_length=10, choices=TrialSkip.choices, blank=True)
    told_on = models.DateField(null=True, blank=True)
    told_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trial", "client"], name="trial_member_once"),
            models.CheckConstraint(
                condition=Q(is_held_out=False) | Q(told_on__isnull=True, message__isnull=True), name="trial_held_out_not_told"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id}: {self.client_id}"


class TrialLook(models.Model):
    """One promised look at the figures: what was seen, the interval widened by the price of peeking."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="seen")
    number = models.PositiveSmallIntegerField()
    looked_on = models.DateField()
    share_known = models.FloatField(help_text="Which part of the promised Client-days had passed, 0 to 1.")
    figures = models.JSONField(help_text="Groups, the difference with its corrected interval, the level spent.")
    is_seen = models.BooleanField(help_text="The corrected interval leaves zero out.")

    class Meta:
        ordering: ClassVar = ["trial", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trial", "number"], name="trial_look_once"),
            models.CheckConstraint(condition=Q(share_known__gt=0, share_known__lte=1), name="trial_look_share_0_to_1"),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id}: {self.number}"
