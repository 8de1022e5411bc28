"""Closed lists of the price of a Client."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ModelKind(models.TextChoices):
    """A model of when Clients buy and when they stop."""

    MBG_NBD = "mbg_nbd", _("MBG/NBD: may leave after any purchase, the first one too")
    PARETO_NBD = "pareto_nbd", _("Pareto/NBD: may leave at any moment")
    BG_NBD = "bg_nbd", _("BG/NBD: may leave after a repeat purchase; for reference only")
    GAMMA_GAMMA = "gamma_gamma", _("Gamma-Gamma: how much a Client spends at a time")


class ModelGapKind(models.TextChoices):
    """What keeps a model from being fitted."""

    BUYERS = "buyers", _("too few buyers")
    DAYS = "days", _("too short a history")
    REPEATERS = "repeaters", _("too few who came back")
    WAITING = "waiting", _("not counted yet")


class ScoreDimension(models.TextChoices):
    """How the scores of a night are split."""

    ALL = "all", _("everybody")
    SEGMENT = "segment", _("segment")
    BRANCH = "branch", _("branch")
    CHANNEL = "channel", _("channel")
    COHORT = "cohort", _("month of the first purchase")


class CheckSource(models.TextChoices):
    """By what the money of a purchase day to come is counted."""

    GAMMA_GAMMA = "gamma_gamma", _("Gamma-Gamma: each Client's own days and those of all")
    CORRELATED = "correlated", _("mean check of the segment: those who buy more often also spend differently")
    NO_FIT = "no_fit", _("mean check of the segment: the money does not settle a model")


class BuyersOrder(models.TextChoices):
    """By what those who will buy soon are told from the others."""

    RECENCY = "recency", _("Days since the last purchase")
    MBG_BUYS = "mbg_buys", _("MBG/NBD: the chance of a purchase")
    PARETO_EXPECTED = "pareto_expected", _("Pareto/NBD: purchases to expect")


class FigureSource(models.TextChoices):
    """How a figure of a month came here."""

    TYPED = "typed", _("typed in")
    FILE = "file", _("loaded from a table")
    API = "api", _("sent by another system")


class TrialKind(models.TextChoices):
    """What is done to the told part of an experiment."""

    LETTER = "letter", _("A letter")
    CALL = "call", _("A call")
    OTHER = "other", _("Something else")


class TrialGoal(models.TextChoices):
    """By what two groups are compared."""

    CAME = "came", _("how many bought again")
    MONEY = "money", _("money from a Client")


class TrialState(models.TextChoices):
    """Where an experiment stands."""

    DRAFT = "draft", _("Being prepared")
    RUNNING = "running", _("Running")
    DONE = "done", pgettext_lazy("experiment", "Finished")
    STOPPED = "stopped", _("Stopped early")


class TrialSkip(models.TextChoices):
    """Why a Client of the told part was not told."""

    NO_ADDRESS = "no_address", _("no address or number")
    ASKED_NOT = "asked_not", _("asked not to be contacted")


class SignKind(models.TextChoices):
    """Where the number can hang."""

    WALL = "wall", _("A sign on the wall")
    CARD = "card", _("A business card")
    BADGE = "badge", _("The back of a badge")
    BACK_ROOM = "back_room", _("A sheet in the back room")
    SCREEN = "screen", _("A screen in the office")


class NumberSource(models.TextChoices):
    """Where a number on a sign comes from."""

    MEASURED = "measured", _("measured by purchases")
    BELIEVED = "believed", _("as we believe")


class SellQuestion(models.TextChoices):
    """What to ask about a segment to sell more to it."""

    WHO = "who", _("Who could buy more from us?")
    WHAT = "what", _("What could they buy?")
    HINDERED = "hindered", _("What has hindered us so far?")
    HIDDEN = "hidden", _("What needs do they have that nobody asked about?")
    OTHERS = "others", _("Who else in the same organisation or family could buy?")
    RIVALS = "rivals", _("Which competitors serve them now?")
    EASIER = "easier", _("What would make buying easier?")
