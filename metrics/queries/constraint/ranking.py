"""The ranking of the levers, today's from what was kept if nothing has changed since."""

import datetime as dt
from math import sqrt

from metrics.formulas.constraint import Constraint, find_constraint
from metrics.formulas.measured import measure
from metrics.queries.constraint.branches import branch_ratios, of_branches
from metrics.queries.constraint.history import kept_constraint
from metrics.queries.constraint.leads import of_chain
from metrics.queries.constraint.quarters import of_quarters, quarters
from metrics.queries.ltv import price_of_client, purchase_sums


def count_constraint(*, today: dt.date) -> Constraint:
    """Rank the levers by what the company's own best branch, manager, channel or quarter shows to be possible."""
    sums = purchase_sums(today=today)
    measured = measure(sums)
    price = price_of_client(today=today, measured=measured)
    cents = price.cents if price else None
    spread = 1 / sqrt(measured.gone) if price and price.is_measured and measured else 0.0
    known = of_branches(branch_ratios(today=today), cents)
    known |= of_quarters(quarters(today=today), sums.active, cents) | of_chain(today=today, price_cents=cents)
    return find_constraint(known, cents, spread)


def main_constraint(*, today: dt.date) -> Constraint:
    """Rank the levers: as kept today, unless purchases, calls or the price have changed since."""
    return kept_constraint(today=today) or count_constraint(today=today)
