"""What the models look at, what keeps them from it, and what they said.

Histories leave the database by binary COPY: a million Clients are read in about a second.
"""

import datetime as dt
import tempfile
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Count, F, Max, Min, Q, QuerySet

from clients.models import ClientSum
from common.numbers import parse_fraction, without_currency
from metrics.enums import BuyersOrder, ModelGapKind, ModelKind
from metrics.formulas.buying import Whole
from metrics.formulas.judgement import Past
from metrics.models import BuyingModel, ClientScore
from metrics.queries.ltv import latest_version

# The floor Klaviyo sets for its own predictions; with fewer coming back a rate of leaving cannot be told from a rate of buying.
BUYERS_NEEDED, DAYS_NEEDED, REPEATERS_NEEDED = 500, 180, 30
REPEATER_DAYS = 3
COPY_HEADER, COPY_TRAILER = 19, 2
AT_ONCE = 100_000
SUMS = """
SELECT client_id, n_days, first_day - date '2000-01-01', last_day - date '2000-01-01', cents - first_cents FROM clients_clientsum
"""
SEGMENTS = "SELECT id, segment_id FROM clients_client WHERE segment_id IS NOT NULL"
# Most Clients bought nothing after the cut: their sums say what was known then. Only of the others are the days looked up.
LATER = """
SELECT client_id, days, bought, coalesce(CASE WHEN days > 0 THEN (
        SELECT max(d.day) FROM clients_clientday d WHERE d.client_id = l.client_id AND d.n > 0 AND d.day <= '{cut}'
    ) END, date '{cut}') - date '2000-01-01', cents, paid
FROM (
    SELECT client_id, (count(*) FILTER (WHERE n > 0))::int AS days, (count(*) FILTER (WHERE n > 0 AND day <= '{until}'))::int AS bought,
        sum(cents)::bigint AS cents, coalesce(sum(cents) FILTER (WHERE day <= '{until}'), 0)::bigint AS paid
    FROM clients_clientday WHERE day > '{cut}' GROUP BY client_id
) l
"""
# One statement sees one state of the database: a purchase that comes in meanwhile is in both parts or in neither.
SUMS_AND_LATER = f"SELECT 0::smallint, s.*, 0::bigint FROM ({SUMS}) s UNION ALL SELECT 1::smallint, l.* FROM ({LATER}) l"
OF_SUMS, OF_LATER = 0, 1
BEGINNING = dt.date(2000, 1, 1)
"""PostgreSQL counts days from here."""


@dataclass(frozen=True)
class ModelGap:
    """What is missing for a model: how much there is of it and how much it takes."""

    kind: ModelGapKind
    have: int
    need: int


@dataclass(frozen=True)
class Known:
    """Clients with their histories in days, what they paid after the first day and their segment (0 without one), one element each."""

    clients: Whole
    repeats: Whole
    recency: Whole
    age: Whole
    later_cents: Whole
    segments: Whole


@dataclass(frozen=True)
class Sums:
    """The sums of all Clients in order of their ids: purchase days, the first and the last of them, what was paid after the first."""

    clients: Whole
    days: Whole
    first: Whole
    last: Whole
    later_cents: Whole

    def such(self, wanted: npt.NDArray[np.bool_]) -> "Sums":
        """Return those of some Clients."""
        return Sums(self.clients[wanted], self.days[wanted], self.first[wanted], self.last[wanted], self.later_cents[wanted])


@dataclass(frozen=True)
class Later:
    """What some Clients bought after a day, in no order.

    Purchase days after it, those of them in the days asked for, the last one up to it, the money of both; also money taken back.
    """

    clients: Whole
    days: Whole
    bought: Whole
    last: Whole
    cents: Whole
    paid: Whole


def score_model(kind: ModelKind) -> BuyingModel | None:
    """Return the model of a kind that is in force."""
    return BuyingModel.objects.filter(kind=kind, is_current=True).first()


def main_model() -> BuyingModel | None:
    """Return the model by which Clients are scored."""
    return score_model(ModelKind.MBG_NBD)


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


def all_sums() -> Sums:
    """Read the sums of all Clients."""
    return in_order(read(SUMS, "i8", "i4", "i4", "i4", "i8"))


