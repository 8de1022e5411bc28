"""Surveys that repeat, waves of asking, reminders, who was invited and who was taken out."""

import datetime as dt
from typing import ClassVar, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from company.models import User
from mailing.models import MailWave
from surveys.enums import Rhythm, SkipReason, SurveyAudience, WaveState
from surveys.models.audiences import AudienceRules, Contact
from surveys.models.questionnaires import Questionnaire

MOST_REMINDERS = 3


def every_weekday() -> list[int]:
    """Return Monday (0) to Sunday (6)."""
    return list(range(7))


class WavePlan(AudienceRules):
    """What a wave and a survey that makes waves have in common: whom, with what words, on which days and hours letters leave.

    Hours are those of the recipient's time zone; `hour_to` is exclusive.
    """

    audience = models.CharField(_("who is asked"), max_length=10, choices=SurveyAudience.choices, default=SurveyAudience.CLIENTS)
    rest_days = models.PositiveSmallIntegerField(_("leave in peace for, days"), default=90)
    subject = models.CharField(_("subject"), max_length=150)
    intro = models.TextField(_("text above the scale"), blank=True)
    spread_days = models.PositiveSmallIntegerField(_("spread over, days"), default=1)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("days of the week"), default=every_weekday)
    hour_from = models.PositiveSmallIntegerField(_("not before, hours"), default=0)
    hour_to = models.PositiveSmallIntegerField(_("not after, hours"), default=24)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(audience__in=SurveyAudience.values), name="%(class)s_audience_known"),
            models.CheckConstraint(condition=Q(spread_days__gte=1, spread_days__lte=60), name="%(class)s_spread_sane"),
            models.CheckConstraint(condition=Q(hour_from__lt=F("hour_to"), hour_to__lte=24), name="%(class)s_hours_ordered"),
            models.CheckConstraint(
                condition=Q(weekdays__len__gte=1, weekdays__contained_by=every_weekday()), name="%(class)s_weekdays_known"
            ),
        ]


class Survey(WavePlan):
    """A survey that repeats: it makes a wave each time its day comes, or one a month for Clients who bought some days ago.

    `always` makes a wave a month without letters, for doors: QR codes, tablets, the widget.
    """

    name = models.CharField(_("name"), max_length=120)
    locale = models.CharField(_("language"), max_length=8, default="ru")
    rhythm = models.CharField(_("how often"), max_length=16, choices=Rhythm.choices)
    next_on = models.DateField(_("next wave on"), null=True, blank=True)
    month_day = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The day wanted; shorter months take their last.")
    after_days = models.PositiveSmallIntegerField(_("days after a purchase"), null=True, blank=True)
    open_days = models.PositiveSmallIntegerField(_("answers are taken for, days"), default=14)
    is_active = models.BooleanField(_("goes on"), default=True)

    class Meta(WavePlan.Meta):
        ordering: ClassVar = ["-is_active", "name", "id"]
        constraints: ClassVar = [
            *WavePlan.Meta.constraints,
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="survey_rhythm_known"),
            models.CheckConstraint(condition=~Q(name=""), name="survey_has_name"),
            models.CheckConstraint(
                condition=Q(rhythm=Rhythm.AFTER_PURCHASE, after_days__isnull=False)
                | (~Q(rhythm=Rhythm.AFTER_PURCHASE) & Q(after_days__isnull=True)),
                name="survey_after_days_with_purchase_only",
            ),
            models.CheckConstraint(
                condition=Q(rhythm__in=Rhythm.rolling(), next_on__isnull=True)
                | (~Q(rhythm__in=Rhythm.rolling()) & Q(next_on__isnull=False)),
                name="survey_next_day_with_calendar_only",
            ),
            models.CheckConstraint(condition=Q(open_days__gte=1, open_days__lte=366), name="survey_open_days_sane"),
        ]

    def __str__(self) -> str:
        return self.name


