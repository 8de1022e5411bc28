"""Closed lists of the programme."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    """How a colleague came to a page of ours."""

    LOGIN = "login", _("signed in")
    LINK = "link", _("by a personal link")
    CODE = "code", _("by the code on the wall")
    PAPER = "paper", _("signed on paper")


class PraiseState(models.TextChoices):
    """Whether colleagues see a praise."""

    WAITING = "waiting", _("waits for a manager's eye")
    SHOWN = "shown", _("on the board")
    HIDDEN = "hidden", _("not on the board")


class ReadingState(models.TextChoices):
    """How far a colleague is with a book."""

    READING = "reading", _("reading now")
    READ = "read", _("has read it")


class ToolStage(models.TextChoices):
    """What a part of the path is for."""

    COUNT = "count", pgettext_lazy("path", "Count")
    HEAR = "hear", pgettext_lazy("path", "Hear")
    KEEP = "keep", pgettext_lazy("path", "Keep")
    IMPROVE = "improve", pgettext_lazy("path", "Improve")


class Tool(models.TextChoices):
    """The tools of the method, in its order."""

    WORD = "word", _("Client with a capital letter")
    BEACON = "beacon", _("The definition as a beacon")
    LTV = "ltv", _("Value of a Client")
    SIGN = "sign", _("Show the number")
    NPS = "nps", "NPS"
    ENPS = "enps", "eNPS"
    MANNERS = "manners", _("Good manners")
    POINTS = "points", _("Touchpoints and audit")
    PHONE = "phone", _("Phone access")
    ACTIONS = "actions", _("Actions")
    POOL = "pool", _("Pool and pipes")
    CALLS = "calls", _("Calls to leavers")
    RETURNS = "returns", _("Fix and bring back")
    CHAIN = "chain", _("Chain of numbers and the main constraint")
    MOTIVES = "motives", _("What moves people")
    REMINDERS = "reminders", _("Reminders")
    SELLERS = "sellers", _("Everyone sells")
    PLAYBOOKS = "playbooks", _("Memos for surprises")


class ToolStatus(models.TextChoices):
    """How far a tool has come."""

    AHEAD = "ahead", pgettext_lazy("path", "ahead")
    GOING = "going", pgettext_lazy("path", "under way")
    WORKING = "working", pgettext_lazy("path", "works")


class KitKind(models.TextChoices):
    """Who is given a kit to bring Clients with."""

    EMPLOYEE = "employee", _("Employee")
    FORMER = "former", _("Employee who leaves")
    CANDIDATE = "candidate", _("Candidate we do not hire")
    CLIENT = "client", _("Client")
    PARTNER = "partner", _("Partner")


class EvidenceKind(models.TextChoices):
    """What shows that a tool works."""

    PHOTO = "photo", pgettext_lazy("evidence", "photo")
    NUMBER = "number", pgettext_lazy("evidence", "number")
    DOCUMENT = "document", pgettext_lazy("evidence", "document")


class SurpriseKind(models.TextChoices):
    """Whether a surprise is a good or a bad one."""

    BAD = "bad", pgettext_lazy("surprise", "bad")
    GOOD = "good", pgettext_lazy("surprise", "good")


class UseOutcome(models.TextChoices):
    """Whether a memo helped."""

    HELPED = "helped", _("helped")
    PARTLY = "partly", _("helped in part")
    NOT = "not", _("did not help")


class RequestKind(models.TextChoices):
    """What a person asks about their data."""

    ACCESS = "access", _("wants to know what we keep")
    CORRECTION = "correction", _("asks to correct")
    ERASURE = "erasure", _("asks to erase")
    WITHDRAWAL = "withdrawal", _("takes the consent back")


class RequestState(models.TextChoices):
    """Where a request about personal data is."""

    OPEN = "open", pgettext_lazy("request", "waits")
    DONE = "done", pgettext_lazy("request", "done")
    REFUSED = "refused", pgettext_lazy("request", "refused")


class RequestTerm(models.TextChoices):
    """By when a request must be answered."""

    WORKING_DAYS = "work_10", _("10 working days (Russia, 152-FZ)")
    MONTH = "month", _("one month (GDPR)")
