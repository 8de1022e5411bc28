"""Where Clients came from: a person before a channel, a channel before nothing."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncDate

from clients.enums import LeadState, RecommenderKind, SourceKind
from clients.models import Client, Lead, Recommender, ReferralLink
from company.models import Employee

CAME_ON = Coalesce(F("sum__first_day"), TruncDate("created_at"))
"""The first purchase; before there is one, the day the Client was written down."""
BY_PERSON = Q(referred_by__isnull=False) | Q(brought_by__isnull=False)
SOURCE = Case(
    When(referred_by__isnull=False, then=Value(SourceKind.CLIENT)),
    When(brought_by__kind=RecommenderKind.EMPLOYEE, brought_by__employee__left_on__lt=CAME_ON, then=Value(SourceKind.FORMER)),
    When(brought_by__isnull=False, then=F("brought_by__kind")),
    When(channel__isnull=False, then=Value(SourceKind.CHANNEL)),
    default=Value(SourceKind.UNKNOWN),
    output_field=CharField(),
)


@dataclass(frozen=True)
class SourceCount:
    """Clients of one source who bought first within a time, and the money they have brought since."""

    kind: SourceKind
    clients: int
    cents: int


def of_source(clients: QuerySet[Client], kind: str) -> QuerySet[Client]:
    """Narrow to Clients of one source; an unknown one narrows to nothing less."""
    if kind not in SourceKind.values:
        return clients
    if kind in {SourceKind.CHANNEL, SourceKind.UNKNOWN}:
        return clients.filter(~BY_PERSON, channel__isnull=kind == SourceKind.UNKNOWN)
    return clients.filter(BY_PERSON).alias(source=SOURCE).filter(source=kind)


def source_of(client: Client) -> SourceKind:
    """Return the source of one Client."""
    found = Client.objects.filter(pk=client.pk).annotate(source=SOURCE).values_list("source", flat=True).get()
    return SourceKind(found)


def source_counts(*, since: dt.date, today: dt.date) -> list[SourceCount]:
    """Count by source the Clients whose first purchase lies after `since`, in the order of the kinds; kinds of nobody are zero."""
    bought = Client.objects.filter(sum__first_day__gt=since, sum__first_day__lte=today)
    rows = bought.annotate(source=SOURCE).order_by().values_list("source").annotate(n=Count("pk"), cents=Sum("sum__cents"))
    found = {row[0]: (row[1], row[2]) for row in rows}
    return [SourceCount(kind, *found.get(kind.value, (0, 0))) for kind in SourceKind]


def told_source(client: Client) -> tuple[SourceKind, str]:
    """Return the source of a Client and how other systems know whoever it is; empty when it is nobody."""
    if client.referred_by:
        who = known_as(client.referred_by)
    elif client.brought_by:
        employee = client.brought_by.employee
        who = (employee.email or employee.name) if employee else client.brought_by.name
    else:
        who = client.channel.name if client.channel else ""
    return source_of(client), who


def known_as(client: Client) -> str:
    """Return by what a Client is found again: the number, else the phone, the e-mail, the name."""
    return client.external_id or client.phone or client.email or client.name


def employees_known_by(text: str) -> list[Employee]:
    """Return the employees of an e-mail, else those of a name, at most two."""
    return list(Employee.objects.filter(email__iexact=text)[:2]) or list(Employee.objects.filter(name__iexact=text)[:2])


def client_by_contact(text: str, phone: str) -> Client | None:
    """Return the Client with this number, e-mail or phone."""
    condition = Q(external_id=text) | Q(email__iexact=text)
    if phone:
        condition |= Q(phone=phone)
    return Client.objects.filter(condition).order_by("pk").first()


def recommenders() -> QuerySet[Recommender]:
    """Return everybody who is no Client and may bring some."""
    return Recommender.objects.select_related("employee", "link")


def employees_without_recommender() -> QuerySet[Employee]:
    """Return employees, those who left too, nobody has named as a source yet."""
    return Employee.objects.filter(recommender__isnull=True)


def link_by(code: str) -> ReferralLink | None:
    """Return the link of a code, with its owner."""
    return ReferralLink.objects.select_related("client", "recommender__employee").filter(code=code).first()


def waiting_lead(*, phone: str, email: str) -> Lead | None:
    """Return somebody with this phone or e-mail who waits already."""
    condition = Q(pk=None)
    if phone:
        condition |= Q(phone=phone)
    if email:
        condition |= Q(email__iexact=email)
    return Lead.objects.filter(condition, state=LeadState.WAITING).first()


def leads() -> QuerySet[Lead]:
    """Return who came by links, those who wait first, the oldest of them on top."""
    waits = Case(When(state=LeadState.WAITING, then=Value(0)), default=Value(1))
    return Lead.objects.select_related("link__client", "link__recommender__employee", "client", "settled_by").order_by(waits, "id")


def count_waiting_leads() -> int:
    """Return how many people wait for a call."""
    return Lead.objects.filter(state=LeadState.WAITING).count()
