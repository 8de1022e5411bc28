"""States of messages, waves of mail and sending accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    """Where one message is; the edges between states are in `mailing/services.py` and in a database trigger."""

    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("taken by a worker")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("delivery unknown")
    SKIPPED = "skipped", _("skipped")
    CANCELLED = "cancelled", _("cancelled")


class MailWaveState(models.TextChoices):
    """Whether the messages of a wave may be claimed."""

    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    CANCELLED = "cancelled", _("cancelled")


class AccountState(models.TextChoices):
    """Whether a sending account may be used."""

    OPEN = "open", _("working")
    STOPPED = "stopped", _("stopped")
