"""The outbox: every message, what happened to it, and who must not be written to."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.models import User
from mailing.enums import AccountState, MailWaveState, MessageState, Phase, Reason


class SmtpAccount(models.Model):
    """A mail server messages leave through, with its own speed limit and breaker. The default one has id 1."""

    name = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=8, choices=AccountState.choices, default=AccountState.OPEN)
    stopped_reason = models.TextField(blank=True)
    rate_per_second = models.FloatField(default=20)
    burst = models.PositiveIntegerField(default=100)
    tokens = models.FloatField(default=100)
    refilled_at = models.DateTimeField(default=timezone.now)
    open_until = models.DateTimeField(null=True, blank=True, help_text="The breaker: nothing is claimed before this moment.")
    fail_streak = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rate_per_second__gt=0), name="smtp_account_rate_positive"),
            models.CheckConstraint(condition=Q(tokens__gte=0), name="smtp_account_tokens_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """One immutable version of a letter: subject, text and HTML with `{placeholders}` filled from a message's context."""

    name = models.CharField(max_length=120)
    locale = models.CharField(max_length=8, default="ru")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(help_text="Trusted markup; placeholder values are escaped when filled in.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class MailWave(models.Model):
    """A set of messages planned together. Planning the same (kind, occurrence) twice finds the same row."""

    kind = models.CharField(max_length=40)
    occurrence_key = models.CharField(max_length=80)
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="waves")
    account = models.ForeignKey(SmtpAccount, models.PROTECT, related_name="waves")
    state = models.CharField(max_length=10, choices=MailWaveState.choices, default=MailWaveState.RUNNING)
    paused_reason = models.TextField(blank=True, help_text="What the mail server said, when the outbox paused the wave by itself.")
    sender_refusals = models.PositiveSmallIntegerField(default=0, help_text="How often in a row the server refused the sender.")
    not_before = models.DateTimeField()
    window_end = models.DateTimeField()
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "occurrence_key"], name="mail_wave_once"),
            models.CheckConstraint(condition=Q(window_end__gt=F("not_before")), name="mail_wave_window_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.occurrence_key}"


class Message(models.Model):
    """The outbox row: one letter to one address. It is put on the wire at most once."""

    wave = models.ForeignKey(MailWave, models.PROTECT, related_name="messages")
    external_key = models.CharField(max_length=64, help_text="What the sender calls this recipient, such as an invitation's id.")
    recipient_key = models.BinaryField(max_length=32, help_text="HMAC of the normalised address; survives erasure.")
    to_address = models.EmailField()
    to_name = models.CharField(max_length=160, blank=True)
    context = models.JSONField(default=dict)
    link = models.JSONField(default=dict, help_text="What the recipient's personal link is derived from, see mailing/links.py.")
    message_id = models.CharField(max_length=120, unique=True, help_text="The Message-ID header, fixed when planned.")
    unsubscribe_hash = models.BinaryField(max_length=32, unique=True, help_text="The token itself is derived, see mailing/links.py.")
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    reason = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now, help_text="Not before this moment; the only place time lives.")
    expires_at = models.DateTimeField(help_text="Not after this moment: the end of the wave's window, later if a person sends again.")
    lease_until = models.DateTimeField(null=True, blank=True)
    owner = models.UUIDField(null=True, blank=True)
    attempt_id = models.UUIDField(null=True, blank=True)
    smtp_code = models.PositiveSmallIntegerField(null=True, blank=True)
    server_reply = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "recipient_key"], name="message_once_per_address"),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state_known"),
            models.CheckConstraint(condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False), name="message_sent_has_time"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], condition=Q(state=MessageState.QUEUED), name="message_due"),
            models.Index(
                fields=["lease_until"], condition=Q(state__in=[MessageState.CLAIMED, MessageState.SENDING]), name="message_leased"
            ),
            models.Index(fields=["wave", "external_key"], name="message_by_external_key"),
            models.Index(fields=["wave", "state"], name="message_by_wave_state"),
            models.Index(fields=["recipient_key"], name="message_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.to_address} ({self.state})"

    @property
    def reason_text(self) -> str:
        """Why it ended so, in words where we know them."""
        return str(Reason(self.reason).label) if self.reason in Reason.values else self.reason


class MessageAttempt(models.Model):
    """What one try to send ended with; rows are only added."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="tries")
    attempt_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    phase = models.CharField(max_length=20, choices=Phase.choices)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, help_text="The person who sent it again.")

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.phase} {self.code or ''}"


class Suppression(models.Model):
    """An address nothing may be sent to, kept as a keyed hash so that it outlives the person's erasure."""

    recipient_key = models.BinaryField(max_length=32)
    scope = models.CharField(max_length=40, default="all")
    reason = models.CharField(max_length=40)
    source = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["recipient_key", "scope"], name="suppression_once")]

    def __str__(self) -> str:
        return f"{self.scope}: {self.reason}"


class Heartbeat(models.Model):
    """When a background job was last seen, by name: the worker, the beat, a drain of the outbox."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    note = models.CharField(_("note"), max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
