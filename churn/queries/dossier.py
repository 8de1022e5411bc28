"""What a caller should know before dialling."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from churn.formulas.calls import Stretch, stretch_between
from churn.models import ExitCall, Leaver, ScriptVersion
from churn.script import default_steps, fill
from clients.models import Client, ClientMonth, ClientSum, Purchase
from common.periods import month_of, months_back
from company.models import Company, User
from surveys.models import Answer
from surveys.queries import answers_of

BAR_MONTHS = 24
BAR_HEIGHT = 40
BAR_STEP = 12
LAST_ANSWERS = 5


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
    bars: list[MonthBar]
    silent_since: dt.date
    answers: Sequence[Answer]
    calls: list[ExitCall]


def dossier_of(leaver: Leaver, *, today: dt.date) -> Dossier:
    """Gather what is known about a leaver from rollups, answers and earlier calls."""
    total = ClientSum.objects.filter(client_id=leaver.client_id).first()
    return Dossier(
        total=total,
        with_us=stretch_between(total.first_day, leaver.last_purchase_on) if total else None,
        products=favourite_products(leaver.client),
        bars=month_bars(leaver, today),
        silent_since=leaver.last_purchase_on,
        answers=list(answers_of(leaver.client)[:LAST_ANSWERS]),
        calls=list(leaver.calls.select_related("caller", "action").prefetch_related("reasons")),
    )


def favourite_products(client: Client) -> list[str]:
    """Return the two products the Client bought most often."""
    bought = Purchase.objects.filter(client=client, cents__gt=0).exclude(product="")
    ranked = bought.values("product").annotate(n=Count("pk")).order_by("-n", "product")
    return [row["product"] for row in ranked[:2]]


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


def script_steps(leaver: Leaver, dossier: Dossier, *, company: Company, caller: User) -> list[dict[str, str]]:
    """Return the company's script with the leaver's own words in it."""
    version = ScriptVersion.objects.first()
    values = {
        "name": str(leaver.client),
        "company": company.name,
        "caller": caller.name,
        "responsible": leaver.client.responsible.name if leaver.client.responsible else _("our manager"),
        "product": dossier.products[0] if dossier.products else _("what you used to buy"),
        "since": date_format(dossier.total.first_day if dossier.total else leaver.last_purchase_on, "E Y"),
    }
    return [{part: fill(text, values) for part, text in step.items()} for step in (version.steps if version else default_steps())]
