"""What the page of the chain of numbers shows: the funnel, tables, attracting against keeping, a trend."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from common.charts import Chart, render_chart
from common.money import format_cents
from common.numbers import round_half_even
from common.templatetags.mayak import decimal, percent
from metrics import queries
from metrics.forms import LtvForm
from metrics.formulas.chain import REFERENCE_TIMES, Cac, ChainSums, Keeping, channel_cells, payback_months, sums_of
from metrics.formulas.ltv import NOTHING, cents_of
from metrics.queries import Chain, ChainGroup, Dimension

MONTHS_PER_YEAR = 12
PERIODS = (3, 6, 12, 24, 36)
USUAL_PERIOD = 12


class Split(StrEnum):
    """How the table is split."""

    CHANNEL = "channel"
    MANAGER = "manager"
    BOTH = "both"
    MONTH = "month"


class Shown(StrEnum):
    """What the trend shows."""

    CAC = "cac"
    CONVERSION = "conversion"
    THOUSAND = "thousand"
    SPEND = "spend"


SPLITS = {
    Split.CHANNEL: gettext_lazy("Channels"),
    Split.MANAGER: gettext_lazy("Sales managers"),
    Split.BOTH: gettext_lazy("Channel × manager"),
    Split.MONTH: gettext_lazy("Months"),
}
SHOWN = {
    Shown.CAC: gettext_lazy("Cost of a Client"),
    Shown.CONVERSION: gettext_lazy("Conversion"),
    Shown.THOUSAND: gettext_lazy("Calls per 1,000"),
    Shown.SPEND: gettext_lazy("Spent"),
}


@dataclass(frozen=True)
class Worth:
    """What a Client is worth: revenue, or gross profit where the calculator knows the margin; `monthly_cents` while they are with us."""

    cents: int
    monthly_cents: Fraction | None
    margin: Fraction | None
    is_measured: bool
    is_own: bool = False

    def times(self, cac_cents: int | None) -> Fraction | None:
        """LTV : CAC."""
        return Fraction(self.cents, cac_cents) if cac_cents else None

    def payback(self, cac_cents: int | None) -> Fraction | None:
        """Months until a Client has brought what attracting them cost."""
        return payback_months(cac_cents, self.monthly_cents)


@dataclass(frozen=True)
class BoardRow:
    """One row of the table with what its Clients are worth and the address of those Clients."""

    label: str
    sub: str
    sums: ChainSums
    worth: Worth | None
    query: str

    @property
    def times(self) -> Fraction | None:
        """LTV : CAC."""
        return self.worth.times(self.sums.cac_cents) if self.worth else None

    @property
    def payback(self) -> Fraction | None:
        """Months to pay back."""
        return self.worth.payback(self.sums.cac_cents) if self.worth else None


@dataclass(frozen=True)
class Against:
    """Attracting one Client against keeping one for a year."""

    cac: Cac | None
    keeping: Keeping | None

    @property
    def times(self) -> Fraction | None:
        """How many times dearer attracting is."""
        if self.cac is None or self.keeping is None or not self.keeping.cents_a_year:
            return None
        return Fraction(self.cac.cents, self.keeping.cents_a_year)


def margin_saved() -> Fraction | None:
    """Return the margin of the last calculation of all Clients."""
    form = LtvForm.of_version(queries.latest_version(), None)
    if not form.is_valid():
        return None
    costs = form.costs
    return costs.margin if costs else None


def company_worth(today: dt.date) -> Worth | None:
    """Say what a Client of the company is worth: measured, else as the calculator says."""
    measured = queries.measured_ltv(today=today)
    if measured and not measured.is_few:
        return worth_of(measured.revenue_cents, measured.years, margin_saved(), is_measured=True)
    form = LtvForm.of_version(queries.latest_version(), None)
    if not form.is_valid():
        return None
    return worth_of(cents_of(form.numbers.revenue), form.numbers.years, form.costs.margin if form.costs else None, is_measured=False)


def worth_of(revenue_cents: int, years: Fraction, margin: Fraction | None, *, is_measured: bool, is_own: bool = False) -> Worth:
    """Take the margin, when it is known, of the revenue."""
    cents = revenue_cents * (Fraction(1) if margin is None else margin)
    monthly = cents / years / MONTHS_PER_YEAR if years > NOTHING else None
    return Worth(round_half_even(cents), monthly, margin, is_measured, is_own)


def channel_worths(today: dt.date, company: Worth | None) -> dict[Any, Worth]:
    """Say what a Client of each channel is worth, where there are enough of them to measure."""
    margin = company.margin if company else None
    groups = queries.measured_by(Dimension.CHANNEL, today=today)
    return {
        group.key: worth_of(group.ltv.revenue_cents, group.ltv.years, margin, is_measured=True, is_own=True)
        for group in groups
        if group.key and group.ltv and not group.ltv.is_few
    }


def split_of(name: str) -> Split:
    """Read the chosen split."""
    return Split(name) if name in set(Split) else Split.CHANNEL


def shown_of(name: str) -> Shown:
    """Read what the trend is to show."""
    return Shown(name) if name in set(Shown) else Shown.CAC


def period_of(text: str) -> int:
    """Read how many months to look at."""
    return int(text) if text in map(str, PERIODS) else USUAL_PERIOD


def rows_of(found: Chain, split: Split, worths: dict[Any, Worth], company: Worth | None) -> list[BoardRow]:
    """Make the rows of the table."""
    period = f"from={found.first:%Y-%m}&to={queries.last_month(found):%Y-%m}"
    if split is Split.MONTH:
        months = reversed(queries.by_month(found))
        return [BoardRow(format_date(month, "F Y"), "", sums, company, f"from={month:%Y-%m}&to={month:%Y-%m}") for month, sums in months]
    if split is Split.MANAGER:
        groups = queries.by_manager(found.cells)
        return [BoardRow(group.label, "", group.sums, company, f"{period}&manager={group.key or ''}") for group in groups]
    if split is Split.BOTH:
        return [pair_row(group, period, worths.get(group.key, company)) for group in queries.by_channel_and_manager(found.cells)]
    groups = queries.by_channel(found.cells)
    return [BoardRow(group.label, "", group.sums, worths.get(group.key, company), f"{period}&channel={group.key}") for group in groups]


def pair_row(group: ChainGroup, period: str, worth: Worth | None) -> BoardRow:
    """Make the row of a channel in a manager's hands."""
    who = group.manager or _("nobody in particular")
    return BoardRow(group.label, who, group.sums, worth, f"{period}&channel={group.key}&manager={group.manager_key or ''}")


