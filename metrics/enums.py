"""Closed lists of the price of a Client."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ModelKind(models.TextChoices):
    """A model of when Clients buy and when they stop."""

    MBG_NBD = "mbg_nbd", _("MBG/NBD: may leave after any purchase, the first one too")
    PARETO_NBD = "pareto_nbd", _("Pareto/NBD: may leave at any moment")
