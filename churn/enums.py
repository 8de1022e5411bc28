"""Closed lists of leavers and calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Detection(models.TextChoices):
    """How we learned that a Client left."""

    RHYTHM = "rhythm", _("silent for longer than their own rhythm")
    RECENCY = "recency", _("silent for longer than the company's limit")
    TOLD = "told", _("told by a manager")


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
