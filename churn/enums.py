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
