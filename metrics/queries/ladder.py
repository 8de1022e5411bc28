"""The three rungs of LTV side by side: the saved belief, the measured numbers, what the model expects; and the Clients behind them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import F, Q, QuerySet

from clients.models import Client, Segment
from common.numbers import parse_fraction, without_currency
from common.periods import add_months
from metrics.formulas.ladder import Foreseen, Terms
from metrics.formulas.ltv import NOTHING, ThreeNumbers, cents_of
from metrics.formulas.measured import MeasuredLtv, PurchaseSums, measure
from metrics.models import LtvVersion
from metrics.queries.chain import cac, keeping_per_client_year
from metrics.queries.ltv import Dimension, measured_by, purchase_sums
from metrics.queries.predicted import PredictedGroup, predicted_all, predicted_by

CENTS = 100


@dataclass(frozen=True)
class LadderGroup:
    """One group of Clients on the three rungs; `key` is a row's id or a month, None where not stated."""

    key: int | dt.date | None
    label: str | None
    version: LtvVersion | None
    sums: PurchaseSums
    measured: MeasuredLtv | None
    predicted: PredictedGroup | None


@dataclass(frozen=True)
class CostTerms:
    """The costs in force, and where the two that can be measured come from."""

    terms: Terms
    acquisition_is_measured: bool
    keeping_is_measured: bool
    version: LtvVersion | None

    @property
    def acquisition_cents(self) -> int:
        """Attracting one Client, in minor units."""
        return cents_of(self.terms.acquisition)

    @property
    def keeping_cents(self) -> int:
        """Keeping one Client for a year, in minor units."""
        return cents_of(self.terms.keeping_per_year)


def latest_versions() -> dict[int | None, LtvVersion]:
    """Return the last saved calculation of every segment; the key None is that of all Clients."""
    rows = LtvVersion.objects.order_by("segment_id", "-created_at", "-id").distinct("segment_id")
    return {row.segment_id: row for row in rows}


def read(text: str) -> Fraction:
    """Read a number as it was typed; nothing typed is nothing."""
    return parse_fraction(without_currency(text)) if text else NOTHING


def believed(version: LtvVersion) -> ThreeNumbers:
    """Return the three numbers of a saved calculation."""
    return ThreeNumbers(read(version.purchases_per_year), read(version.average_check), read(version.years))


def counted(sums: PurchaseSums) -> ThreeNumbers | None:
    """Return the three numbers the purchases show, exactly: their product is money / Clients gone; None while they show nothing."""
    if not sums.days or not sums.purchases or not sums.gone or sums.cents <= 0:
        return None
    check = Fraction(sums.cents, sums.purchases * CENTS)
    return ThreeNumbers(sums.purchases / sums.client_years, check, sums.client_years / sums.gone)


def foreseen(group: PredictedGroup, sums: PurchaseSums) -> Foreseen | None:
    """Return what the model says of one Client of the group; None while it says nothing of money.

    Years to come are the Clients expected to be with us times the money of five years in first years: a little more than is true,
    for within the first year some leave.
    """
    to_come, year, today = group.to_come_cents, group.to_come_year_cents, group.to_come_today_cents
    if to_come is None or year is None or today is None or not group.clients:
        return None
    each = Fraction(1, group.clients)
    first_years = Fraction(to_come, year) if year else NOTHING
    return Foreseen(
        brought=each * group.brought_cents / CENTS,
        to_come=each * to_come / CENTS,
        to_come_today=each * today / CENTS,
        years_so_far=sums.client_years / sums.clients if sums.clients else NOTHING,
        years_to_come=Fraction(group.alive) * each * first_years,
    )


