"""What the page of the pool shows, put together from queries."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import pgettext_lazy

from clients.models import Segment
from common.charts import Chart
from company.models import Branch
from metrics import queries
from metrics.charts import pool_chart
from metrics.forms import WhatIfForm
from metrics.formulas.pool import what_if
from metrics.queries.pool import client_worth
from metrics.queries.pool_clients import PoolKind

KINDS = {
    PoolKind.ACTIVE: pgettext_lazy("pool", "Active"),
    PoolKind.CAME: pgettext_lazy("pool", "Came"),
    PoolKind.RETURNED: pgettext_lazy("pool", "Came back"),
    PoolKind.LEFT: pgettext_lazy("pool", "Left"),
}


@dataclass(frozen=True)
class Chosen:
    """What the page is narrowed to, and the day it looks from."""

    today: dt.date
    branch: Branch | None = None
    segment: Segment | None = None

    @property
    def group(self) -> dict[str, Any]:
        """As queries take it."""
        return {"branch": self.branch, "segment": self.segment}

    @property
    def query(self) -> str:
        """As addresses take it, the day included."""
        rows = {name: row.pk for name, row in self.group.items() if row}
        return urlencode(rows | {"as_of": self.today.isoformat()})


def pool_board(chosen: Chosen, plan: WhatIfForm) -> dict[str, Any]:
    """Return what the page of the pool shows; the what-if is counted when its form is right."""
    months = queries.pool_months(today=chosen.today, months=queries.MONTHS + 1, **chosen.group)
    flow = queries.flow_in(months, queries.MONTHS)
    worth = client_worth(today=chosen.today, **chosen.group)
    cents = worth.price.cents if worth.price else None
    shown = months[1:]
    return {
        "months": shown,
        "flow": flow,
        "worth": worth,
        "price": worth.price,
        "chart": pool_chart(shown, flow, chosen.query),
        "leak": queries.leak_of(flow, worth.price, today=chosen.today, **chosen.group),
        "plan": what_if(flow, plan.plan, price_cents=cents, month_cents=worth.month_cents) if plan.is_valid() else None,
        "last_purchase": queries.last_purchase_day(today=chosen.today),
    }


def pool_months_chart(chosen: Chosen) -> Chart | None:
    """Draw the last months of the pool; None while no purchase is known."""
    months = queries.pool_months(today=chosen.today, months=queries.MONTHS + 1, **chosen.group)
    flow, shown = queries.flow_in(months, queries.MONTHS), months[1:]
    return pool_chart(shown, flow, chosen.query) if any(month.active or month.came or month.left for month in shown) else None
