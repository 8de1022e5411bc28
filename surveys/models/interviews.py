"""Calls to ask the three questions by phone."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from company.models import User
from surveys.enums import InterviewOutcome
from surveys.models.waves import Invitation


class InterviewAttempt(models.Model):
    """One call and what came of it; rows are only added. Without `call_again_at` nobody is called again in this wave."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="attempts")
    outcome = models.CharField(max_length=12, choices=InterviewOutcome.choices)
    has_consent = models.BooleanField(default=False, help_text="The consent line was read aloud and agreed to.")
    call_again_at = models.DateTimeField(null=True, blank=True)
    caller = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    called_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["called_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(outcome__in=InterviewOutcome.values), name="interview_outcome_known"),
            models.CheckConstraint(
                condition=~Q(outcome=InterviewOutcome.ANSWERED) | Q(has_consent=True), name="interview_answered_with_consent"
            ),
            models.CheckConstraint(
                condition=Q(call_again_at__isnull=True) | Q(outcome__in=InterviewOutcome.again()), name="interview_again_if_not_over"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=InterviewOutcome.LATER) | Q(call_again_at__isnull=False), name="interview_later_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation}: {self.outcome}"
