"""Figures of other researchers (R39), shown beside the company's own and never mixed with them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reference:
    """One published breakdown; the parts need not add up to 100."""

    title: str | Promise
    source: str | Promise
    parts: tuple[tuple[str | Promise, int], ...]


REFERENCES = (
    Reference(
        _("Why firms lose Clients"),
        _("TARP, as quoted in the method"),
        (
            (_("Poor service"), 65),
            (_("A bad reaction to a complaint"), 15),
            (_("A better price"), 8),
            (_("Lost touch with the employee"), 5),
        ),
    ),
    Reference(
        _("Why guests leave restaurants"),
        _("Restaurants, as quoted in the method"),
        ((_("Service"), 64), (_("Kitchen"), 14), (_("Competitors"), 8), (_("Friends advised another place"), 5), (_("Moved"), 2)),
    ),
    Reference(
        _("Rude treatment"),
        _("As quoted in the method: an upper bound"),
        ((_("Change their supplier over it, up to"), 68),),
    ),
    Reference(
        _("Why people leave loyalty programmes"),
        _("Members of programmes, as quoted in the method"),
        (
            (_("The reward"), 23),
            (_("The conditions"), 22),
            (_("The ways to get it"), 20),
            (_("Other programmes"), 18),
            (_("Changing rules"), 17),
            (_("Service"), 16),
        ),
    ),
)
