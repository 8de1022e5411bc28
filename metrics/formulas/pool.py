"""The pool and the pipes: who came, who left, and the level the pool tends to.

The base changes by what flows: active at the end = active at the start + came + returned - left. Many who fall silent come back by
themselves, so what is lost is left - returned; the leak rate is the lost as a share of the base a month. With a steady inflow of
new Clients the base tends to inflow / leak rate, where as many are lost as come.
Reference: even good firms lose about 10 % of Clients a year.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

MONTHS_PER_YEAR = 12
LOST_ENOUGH = 10


@dataclass(frozen=True)
class PoolMonth:
    """One month: `active` Clients at its end (or today), who came for the first time, came back, left."""

    month: dt.date
    active: int
    came: int
    returned: int
    left: int

    @property
    def start(self) -> int:
        """Clients active when the month began."""
        return self.active - self.came - self.returned + self.left


@dataclass(frozen=True)
class PoolFlow:
    """What flowed in so many whole months; `client_months` is the sum of the bases at the starts of the months."""

    months: int
    active: int
    came: int
    returned: int
    left: int
    client_months: int

    @property
    def lost(self) -> int:
        """Clients who left, less those who came back."""
        return max(self.left - self.returned, 0)

    @property
    def leak_rate(self) -> Fraction | None:
        """Share of the base that is lost in a month; None when there was no base."""
        return Fraction(self.lost, self.client_months) if self.client_months else None

    @property
    def leak_rate_percent(self) -> Fraction | None:
        """The same in percent."""
        return None if self.leak_rate is None else self.leak_rate * 100

    @property
    def yearly_leak(self) -> float | None:
        """Share of Clients that is lost in a year: 1 - (1 - leak rate) ** 12."""
        return None if self.leak_rate is None else 1 - (1 - min(float(self.leak_rate), 1.0)) ** MONTHS_PER_YEAR

    @property
    def inflow(self) -> Fraction:
        """New Clients in a month."""
        return Fraction(self.came, self.months) if self.months else Fraction(0)

    @property
    def lost_a_month(self) -> Fraction:
        """Clients lost in a month."""
        return Fraction(self.lost, self.months) if self.months else Fraction(0)

    @property
    def level(self) -> int | None:
        """The base to which the pool tends: inflow / leak rate; None while nothing leaks."""
        return round(self.inflow / self.leak_rate) if self.leak_rate else None

    @property
    def is_few(self) -> bool:
        """Say whether too few were lost to speak of a rate."""
        return self.lost < LOST_ENOUGH


@dataclass(frozen=True)
class Plan:
    """Plug a share of the leak, open the inflow by a share, both from 0 up and the first at most 1; what each costs a month."""

    plugged: Fraction
    opened: Fraction
    plug_cost_cents: int = 0
    open_cost_cents: int = 0


@dataclass(frozen=True)
class Side:
    """One side of a plan: Clients more a month, what they are worth in minor units, what it costs a month, what a Client brings a month."""

    clients: Fraction
    worth_cents: int | None
    cost_cents: int
    month_cents: Fraction | None

    @property
    def net_cents(self) -> int | None:
        """What is left of the worth of a month's Clients after the month's cost."""
        return None if self.worth_cents is None else self.worth_cents - self.cost_cents

    @property
    def payback_months(self) -> int | None:
        """In how many months the money that has come equals the money spent.

        With k Clients more each month, r brought by each a month and c spent a month, after m months k r m (m + 1) / 2 has come and c m
        is spent, so m = 2 c / (k r) - 1, rounded up. None without a cost, or while nothing more comes.
        """
        brings = self.clients * (self.month_cents or 0)
        return max(ceil(2 * self.cost_cents / brings - 1), 1) if brings and self.cost_cents else None


@dataclass(frozen=True)
class WhatIf:
    """The pool with the leak partly plugged and the inflow opened wider; money in minor units, None without a price of a Client."""

    level: int | None
    after_year: int
    plug: Side
    tap: Side


def flow_of(months: Sequence[PoolMonth]) -> PoolFlow:
    """Add up whole months, oldest first."""
    return PoolFlow(
        months=len(months),
        active=months[-1].active if months else 0,
        came=sum(month.came for month in months),
        returned=sum(month.returned for month in months),
        left=sum(month.left for month in months),
        client_months=sum(month.start for month in months),
    )


def what_if(flow: PoolFlow, plan: Plan, *, price_cents: int | None, month_cents: Fraction | None = None) -> WhatIf | None:
    """Say what a plan comes to: a kept or a new Client is worth the price of a Client. Returns None when the leak rate is unknown."""
    if flow.leak_rate is None:
        return None
    rate, inflow = flow.leak_rate * (1 - plan.plugged), flow.inflow * (1 + plan.opened)
    base = float(flow.active)
    for _month in range(MONTHS_PER_YEAR):
        base += float(inflow) - base * float(rate)

    def side(clients: Fraction, cost_cents: int) -> Side:
        return Side(clients, None if price_cents is None else round(clients * price_cents), cost_cents, month_cents)

    return WhatIf(
        level=round(inflow / rate) if rate else None,
        after_year=round(base),
        plug=side(flow.active * flow.leak_rate * plan.plugged, plan.plug_cost_cents),
        tap=side(flow.inflow * plan.opened, plan.open_cost_cents),
    )
