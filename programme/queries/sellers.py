"""Who brings Clients and what those Clients are worth."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.enums import RecommenderKind, SourceKind
from clients.models import Client, Recommender
from clients.queries import SourceCount, source_counts
from metrics.models import ClientScore
from programme.enums import KitKind
from programme.formulas.sellers import Share
from programme.models import SellerKit
from programme.seller_texts import KITS

YEAR = 365
TITLES: dict[SourceKind, str | Promise] = {
    SourceKind.EMPLOYEE: _("employee"),
    SourceKind.FORMER: _("former employee"),
    SourceKind.CANDIDATE: _("candidate"),
    SourceKind.CLIENT: pgettext_lazy("one", "Client"),
    SourceKind.PARTNER: _("partner"),
}
BOARD_ROWS = 25

BOARD_SQL = """
SELECT c.referred_by_id, c.brought_by_id, count(*), count(s.client_id), coalesce(sum(s.cents), 0)::bigint, sum(m.year_cents)::bigint
FROM clients_client c
LEFT JOIN clients_clientsum s ON s.client_id = c.id
LEFT JOIN metrics_clientscore m ON m.client_id = c.id
WHERE (c.referred_by_id IS NOT NULL OR c.brought_by_id IS NOT NULL) AND (%(with_clients)s OR c.brought_by_id IS NOT NULL)
GROUP BY 1, 2 ORDER BY 3 DESC, 5 DESC, 1, 2 LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Bringer:
    """Somebody on the board: how many they brought, how many of those bought, the money so far and in the year to come."""

    who: Client | Recommender
    kind: SourceKind
    clients: int
    buyers: int
    cents: int
    year_cents: int | None

    @property
    def title(self) -> str | Promise:
        """Return what this person is to the company."""
        return TITLES[self.kind]


@dataclass(frozen=True)
class SourceShare:
    """A kind of source in the year past: how many new Clients, their money, their share among those whose source is known."""

    count: SourceCount
    share: Share


@dataclass(frozen=True)
class Sources:
    """Where the new Clients of a year came from."""

    rows: list[SourceShare]
    people: Share
    ours: Share
    unknown: int

    @property
    def is_empty(self) -> bool:
        """Say whether nobody new has come."""
        return not (self.people.n or self.unknown)


def sources_of_year(*, today: dt.date) -> Sources:
    """Count new Clients of the last 365 days by source; shares are of those whose source is known."""
    counts = source_counts(since=today - dt.timedelta(days=YEAR), today=today)
    known = sum(one.clients for one in counts if one.kind != SourceKind.UNKNOWN)
    rows = [SourceShare(one, Share(one.clients, known)) for one in counts if one.kind != SourceKind.UNKNOWN]
    by_kind = {one.kind: one.clients for one in counts}
    return Sources(
        rows=rows,
        people=Share(sum(by_kind[kind] for kind in SourceKind.people()), known),
        ours=Share(by_kind[SourceKind.EMPLOYEE] + by_kind[SourceKind.FORMER], known),
        unknown=by_kind[SourceKind.UNKNOWN],
    )


def board(*, with_clients: bool, today: dt.date, limit: int = BOARD_ROWS) -> list[Bringer]:
    """Return who brought most, the most Clients first; without Clients for those who see no list of them."""
    with connection.cursor() as cursor:
        cursor.execute(BOARD_SQL, {"with_clients": with_clients, "limit": limit})
        rows = cursor.fetchall()
    senders = Client.objects.in_bulk([row[0] for row in rows if row[0]])
    ours = Recommender.objects.select_related("employee").in_bulk([row[1] for row in rows if row[1]])
    people = [(senders[row[0]] if row[0] else ours[row[1]], row) for row in rows]
    return [Bringer(who, kind_of(who, today), row[2], row[3], row[4], row[5]) for who, row in people]


def kind_of(who: Client | Recommender, today: dt.date) -> SourceKind:
    """Return what somebody on the board is today."""
    if isinstance(who, Client):
        return SourceKind.CLIENT
    has_left = who.employee is not None and who.employee.left_on is not None and who.employee.left_on < today
    if who.kind == RecommenderKind.EMPLOYEE:
        return SourceKind.FORMER if has_left else SourceKind.EMPLOYEE
    return SourceKind(who.kind)


def has_scores() -> bool:
    """Say whether a model that foretells purchases is in force."""
    return ClientScore.objects.exists()


def kits() -> list[SellerKit]:
    """Return the kits of all kinds: the company's own words, else ours in the language in use."""
    own = {kit.kind: kit for kit in SellerKit.objects.all()}
    return [own.get(kind.value) or our_kit(kind) for kind in KitKind]


def kit_of(kind: KitKind) -> SellerKit:
    """Return the kit of one kind."""
    return SellerKit.objects.filter(kind=kind).first() or our_kit(kind)


def our_kit(kind: KitKind) -> SellerKit:
    """Return the kit we supply, not saved."""
    speech, told = KITS[kind]
    return SellerKit(kind=kind, speech=str(speech), told=str(told))


REFERENCES: tuple[tuple[str | Promise, int], ...] = (
    (_("know somebody who works there"), 30),
    (_("have used it before"), 12),
    (_("saw a sign or branded cars"), 7),
    (_("read about it in the press"), 5),
    (_("saw advertising"), 2),
)
"""Why people choose a service firm, percent: PRODUCT R6."""
