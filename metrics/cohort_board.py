"""What the page of cohorts shows: a heat map whose every cell opens its Clients, and a sentence on the newest cohorts."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from common.money import group_digits
from common.sheets import Sheet
from common.typography import month_words
from metrics.formulas.cohorts import AGES, HEAT, Cell, Cohort, Measure, heat_of
from metrics.pool_board import Chosen
from metrics.queries.cohorts import Cohorts, cohorts

MEASURES = {
    Measure.SHARE: gettext_lazy("Share who bought"),
    Measure.CLIENTS: gettext_lazy("How many bought"),
    Measure.PER_CLIENT: gettext_lazy("Money per Client"),
    Measure.CUMULATIVE: gettext_lazy("Money since the start"),
}
STEPS = {"month": gettext_lazy("By months"), "quarter": gettext_lazy("By quarters")}
CENTS = 100


@dataclass(frozen=True)
class HeatCell:
    """One cell: its number, its tint, the Clients behind it; `words` says how many of how many."""

    text: str
    heat: int
    is_few: bool
    words: str
    url: str


@dataclass(frozen=True)
class HeatRow:
    """One cohort with its cells; an age not reached yet has none."""

    name: str
    size: int
    is_few: bool
    cells: list[HeatCell | None]


@dataclass(frozen=True)
class Looked:
    """How the page is looked at: what a cell shows, months or quarters, whose Clients."""

    chosen: Chosen
    measure: Measure
    by_quarter: bool

    @property
    def step(self) -> str:
        """As addresses take it."""
        return "quarter" if self.by_quarter else "month"

    @property
    def query(self) -> str:
        """As addresses take all of it."""
        return f"{self.chosen.query}&{urlencode({'by': self.step, 'show': self.measure.value})}"


def cohort_board(looked: Looked) -> dict[str, Any]:
    """Return what the page shows."""
    found = found_by(looked)
    most = max([cell.value(looked.measure) for cell in tinted(found.rows, looked.measure)], default=0)
    return {
        "found": found,
        "rows": [heat_row(cohort, looked, most) for cohort in reversed(found.rows)],
        "everybody": [heat_cell(cell, looked.measure, most) for cell in found.everybody],
        "ages": range(max((len(cohort.cells) for cohort in found.rows), default=0)),
        "most": written(most, looked.measure),
        "heats": range(HEAT),
        "unit": unit_of(looked.measure),
        "measures": MEASURES.items(),
        "steps": STEPS.items(),
        "clients": sum(cohort.size for cohort in found.rows),
    }


def found_by(looked: Looked) -> Cohorts:
    """Read the cohorts."""
    return cohorts(today=looked.chosen.today, by_quarter=looked.by_quarter, **looked.chosen.group)


def tinted(rows: Iterable[Cohort], measure: Measure) -> Iterator[Cell]:
    """Yield the cells that set the scale: the first month, when everybody buys, would drown the others."""
    first = 0 if measure is Measure.CUMULATIVE else 1
    return (cell for cohort in rows for cell in cohort.cells[first:] if not cohort.is_few)


def heat_row(cohort: Cohort, looked: Looked, most: float) -> HeatRow:
    """Write one cohort."""
    url = f"{reverse('metrics:cohort_clients')}?{looked.query}&cohort={cohort.first}"
    cells: list[HeatCell | None] = [heat_cell(cell, looked.measure, most, f"{url}&age={cell.age}") for cell in cohort.cells]
    return HeatRow(cohort_name(cohort.first, looked), cohort.size, cohort.is_few, cells)


def cohort_name(first: dt.date, looked: Looked) -> str:
    """Name a cohort: March 2026, or the quarter."""
    if looked.by_quarter:
        return pgettext("quarter", "Q%(n)s %(year)s") % {"n": (first.month + 2) // 3, "year": first.year}
    return month_words(first, short=True)


def heat_cell(cell: Cell, measure: Measure, most: float, url: str = "") -> HeatCell:
    """Write one cell."""
    value = cell.value(measure)
    low, high = cell.interval
    words = _("%(bought)s of %(base)s Clients bought; by chance alone %(low)s–%(high)s %%") % {
        "bought": group_digits(cell.counted.clients),
        "base": group_digits(cell.base),
        "low": round(100 * low),
        "high": round(100 * high),
    }
    return HeatCell(written(value, measure), heat_of(value, most), cell.is_few, words, url if cell.counted.clients else "")


def written(value: float, measure: Measure) -> str:
    """Write a value without its unit, which stands above the table."""
    if measure is Measure.SHARE:
        return str(round(100 * value))
    return group_digits(round(value if measure is Measure.CLIENTS else value / CENTS))


def unit_of(measure: Measure) -> str:
    """Say what the numbers of the table are."""
    return {
        Measure.SHARE: _("% of the cohort's Clients who bought in the month"),
        Measure.CLIENTS: _("Clients who bought in the month"),
        Measure.PER_CLIENT: _("money of the month per Client of the cohort, less returns"),
        Measure.CUMULATIVE: _("money since the first purchase per Client of the cohort, less returns"),
    }[measure]


def cohort_sheets(looked: Looked) -> Iterator[Sheet]:
    """Yield the table as a book: a sheet for each measure, numbers as numbers."""
    found = found_by(looked)
    heads = [_("First purchase"), _("Clients"), *(str(age) for age in range(AGES))]
    for measure, name in MEASURES.items():
        unit = CENTS if measure in {Measure.PER_CLIENT, Measure.CUMULATIVE} else 1
        rows = [
            [cohort_name(cohort.first, looked), cohort.size, *(round(cell.value(measure) / unit, 4) for cell in cohort.cells)]
            for cohort in found.rows
        ]
        yield Sheet(str(name), heads, rows)
