"""What the pages of this app show, put together from queries."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from clients.models import Segment
from common.charts import Chart
from metrics import queries
from metrics.charts import distribution_chart, range_words
from metrics.forms import LtvForm
from metrics.formulas.ltv import Calculation
from metrics.formulas.measured import MeasuredLtv, PurchaseSums, measure
from metrics.queries import Dimension, MeasuredGroup, ValueBandRow, VersionChange

SPLIT_LABELS = {
    Dimension.SEGMENT: _("Segments"),
    Dimension.BRANCH: _("Branches"),
    Dimension.CHANNEL: _("Where from"),
    Dimension.COHORT: _("First month"),
}
COHORTS_SHOWN = 24


@dataclass(frozen=True)
class Belief:
    """What the calculator says beside what the purchases say."""

    calculation: Calculation | None
    typed: dict[str, str]
    sums: PurchaseSums
    measured: MeasuredLtv | None
    years_believed: Fraction | None

    @property
    def years_verdict(self) -> str:
        """Believed years against the interval of the measured ones: `more`, `less`, `same`; empty with nothing to compare."""
        if self.measured is None or self.years_believed is None:
            return ""
        believed = float(self.years_believed)
        if believed > self.measured.years_high:
            return "more"
        return "less" if believed < self.measured.years_low else "same"

    @property
    def gap_percent(self) -> int | None:
        """By how many percent the data differ from the belief; negative when they say less."""
        if self.calculation is None or self.measured is None:
            return None
        return round(100 * (self.measured.revenue_cents / self.calculation.revenue - 1))

    @property
    def gap_size(self) -> int:
        """The same without its sign."""
        return abs(self.gap_percent or 0)


def belief_of(form: LtvForm, segment: Segment | None, today: dt.date) -> Belief:
    """Count what is typed and measure the same Clients."""
    calculation, sums = form.calculation, queries.purchase_sums(today=today, segment=segment)
    years = form.numbers.years if calculation else None
    return Belief(calculation, form.typed if calculation else {}, sums, measure(sums), years)


def split_of(name: str) -> Dimension:
    """Read the chosen split; an unknown one is by segments."""
    return Dimension(name) if name in set(Dimension) else Dimension.SEGMENT


def split_table(split: Dimension, today: dt.date, segment: Segment | None) -> dict[str, Any]:
    """Return what the table of measured numbers shows; segments are always shown all."""
    rows: list[MeasuredGroup] = queries.measured_by(split, today=today, segment=None if split is Dimension.SEGMENT else segment)
    shown = rows[:COHORTS_SHOWN] if split is Dimension.COHORT else rows
    return {"split": split, "splits": SPLIT_LABELS.items(), "rows": shown, "rows_left_out": len(rows) - len(shown)}


@dataclass(frozen=True)
class Spread:
    """How money is spread over Clients: picture, bands with their words."""

    found: queries.Distribution | None
    chart: Chart | None
    bands: list[tuple[str, ValueBandRow]]


def spread_of(segment: Segment | None, today: dt.date, currency: str) -> Spread:
    """Draw the histogram and count the bands."""
    found = queries.distribution(today=today, segment=segment)
    bands = queries.value_bands(today=today, segment=segment)
    named = [(range_words(band.low, band.high, currency), band) for band in bands]
    return Spread(found, distribution_chart(found, currency) if found else None, named)


def history_of(segment: Segment | None) -> list[tuple[VersionChange, list[tuple[Any, str, str]]]]:
    """List saved versions, the changed fields by their names."""
    labels = {name: LtvForm.base_fields[name].label for name in LtvForm.base_fields}
    return [(row, [(labels[field], was, became) for field, was, became in row.changes]) for row in queries.version_history(segment=segment)]
