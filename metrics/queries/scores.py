"""What the models look at, what keeps them from it, and what they said.

Histories leave the database by binary COPY: a million Clients are read in a third of a second.
"""

import datetime as dt
import io
from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.db.models import Count, F, Max, Min, Q, QuerySet

from clients.models import ClientSum
from metrics.enums import BuyersOrder, ModelGapKind, ModelKind
from metrics.formulas.buying import Whole
from metrics.formulas.judgement import Past
from metrics.models import BuyingModel, ClientScore

# The floor Klaviyo sets for its own predictions; with fewer coming back a rate of leaving cannot be told from a rate of buying.
BUYERS_NEEDED, DAYS_NEEDED, REPEATERS_NEEDED = 500, 180, 30
REPEATER_DAYS = 3
COPY_HEADER, COPY_TRAILER = 19, 2
KNOWN = """
COPY (
    SELECT client_id, n_days - 1, last_day - first_day, date '{until}' - first_day, 0
    FROM clients_clientsum WHERE last_day <= '{until}'
) TO STDOUT (FORMAT binary)
"""
KNOWN_AT = """
COPY (
    SELECT client_id, (count(*) FILTER (WHERE day <= '{cut}') - 1)::int, max(day) FILTER (WHERE day <= '{cut}') - min(day),
        date '{cut}' - min(day), (count(*) FILTER (WHERE day > '{cut}'))::int
    FROM clients_clientday WHERE n > 0 AND day <= '{until}'
    GROUP BY client_id HAVING min(day) <= '{cut}'
) TO STDOUT (FORMAT binary)
"""
FIELDS = [("client", "i8"), ("repeats", "i4"), ("recency", "i4"), ("age", "i4"), ("bought", "i4")]


@dataclass(frozen=True)
class ModelGap:
    """What is missing for a model: how much there is of it and how much it takes."""

    kind: ModelGapKind
    have: int
    need: int


@dataclass(frozen=True)
class Known:
    """Clients with their histories in days, one element each."""

    clients: Whole
    repeats: Whole
    recency: Whole
    age: Whole


def score_model(kind: ModelKind) -> BuyingModel | None:
    """Return the model of a kind that is in force."""
    return BuyingModel.objects.filter(kind=kind, is_current=True).first()


def model_gap() -> ModelGap | None:
    """Say what keeps the models from saying anything; None while one is in force."""
    return data_gap() or (None if score_model(ModelKind.MBG_NBD) else ModelGap(ModelGapKind.WAITING, 0, 0))


def data_gap() -> ModelGap | None:
    """Say what the purchases lack for a model; None when they are enough."""
    total = ClientSum.objects.aggregate(
        n=Count("pk"), repeaters=Count("pk", filter=Q(n_days__gte=REPEATER_DAYS)), first=Min("first_day"), last=Max("last_day")
    )
    days = (total["last"] - total["first"]).days if total["n"] else 0
    for kind, have, need in (
        (ModelGapKind.BUYERS, total["n"], BUYERS_NEEDED),
        (ModelGapKind.DAYS, days, DAYS_NEEDED),
        (ModelGapKind.REPEATERS, total["repeaters"], REPEATERS_NEEDED),
    ):
        if have < need:
            return ModelGap(kind, have, need)
    return None


def last_known_day(*, today: dt.date) -> dt.date | None:
    """Return the day the models look from: that of the last purchase, for till then the purchases are known."""
    return ClientSum.objects.filter(last_day__lte=today).order_by("-last_day").values_list("last_day", flat=True).first()


def known_clients(*, until: dt.date) -> Known:
    """Read everybody's history; Clients with a purchase dated later are left out until its day comes."""
    rows = read(KNOWN.format(until=until.isoformat()))
    return Known(whole(rows["client"]), whole(rows["repeats"]), whole(rows["recency"]), whole(rows["age"]))


def past_of(*, cut: dt.date, days: int) -> Past | None:
    """Read everybody's history as it was known on a day, and what they bought in the days after it; None when nobody was known."""
    until = cut + dt.timedelta(days)
    rows = read(KNOWN_AT.format(cut=cut.isoformat(), until=until.isoformat()))
    if not rows.size:
        return None
    return Past(whole(rows["repeats"]), whole(rows["recency"]), whole(rows["age"]), whole(rows["bought"]), days)


def read(statement: str) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """Run a binary COPY of the five columns; each value stands after its length."""
    layout = [
        ("count", ">i2"),
        *((name, kind) for field, size in FIELDS for name, kind in ((f"{field} length", ">i4"), (field, f">{size}"))),
    ]
    out = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, out)
    return np.frombuffer(out.getbuffer()[COPY_HEADER:-COPY_TRAILER], dtype=np.dtype(layout))


def whole(column: np.ndarray[tuple[int], np.dtype[np.void]]) -> Whole:
    """Return a column as whole numbers of this machine."""
    return column.astype(np.int64)


def buyers_order() -> BuyersOrder:
    """Say by what to list those who will buy soon: whatever told buyers best on the company's own past, the plain rule by default."""
    main, second = score_model(ModelKind.MBG_NBD), score_model(ModelKind.PARETO_NBD)
    values = {BuyersOrder.RECENCY: auc_of(main, "recency"), BuyersOrder.MBG_BUYS: auc_of(main, "buys")}
    values[BuyersOrder.PARETO_EXPECTED] = auc_of(second, "expected")
    return max(values, key=lambda order: values[order])


def auc_of(model: BuyingModel | None, score: str) -> float:
    """Return what a model's score was worth on the past; 0 when that is not known."""
    return float((model and model.holdout.get("auc", {}).get(score)) or 0)


def likely_buyers() -> QuerySet[ClientScore]:
    """Return scored Clients, those who will probably buy soon first, in the order that proved best."""
    orders = {
        BuyersOrder.RECENCY: F("client__sum__last_day").desc(),
        BuyersOrder.MBG_BUYS: F("p_buys").desc(),
        BuyersOrder.PARETO_EXPECTED: F("expected_pareto").desc(nulls_last=True),
    }
    return ClientScore.objects.select_related("client").order_by(orders[buyers_order()], "pk")