def chain_board(*, today: dt.date, months: int, split: Split, shown: Shown, currency: str) -> dict[str, Any]:
    """Return what the page shows."""
    first, end = queries.last_whole_months(today, months)
    found = queries.chain_between(first=first, end=end)
    company = company_worth(today)
    worths = channel_worths(today, company) if split in {Split.CHANNEL, Split.BOTH} else {}
    total = sums_of(channel_cells(found.cells))
    against = Against(queries.cac_of(found), queries.keeping_per_client_year(today=today, months=months))
    return {
        "found": found,
        "last_month": queries.last_month(found),
        "total": BoardRow("", "", total, company, f"from={first:%Y-%m}&to={queries.last_month(found):%Y-%m}"),
        "rows": rows_of(found, split, worths, company),
        "split": split,
        "splits": SPLITS.items(),
        "shown": shown,
        "shown_all": SHOWN.items(),
        "months": months,
        "periods": [(count, _("%(count)s mo.") % {"count": count}) for count in PERIODS],
        "against": against,
        "reference": REFERENCE_TIMES,
        "worth": company,
        "chart": trend_chart(queries.by_month(found), shown, currency),
        "is_empty": not any(cell.is_typed for cell in found.cells),
    }


Reading = tuple[float, tuple[float, float] | None, str]


def reading_of(sums: ChainSums, shown: Shown, currency: str) -> Reading | None:
    """Return a month's figure, its interval and how it is written."""
    if shown is Shown.CONVERSION:
        found = sums.conversion
        return None if found is None else (float(found) * 100, scaled(sums.conversion_interval, 100), percent(float(found)))
    if shown is Shown.THOUSAND:
        thousand = sums.contacts_per_thousand
        return None if thousand is None else (float(thousand), sums.contacts_per_thousand_interval, decimal(thousand, 2))
    cents = sums.cac_cents if shown is Shown.CAC else sums.spend_cents
    if cents is None:
        return None
    return cents / 100, scaled(sums.cac_interval if shown is Shown.CAC else None, 0.01), format_cents(cents, currency)


def scaled(ends: tuple[float, float] | None, by: float) -> tuple[float, float] | None:
    """Write an interval in other units."""
    return ends and (ends[0] * by, ends[1] * by)


def trend_chart(months: Sequence[tuple[dt.date, ChainSums]], shown: Shown, currency: str) -> Chart | None:
    """Draw one figure month by month with its intervals; None when no month has it."""
    found = [(month, reading_of(sums, shown, currency)) for month, sums in months]
    known = [(month, reading) for month, reading in found if reading]
    if not known:
        return None
    rows = [point_row(month, reading) for month, reading in known]
    table = [[format_date(month, "m.Y"), reading[2] if reading else "—"] for month, reading in found]
    label = str(SHOWN[shown])
    words = trend_words(label, [reading for _month, reading in known])
    return Chart(render_chart(trend_spec([month for month, _sums in months], shown), rows), words, [_("Month"), label], table)


