"""Reminders of a visit: it is time to come again."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.enums import ReminderSkip, ReminderTiming
from clients.models.lists import Segment
from clients.models.people import Client
from company.models import User
from mailing.models import LetterTemplate


class VisitReminder(models.Model):
    """A rule: so many days after the last purchase, or at the Client's own rhythm, a letter says it is time.

    A share of the Clients (`held_out_percent`, chosen by a stable hash) gets no letter, so that the effect can be measured.
    """

    name = models.CharField(_("name"), max_length=80)
    segments = models.ManyToManyField(Segment, blank=True, verbose_name=_("segments"))
    product = models.CharField(_("what was bought contains"), max_length=80, blank=True)
    timing = models.CharField(_("when"), max_length=8, choices=ReminderTiming.choices, default=ReminderTiming.FIXED)
    after_days = models.PositiveSmallIntegerField(_("days after the last purchase"), null=True, blank=True)
    template = models.ForeignKey(LetterTemplate, models.PROTECT, verbose_name=_("letter"))
    held_out_percent = models.PositiveSmallIntegerField(_("get no letter, %"), default=10)
    is_active = models.BooleanField(_("goes on"), default=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-is_active", "name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="visit_reminder_has_name"),
            models.CheckConstraint(condition=Q(held_out_percent__lte=50), name="visit_reminder_held_out_at_most_half"),
            models.CheckConstraint(
                condition=Q(timing=ReminderTiming.FIXED, after_days__gte=1) | Q(timing=ReminderTiming.RHYTHM, after_days__isnull=True),
                name="visit_reminder_days_with_fixed_only",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReminderTurn(models.Model):
    """One Client whose time came by a rule after one last purchase: written to, held out, or left in peace for a reason."""

    reminder = models.ForeignKey(VisitReminder, models.CASCADE, related_name="turns")
    client = models.ForeignKey(Client, models.CASCADE, related_name="reminder_turns")
    last_day = models.DateField(help_text="The last purchase the reminder follows.")
    is_held_out = models.BooleanField()
    skip_reason = models.CharField(max_length=20, choices=ReminderSkip.choices, blank=True)
    due_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-due_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reminder", "client", "last_day"], name="reminder_turn_once"),
            models.CheckConstraint(condition=Q(due_on__gt=F("last_day")), name="reminder_turn_after_purchase"),
        ]

    def __str__(self) -> str:
        return f"{self.reminder}: {self.client}"