def ladder_of(*, today: dt.date, segment: Segment | None = None) -> LadderGroup:
    """Return the three rungs of all Clients or of a segment."""
    sums = purchase_sums(today=today, segment=segment)
    if segment:
        predicted = next((group for group in predicted_by(Dimension.SEGMENT, today=today) if group.key == segment.pk), None)
    else:
        predicted = predicted_all(today=today)
    version = LtvVersion.objects.filter(segment=segment).first()
    return LadderGroup(segment.pk if segment else None, str(segment) if segment else None, version, sums, measure(sums), predicted)


def ladder_by(dimension: Dimension, *, today: dt.date) -> list[LadderGroup]:
    """Return the three rungs of every part of a split; beliefs are saved by segment only."""
    predicted = {group.key: group for group in predicted_by(dimension, today=today)}
    versions = latest_versions() if dimension is Dimension.SEGMENT else {}
    return [
        LadderGroup(group.key, group.label, version_of(versions, group.key), group.sums, group.ltv, predicted.get(group.key))
        for group in measured_by(dimension, today=today)
    ]


def version_of(versions: dict[int | None, LtvVersion], key: int | dt.date | None) -> LtvVersion | None:
    """Return the belief about a segment; Clients without one have none."""
    return versions.get(key) if isinstance(key, int) else None


def cost_terms(*, today: dt.date, segment: Segment | None = None) -> CostTerms:
    """Return the costs: attracting and keeping from what was spent where that is known, all else from the saved calculation.

    The segment's own calculation is asked first, then that of all Clients; one without a margin knows no costs.
    """
    with_costs = LtvVersion.objects.exclude(margin_percent="")
    version = (with_costs.filter(segment=segment).first() if segment else None) or with_costs.filter(segment=None).first()
    attracting, keeping = cac(today=today), keeping_per_client_year(today=today)
    has_cac = attracting is not None and not attracting.is_few
    terms = Terms(
        margin=read(version.margin_percent) / 100 if version else None,
        acquisition=Fraction(attracting.cents, CENTS) if attracting and has_cac else read(version.acquisition_cost if version else ""),
        keeping_per_year=Fraction(keeping.cents_a_year, CENTS) if keeping else read(version.keeping_cost if version else ""),
        discount=read(version.discount_percent) / 100 if version else NOTHING,
    )
    return CostTerms(terms, acquisition_is_measured=has_cac, keeping_is_measured=keeping is not None, version=version)


# ---- the Clients behind a cell


@dataclass(frozen=True)
class Cell:
    """A group of the table: by what it is split and which part it is; without a split, all Clients."""

    dimension: Dimension | None = None
    key: int | dt.date | None = None


def cell_clients(cell: Cell, *, today: dt.date, by_model: bool) -> QuerySet[Client]:
    """Return the Clients with purchases behind a cell: those who will bring most first, or those who have brought most."""
    found = Client.objects.filter(sum__first_day__lte=today).filter(part(cell))
    order = F("score__far_cents").desc(nulls_last=True) if by_model else F("sum__cents").desc()
    return found.select_related("sum", "score", "segment", "branch").order_by(order, "pk")


def part(cell: Cell) -> Q:
    """Return the condition of a cell."""
    if cell.dimension is None:
        return Q()
    if cell.dimension is not Dimension.COHORT:
        return Q(**{cell.dimension.value: cell.key})
    if not isinstance(cell.key, dt.date):
        return Q(pk=None)
    return Q(sum__first_day__gte=cell.key, sum__first_day__lt=add_months(cell.key, 1))


def cell_lines(clients: QuerySet[Client]) -> Iterator[list[Any]]:
    """Yield the Clients for a file."""
    for client in clients.iterator(chunk_size=2000):
        score = getattr(client, "score", None)
        yield [
            client.external_id or "",
            client.name,
            client.segment.name if client.segment else "",
            client.branch.name if client.branch else "",
            client.sum.first_day.isoformat(),
            client.sum.n_purchases,
            client.sum.cents / 100,
            round(score.p_alive, 3) if score else "",
            round(score.far_cents / 100, 2) if score and score.far_cents is not None else "",
        ]
