"""The chain of numbers: spend -> calls and requests -> new Clients -> their money, and attracting against keeping.

A *cell* is one channel in one month, in the hands of one sales manager or of nobody in particular. What is not known is None and
never nought, so each ratio is made of the cells where both of its ends are known:

    calls per 1 000      = calls / spend * 1 000     cells with both
    price of a call      = spend / calls             cells with both
    conversion           = Clients / calls           cells with calls; Wilson's 95 % interval
    CAC                  = spend / Clients           cells with spend, and all Clients who came through them
    return               = money / spend             cells with spend

Counts of calls and of Clients are taken as Poisson: the 95 % interval of CAC is CAC x exp(+-1.96 / sqrt(Clients)), that of the
calls per 1 000 is the same with calls. Reference: attracting a Client costs about five times as much as keeping one.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import exp, sqrt

from common.numbers import round_half_even
from common.proportions import Z95, wilson_interval

CONTACTS_ENOUGH = 30
CLIENTS_ENOUGH = 10
MONTHS_PER_YEAR = 12
THOUSAND_CENTS = 100_000
REFERENCE_TIMES = 5


@dataclass(frozen=True)
class Cell:
    """One cell of the chain. `so_far_cents` is all the money its new Clients have brought by now, by purchases.

    `is_counted` says that its Clients were counted from purchases, not typed; `is_typed` that somebody typed anything.
    """

    month: dt.date
    channel_id: int
    channel: str
    manager_id: int | None
    manager: str
    spend_cents: int | None
    contacts: int | None
    clients: int
    revenue_cents: int
    so_far_cents: int
    is_counted: bool
    is_typed: bool


@dataclass(frozen=True)
class ChainSums:
    """Totals of cells. `asked_…` are of cells with calls, `paid_…` of cells with spend, `both_…` of cells with both."""

    spend_cents: int | None = None
    contacts: int | None = None
    clients: int = 0
    revenue_cents: int = 0
    so_far_cents: int = 0
    asked_clients: int = 0
    paid_clients: int = 0
    paid_revenue_cents: int = 0
    paid_so_far_cents: int = 0
    both_spend_cents: int = 0
    both_contacts: int = 0

    @property
    def conversion(self) -> Fraction | None:
        """Share of calls that became Clients; None without calls, or where Clients came past the calls and are more than they."""
        if not self.contacts or self.asked_clients > self.contacts:
            return None
        return Fraction(self.asked_clients, self.contacts)

    @property
    def conversion_interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the conversion, shares from 0 to 1."""
        return None if self.conversion is None else wilson_interval(self.asked_clients, self.contacts or 0)

    @property
    def contacts_per_thousand(self) -> Fraction | None:
        """Calls for 1 000 units of money spent."""
        return Fraction(self.both_contacts * THOUSAND_CENTS, self.both_spend_cents) if self.both_spend_cents else None

    @property
    def contacts_per_thousand_interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the calls per 1 000."""
        return spread(self.contacts_per_thousand, self.both_contacts)

    @property
    def contact_price_cents(self) -> int | None:
        """What one call cost."""
        return round_half_even(Fraction(self.both_spend_cents, self.both_contacts)) if self.both_contacts else None

    @property
    def cac_cents(self) -> int | None:
        """What attracting one Client cost; None without spend or Clients."""
        if self.spend_cents is None or not self.paid_clients:
            return None
        return round_half_even(Fraction(self.spend_cents, self.paid_clients))

    @property
    def cac_interval(self) -> tuple[int, int] | None:
        """The 95 % interval of the CAC, minor units."""
        found = spread(None if self.cac_cents is None else Fraction(self.cac_cents), self.paid_clients)
        return found and (round(found[0]), round(found[1]))

    @property
    def return_ratio(self) -> Fraction | None:
        """Money of the month from its new Clients for one unit spent."""
        return Fraction(self.paid_revenue_cents, self.spend_cents) if self.spend_cents else None

    @property
    def so_far_ratio(self) -> Fraction | None:
        """Money these Clients have brought by now for one unit spent on them."""
        return Fraction(self.paid_so_far_cents, self.spend_cents) if self.spend_cents else None

    @property
    def has_few_contacts(self) -> bool:
        """Say whether there are too few calls to lean on the conversion."""
        return (self.contacts or 0) < CONTACTS_ENOUGH

    @property
    def has_few_clients(self) -> bool:
        """Say whether there are too few Clients to lean on the CAC."""
        return self.paid_clients < CLIENTS_ENOUGH

    @property
    def has_clients_past_contacts(self) -> bool:
        """Say whether there are more Clients than calls: some came without one, or calls are missing."""
        return bool(self.contacts) and self.asked_clients > (self.contacts or 0)


@dataclass(frozen=True)
class Cac:
    """What attracting a Client cost over so many whole months; `known_months` of them have a spend.

    `paid_clients` came through channels with a spend; `all_clients` are everybody who bought for the first time.
    """

    spend_cents: int
    paid_clients: int
    all_clients: int
    months: int
    known_months: int
    sums: ChainSums

    @property
    def cents(self) -> int:
        """Spend for one Client of the channels that were paid for."""
        return round_half_even(Fraction(self.spend_cents, self.paid_clients))

    @property
    def interval(self) -> tuple[int, int]:
        """Its 95 % interval."""
        return self.sums.cac_interval or (self.cents, self.cents)

    @property
    def blended_cents(self) -> int:
        """Spend for one new Client of all, those who came by themselves too."""
        return round_half_even(Fraction(self.spend_cents, max(self.all_clients, self.paid_clients)))

    @property
    def is_complete(self) -> bool:
        """Say whether every month has a spend."""
        return self.known_months == self.months

    @property
    def is_few(self) -> bool:
        """Say whether there are too few Clients to lean on it."""
        return self.sums.has_few_clients


@dataclass(frozen=True)
class Keeping:
    """What keeping cost in the months where it is known; `client_months` is the sum of the active bases at their starts."""

    cents: int
    client_months: int
    months: int
    known_months: int

    @property
    def cents_a_year(self) -> int:
        """Spend on keeping one active Client for a year."""
        return round_half_even(Fraction(self.cents * MONTHS_PER_YEAR, self.client_months))

    @property
    def is_complete(self) -> bool:
        """Say whether every month is known."""
        return self.known_months == self.months


def spread(value: Fraction | None, events: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a ratio to a Poisson count: log scale."""
    if value is None or not events:
        return None
    factor = exp(Z95 / sqrt(events))
    return float(value) / factor, float(value) * factor


