"""What the page of word of mouth shows."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.numbers import round_half_even
from metrics import queries
from metrics.formulas.measured import measure
from metrics.formulas.talk import Assumed, Bringing, Newcomers, Voices, assume, compare_yearly, word_of_one
from metrics.models import TalkSettings
from metrics.queries import Price
from metrics.queries.talk import AFTER_DAYS, Circle, Side, afterwards, bringing, newcomers
from surveys.queries import LatestResult, latest_result

SIDE_NAMES = {Side.FAN: _("Fans, 9 and 10"), Side.NEUTRAL: _("Neutral, 7 and 8"), Side.CRITIC: _("Critics, 0 to 6")}
SIDE_CIRCLES = {Side.FAN: Circle.SILENT_FANS, Side.CRITIC: Circle.CRITICS}
CIRCLE_NAMES = {
    Circle.SILENT_FANS: _("Fans who have not brought anybody yet"),
    Circle.BROUGHT: _("Brought somebody"),
    Circle.SENT: _("Came on somebody's word"),
    Circle.CRITICS: _("Critics"),
}


@dataclass(frozen=True)
class Word:
    """What is said of us: fans and critics among the active, money under the company's assumption, if there is one."""

    latest: LatestResult
    fans: Voices
    critics: Voices
    gain: Assumed | None
    loss: Assumed | None
    one_critic_cents: int | None

    @property
    def is_louder_bad(self) -> bool:
        """Say whether more people hear bad than good."""
        return self.critics.hear > self.fans.hear


def word_of(latest: LatestResult, active: int, settings: TalkSettings, price: Price | None) -> Word:
    """Carry the newest score over to the active Clients."""
    fans = Voices(latest.counts.promoters, latest.counts.n, active, settings.fan_tells)
    critics = Voices(latest.counts.detractors, latest.counts.n, active, settings.critic_tells)
    if settings.acts_percent is None or price is None:
        return Word(latest, fans, critics, None, None, None)
    percent = Fraction(settings.acts_percent)
    gain, loss = (assume(voices, percent, price.cents) for voices in (fans, critics))
    return Word(latest, fans, critics, gain, loss, word_of_one(settings.critic_tells, percent, price.cents))


@dataclass(frozen=True)
class SideRow:
    """Who brought somebody on one side of the score."""

    name: str
    circle: Circle | None
    found: Bringing


def side_rows(found: dict[Side, Bringing]) -> list[SideRow]:
    """Put names to the sides."""
    return [SideRow(str(SIDE_NAMES[side]), SIDE_CIRCLES.get(side), found[side]) for side in Side]


def sent_board(today: dt.date, price: Price | None) -> dict[str, Any]:
    """Return what is measured of those who came on somebody's word."""
    sent, others = newcomers(today=today)
    return {
        "sent": sent,
        "others": others,
        "sent_share": share_of_new(sent, others),
        "yearly": compare_yearly(sent.yearly, others.yearly),
        "sent_worth": None if price is None else sent.new * price.cents,
    }


def share_of_new(sent: Newcomers, others: Newcomers) -> float | None:
    """Return the share of the year's new Clients who were sent by somebody."""
    return sent.new / (sent.new + others.new) if sent.new + others.new else None


def talk_board(today: dt.date) -> dict[str, Any]:
    """Return what the page shows."""
    sums, settings = queries.purchase_sums(today=today), queries.talk_settings()
    price, latest = queries.price_of_client(today=today, measured=measure(sums)), latest_result(today)
    after, sides = afterwards(today=today), bringing(today=today)
    return {
        "word": word_of(latest, sums.active, settings, price) if latest and sums.active else None,
        "active": sums.active,
        "settings": settings,
        "price": price,
        "rows": side_rows(sides),
        "has_sides": any(row.asked for row in sides.values()),
        "silent_fans": sides[Side.FAN].asked - sides[Side.FAN].brought,
        "after": after,
        "after_days": AFTER_DAYS,
        "critics_worth": critics_worth(sides[Side.CRITIC].asked, after.difference.difference if after.difference else None),
        "today": today,
        **sent_board(today, price),
    }


def critics_worth(critics: int, difference: float | None) -> int | None:
    """Say what all known critics together would bring more in half a year if they brought as much as neutral Clients."""
    return None if difference is None else round_half_even(critics * Fraction(difference))
