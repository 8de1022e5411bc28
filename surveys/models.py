"""NPS surveys: wording, waves, invitations and answers."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Segment, ValueBand
from company.models import Branch, User
from mailing.models import MailWave
from surveys.enums import AnswerChannel, AnswerGroup, SkipReason, SuspectReason, WaveState
from touchpoints.models import Action


class Questionnaire(models.Model):
    """One version of the three questions in one language; a changed wording is a new row. `{company}` stands for the firm's name."""

    locale = models.CharField(max_length=8, default="ru")
    score_question = models.CharField(_("score question"), max_length=300)
    low_label = models.CharField(_("label at 0"), max_length=80)
    high_label = models.CharField(_("label at 10"), max_length=80)
    why_question = models.CharField(_("reason question"), max_length=300)
    ten_question = models.CharField(_("question about a 10"), max_length=300)
    promoter_question = models.CharField(_("question for 9 and 10"), max_length=300)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.score_question


class Wave(models.Model):
    """One round of asking: wording, audience, letter, and the time it is open."""

    name = models.CharField(_("name"), max_length=120)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="waves")
    state = models.CharField(max_length=8, choices=WaveState.choices, default=WaveState.DRAFT)
    branches = models.ManyToManyField(Branch, blank=True, verbose_name=_("branches"))
    segments = models.ManyToManyField(Segment, blank=True, verbose_name=_("segments"))
    bands = models.ManyToManyField(ValueBand, blank=True, verbose_name=_("value bands"))
    active_within_days = models.PositiveSmallIntegerField(_("bought within, days"), null=True, blank=True)
    rest_days = models.PositiveSmallIntegerField(_("leave in peace for, days"), default=90)
    subject = models.CharField(_("subject"), max_length=150)
    intro = models.TextField(_("text above the scale"), blank=True)
    public_token = models.CharField(max_length=32, unique=True)
    has_public_link = models.BooleanField(_("open a public link"), default=False)
    mail_wave = models.OneToOneField(MailWave, models.PROTECT, null=True, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"))
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=WaveState.values), name="wave_state_known"),
            models.CheckConstraint(condition=~Q(state=WaveState.CLOSED) | Q(closed_at__isnull=False), name="wave_closed_has_time"),
            models.CheckConstraint(condition=Q(state=WaveState.DRAFT) | Q(starts_at__isnull=False), name="wave_started_has_time"),
            models.CheckConstraint(condition=Q(starts_at__isnull=True) | Q(closes_at__gt=F("starts_at")), name="wave_times_ordered"),
            models.CheckConstraint(condition=~Q(name=""), name="wave_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def takes_answers(self, now: dt.datetime) -> bool:
        """Say whether an answer given now counts."""
        return self.state == WaveState.RUNNING and now < self.closes_at


class Invitation(models.Model):
    """A Client of a wave's audience. The token of the personal link is derived, never stored: only its hash is kept.

    With a `skip_reason` no letter was planned; the personal link works all the same.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations")
    client = models.ForeignKey(Client, models.CASCADE, related_name="invitations")
    token_hash = models.BinaryField(max_length=32, unique=True)
    skip_reason = models.CharField(max_length=16, choices=SkipReason.choices, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["wave", "client"], name="invitation_once")]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], include=["client"], condition=Q(skip_reason=""), name="invitation_asked_at"),
        ]

    def __str__(self) -> str:
        return f"{self.wave}: {self.client}"


class Answer(models.Model):
    """What a respondent said. A score of 0 is a score; branch and segment are those of the day of the answer."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="answers")
    invitation = models.OneToOneField(Invitation, models.SET_NULL, null=True, blank=True, related_name="answer")
    client = models.ForeignKey(Client, models.SET_NULL, null=True, blank=True, related_name="answers")
    channel = models.CharField(max_length=8, choices=AnswerChannel.choices)
    score = models.PositiveSmallIntegerField()
    why = models.TextField(blank=True)
    ten = models.TextField(blank=True)
    call_me = models.BooleanField(default=False)
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, blank=True)
    locale = models.CharField(max_length=8, default="ru")
    submission_key = models.UUIDField(unique=True, help_text="A form sent twice is one answer.")
    suspect_reason = models.CharField(max_length=40, choices=SuspectReason.choices, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)
    corrected_at = models.DateTimeField(null=True, blank=True)
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-answered_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=10), name="answer_score_0_to_10"),
            models.CheckConstraint(condition=Q(channel__in=AnswerChannel.values), name="answer_channel_known"),
            models.CheckConstraint(condition=Q(suspect_reason__in=["", *SuspectReason.values]), name="answer_suspicion_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["wave", "score"], name="answer_wave_score"),
            models.Index(fields=["-answered_at", "-id"], condition=~(Q(why="") & Q(ten="")), name="answer_comments"),
        ]

    def __str__(self) -> str:
        return f"{self.score}: {self.why[:40]}"

    @property
    def group(self) -> AnswerGroup:
        """Whose answer it is by its score."""
        return AnswerGroup.of(self.score)

    @property
    def has_text(self) -> bool:
        """Say whether anything was written."""
        return bool(self.why or self.ten)


class PostWindow(models.Model):
    """How many answers one network address has posted to one wave lately; the address is kept only as a keyed hash."""

    key = models.BinaryField(primary_key=True, max_length=32)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at:%H:%M}"
