"""What the pages of this app show, put together from queries."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from clients.models import Segment
from common.charts import Chart
from common.money import format_cents
from common.templatetags.mayak import decimal, percent
from company.models import Branch
from metrics import queries
from metrics.charts import distribution_chart, pool_chart, range_words
from metrics.forms import LtvForm, WhatIfForm
from metrics.formulas.constraint import Lever, LeverGap, LeverResult
from metrics.formulas.ltv import Calculation
from metrics.formulas.measured import MeasuredLtv, PurchaseSums, measure
from metrics.formulas.pool import what_if
from metrics.queries import Dimension, MeasuredGroup, ValueBandRow, VersionChange

SPLIT_LABELS = {
    Dimension.SEGMENT: _("Segments"),
    Dimension.BRANCH: _("Branches"),
    Dimension.CHANNEL: _("Where from"),
    Dimension.COHORT: _("First month"),
}
LEVER_NAMES = {
    Lever.KEEPING: _("Keeping"),
    Lever.FREQUENCY: _("Frequency of purchases"),
    Lever.CHECK: _("Average check"),
    Lever.WIN_BACK: _("Bringing back those who left"),
}
LEVER_WORDS = {
    Lever.KEEPING: (
        _("leavings of a Client in a year"),
        _("active ÷ 12 × (leavings in a year − mark) × price of a Client × (1 − share who come back by themselves)"),
    ),
    Lever.FREQUENCY: (_("purchases a year"), _("active ÷ 12 × (mark − purchases a year) × average check of the branch")),
    Lever.CHECK: (_("average check"), _("active ÷ 12 × purchases a year × (mark − average check)")),
    Lever.WIN_BACK: (
        _("of those who left come back"),
        _("active ÷ 12 × leavings in a year × (mark − share who came back) × price of a Client"),
    ),
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
class LeverRow:
    """One lever with its words: what is measured, by which formula, the figures as people read them."""

    result: LeverResult
    name: str
    what: str
    formula: str
    mark: str
    gaps: list[tuple[LeverGap, str]]


def lever_figure(lever: Lever, value: float, currency: str) -> str:
    """Write a lever's ratio: a share, a number, or money."""
    if lever is Lever.CHECK:
        return format_cents(round(value), currency)
    return percent(value) if lever is Lever.WIN_BACK else decimal(value, 2)


def lever_row(result: LeverResult, currency: str) -> LeverRow:
    """Put words to a lever."""
    lever = result.lever
    gaps = [(gap, lever_figure(lever, gap.value, currency)) for gap in result.gaps]
    what, formula = LEVER_WORDS[lever]
    return LeverRow(result, str(LEVER_NAMES[lever]), str(what), str(formula), lever_figure(lever, result.mark, currency), gaps)


def constraint_board(today: dt.date, currency: str) -> dict[str, Any]:
    """Return what the page of the main constraint shows."""
    found = queries.main_constraint(today=today)
    return {
        "found": found,
        "main_name": LEVER_NAMES[found.main.lever] if found.main else "",
        "levers": [lever_row(result, currency) for result in found.levers],
        "most": max([result.cents_a_month for result in found.levers] + [1]),
        "missing": [LEVER_NAMES[lever] for lever in found.missing],
        "price": queries.price_of_client(today=today),
        "today": today,
    }


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


def pool_board(today: dt.date, branch: Branch | None, plan: WhatIfForm) -> dict[str, Any]:
    """Return what the page of the pool shows; the what-if is counted when its form is right."""
    months, flow = queries.pool_months(today=today, branch=branch), queries.pool_flow(today=today, branch=branch)
    price = queries.price_of_client(today=today)
    cents = price.cents if price else None
    return {
        "months": months,
        "flow": flow,
        "price": price,
        "chart": pool_chart(months, flow),
        "leak_cents": None if cents is None else round(flow.lost_a_month * cents),
        "plan": what_if(flow, plugged=plan.plugged, opened=plan.opened, price_cents=cents) if plan.is_valid() else None,
        "last_purchase": queries.last_purchase_day(),
    }


def pool_months_chart(today: dt.date, branch: Branch | None) -> Chart | None:
    """Draw the last months of the pool; None while no purchase is known."""
    months = queries.pool_months(today=today, branch=branch)
    flow = queries.pool_flow(today=today, branch=branch)
    return pool_chart(months, flow) if any(month.active or month.came or month.left for month in months) else None


def history_of(segment: Segment | None) -> list[tuple[VersionChange, list[tuple[Any, str, str]]]]:
    """List saved versions, the changed fields by their names."""
    labels = {name: LtvForm.base_fields[name].label for name in LtvForm.base_fields}
    return [(row, [(labels[field], was, became) for field, was, became in row.changes]) for row in queries.version_history(segment=segment)]
