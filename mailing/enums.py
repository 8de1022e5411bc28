"""States of messages, waves of mail and sending accounts, and the only ways a message may go."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MessageState(models.TextChoices):
    """Where one message is."""

    QUEUED = "queued", pgettext_lazy("message", "queued")
    CLAIMED = "claimed", pgettext_lazy("message", "taken by a worker")
    SENDING = "sending", pgettext_lazy("message", "being sent")
    SENT = "sent", pgettext_lazy("message", "sent")
    FAILED = "failed", pgettext_lazy("message", "not delivered")
    UNKNOWN = "unknown", pgettext_lazy("message", "delivery unknown")
    SKIPPED = "skipped", pgettext_lazy("message", "skipped")
    CANCELLED = "cancelled", pgettext_lazy("message", "cancelled")


# A database trigger (migration 0001) refuses every other edge; a test compares the two.
LEGAL_EDGES: dict[MessageState, frozenset[MessageState]] = {
    MessageState.QUEUED: frozenset(
        {MessageState.CLAIMED, MessageState.SKIPPED, MessageState.CANCELLED, MessageState.FAILED},
    ),
    MessageState.CLAIMED: frozenset(
        {MessageState.SENDING, MessageState.QUEUED, MessageState.SKIPPED, MessageState.CANCELLED, MessageState.FAILED},
    ),
    MessageState.SENDING: frozenset({MessageState.SENT, MessageState.FAILED, MessageState.UNKNOWN, MessageState.QUEUED}),
    MessageState.UNKNOWN: frozenset({MessageState.SENT, MessageState.QUEUED}),
    MessageState.FAILED: frozenset({MessageState.QUEUED}),
    MessageState.SENT: frozenset(),
    MessageState.SKIPPED: frozenset(),
    MessageState.CANCELLED: frozenset(),
}


def sources_of(target: MessageState) -> list[MessageState]:
    """Return the states a message may come to the target from."""
    return [state for state, targets in LEGAL_EDGES.items() if target in targets]


class Reason(models.TextChoices):
    """Why a message ended as it did, where it was not simply sent. Senders may pass their own words when skipping."""

    SUPPRESSED = "suppressed", _("asked not to be written to")
    BAD_ADDRESS = "bad_address", _("the address is not an e-mail address")
    ANSWERED = "answered", _("has answered already")
    REPLACED = "replaced", _("another letter goes instead")
    ERASED = "erased", _("what we knew about the person was erased")
    RENDER = "render", _("the letter could not be put together")
    HARD = "hard", _("the server refused the address or the letter")
    POLICY = "policy", _("the server refuses mail from this sender")
    EXPIRED = "expired", _("time ran out before the server took it")
    NO_ANSWER = "no_answer", _("the server's answer was lost")
    LEASE_OVER = "lease_over", _("the worker vanished while sending")


class Phase(models.TextChoices):
    """The step of sending at which a try ended."""

    RENDER = "render", _("putting the letter together")
    CONNECT = "connect", _("connecting")
    LOGIN = "login", _("signing in to the mail server")
    SENDER = "sender", _("sender")
    RECIPIENT = "recipient", _("recipient")
    CONTENT = "content", _("the letter itself")
    ACCEPTED = "accepted", _("accepted")
    LEASE = "lease", _("the worker was not heard from")
    PERSON = "person", _("sent again by a person")


class MailWaveState(models.TextChoices):
    """Whether the messages of a wave may be claimed."""

    RUNNING = "running", pgettext_lazy("wave", "running")
    PAUSED = "paused", pgettext_lazy("wave", "paused")
    CANCELLED = "cancelled", pgettext_lazy("wave", "cancelled")


# How the reason of a pause begins that a share of failures brought about: `errors:12/50`.
ERRORS = "errors:"


class AccountState(models.TextChoices):
    """Whether a sending account may be used."""

    OPEN = "open", pgettext_lazy("account", "working")
    STOPPED = "stopped", pgettext_lazy("account", "stopped")
    FENCED = "fenced", pgettext_lazy("account", "held")


class EventKind(models.TextChoices):
    """What was decided about a wave or a mail server."""

    PAUSED = "paused", pgettext_lazy("event", "paused")
    RESUMED = "resumed", pgettext_lazy("event", "went on")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")
    SENT_AGAIN = "sent_again", pgettext_lazy("event", "letters sent again")
    STOPPED = "stopped", pgettext_lazy("event", "the mail server was stopped")
    STARTED = "started", pgettext_lazy("event", "the mail server was started")
    FENCED = "fenced", pgettext_lazy("event", "sending was held: the database looks restored")
    CONFIRMED = "confirmed", pgettext_lazy("event", "the restored database was confirmed")
    LIMITED = "limited", pgettext_lazy("event", "limits were changed")
    QUIETED = "quieted", pgettext_lazy("event", "quiet hours were changed")


class BounceKind(models.TextChoices):
    """What a mail system reported about a letter after it had taken it."""

    HARD = "hard", _("the address does not work")
    SOFT = "soft", _("not delivered, perhaps later")
    DELIVERED = "delivered", _("delivered")
    COMPLAINT = "complaint", _("marked as spam")


class TemplateKind(models.TextChoices):
    """What a letter written by the company is for; each kind has its own fixed placeholders."""

    PROMISE_KEPT = "promise_kept", _("you asked, it is done")
    SECOND_SCORE = "second_score", _("a second score after a talk")
    CASE_ALERT = "case_alert", _("alert: a critic answered")
    CASE_LATE = "case_late", _("alert: a case is late")
    VISIT_REMINDER = "visit_reminder", _("it is time for a visit")
    STAFF_SURVEY = "staff_survey", _("anonymous survey of employees")
    STAFF_REMINDER = "staff_reminder", _("anonymous survey of employees: a reminder")
    AUDIT_ASKED = "audit_asked", _("a walk over the touchpoints")
    AUDIT_LATE = "audit_late", _("an audit is waiting")
    GUEST_ASKED = "guest_asked", _("a mystery guest's link")
    ACTION_GIVEN = "action_given", _("an action was given to somebody")
    ACTION_LATE = "action_late", _("an action is due or late")
    WIN_BACK = "win_back", _("we have fixed it: a personal letter")
    TRIAL = "trial", _("an experiment's letter")
    MANNERS_ASKED = "manners_asked", _("please read our code of manners")
    BEACON_WELCOME = "beacon_welcome", _("welcome to a new colleague")
    PRAISED = "praised", _("a colleague said thank you")
    REFERRAL_THANKS = "referral_thanks", _("thanks for a Client who came by your word")
