"""Closed lists of surveys."""

from django.db import models
from django.utils.translation import gettext_lazy as _

FIRST_PASSIVE, FIRST_PROMOTER = 7, 9


class WaveState(models.TextChoices):
    """The life of a wave."""

    DRAFT = "draft", _("draft")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")


class AnswerChannel(models.TextChoices):
    """By which road an answer came."""

    EMAIL = "email", _("e-mail")
    LINK = "link", _("personal link")
    PUBLIC = "public", _("public link")


class AnswerGroup(models.TextChoices):
    """Who an answer makes its author: 0-6, 7-8, 9-10."""

    DETRACTOR = "detractor", _("detractor")
    PASSIVE = "passive", _("passive")
    PROMOTER = "promoter", _("promoter")

    @classmethod
    def of(cls, score: int) -> "AnswerGroup":
        """Return the group a score belongs to."""
        if score >= FIRST_PROMOTER:
            return cls.PROMOTER
        return cls.PASSIVE if score >= FIRST_PASSIVE else cls.DETRACTOR


class SuspectReason(models.TextChoices):
    """Why an answer may not come from a person; such answers are shown apart and never deleted."""

    TOO_FAST = "too_fast", _("sent sooner than a person reads")
    HONEYPOT = "honeypot", _("a hidden field was filled in")
    NO_PAGE = "no_page", _("sent without opening the page")


class SkipReason(models.TextChoices):
    """Why somebody in the audience gets no letter."""

    NO_EMAIL = "no_email", _("no e-mail")
    DO_NOT_MAIL = "do_not_mail", _("asked not to be written to")
    SUPPRESSED = "suppressed", _("unsubscribed")
    RECENTLY_ASKED = "recently_asked", _("asked not long ago")
    SAME_ADDRESS = "same_address", _("another Client has this address")
