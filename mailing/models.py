"""The outbox: every message, what happened to it, and who must not be written to."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from company.models import User
from mailing.enums import ERRORS, AccountState, BounceKind, EventKind, MailWaveState, MessageState, Phase, Reason, TemplateKind


def in_words(note: str) -> str:
    """Return a note of the outbox for people: a share of failures is kept as figures, the server's words as they are."""
    if not note.startswith(ERRORS):
        return note
    failed, _sign, finished = note.removeprefix(ERRORS).partition("/")
    return gettext("%(failed)s letters of %(finished)s were not delivered") % {"failed": failed, "finished": finished}


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
    domain_rate_per_minute = models.PositiveIntegerField(null=True, blank=True, help_text="To one domain; empty: no limit.")
    day_quota = models.PositiveIntegerField(null=True, blank=True, help_text="Letters a day, for warming up; empty: no limit.")
    quota_day = models.DateField(null=True, blank=True)
    day_used = models.PositiveIntegerField(default=0)
    domain_cursor = models.CharField(max_length=255, blank=True, help_text="The domain served last: the next turn begins after it.")
    claim_seq = models.BigIntegerField(default=0, help_text="Grows with every claim; a copy outside the database is the restore fence.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rate_per_second__gt=0), name="smtp_account_rate_positive"),
            models.CheckConstraint(condition=Q(tokens__gte=0), name="smtp_account_tokens_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class DomainPace(models.Model):
    """The bucket of letters one domain may get through one account now."""

    account = models.ForeignKey(SmtpAccount, models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=255)
    tokens = models.FloatField()
    refilled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "domain"], name="domain_pace_once"),
            models.CheckConstraint(condition=Q(tokens__gte=0), name="domain_pace_not_negative"),
        ]

    def __str__(self) -> str:
        return self.domain


class MailSettings(models.Model):
    """When letters are not sent, in the recipient's time zone: from `quiet_from` to `quiet_to` o'clock; equal hours mean no quiet."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    quiet_from = models.PositiveSmallIntegerField(_("quiet from, hours"), default=22)
    quiet_to = models.PositiveSmallIntegerField(_("quiet to, hours"), default=8)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="mail_settings_are_single"),
            models.CheckConstraint(condition=Q(quiet_from__lte=23, quiet_to__lte=23), name="mail_settings_hours_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.quiet_from}-{self.quiet_to}"


class LetterTemplate(models.Model):
    """A letter the company wrote for a purpose; the newest row of a kind, language and series is in force.

    Plain text with `{placeholders}` from the kind's fixed list; `button` is the call to action, an empty one is flagged.
    """

    kind = models.CharField(_("purpose"), max_length=20, choices=TemplateKind.choices)
    locale = models.CharField(_("language"), max_length=8, default="ru")
    series = models.CharField(max_length=40, blank=True, help_text="Keeps letters of one kind apart; empty: the kind's own.")
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"))
    button = models.CharField(_("words on the button"), max_length=60, blank=True)
    button_url = models.URLField(_("where the button leads"), blank=True, help_text="Empty where Mayak puts the recipient's own link.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(kind__in=TemplateKind.values), name="letter_template_kind_known")]
        indexes: ClassVar = [models.Index(fields=["kind", "locale", "series", "-id"], name="letter_template_in_force")]

    def __str__(self) -> str:
        return self.subject


class Letter(models.Model):
    """One immutable version of a letter: subject, text and HTML with `{placeholders}` filled from a message's context."""

    name = models.CharField(max_length=120)
    locale = models.CharField(max_length=8, default="ru")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(help_text="Trusted markup; placeholder values are escaped when filled in.")
    template = models.ForeignKey(LetterTemplate, models.SET_NULL, null=True, blank=True, related_name="letters")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class LetterLink(models.Model):
    """A link in a letter whose clicks are counted by ourselves."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="links")
    number = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=80)
    url = models.URLField(max_length=500)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["letter", "number"], name="letter_link_once")]

    def __str__(self) -> str:
        return self.label


class MailWave(models.Model):
    """A set of messages planned together. Planning the same (kind, occurrence) twice finds the same row."""

    kind = models.CharField(max_length=40)
    occurrence_key = models.CharField(max_length=80)
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="waves")
    account = models.ForeignKey(SmtpAccount, models.PROTECT, related_name="waves")
    state = models.CharField(max_length=10, choices=MailWaveState.choices, default=MailWaveState.RUNNING)
    paused_reason = models.TextField(blank=True, help_text="What the mail server said, when the outbox paused the wave by itself.")
    sender_refusals = models.PositiveSmallIntegerField(default=0, help_text="How often in a row the server refused the sender.")
    finished = models.PositiveIntegerField(default=0, help_text="Letters that came to an end since the wave last went on.")
    failed = models.PositiveIntegerField(default=0, help_text="Of these, not delivered: a high share pauses the wave.")
    not_before = models.DateTimeField()
    window_end = models.DateTimeField()
    keeps_quiet_hours = models.BooleanField(default=False, help_text="Letters to Clients do; alerts to colleagues do not.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "occurrence_key"], name="mail_wave_once"),
            models.CheckConstraint(condition=Q(window_end__gt=F("not_before")), name="mail_wave_window_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.occurrence_key}"

    @property
    def paused_text(self) -> str:
        """Why the outbox paused it, in words."""
        return in_words(self.paused_reason)


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
    domain = models.CharField(max_length=255, blank=True, help_text="Of the address, in ASCII: limits go by it.")
    zone = models.CharField(max_length=64, blank=True, help_text="The recipient's time zone; empty: the company's.")
    bounce_hash = models.BinaryField(max_length=32, unique=True, null=True, help_text="Of the token in the return path, which is derived.")
    bounced_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="Where a provider or a DSN said so.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "recipient_key"], name="message_once_per_address"),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state_known"),
            models.CheckConstraint(condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False), name="message_sent_has_time"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["wave", "next_at", "id"], condition=Q(state=MessageState.QUEUED), name="message_due_by_wave"),
            models.Index(fields=["wave", "domain", "next_at", "id"], condition=Q(state=MessageState.QUEUED), name="message_due_by_domain"),
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


class Bounce(models.Model):
    """One report about a letter from a mail system or a provider; the same report twice is one row."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="bounces")
    report_key = models.CharField(max_length=120, unique=True, help_text="What makes a report the same report.")
    kind = models.CharField(max_length=10, choices=BounceKind.choices)
    status = models.CharField(max_length=12, blank=True, help_text="Enhanced status code of RFC 3463.")
    text = models.TextField(blank=True)
    source = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"


class Click(models.Model):
    """A person followed a counted link of a letter."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="clicks")
    link = models.ForeignKey(LetterLink, models.CASCADE, related_name="clicks")
    n = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "link"], name="click_once_per_link")]

    def __str__(self) -> str:
        return f"{self.link}: {self.n}"


class MailEvent(models.Model):
    """What a person, or the outbox by itself, decided about a wave or an account; rows are only added."""

    wave = models.ForeignKey(MailWave, models.CASCADE, null=True, blank=True, related_name="events")
    account = models.ForeignKey(SmtpAccount, models.CASCADE, null=True, blank=True, related_name="events")
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    what = models.CharField(max_length=20, choices=EventKind.choices)
    note = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return self.what

    @property
    def note_text(self) -> str:
        """The note in words."""
        return in_words(self.note)


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
