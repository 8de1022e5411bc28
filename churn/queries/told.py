"""What a list of Clients who left would change: whom each line means, and who is in the queue already."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from churn.enums import OPEN_STATES
from churn.models import Leaver
from churn.told_lines import WHO, Reading, ToldLine
from clients.models import Client
from common.tables.refusals import BadLine

Found = dict[tuple[str, str], list[Client]]


@dataclass(frozen=True)
class ToldEntry:
    """A line and the Client it means."""

    line: ToldLine
    client: Client


@dataclass
class ToldPlan:
    """Lines that would queue somebody, lines about leavers we know of, and wrong ones."""

    new: list[ToldEntry] = field(default_factory=list)
    known: list[ToldEntry] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many Clients would be queued."""
        return len(self.new)

    @property
    def fingerprint(self) -> str:
        """Return what is the same for plans that do the same."""
        done = [(entry.line, entry.client.pk) for entry in self.new], len(self.known), len(self.bad)
        return hashlib.sha256(repr(done).encode()).hexdigest()


class LineError(Exception):
    """Why a line cannot be taken."""


def plan_told(reading: Reading) -> ToldPlan:
    """Return what the lines would change."""
    plan = ToldPlan(bad=list(reading.bad), ignored=reading.ignored)
    found = clients_named(reading.lines)
    known = known_leavers(client.pk for clients in found.values() for client in clients)
    seen: dict[int, int] = {}
    for line in reading.lines:
        try:
            client = client_of(line, found)
            check_once(client, line, seen)
            place(plan, ToldEntry(line, client), known)
        except LineError as error:
            plan.bad.append(BadLine(line.number_of_line, line.who, str(error)))
    plan.bad.sort(key=lambda bad: bad.number)
    return plan


def check_once(client: Client, line: ToldLine, seen: dict[int, int]) -> None:
    """Refuse a second line about the same Client."""
    if seen.setdefault(client.pk, line.number_of_line) != line.number_of_line:
        raise LineError(_("Line %(line)s is about the same Client.") % {"line": seen[client.pk]})


def place(plan: ToldPlan, entry: ToldEntry, known: set[tuple[int, dt.date | None]]) -> None:
    """Put a line where it belongs."""
    if is_known_leaver(entry.client, known):
        plan.known.append(entry)
    else:
        check_day(entry.client, entry.line.day)
        plan.new.append(entry)


def clients_named(lines: Sequence[ToldLine]) -> Found:
    """Return the Clients the lines may mean by what names them, in one query."""
    wanted = {column: {key_of(line, column) for line in lines} - {""} for column in WHO}
    people = Client.objects.annotate(lower_name=Lower("name")).filter(
        Q(external_id__in=wanted["number"]) | Q(email__in=wanted["email"]) | Q(phone__in=wanted["phone"]) | Q(lower_name__in=wanted["name"])
    )
    found: Found = {}
    for client in people.select_related("sum", "responsible__user").order_by("pk"):
        keys = {"number": client.external_id or "", "email": client.email, "phone": client.phone, "name": client.name.lower()}
        for column, key in keys.items():
            if key in wanted[column]:
                found.setdefault((column, key), []).append(client)
    return found


def key_of(line: ToldLine, column: str) -> str:
    """Return by what a line names the Client."""
    text = str(getattr(line, column))
    return text.lower() if column == "name" else text


def client_of(line: ToldLine, found: Found) -> Client:
    """Return whom a line means: by number, else by e-mail, else by phone, else by name. Nobody is known by half."""
    several = False
    for column in WHO:
        clients = found.get((column, key_of(line, column)), [])
        if len(clients) == 1:
            return clients[0]
        several = several or len(clients) > 1
    if several:
        raise LineError(_("Several Clients are called so. The number from your system would tell them apart."))
    raise LineError(_("There is no such Client. Check the spelling or load the Client first."))


def known_leavers(client_ids: Iterable[int]) -> set[tuple[int, dt.date | None]]:
    """Return (Client, last purchase) of every leaving we know; open ones stand with None too."""
    rows = Leaver.objects.filter(client__in=client_ids).values_list("client_id", "last_purchase_on", "state")
    return {(client, day) for client, day, _state in rows} | {(client, None) for client, _day, state in rows if state in OPEN_STATES}


def is_known_leaver(client: Client, known: set[tuple[int, dt.date | None]]) -> bool:
    """Say whether the Client is in the queue or was called since the last purchase."""
    total = getattr(client, "sum", None)
    return (client.pk, None) in known or (total is not None and (client.pk, total.last_day) in known)


def check_day(client: Client, day: dt.date) -> None:
    """Refuse who has never bought, and who bought on the day or after it."""
    total = getattr(client, "sum", None)
    if total is None:
        raise LineError(_("This Client has never bought anything, so there is nobody to win back yet."))
    if total.last_day >= day:
        last = date_format(total.last_day, "SHORT_DATE_FORMAT")
        raise LineError(_("Bought something on %(day)s, so had not left by the day given here.") % {"day": last})


def leaver_of_silence(client: Client) -> QuerySet[Leaver]:
    """Return the leaving we know of the Client: the open one, or the one of the present silence."""
    return Leaver.objects.filter(client=client).filter(Q(state__in=OPEN_STATES) | Q(last_purchase_on=client.sum.last_day))