def trend_words(label: str, readings: Sequence[Reading]) -> str:
    """Say whether the last month differs from the first by more than chance."""
    first, last = readings[0], readings[-1]
    values = {"what": label, "first": first[2], "last": last[2]}
    if len(readings) == 1:
        return _("%(what)s: %(last)s in the only month known.") % values
    if first[1] is None or last[1] is None:
        return _("%(what)s: %(first)s at the beginning, %(last)s in the last month.") % values
    if first[1][1] < last[1][0] or last[1][1] < first[1][0]:
        return _("%(what)s: %(first)s at the beginning, %(last)s in the last month. That is more than chance.") % values
    return _("%(what)s: %(first)s at the beginning, %(last)s in the last month. Chance alone could make this difference.") % values


def point_row(month: dt.date, reading: Reading) -> dict[str, Any]:
    """Write one month as data."""
    value, ends, words = reading
    low, high = ends or (value, value)
    return {"month": f"{month:%Y-%m}", "value": value, "low": low, "high": high, "words": f"{format_date(month, 'm.Y')}: {words}"}


def trend_spec(months: Sequence[dt.date], shown: Shown) -> dict[str, Any]:
    """Describe the trend: bars of money, else a line with its intervals."""
    names = {f"{month:%Y-%m}": format_date(month, pgettext("format of a month in a chart", "M")) for month in months}
    label = " : ".join(f"datum.value == '{key}' ? '{name}'" for key, name in names.items()) + " : ''"
    axis = {"labelExpr": label, "labelAngle": 0}
    x = {"field": "month", "type": "ordinal", "scale": {"domain": list(names)}, "axis": axis}
    y = {"field": "value", "type": "quantitative", "scale": {"zero": True}}
    words = {"description": {"field": "words"}}
    if shown is Shown.SPEND:
        layers: list[dict[str, Any]] = [{"mark": {"type": "bar", "aria": True}, "encoding": {"y": y, **words}}]
    else:
        low, high = {"field": "low", "type": "quantitative"}, {"field": "high"}
        layers = [
            {"mark": {"type": "rule", "color": "var(--mk-data-3)", "strokeWidth": 6, "opacity": 0.5}, "encoding": {"y": low, "y2": high}},
            {"mark": {"type": "line"}, "encoding": {"y": y}},
            {"mark": {"type": "point", "aria": True}, "encoding": {"y": y, **words}},
        ]
    return {"width": "container", "height": 200, "encoding": {"x": x}, "layer": layers}


def export_rows(rows: Sequence[BoardRow]) -> list[list[Any]]:
    """Write rows as a file shows them."""
    return [[row.label, row.sub, *(read(row) for _head, read in COLUMNS)] for row in rows]


def in_major(cents: int | None) -> float | None:
    """Write minor units as a number of a table."""
    return None if cents is None else cents / 100


def as_float(number: Fraction | None) -> float | None:
    """Write a ratio as a number of a table."""
    return None if number is None else round(float(number), 4)


COLUMNS: list[tuple[Any, Callable[[BoardRow], Any]]] = [
    (gettext_lazy("Spent"), lambda row: in_major(row.sums.spend_cents)),
    (gettext_lazy("Calls and requests"), lambda row: row.sums.contacts),
    (gettext_lazy("New Clients"), lambda row: row.sums.clients),
    (gettext_lazy("Their money"), lambda row: in_major(row.sums.revenue_cents)),
    (gettext_lazy("Their money by now"), lambda row: in_major(row.sums.so_far_cents)),
    (gettext_lazy("Calls per 1,000"), lambda row: as_float(row.sums.contacts_per_thousand)),
    (gettext_lazy("Price of a call"), lambda row: in_major(row.sums.contact_price_cents)),
    (gettext_lazy("Conversion"), lambda row: as_float(row.sums.conversion)),
    (gettext_lazy("Conversion, from"), lambda row: row.sums.conversion_interval and round(row.sums.conversion_interval[0], 4)),
    (gettext_lazy("Conversion, to"), lambda row: row.sums.conversion_interval and round(row.sums.conversion_interval[1], 4)),
    (gettext_lazy("Cost of a Client"), lambda row: in_major(row.sums.cac_cents)),
    ("LTV : CAC", lambda row: as_float(row.times)),
    (gettext_lazy("Pays back in, months"), lambda row: as_float(row.payback)),
    (gettext_lazy("Return"), lambda row: as_float(row.sums.return_ratio)),
    (gettext_lazy("Return by now"), lambda row: as_float(row.sums.so_far_ratio)),
]
