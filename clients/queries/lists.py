"""The list of Clients and the card of one."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value

from clients.models import Client, ClientMonth, Purchase, Spell
from clients.queries.audiences import audience, lasting_spells, with_presence
from clients.queries.referrals import of_source
from common.periods import month_of, months_back

BY_NAME = Func(F("name"), Value("Ёё"), Value("Ее"), function="translate", output_field=TextField())
"""The name as a Russian alphabet sorts it; by code, Ё would stand before А."""
SORTS = {"value": "sum__cents", "last": "sum__last_day", "purchases": "sum__n_purchases"}
PHONE_DIGITS = 4
CHART_MONTHS = 24


@dataclass(frozen=True)
class ClientFilter:
    """What the list is narrowed to and how it is sorted; a minus before the sort turns it round."""

    search: str = ""
    branches: Sequence[int] = field(default_factory=list)
    segments: Sequence[int] = field(default_factory=list)
    bands: Sequence[int] = field(default_factory=list)
    presence: str = ""
    source: str = ""
    sort: str = "name"


def matching(text: str) -> Q:
    """Return the condition that the name, number, e-mail or phone holds the text; spaces and brackets in a phone do not matter."""
    words = text.split()
    condition = Q(external_id=text) | Q(email__icontains=text)
    if words:
        by_name = Q()
        for word in words:
            by_name &= Q(name__icontains=word)
        condition |= by_name
    digits = re.sub(r"\D", "", text)
    if len(digits) >= PHONE_DIGITS and not re.search(r"[^\d\s+()\-]", text):
        condition |= Q(phone__contains=digits[1:] if len(digits) == 11 and digits[0] == "8" else digits)
    return condition


def same_person(*, phone: str, email: str, name: str, referred_by: Client | None) -> Client | None:
    """Return a Client with this phone or e-mail, or one of this name sent by the same Client."""
    condition = Q(pk=None)
    if phone:
        condition |= Q(phone=phone)
    if email:
        condition |= Q(email__iexact=email)
    if referred_by:
        condition |= Q(referred_by=referred_by, name__iexact=name)
    return Client.objects.filter(condition).order_by("pk").first()


def client_list(wanted: ClientFilter, today: dt.date) -> QuerySet[Client]:
    """Return the Clients of the list with their sums, sorted; `is_active` says whether they still buy."""
    found = audience(branches=wanted.branches, segments=wanted.segments, bands=wanted.bands, active_within_days=None, today=today)
    found = with_presence(found, wanted.presence, today)
    found = of_source(found, wanted.source)
    if wanted.search:
        found = found.filter(matching(wanted.search))
    name = wanted.sort.removeprefix("-")
    column = F(SORTS[name]) if name in SORTS else BY_NAME
    order = column.desc(nulls_last=True) if wanted.sort.startswith("-") else column.asc(nulls_last=True)
    lasting = Exists(lasting_spells(today).filter(client=OuterRef("pk")))
    return found.select_related("sum", "branch", "segment", "channel", "responsible").annotate(is_active=lasting).order_by(order, "pk")


def export_rows(clients: QuerySet[Client]) -> Iterator[list[object]]:
    """Yield what the list shows, row by row, without keeping it all."""
    for client in clients.iterator(chunk_size=2000):
        total = getattr(client, "sum", None)
        yield [
            client.external_id or "",
            client.name,
            client.phone,
            client.email,
            client.branch.name if client.branch else "",
            client.segment.name if client.segment else "",
            client.responsible.name if client.responsible else "",
            total.n_purchases if total else 0,
            total.cents / 100 if total else 0,
            total.first_day.isoformat() if total else "",
            total.last_day.isoformat() if total else "",
        ]


@dataclass(frozen=True)
class MonthMoney:
    """One bar of the chart: a month and the money it brought."""

    month: dt.date
    cents: int
    n: int


def money_by_month(client: Client, today: dt.date) -> list[MonthMoney]:
    """Return two years up to now, or up to the last purchase of somebody long gone; empty months are zero."""
    kept = {row.month: row for row in ClientMonth.objects.filter(client=client)}
    if not kept:
        return []
    oldest_shown = months_back(today, CHART_MONTHS)[0]
    last = month_of(today) if max(kept) >= oldest_shown else max(kept)
    return [
        MonthMoney(month, kept[month].cents if month in kept else 0, kept[month].n if month in kept else 0)
        for month in months_back(last, CHART_MONTHS)
    ]


def latest_purchases(client: Client, count: int = 20) -> list[Purchase]:
    """Return the last purchases of a Client."""
    return list(Purchase.objects.filter(client=client).select_related("branch").order_by("-day", "-pk")[:count])


def spells_of(client: Client) -> list[Spell]:
    """Return the spells of a Client, the latest first."""
    return list(Spell.objects.filter(client=client).order_by("-first_day"))