def sums_and_later(*, cut: dt.date, days: int) -> tuple[Sums, Later]:
    """Read the sums of all Clients and what was bought after a day, both as they are at one moment."""
    statement = SUMS_AND_LATER.format(cut=cut, until=cut + dt.timedelta(days))
    part, clients, counts, first, last, cents, paid = read(statement, "i2", "i8", "i4", "i4", "i4", "i8", "i8")
    sums = in_order([each[part == OF_SUMS] for each in (clients, counts, first, last, cents)])
    return sums, Later(*(each[part == OF_LATER] for each in (clients, counts, first, last, cents, paid)))


def in_order(columns: list[Whole]) -> Sums:
    """Put sums in the order of the Clients; they come as they lie, which is quicker than to let the database put them in order."""
    order = np.argsort(columns[0], kind="stable")
    return Sums(*(column[order] for column in columns))


def known_clients(*, until: dt.date) -> Known:
    """Read everybody's history; Clients with a purchase dated later are left out until its day comes."""
    return known_of(all_sums(), until=until)


def known_of(sums: Sums, *, until: dt.date) -> Known:
    """Return the histories that these sums make, with the segments of the Clients."""
    seen = sums.such(sums.last <= day_number(until))
    segments = np.zeros_like(seen.clients)
    clients, ids = read(SEGMENTS, "i8", "i8")
    found, places = places_in(seen.clients, clients)
    segments[places] = ids[found]
    return Known(seen.clients, seen.days - 1, seen.last - seen.first, day_number(until) - seen.first, seen.later_cents, segments)


def past_of(*, cut: dt.date, days: int) -> Past | None:
    """Read everybody's history as it was known on a day, and what they bought in the days after it; None when nobody was known."""
    return past_from(*sums_and_later(cut=cut, days=days), cut=cut, days=days)


def past_from(sums: Sums, later: Later, *, cut: dt.date, days: int) -> Past | None:
    """Take from the sums what was bought after a day."""
    then = sums.such(sums.first <= day_number(cut))
    bought, paid = np.zeros_like(then.days), np.zeros_like(then.later_cents)
    found, places = places_in(then.clients, later.clients)
    later_days = later.days[found]
    then.days[places] -= later_days
    then.later_cents[places] -= later.cents[found]
    then.last[places] = np.where(later_days > 0, later.last[found], then.last[places])
    bought[places], paid[places] = later.bought[found], later.paid[found]
    age = day_number(cut) - then.first
    # Sums that disagree with the days would make a history impossible.
    sound = (then.days > 0) & (then.last >= then.first) & (then.last <= day_number(cut))
    if not sound.any():
        return None
    then, age, bought, paid = then.such(sound), age[sound], bought[sound], paid[sound]
    return Past(then.days - 1, then.last - then.first, age, bought, days, then.later_cents, paid)


def places_in(ordered: Whole, clients: Whole) -> tuple[npt.NDArray[np.bool_], Whole]:
    """Say which of the Clients are among the ordered ones, and where those stand."""
    if not ordered.size:
        return np.zeros(clients.size, dtype=bool), np.zeros(0, dtype=np.int64)
    places = np.minimum(np.searchsorted(ordered, clients), ordered.size - 1)
    found = ordered[places] == clients
    return found, places[found]


def day_number(day: dt.date) -> int:
    """Return a day as PostgreSQL counts it."""
    return (day - BEGINNING).days


def read(query: str, *sizes: str) -> list[Whole]:
    """Run a binary COPY of a query with columns of such sizes.

    It passes through a file without a name, so that it is never whole in memory.
    """
    layout = [("count", ">i2")]
    for number, size in enumerate(sizes):
        layout += [(f"{number} length", ">i4"), (str(number), f">{size}")]
    row = np.dtype(layout)
    with tempfile.TemporaryFile() as file:
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", file)
        found = (file.tell() - COPY_HEADER - COPY_TRAILER) // row.itemsize
        file.seek(COPY_HEADER)
        columns: list[Whole] = [np.empty(found, dtype=np.int64) for _size in sizes]
        for first in range(0, found, AT_ONCE):
            rows = np.frombuffer(file.read(row.itemsize * min(AT_ONCE, found - first)), dtype=row)
            for number, column in enumerate(columns):
                column[first : first + AT_ONCE] = rows[str(number)]
    return columns


def discount_in_force() -> Fraction:
    """Return the yearly discount of the last saved calculation of all Clients; 0 when it names none."""
    version = latest_version()
    text = version.discount_percent if version else ""
    return parse_fraction(without_currency(text)) / 100 if text else Fraction(0)


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
