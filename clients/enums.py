"""Closed lists of Clients and imports."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(models.TextChoices):
    """The steps of an import, in order; `failed` and `undone` are ends beside `done`."""

    UPLOADED = "uploaded", _("file received")
    CHECK_DUE = "check_due", _("waiting for the check")
    CHECKING = "checking", _("checking rows")
    CHECKED = "checked", _("checked")
    LOAD_DUE = "load_due", _("waiting to load")
    LOADING = "loading", _("loading")
    DONE = "done", _("loaded")
    UNDO_DUE = "undo_due", _("waiting to be undone")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("failed")

    @classmethod
    def working(cls) -> list[str]:
        """Return the states in which a worker has something to do."""
        return [cls.CHECK_DUE.value, cls.CHECKING.value, cls.LOAD_DUE.value, cls.LOADING.value, cls.UNDO_DUE.value]


class ReminderTiming(models.TextChoices):
    """What a reminder of a visit counts from the last purchase."""

    FIXED = "fixed", _("a fixed number of days")
    RHYTHM = "rhythm", _("the Client's own rhythm")


class ReminderSkip(models.TextChoices):
    """Why a Client whose time came gets no reminder, beside the held-out ones."""

    NO_EMAIL = "no_email", _("has no e-mail")
    DO_NOT_MAIL = "do_not_mail", _("asked not to be written to")
    SUPPRESSED = "suppressed", _("unsubscribed, or the address does not work")
    OTHER_REMINDER = "other_reminder", _("another reminder has written after the same purchase")


class Presence(models.TextChoices):
    """Whether a Client still buys."""

    ACTIVE = "active", _("Active")
    LEFT = "left", _("Left")
    NEVER = "never", _("No purchases yet")


class ImportField(models.TextChoices):
    """What a column of a file can be."""

    SKIP = "", _("Do not load")
    CLIENT_ID = "client_id", _("Client's number")
    NAME = "name", _("Name")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    BRANCH = "branch", _("Branch")
    SEGMENT = "segment", _("Segment")
    CHANNEL = "channel", _("Where from")
    RESPONSIBLE = "responsible", _("Responsible person")
    BROUGHT_BY = "brought_by", _("Who brought them")
    SENT_BY = "sent_by", _("Number of the Client who sent them")
    PURCHASE_ID = "purchase_id", _("Purchase number")
    DAY = "day", _("Purchase date")
    AMOUNT = "amount", _("Amount")
    PRODUCT = "product", _("What was bought")


class IncidentKind(models.TextChoices):
    """What went wrong between a Client and us."""

    COMPLAINT = "complaint", pgettext_lazy("incident", "complaint")
    CONFLICT = "conflict", pgettext_lazy("incident", "conflict")


class MarkKind(models.TextChoices):
    """What only people who serve a Client can say."""

    DEMANDS = "demands", _("demands much")
    RUDE = "rude", _("is rude")


class MarkDegree(models.IntegerChoices):
    """How strongly a mark speaks."""

    LITTLE = 1, _("a little")
    CLEARLY = 2, _("clearly")
    UNBEARABLY = 3, _("unbearably")


class RecommenderKind(models.TextChoices):
    """Who brings Clients without being one."""

    EMPLOYEE = "employee", _("employee")
    CANDIDATE = "candidate", _("candidate")
    PARTNER = "partner", _("partner")


class SourceKind(models.TextChoices):
    """Where a Client came from. A person counts before a channel."""

    EMPLOYEE = "employee", _("employees")
    FORMER = "former", _("former employees")
    CANDIDATE = "candidate", _("candidates")
    CLIENT = "client", _("Clients")
    PARTNER = "partner", _("partners")
    CHANNEL = "channel", _("a channel, no person named")
    UNKNOWN = "unknown", _("nobody knows")

    @classmethod
    def people(cls) -> list["SourceKind"]:
        """Return the kinds that are people."""
        return [cls.EMPLOYEE, cls.FORMER, cls.CANDIDATE, cls.CLIENT, cls.PARTNER]


class LeadState(models.TextChoices):
    """What has become of somebody who came by a link."""

    WAITING = "waiting", pgettext_lazy("lead", "waits for a call")
    CLIENT = "client", pgettext_lazy("lead", "became a Client")
    KNOWN = "known", pgettext_lazy("lead", "was a Client already")
    REFUSED = "refused", pgettext_lazy("lead", "does not want to")
