"""Closed lists of the map, audits and actions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TouchpointClass(models.TextChoices):
    """The four classes of the method."""

    BUSINESS = "business", _("Business")
    PRODUCT = "product", _("Product")
    SERVICE = "service", _("Service")
    EMPLOYEE = "employee", _("Employee")


class Rating(models.IntegerChoices):
    """What an auditor says of a touchpoint."""

    AWFUL = -1, _("awful")
    OK = 0, _("OK")
    WOW = 1, _("wow")


class AuditState(models.TextChoices):
    """How far an audit is."""

    PLANNED = "planned", _("planned")
    WALKING = "walking", _("in progress")
    DONE = "done", _("finished")


class ActionState(models.TextChoices):
    """How far an action is."""

    OPEN = "open", _("to do")
    DOING = "doing", _("in progress")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


OPEN_ACTION_STATES = (ActionState.OPEN, ActionState.DOING)
