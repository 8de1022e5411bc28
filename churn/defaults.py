"""The tree of reasons every company starts with (R39); it changes it to its own."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from churn.enums import ReasonGroup


@dataclass(frozen=True)
class DefaultReason:
    """A leaf of the supplied tree."""

    group: ReasonGroup
    name: str | Promise
    is_within_power: bool = True


DEFAULT_REASONS = [
    DefaultReason(ReasonGroup.COMPETITORS, _("A better price elsewhere")),
    DefaultReason(ReasonGroup.COMPETITORS, _("Better service elsewhere")),
    DefaultReason(ReasonGroup.COMPETITORS, _("Better terms of payment elsewhere")),
    DefaultReason(ReasonGroup.COMPETITORS, _("Faster or nearer elsewhere")),
    DefaultReason(ReasonGroup.OUTSIDE, _("Moved away"), is_within_power=False),
    DefaultReason(ReasonGroup.OUTSIDE, _("Closed down or no longer needs it"), is_within_power=False),
    DefaultReason(ReasonGroup.OUTSIDE, _("State rules, taxes, marking, certification"), is_within_power=False),
    DefaultReason(ReasonGroup.OUTSIDE, _("Sick, short of money, family"), is_within_power=False),
    DefaultReason(ReasonGroup.OURSELVES, _("Broke the promised date")),
    DefaultReason(ReasonGroup.OURSELVES, _("The quality was poor")),
    DefaultReason(ReasonGroup.OURSELVES, _("Not what was promised")),
    DefaultReason(ReasonGroup.OURSELVES, _("Mixed up the order")),
    DefaultReason(ReasonGroup.OURSELVES, _("Rudeness or indifference")),
    DefaultReason(ReasonGroup.OURSELVES, _("Reacted badly to a complaint")),
    DefaultReason(ReasonGroup.OURSELVES, _("Hard to get through to us")),
    DefaultReason(ReasonGroup.OURSELVES, _("The manager vanished or changed")),
    DefaultReason(ReasonGroup.OURSELVES, _("Forgot about the Client")),
]
