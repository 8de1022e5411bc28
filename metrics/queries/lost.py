"""The money lost with those who left, each at their own worth."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Sum

from clients.models import Segment
from common.numbers import round_half_even
from common.periods import months_back
from company.models import Branch
from metrics.formulas.pool import PoolFlow
from metrics.models import BuyingModel, LostMonth
from metrics.queries.ltv import Price
from metrics.queries.predicted import current_model


@dataclass(frozen=True)
class LostWorth:
    """Clients who left in so many whole months and have not come back, and what they would have brought in five years, minor units."""

    months: int
    clients: int
    cents: int
    model: BuyingModel

    @property
    def clients_a_month(self) -> Fraction:
        """Clients of an average month."""
        return Fraction(self.clients, self.months)

    @property
    def cents_each(self) -> int:
        """Money of an average one of them."""
        return round(Fraction(self.cents, self.clients))


@dataclass(frozen=True)
class Leak:
    """What leaks out in an average month of the period: each lost Client at their own worth where the model knows it, else at the price."""

    flow: PoolFlow
    price: Price | None
    worth: LostWorth | None = None

    @property
    def clients_a_month(self) -> Fraction:
        """Clients lost in a month: those who left and have not come back, or left minus came back."""
        return self.worth.clients_a_month if self.worth else self.flow.lost_a_month

    @property
    def clients(self) -> int:
        """Clients lost in the whole period."""
        return self.worth.clients if self.worth else self.flow.lost

    @property
    def cents_each(self) -> int | None:
        """What one of them is worth."""
        if self.worth:
            return self.worth.cents_each
        return self.price.cents if self.price else None

    @property
    def cents_a_month(self) -> int | None:
        """Their worth, minor units; None without a price."""
        return None if self.cents_in_all is None or not self.flow.months else round_half_even(Fraction(self.cents_in_all, self.flow.months))

    @property
    def cents_in_all(self) -> int | None:
        """The worth of all who were lost in the period."""
        if self.worth:
            return self.worth.cents
        return None if self.price is None else self.flow.lost * self.price.cents


def lost_worth(*, today: dt.date, months: int, branch: Branch | None = None) -> LostWorth | None:
    """Add up the last whole months; None where no model counts money or nobody left."""
    model = current_model(today)
    if model is None or not months:
        return None
    whole = months_back(today, months + 1)[:-1]
    found = LostMonth.objects.filter(month__in=whole, **({"branch": branch} if branch else {}))
    total = found.aggregate(clients=Sum("clients", default=0), cents=Sum("cents", default=0))
    return LostWorth(months, total["clients"], total["cents"], model) if total["clients"] else None


def leak_of(flow: PoolFlow, price: Price | None, *, today: dt.date, branch: Branch | None = None, segment: Segment | None = None) -> Leak:
    """Say what leaks out in the months of a flow; the nightly rollup knows branches, so a segment is counted at the price."""
    return Leak(flow, price, None if segment else lost_worth(today=today, months=flow.months, branch=branch))