class Wave(WavePlan):
    """One round of asking: wording, audience, letter, and the time it is open."""

    survey = models.ForeignKey(Survey, models.PROTECT, null=True, blank=True, related_name="waves")
    occurrence_key = models.CharField(max_length=20, blank=True, help_text="Which turn of its survey it is; a turn happens once.")
    name = models.CharField(_("name"), max_length=120)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="waves")
    state = models.CharField(max_length=8, choices=WaveState.choices, default=WaveState.DRAFT)
    public_token = models.CharField(max_length=32, unique=True)
    has_public_link = models.BooleanField(_("open a public link"), default=False)
    mail_wave = models.OneToOneField(MailWave, models.PROTECT, null=True, blank=True)
    planned_to = models.BigIntegerField(default=0, help_text="The last Client or contact (by id) whose invitation is planned.")
    planned_at = models.DateTimeField(null=True, blank=True, help_text="When the whole audience had been planned.")
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"))
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(WavePlan.Meta):
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            *WavePlan.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=WaveState.values), name="wave_state_known"),
            models.CheckConstraint(condition=~Q(state=WaveState.CLOSED) | Q(closed_at__isnull=False), name="wave_closed_has_time"),
            models.CheckConstraint(condition=Q(state=WaveState.DRAFT) | Q(starts_at__isnull=False), name="wave_started_has_time"),
            models.CheckConstraint(condition=Q(starts_at__isnull=True) | Q(closes_at__gt=F("starts_at")), name="wave_times_ordered"),
            models.CheckConstraint(condition=~Q(name=""), name="wave_has_name"),
            models.CheckConstraint(
                condition=Q(survey__isnull=True, occurrence_key="") | (Q(survey__isnull=False) & ~Q(occurrence_key="")),
                name="wave_of_survey_has_occurrence",
            ),
            models.UniqueConstraint(
                fields=["survey", "occurrence_key"], condition=Q(survey__isnull=False), name="wave_once_per_occurrence"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_being_planned(self) -> bool:
        """Say whether letters are still being made; a wave without a day of its own takes people in as it goes."""
        rolls = self.survey is not None and self.survey.rhythm in Rhythm.rolling()
        return self.state == WaveState.RUNNING and self.planned_at is None and not rolls

    def takes_answers(self, now: dt.datetime) -> bool:
        """Say whether an answer given now counts."""
        return self.state == WaveState.RUNNING and now < self.closes_at


class Reminder(models.Model):
    """The first, second or third letter to those who have not answered; of a survey, or of one wave, which keeps its own copy."""

    survey = models.ForeignKey(Survey, models.CASCADE, null=True, blank=True, related_name="reminders")
    wave = models.ForeignKey(Wave, models.CASCADE, null=True, blank=True, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    after_days = models.PositiveSmallIntegerField(_("days after the letter before"))
    subject = models.CharField(_("subject"), max_length=150)
    intro = models.TextField(_("text above the scale"), blank=True)
    mail_wave = models.OneToOneField(MailWave, models.PROTECT, null=True, blank=True, help_text="Of a wave only: its letters once planned.")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(survey__isnull=True, wave__isnull=False) | Q(survey__isnull=False, wave__isnull=True),
                name="reminder_of_survey_or_wave",
            ),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=MOST_REMINDERS), name="reminder_three_at_most"),
            models.CheckConstraint(condition=Q(after_days__gte=1), name="reminder_not_the_same_day"),
            models.UniqueConstraint(fields=["survey", "number"], condition=Q(survey__isnull=False), name="reminder_once_per_survey"),
            models.UniqueConstraint(fields=["wave", "number"], condition=Q(wave__isnull=False), name="reminder_once_per_wave"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.subject}"


class Removal(models.Model):
    """A Client somebody took out of a wave by hand: who did it and why, for the coverage audit."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="removals")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    reason = models.CharField(_("why"), max_length=300)
    removed_by = models.ForeignKey(User, models.SET_NULL, null=True)
    removed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "client"], name="removal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="removal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.wave}: {self.client}"


class Invitation(models.Model):
    """A Client or contact of a wave's audience. The token of the personal link is derived, never stored: only its hash is kept.

    With a `skip_reason` no letter was planned; the personal link works all the same.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations")
    client = models.ForeignKey(Client, models.CASCADE, null=True, blank=True, related_name="invitations")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="invitations")
    token_hash = models.BinaryField(max_length=32, unique=True)
    skip_reason = models.CharField(max_length=16, choices=SkipReason.choices, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When the letter may leave; empty without one.")
    opened_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "client"], name="invitation_once"),
            models.UniqueConstraint(fields=["wave", "contact"], name="invitation_once_per_contact"),
            models.CheckConstraint(
                condition=Q(client__isnull=True, contact__isnull=False) | Q(client__isnull=False, contact__isnull=True),
                name="invitation_of_client_or_contact",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], include=["client"], condition=Q(skip_reason=""), name="invitation_asked_at"),
            models.Index(fields=["wave"], include=["opened_at"], condition=Q(skip_reason=""), name="invitation_with_letter"),
            models.Index(fields=["wave"], include=["opened_at"], condition=Q(skip_reason=""), name="invitation_planned"),
        ]

    def __str__(self) -> str:
        return f"{self.wave}: {self.person}"

    @property
    def person(self) -> Client | Contact:
        """Who was invited."""
        return cast("Client | Contact", self.client or self.contact)
