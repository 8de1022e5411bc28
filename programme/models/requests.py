"""Requests of people about their data, and how long an answer may take."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from company.models import User
from programme.enums import RequestKind, RequestState, RequestTerm


class PrivacySettings(models.Model):
    """The rules of personal data the company set for itself: a single row with id 1."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    term = models.CharField(_("a request is answered within"), max_length=8, choices=RequestTerm.choices, default=RequestTerm.WORKING_DAYS)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="privacy_settings_are_single"),
            models.CheckConstraint(condition=Q(term__in=RequestTerm.values), name="privacy_settings_term_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_term_display())


class PersonRequest(models.Model):
    """What somebody asked about their data: a Client of ours, or a person we know only by what they wrote."""

    kind = models.CharField(_("what they want"), max_length=12, choices=RequestKind.choices)
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="+")
    who = models.CharField(_("who asks"), max_length=200, blank=True, help_text="Only of somebody who is no Client.")
    came_on = models.DateField(_("when it came"))
    due_on = models.DateField(_("answer by"))
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.OPEN)
    outcome = models.CharField(_("what was done"), max_length=300, blank=True)
    handled_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        verbose_name_plural = _("requests about personal data")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=RequestKind.values), name="person_request_kind_known"),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="person_request_state_known"),
            models.CheckConstraint(
                condition=Q(client__isnull=False, who="") | (Q(client__isnull=True) & ~Q(who="")), name="person_request_of_somebody"
            ),
            models.CheckConstraint(condition=Q(due_on__gt=models.F("came_on")), name="person_request_due_later"),
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN, handled_at__isnull=True)
                | (~Q(state=RequestState.OPEN) & Q(handled_at__isnull=False) & ~Q(outcome="")),
                name="person_request_handled_has_outcome",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_on"], condition=Q(state=RequestState.OPEN), name="person_request_waiting")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.client or self.who}"
