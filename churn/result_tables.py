"""Words and sheets of the results."""

from collections.abc import Iterable
from typing import Any, Final

from django.http import Http404
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from churn.forms.results import PERIODS, ResultFilterForm
from churn.models import Reason
from churn.queries import Results, ResultTables, Scope, Share
from common.sheets import Sheet
from common.typography import month_words
from company.models import User
from metrics.formulas.stretches import Stretches, StretchSums

CENTS = 100
SHOWN: Final[dict[str, Promise]] = {
    "left": gettext_lazy("Clients who left"),
    "called": gettext_lazy("Who were called"),
    "reached": gettext_lazy("Whom we talked to"),
    "named": gettext_lazy("Who named a reason"),
    "willing": gettext_lazy("Who say they will return"),
    "unwilling": gettext_lazy("Who say they will not return"),
    "promised": gettext_lazy("With whom a next talk is agreed"),
    "acted": gettext_lazy("After whose call an action was made"),
    "returned": gettext_lazy("Who returned"),
    "after_call": gettext_lazy("Who returned after a call"),
    "itself": gettext_lazy("Who returned without a call"),
}
HEADS: Final = [
    gettext_lazy("Left"),
    gettext_lazy("Money at risk"),
    gettext_lazy("Called"),
    gettext_lazy("Talked to"),
    gettext_lazy("Talked to, share"),
    pgettext_lazy("interval", "from"),
    pgettext_lazy("interval", "to"),
    gettext_lazy("Named a reason"),
    gettext_lazy("Say they will return"),
    gettext_lazy("Said they would not return"),
    gettext_lazy("A next talk agreed"),
    gettext_lazy("Actions made"),
    gettext_lazy("Returned"),
    gettext_lazy("Returned after a call"),
    gettext_lazy("Returned after a call, share of those called"),
    pgettext_lazy("interval", "from"),
    pgettext_lazy("interval", "to"),
    gettext_lazy("Money returned"),
    gettext_lazy("Money returned after a call"),
]


def heading_of(show: str, group: str, value: str) -> str:
    """Say who is behind a figure; 404 where there is no such person, reason or month."""
    whose = ""
    if group == "month" and (month := parse_date(value)):
        whose = month_words(month)
    elif group == "caller":
        whose = str(named(User, value))
    elif group == "reason":
        whose = f"«{named(Reason, value)}»"
    elif group == "tried":
        whose = _("attempt %(number)s was made") % {"number": value}
    elif group:
        whose = _("talked to at attempt %(number)s") % {"number": value}
    return ": ".join(filter(None, [str(SHOWN[show]), whose]))


def named(model: Any, value: str) -> Any:
    """Return a row by its number."""
    found = model.objects.filter(pk=value).first()
    if found is None:
        raise Http404
    return found


def result_sheets(form: ResultFilterForm, scope: Scope, tables: ResultTables, second: Stretches) -> Iterable[Sheet]:
    """Return a sheet for each table of the page."""
    heads = [str(head) for head in HEADS]
    chosen = [(_("Period"), str(dict(PERIODS)[form.period])), (_("From"), scope.since), (_("To"), scope.until)]
    chosen += [(_("Branch"), str(scope.branch or _("All"))), (_("Segment"), str(scope.segment or _("All")))]
    chosen += [(_("Value"), form.band_name)]
    asked = [(name, value if isinstance(value, str) else f"{value:%d.%m.%Y}") for name, value in chosen]
    totals = zip(heads, cells_of(tables.sums), strict=True)
    yield Sheet(_("Results"), [_("What"), _("Figure")], [*asked, *totals])
    yield Sheet(_("Months"), [_("Month of leaving"), *heads], [[f"{row.month:%m.%Y}", *cells_of(row.sums)] for row in tables.months])
    yield Sheet(_("Callers"), [_("Who called"), *heads], [[str(row.caller), *cells_of(row.sums)] for row in tables.callers])
    yield Sheet(_("Reasons"), [_("Reason"), *heads], [[str(row.reason), *cells_of(row.sums)] for row in tables.reasons])
    shares = [pgettext("interval", "share"), pgettext("interval", "from"), pgettext("interval", "to")]
    attempt_heads = [_("Attempt"), _("Tried"), _("Talked to"), *shares, _("Talked to by then, of all called"), *shares]
    attempts = [
        [row.number, row.tried, row.reached, *share_cells(row.reach), row.by_then.hits, *share_cells(row.by_then)]
        for row in tables.attempts
    ]
    yield Sheet(_("Attempts"), attempt_heads, attempts)
    wave_heads = [_("Stretch with us"), _("How many"), pgettext("stretch", "Over"), _("Lasts, years"), *shares[1:], _("Money")]
    yield Sheet(_("Second wave"), wave_heads, wave_rows(second))


def cells_of(sums: Results) -> list[Any]:
    """Return the cells of a row, in the order of `HEADS`."""
    return [
        sums.left,
        sums.at_risk_cents / CENTS,
        sums.called,
        sums.reached,
        *share_cells(sums.reach),
        sums.named,
        sums.will_return,
        sums.wont_return,
        sums.promised,
        sums.acted,
        sums.returned,
        sums.returned_after_call,
        *share_cells(sums.back_after_call),
        sums.returned_cents / CENTS,
        sums.returned_after_call_cents / CENTS,
    ]


def share_cells(share: Share) -> list[Any]:
    """Return a share and its interval; nothing of nobody."""
    return [round(number, 4) for number in (share.share, *share.interval)] if share.n else ["", "", ""]


def wave_rows(second: Stretches) -> list[list[Any]]:
    """Return the first and the later stretches."""
    return [[pgettext("stretch", "first"), *wave_cells(second.first)], [pgettext("stretch", "after a return"), *wave_cells(second.later)]]


def wave_cells(sums: StretchSums) -> list[Any]:
    """Return the cells of one kind of stretch."""
    years = (
        [round(float(number), 2) for number in (sums.years, *sums.years_interval)] if sums.years and sums.years_interval else ["", "", ""]
    )
    return [sums.n, sums.over, *years, sums.cents_each / CENTS if sums.cents_each is not None else ""]
