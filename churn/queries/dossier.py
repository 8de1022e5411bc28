"""What a caller should know before dialling."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from churn.formulas.calls import Stretch, stretch_between
from churn.models import Leaver, ScriptVersion
from churn.queries.timeline import Happening, timeline_of
from churn.script import fill
from clients.models import Client, ClientMonth, ClientSum, Purchase
from common.periods import month_of, months_back
from company.models import Company, User

BAR_MONTHS = 24
BAR_HEIGHT = 40
BAR_STEP = 12
FAVOURITES = 3
FOLDED_AFTER = 8


@dataclass(frozen=True)
class MonthBar:
    """One month of purchases, measured for a picture 40 high."""

    month: dt.date
    cents: int
    n: int
    x: int
    height: int
    is_silent: bool

    @property
    def y(self) -> int:
        """Where the bar begins, from above."""
        return BAR_HEIGHT - self.height


@dataclass(frozen=True)
class Dossier:
    """A leaver on one page."""

    total: ClientSum | None
    with_us: Stretch | None
    products: list[str]
    gap_days: int | None
    bars: list[MonthBar]
    stopped_in: dt.date | None
    timeline: list[Happening]
    first_score: Happening | None

    @property
    def latest(self) -> list[Happening]:
        """What stands open on the page."""
        return self.timeline[:FOLDED_AFTER]

    @property
    def earlier(self) -> list[Happening]:
        """What is folded away."""
        return self.timeline[FOLDED_AFTER:]


def dossier_of(leaver: Leaver, *, today: dt.date) -> Dossier:
    """Gather what is known about a leaver: purchases from rollups, and everything that was said and done."""
    total = ClientSum.objects.filter(client_id=leaver.client_id).first()
    timeline, bars = timeline_of(leaver.client, leaver=leaver), month_bars(leaver, today)
    return Dossier(
        total=total,
        with_us=stretch_between(total.first_day, leaver.last_purchase_on) if total else None,
        products=favourite_products(leaver.client),
        gap_days=usual_gap(total),
        bars=bars,
        stopped_in=next((bar.month for bar in bars if bar.is_silent), None),
        timeline=timeline,
        first_score=next((happening for happening in timeline if happening.what == "NPS"), None),
    )


def favourite_products(client: Client) -> list[str]:
    """Return the three products the Client bought most often."""
    bought = Purchase.objects.filter(client=client, cents__gt=0).exclude(product="")
    ranked = bought.values("product").annotate(n=Count("pk")).order_by("-n", "product")
    return [row["product"] for row in ranked[:FAVOURITES]]


def usual_gap(total: ClientSum | None) -> int | None:
    """Return the mean number of days between the Client's purchase days; nothing of a single day."""
    if total is None or total.n_days < 2:
        return None
    return max(1, round((total.last_day - total.first_day).days / (total.n_days - 1)))


def month_bars(leaver: Leaver, today: dt.date) -> list[MonthBar]:
    """Return the last two years of purchases, month by month, up to today."""
    months = months_back(today, BAR_MONTHS)
    rows = {row.month: row for row in ClientMonth.objects.filter(client_id=leaver.client_id, month__gte=months[0])}
    top = max((row.cents for row in rows.values()), default=0)
    stopped = month_of(leaver.last_purchase_on)
    return [bar_of(month, rows.get(month), top, position * BAR_STEP, is_silent=month > stopped) for position, month in enumerate(months)]


def bar_of(month: dt.date, row: ClientMonth | None, top: int, x: int, *, is_silent: bool) -> MonthBar:
    """Measure one bar; an empty month is a thin line."""
    cents = row.cents if row else 0
    height = max(2, round(BAR_HEIGHT * cents / top)) if top > 0 else 2
    return MonthBar(month, cents, row.n if row else 0, x, height, is_silent and cents <= 0)


def script_steps(version: ScriptVersion, leaver: Leaver, dossier: Dossier, *, company: Company, caller: User) -> list[dict[str, str]]:
    """Return a script with what is known of the leaver in it."""
    values = {
        "name": str(leaver.client),
        "company": company.name,
        "caller": caller.name,
        "responsible": leaver.client.responsible.name if leaver.client.responsible else _("our manager"),
        "product": dossier.products[0] if dossier.products else _("what you used to buy"),
        "since": date_format(dossier.total.first_day if dossier.total else leaver.last_purchase_on, "E Y"),
    }
    return [{part: fill(text, values) for part, text in step.items()} for step in version.steps]
