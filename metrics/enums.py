"""Closed lists of the price of a Client."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ModelKind(models.TextChoices):
    """A model of when Clients buy and when they stop."""

    MBG_NBD = "mbg_nbd", _("MBG/NBD: may leave after any purchase, the first one too")
    PARETO_NBD = "pareto_nbd", _("Pareto/NBD: may leave at any moment")


class ModelGapKind(models.TextChoices):
    """What keeps a model from being fitted."""

    BUYERS = "buyers", _("too few buyers")
    DAYS = "days", _("too short a history")
    REPEATERS = "repeaters", _("too few who came back")
    WAITING = "waiting", _("not counted yet")


class BuyersOrder(models.TextChoices):
    """By what those who will buy soon are told from the others."""

    RECENCY = "recency", _("Days since the last purchase")
    MBG_BUYS = "mbg_buys", _("MBG/NBD: the chance of a purchase")
    PARETO_EXPECTED = "pareto_expected", _("Pareto/NBD: purchases to expect")
