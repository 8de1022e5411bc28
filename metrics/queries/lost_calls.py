"""What calls nobody answered cost, by branch and in all."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from company.models import Branch
from metrics.formulas.lost_calls import Callers, Range, add, lost_clients
from metrics.queries.ltv import Price, price_of_client
from touchpoints.formulas.phone import Share
from touchpoints.models import CallTraffic
from touchpoints.queries import call_traffic, reached_recently


@dataclass(frozen=True)
class LostCallsRow:
    """One branch, or the whole company: what was said of its calls, what mystery calls found, and the Clients lost a month."""

    traffic: CallTraffic
    found: Share
    clients: Range | None

    @property
    def missed(self) -> int:
        """The mystery calls nobody answered."""
        return self.found.n - self.found.hits


@dataclass(frozen=True)
class LostCalls:
    """What is known of lost calls. `clients` is a month's loss in all, `cents` its worth; None says which link is missing."""

    rows: list[LostCallsRow]
    clients: Range | None
    price: Price | None

    @property
    def cents(self) -> Range | None:
        """The price of the Clients lost in a month."""
        return self.clients.times(self.price.cents) if self.clients and self.price else None

    @property
    def counted(self) -> list[LostCallsRow]:
        """The rows the sum is made of: the whole company when something was said of it, else the branches with enough calls."""
        whole = [row for row in self.rows if row.traffic.branch_id is None]
        return [row for row in whole or self.rows if row.clients]

    @property
    def waiting(self) -> list[LostCallsRow]:
        """The rows that wait for mystery calls."""
        return [row for row in self.rows if not row.clients]


def lost_calls(*, today: dt.date, zone: ZoneInfo, branch: Branch | None = None) -> LostCalls:
    """Count the loss of one branch, or of all."""
    said = [row for row in call_traffic() if branch is None or row.branch_id == branch.pk]
    if not said:
        return LostCalls([], None, None)
    found = reached_recently(today=today, zone=zone)
    rows = [row_of(traffic, found) for traffic in said]
    report = LostCalls(rows, None, price_of_client(today=today))
    return LostCalls(rows, add(row.clients for row in report.counted if row.clients), report.price)


def row_of(traffic: CallTraffic, found: dict[int | None, Share]) -> LostCallsRow:
    """Multiply what was said by what was found; the whole company takes the calls of every branch."""
    shares = found.values() if traffic.branch_id is None else [found.get(traffic.branch_id, Share(0, 0))]
    share = Share(sum(each.hits for each in shares), sum(each.n for each in shares))
    callers = Callers(traffic.calls_per_month, traffic.buyers, traffic.out_of)
    return LostCallsRow(traffic, share, lost_clients(callers, share.hits, share.n))
