"""Closed lists of the map, audits and actions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TouchpointClass(models.TextChoices):
    """The four classes of the method."""

    BUSINESS = "business", _("Business")
    PRODUCT = "product", _("Product")
    SERVICE = "service", _("Service")
    EMPLOYEE = "employee", _("Employee")


class JourneyStage(models.TextChoices):
    """The Client's journey: columns of the map, in this order."""

    NOTICE = "notice", _("Hears of us")
    CHOOSE = "choose", _("Chooses")
    BUY = "buy", _("Buys")
    USE = "use", _("Gets and uses")
    RETURN = "return", _("Comes back")


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
    LAPSED = "lapsed", _("never walked")


class ReminderMoment(models.TextChoices):
    """When people are reminded of an audit."""

    BEFORE = "before", _("the day before")
    AFTER = "after", _("three days after")


class PointScope(models.TextChoices):
    """Which touchpoints a round walks."""

    ALL = "all", pgettext_lazy("touchpoints", "the whole map")
    AWFUL = "awful", pgettext_lazy("touchpoints", "only the awful ones")
    KINDS = "kinds", pgettext_lazy("touchpoints", "some classes")
    STAGES = "stages", pgettext_lazy("touchpoints", "some steps of the Client's journey")
    PICKED = "picked", pgettext_lazy("touchpoints", "those I choose")


CLOSED_AUDIT_STATES = (AuditState.DONE, AuditState.LAPSED)


class ActionState(models.TextChoices):
    """How far an action is."""

    OPEN = "open", _("to do")
    DOING = "doing", _("in progress")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


OPEN_ACTION_STATES = (ActionState.OPEN, ActionState.DOING)


class FearKind(models.TextChoices):
    """What a buyer is afraid of."""

    SELLER = "seller", _("the seller")
    OVERPAYING = "overpaying", _("overpaying")
    CHEATED = "cheated", _("being cheated")
    AWKWARD = "awkward", _("an awkward moment")
    NAIVE = "naive", _("looking naive")
    UNKNOWN = "unknown", _("the unknown")
    WRONG = "wrong", _("buying the wrong thing")
    PAST = "past", _("mistakes of the past")
    OTHER = "other", _("something else")


class GuaranteeState(models.TextChoices):
    """Whether Clients already have the guarantee."""

    IDEA = "idea", pgettext_lazy("guarantee", "an idea")
    GIVEN = "given", pgettext_lazy("guarantee", "given")
    WITHDRAWN = "withdrawn", pgettext_lazy("guarantee", "given no more")


class TalkKind(models.TextChoices):
    """Why people tell each other about a company."""

    BEYOND = "beyond", _("beyond expectations")
    GIFT = "gift", _("a gift")
    EXTRA = "extra", _("a free extra")
    TURNED = "turned", _("a negative turned round")
    ORIGINAL = "original", _("something original")


class TalkState(models.TextChoices):
    """What became of an idea that should make Clients talk."""

    IDEA = "idea", pgettext_lazy("idea", "an idea")
    TRYING = "trying", pgettext_lazy("idea", "being tried")
    KEPT = "kept", pgettext_lazy("idea", "kept")
    DROPPED = "dropped", pgettext_lazy("idea", "dropped")


class HoldKind(models.TextChoices):
    """What keeps a Client with us: what leaving costs, and what staying gives."""

    REFIT = "refit", _("refitting")
    TESTING = "testing", _("testing and certification")
    RETRAINING = "retraining", _("retraining people")
    EQUIPMENT = "equipment", _("extra equipment")
    LOGISTICS = "logistics", _("logistics")
    HABIT = "habit", _("habit and peace of mind")
    REWARD = "reward", _("a reward for staying")
    BRAND = "brand", _("the brand")
    SATISFACTION = "satisfaction", _("satisfaction")
    PERSON = "person", _("personal contact")


class HoldStrength(models.IntegerChoices):
    """How strongly it holds."""

    NONE = 0, _("not at all")
    WEAK = 1, _("weakly")
    MEDIUM = 2, _("noticeably")
    STRONG = 3, _("strongly")


class LessonKind(models.TextChoices):
    """How we teach Clients."""

    SEMINAR = "seminar", _("seminar")
    WEBINAR = "webinar", _("webinar")
    OPEN_DAY = "open_day", _("open day")
    MATERIALS = "materials", _("materials")
