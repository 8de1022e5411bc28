"""Closed lists of the firm."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user may do; each role includes the ones below it."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    STAFF = "staff", _("Staff member")


ROLE_RANK = {Role.STAFF: 1, Role.MANAGER: 2, Role.OWNER: 3}


class Currency(models.TextChoices):
    """Currencies money is kept in; every one of them has two decimals."""

    RUB = "RUB", "₽"
    BYN = "BYN", "Br"
    KZT = "KZT", "₸"
    EUR = "EUR", "€"
    USD = "USD", "$"