def known_sum(numbers: Iterable[int | None]) -> int | None:
    """Add up what is known; None when nothing is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def sums_of(cells: Iterable[Cell]) -> ChainSums:
    """Add up cells."""
    cells = list(cells)
    asked = [cell for cell in cells if cell.contacts is not None]
    paid = [cell for cell in cells if cell.spend_cents is not None]
    both = [cell for cell in asked if cell.spend_cents is not None]
    return ChainSums(
        spend_cents=known_sum(cell.spend_cents for cell in cells),
        contacts=known_sum(cell.contacts for cell in cells),
        clients=sum(cell.clients for cell in cells),
        revenue_cents=sum(cell.revenue_cents for cell in cells),
        so_far_cents=sum(cell.so_far_cents for cell in cells),
        asked_clients=sum(cell.clients for cell in asked),
        paid_clients=sum(cell.clients for cell in paid),
        paid_revenue_cents=sum(cell.revenue_cents for cell in paid),
        paid_so_far_cents=sum(cell.so_far_cents for cell in paid),
        both_spend_cents=sum(cell.spend_cents or 0 for cell in both),
        both_contacts=sum(cell.contacts or 0 for cell in both),
    )


def channel_cells(cells: Iterable[Cell]) -> list[Cell]:
    """Join the managers of a channel in a month: spend is often known for the channel and calls for its managers."""
    found: dict[tuple[dt.date, int], Cell] = {}
    for cell in cells:
        key = (cell.month, cell.channel_id)
        found[key] = joined(found[key], cell) if key in found else replace(cell, manager_id=None, manager="")
    return list(found.values())


def joined(one: Cell, other: Cell) -> Cell:
    """Add one cell to another of the same channel and month."""
    return replace(
        one,
        spend_cents=known_sum((one.spend_cents, other.spend_cents)),
        contacts=known_sum((one.contacts, other.contacts)),
        clients=one.clients + other.clients,
        revenue_cents=one.revenue_cents + other.revenue_cents,
        so_far_cents=one.so_far_cents + other.so_far_cents,
        is_counted=one.is_counted and other.is_counted,
        is_typed=one.is_typed or other.is_typed,
    )


def payback_months(cac_cents: int | None, monthly_cents: Fraction | None) -> Fraction | None:
    """Say after how many months a Client has brought what attracting them cost.

    >>> payback_months(100_000, Fraction(40_000))
    Fraction(5, 2)
    """
    return cac_cents / monthly_cents if cac_cents is not None and monthly_cents else None


@dataclass(frozen=True)
class Figures:
    """What somebody says of a cell; None is not known."""

    spend_cents: int | None = None
    contacts: int | None = None
    new_clients: int | None = None
    revenue_cents: int | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is known."""
        return self == Figures()

    @property
    def has_clients_past_contacts(self) -> bool:
        """Say whether more Clients than calls are named, which no sum can hold."""
        return self.contacts is not None and self.new_clients is not None and self.new_clients > self.contacts


@dataclass(frozen=True)
class MonthLine:
    """One line of a table or of another system: only the figures that stand there."""

    number: int
    month: dt.date
    channel: str
    manager_id: int | None
    manager: str
    figures: Mapping[str, int | None]

    @property
    def key(self) -> tuple[dt.date, str, int | None]:
        """What makes two lines speak of the same cell."""
        return self.month, self.channel.casefold(), self.manager_id

    def over(self, kept: Figures) -> Figures:
        """Return the figures of the cell once the line is taken; what it does not name stays."""
        return replace(kept, **self.figures)
