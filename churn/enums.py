"""Closed lists of leavers and calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Detection(models.TextChoices):
    """How we learned that a Client left."""

    RHYTHM = "rhythm", _("silent for longer than their own rhythm")
    RECENCY = "recency", _("silent for longer than the company's limit")
    MODEL = "model", _("the model says they will hardly buy again")
    TOLD = "told", _("told by a manager")


class Detector(models.TextChoices):
    """A way to tell from purchases alone who has left."""

    RHYTHM = "rhythm", _("the Client's own rhythm")
    RECENCY = "recency", _("the same limit of silence for everybody")
    MODEL = "model", _("the model's chance that they still buy")


class DetectorGroup(models.TextChoices):
    """Clients with so few purchase days that they have no rhythm yet are judged apart."""

    FEW = "few", _("one or two purchases")
    RHYTHM = "rhythm", _("three purchases or more")


class SignKind(models.TextChoices):
    """What may come before leaving."""

    CRITIC = "critic", _("gave a score of 0 to 6")
    NEUTRAL = "neutral", _("gave a score of 7 or 8")
    SCORE_FELL = "score_fell", _("scored lower than the time before")
    SILENT = "silent", _("did not answer an invitation")
    COMPLAINT = "complaint", _("complained or had a conflict with us")
    CASE_LATE = "case_late", _("waited too long for our answer")
    PROMISE_BROKEN = "promise_broken", _("we promised something and have not done it")
    RARER = "rarer", _("buys more rarely than before")
    SMALLER = "smaller", _("spends less than before")


class LeaverState(models.TextChoices):
    """Where the case of a leaver stands."""

    QUEUED = "queued", _("in the queue")
    TALKED = "talked", _("talked to")
    CLOSED = "closed", _("closed")
    RETURNED = "returned", _("came back")


OPEN_STATES = [LeaverState.QUEUED, LeaverState.TALKED]


class CallOutcome(models.TextChoices):
    """How a call ended."""

    TALKED = "talked", _("We talked")
    NO_ANSWER = "no_answer", _("No answer")
    LATER = "later", _("Later")


class ReasonGroup(models.TextChoices):
    """The three roots of the tree of reasons."""

    COMPETITORS = "competitors", _("Competitors")
    OUTSIDE = "outside", _("Outside reasons")
    OURSELVES = "ourselves", _("Ourselves")


class QueueMonth(models.IntegerChoices):
    """The groups of the queue, freshest first."""

    FIRST = 1, _("Left within a month")
    SECOND = 2, _("2 months ago")
    THIRD = 3, _("3 months ago")
    OLDER = 4, _("Earlier")
    REHEARSAL = 5, _("Rehearsal")


class ReasonStep(models.TextChoices):
    """What happened to a reason in the tree."""

    ADDED = "added", pgettext_lazy("reason", "added")
    RENAMED = "renamed", pgettext_lazy("reason", "renamed")
    MOVED = "moved", pgettext_lazy("reason", "moved")
    MARKED = "marked", pgettext_lazy("reason", "marked anew")
    MERGED = "merged", pgettext_lazy("reason", "merged")
    ARCHIVED = "archived", pgettext_lazy("reason", "put into the archive")
    RESTORED = "restored", pgettext_lazy("reason", "brought back")


class ReasonCut(models.TextChoices):
    """What leavers are compared by."""

    MONTH = "month", pgettext_lazy("cut", "By month")
    BRANCH = "branch", pgettext_lazy("cut", "By branch")
    RESPONSIBLE = "responsible", pgettext_lazy("cut", "By responsible person")
    BAND = "band", pgettext_lazy("cut", "By value")
    SEGMENT = "segment", pgettext_lazy("cut", "By segment")
    KIND = "kind", pgettext_lazy("cut", "By how often they bought")


class PurchaseKind(models.TextChoices):
    """How often somebody has bought so far."""

    ONCE = "once", _("bought once")
    TWICE = "twice", _("bought twice")
    REGULAR = "regular", _("bought three times or more")


class ReasonView(models.TextChoices):
    """Which leavers stand behind a figure."""

    LEFT = "left", _("Everybody who left")
    EXPLAINED = "explained", _("They said why")
    UNEXPLAINED = "unexplained", _("We do not know why")
    JUDGED = "judged", _("Judged in a talk")
    WITHIN = "within", _("We could have kept them")


class CampaignState(models.TextChoices):
    """Where a campaign of returning stands."""

    DRAFT = "draft", pgettext_lazy("campaign", "being prepared")
    RUNNING = "running", pgettext_lazy("campaign", "running")
    CLOSED = "closed", pgettext_lazy("campaign", "closed")


class ReturnWay(models.TextChoices):
    """How a Client is told that we have fixed it."""

    CALL = "call", _("a call")
    EMAIL = "email", _("a letter by e-mail")
    POST = "post", _("a letter by post")


class ReturnState(models.TextChoices):
    """How far telling one Client got."""

    WAITING = "waiting", pgettext_lazy("letter", "to be written")
    READY = "ready", pgettext_lazy("letter", "ready")
    TOLD = "told", pgettext_lazy("letter", "told")
    SKIPPED = "skipped", pgettext_lazy("letter", "left in peace")


class ReturnSkip(models.TextChoices):
    """Why a Client of a campaign is left in peace, beside those held out."""

    DO_NOT_DISTURB = "do_not_disturb", _("asked not to be disturbed")
    NO_CONTACT = "no_contact", _("neither phone nor address")
    CAME_BACK = "came_back", _("has come back already")
    BY_HAND = "by_hand", _("taken out by a person")
    COMPARED = "compared", _("told nothing for now, to compare in another campaign")


class LedgerPart(models.TextChoices):
    """What a figure of the ledger of leaving is made of."""

    ALL = "all", pgettext_lazy("ledger", "everybody who left")
    TOLD = "told", pgettext_lazy("ledger", "somebody told us")
    ASKED = "asked", pgettext_lazy("ledger", "we asked them")
    SILENT = "silent", pgettext_lazy("ledger", "left without a word")
    BACK = "back", pgettext_lazy("ledger", "came back")
