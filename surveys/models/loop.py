"""Closing the loop: cases, promises made to those who asked, second scores, and the rules the company set for itself."""

import datetime as dt
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from company.enums import Role
from company.models import User
from surveys.enums import CaseKind, CaseOutcome, CaseState
from surveys.models.answers import Answer
from surveys.models.waves import Wave
from touchpoints.models import Action


def working_week() -> list[int]:
    """Return Monday (0) to Friday (4)."""
    return list(range(5))


class SurveySettings(models.Model):
    """The rules the company set for itself: a single row with id 1."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    rest_days = models.PositiveSmallIntegerField(_("no letters of any survey for, days"), default=30)
    reminders_break_rest = models.BooleanField(_("a reminder counts as one more letter"), default=False)
    case_hours = models.PositiveSmallIntegerField(_("working hours to answer a critic"), default=16)
    work_days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("working days"), default=working_week)
    work_from = models.PositiveSmallIntegerField(_("work begins, hours"), default=9)
    work_to = models.PositiveSmallIntegerField(_("work ends, hours"), default=18)
    case_owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name=_("who gets cases of critics"))
    silent_from_cents = models.BigIntegerField(_("silence of a Client worth this much opens a case"), null=True, blank=True)
    badge_token = models.CharField(max_length=32, blank=True)
    badge_is_on = models.BooleanField(_("show the badge"), default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="survey_settings_are_single"),
            models.CheckConstraint(condition=Q(work_from__lt=F("work_to"), work_to__lte=24), name="survey_settings_hours_ordered"),
            models.CheckConstraint(condition=Q(work_days__len__gte=1), name="survey_settings_some_work_day"),
            models.CheckConstraint(condition=Q(case_hours__gte=1), name="survey_settings_case_hours_positive"),
        ]

    def __str__(self) -> str:
        return "SurveySettings"


class CaseQuerySet(models.QuerySet["Case"]):
    """Words about cases."""

    def open(self) -> Self:
        """Return those not closed."""
        return self.exclude(state=CaseState.CLOSED)

    def overdue(self, now: dt.datetime) -> Self:
        """Return open ones whose deadline has passed."""
        return self.open().filter(due_at__lt=now)

    def visible_to(self, user: User) -> Self:
        """Return those the user may open: managers all, staff the ones they own."""
        return self if user.has_role(Role.MANAGER) else self.filter(owner=user)


class Case(models.Model):
    """A Client somebody must talk to: a critic, or a dear Client who kept silent. It has an owner and a deadline until it is closed."""

    kind = models.CharField(max_length=10, choices=CaseKind.choices)
    client = models.ForeignKey(Client, models.CASCADE, null=True, blank=True, related_name="cases")
    answer = models.OneToOneField(Answer, models.CASCADE, null=True, blank=True, related_name="case")
    wave = models.ForeignKey(
        Wave, models.CASCADE, null=True, blank=True, related_name="cases", help_text="The wave a silent Client kept silent in."
    )
    owner = models.ForeignKey(User, models.PROTECT, related_name="cases", verbose_name=_("owner"))
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.NEW)
    due_at = models.DateTimeField(_("deadline"))
    escalated_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=CaseOutcome.choices, blank=True)
    closing_note = models.TextField(_("what came of it"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = CaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(
                condition=(Q(kind=CaseKind.SILENCE) & Q(answer__isnull=True, wave__isnull=False, client__isnull=False))
                | (~Q(kind=CaseKind.SILENCE) & Q(answer__isnull=False)),
                name="case_has_cause",
            ),
            models.CheckConstraint(
                condition=(Q(state=CaseState.CLOSED, closed_at__isnull=False) & ~Q(closing_note="") & ~Q(outcome=""))
                | (~Q(state=CaseState.CLOSED) & Q(closed_at__isnull=True, outcome="")),
                name="case_closed_has_note",
            ),
            models.UniqueConstraint(fields=["wave", "client"], condition=Q(kind=CaseKind.SILENCE), name="case_of_silence_once"),
            models.UniqueConstraint(fields=["client"], condition=~Q(state=CaseState.CLOSED), name="case_open_once_per_client"),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at", "id"], condition=~Q(state=CaseState.CLOSED), name="case_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.client or self.answer}"


class CaseEvent(models.Model):
    """One entry in a case's log; rows are only added."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    state = models.CharField(max_length=10, choices=CaseState.choices, blank=True, help_text="The state it came to, if it changed.")
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.text or self.state


class Promise(models.Model):
    """What we will do because Clients asked for it. Owner, date, cost, touchpoints and evidence stand in its action.

    Once the action is done, those who asked get the letter: you asked, it is done.
    """

    action = models.OneToOneField(Action, models.CASCADE, related_name="promise")
    wording = models.CharField(_("the promise in the Clients' words"), max_length=300)
    subject = models.CharField(_("subject of the letter"), max_length=150)
    text = models.TextField(_("what the letter says"))
    locale = models.CharField(max_length=8, default="ru")
    asked_by = models.ManyToManyField(Answer, related_name="promises", help_text="The answers that ask for it.")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the letters were put in the outbox.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(wording=""), name="promise_has_wording")]

    def __str__(self) -> str:
        return self.wording


class SecondScore(models.Model):
    """The score asked again of the same person, after a promise was kept or a case was closed. The link's token is derived."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="second_scores", help_text="The first score.")
    promise = models.ForeignKey(Promise, models.CASCADE, null=True, blank=True, related_name="second_scores")
    case = models.OneToOneField(Case, models.CASCADE, null=True, blank=True, related_name="second_score")
    token_hash = models.BinaryField(max_length=32, unique=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    suspect_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=10), name="second_score_0_to_10"),
            models.CheckConstraint(
                condition=Q(score__isnull=True, answered_at__isnull=True) | Q(score__isnull=False, answered_at__isnull=False),
                name="second_score_has_time",
            ),
            models.CheckConstraint(
                condition=Q(promise__isnull=True, case__isnull=False) | Q(promise__isnull=False, case__isnull=True),
                name="second_score_has_cause",
            ),
            models.UniqueConstraint(fields=["promise", "answer"], condition=Q(promise__isnull=False), name="second_score_once_per_promise"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.score}"
