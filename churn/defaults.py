"""The tree of reasons every company starts with (R39); it changes it to its own."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from churn.enums import ReasonGroup


@dataclass(frozen=True)
class DefaultReason:
    """A branch of the supplied tree, or a leaf without parts; parts are marked like their branch."""

    group: ReasonGroup
    name: str | Promise
    leaves: tuple[str | Promise, ...] = ()
    is_within_power: bool = True


DEFAULT_REASONS = [
    DefaultReason(ReasonGroup.COMPETITORS, _("A better price elsewhere")),
    DefaultReason(
        ReasonGroup.COMPETITORS, _("Better service elsewhere"), (_("More attentive people elsewhere"), _("They answer and decide faster"))
    ),
    DefaultReason(ReasonGroup.COMPETITORS, _("Better terms of payment elsewhere")),
    DefaultReason(
        ReasonGroup.COMPETITORS, _("Delivery is better elsewhere"), (_("Faster or nearer elsewhere"), _("They deliver, we do not"))
    ),
    DefaultReason(ReasonGroup.COMPETITORS, _("A wider choice elsewhere")),
    DefaultReason(
        ReasonGroup.OUTSIDE,
        _("State rules, taxes, marking, certification"),
        (_("New state rules"), _("Taxes"), _("Obligatory marking"), _("Certification")),
        is_within_power=False,
    ),
    DefaultReason(ReasonGroup.OUTSIDE, _("Moved away"), is_within_power=False),
    DefaultReason(
        ReasonGroup.OUTSIDE,
        _("Closed down or no longer needs it"),
        (_("Closed the business"), _("No longer needs it")),
        is_within_power=False,
    ),
    DefaultReason(ReasonGroup.OUTSIDE, _("Sick, short of money, family"), is_within_power=False),
    DefaultReason(
        ReasonGroup.OURSELVES,
        _("We did not keep a promise"),
        (
            _("Broke the promised date"),
            _("The quality was poor"),
            _("Not what was promised"),
            _("Something was missing"),
            _("Mixed up the order"),
        ),
    ),
    DefaultReason(ReasonGroup.OURSELVES, _("Delivery let them down"), (_("Delivered late"), _("Delivered damaged"))),
    DefaultReason(ReasonGroup.OURSELVES, _("How we treated them"), (_("Rudeness or indifference"), _("Reacted badly to a complaint"))),
    DefaultReason(
        ReasonGroup.OURSELVES,
        _("We lost touch"),
        (_("The manager vanished or changed"), _("Hard to get through to us"), _("Forgot about the Client")),
    ),
    DefaultReason(ReasonGroup.OURSELVES, _("Our own price or rules changed")),
]
