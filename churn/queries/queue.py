"""The queue: groups by months since leaving, freshest first, the most valuable first inside a group."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import RowNumber

from churn.enums import QueueMonth
from churn.formulas.calls import group_bounds
from churn.models import Leaver
from clients.models import Client
from company.models import User

SHOWN = 8
SHOWN_WHEN_OPENED = 200


@dataclass(frozen=True)
class QueueSummary:
    """How many calls wait for a user, the money behind them, and whom to call first."""

    count: int
    at_risk_cents: int
    first: Leaver | None


@dataclass(frozen=True)
class QueueGroup:
    """One month of the queue: all of it in figures, the first of it by name."""

    month: QueueMonth
    count: int
    at_risk_cents: int
    leavers: list[Leaver]

    @property
    def is_folded(self) -> bool:
        """Say whether the group opens on request: the hope is elsewhere."""
        return self.month == QueueMonth.OLDER

    @property
    def hidden(self) -> int:
        """How many are not listed."""
        return self.count - len(self.leavers)


def month_of_leaving(today: dt.date) -> Case:
    """Return the group of a leaver as SQL."""
    months = [When(left_on__gte=bound, then=Value(number)) for number, bound in enumerate(group_bounds(today), start=1)]
    return Case(*months, default=Value(QueueMonth.OLDER.value), output_field=IntegerField())


def in_order(leavers: QuerySet[Leaver], today: dt.date) -> QuerySet[Leaver]:
    """Put leavers in the order of calling, with their group as `month`."""
    return leavers.annotate(month=month_of_leaving(today)).order_by("month", "-at_risk_cents", "-left_on", "pk")


def due_leavers(user: User, today: dt.date) -> QuerySet[Leaver]:
    """Return the queue as the user may see it."""
    return in_order(Leaver.objects.all().due(today).visible_to(user).select_related("client"), today)


def queue_summary(*, user: User, today: dt.date) -> QueueSummary:
    """Return the queue of the user in three figures."""
    due = due_leavers(user, today)
    total = due.aggregate(count=Count("pk"), cents=Sum("at_risk_cents", default=0))
    return QueueSummary(total["count"], int(total["cents"]), due.first())


def queue_groups(*, user: User, today: dt.date, opened: QueueMonth | None = None, current: Leaver | None = None) -> list[QueueGroup]:
    """Return the groups that have anybody; the opened one is listed longer, the current leaver is always listed."""
    due = due_leavers(user, today)
    month = month_of_leaving(today)
    totals = due.annotate(month=month).order_by("month").values("month").annotate(count=Count("pk"), cents=Sum("at_risk_cents"))
    rank = Window(RowNumber(), partition_by=F("month"), order_by=[F("at_risk_cents").desc(), F("left_on").desc(), F("pk").asc()])
    listed = Q(rank__lte=SHOWN) | Q(month=opened, rank__lte=SHOWN_WHEN_OPENED) | Q(pk=current.pk if current else None)
    by_month: dict[int, list[Leaver]] = {}
    for leaver in due.annotate(month=month, rank=rank).filter(listed):
        by_month.setdefault(leaver.month, []).append(leaver)
    return [QueueGroup(QueueMonth(row["month"]), row["count"], row["cents"], by_month.get(row["month"], [])) for row in totals]


def next_leaver(*, user: User, today: dt.date, after: Leaver) -> Leaver | None:
    """Return whom the user calls next."""
    return due_leavers(user, today).filter(caller=user).exclude(pk=after.pk).first()


def first_to_call(*, user: User, today: dt.date) -> Leaver | None:
    """Return the first of the user's own calls, or the first of all."""
    due = due_leavers(user, today)
    return due.filter(caller=user).first() or due.first()


def postponed_leavers(*, user: User, today: dt.date) -> list[Leaver]:
    """Return the nearest calls put off to a later day."""
    later = Leaver.objects.all().postponed(today).visible_to(user).select_related("client")
    return list(later.order_by("next_call_on", "-at_risk_cents", "pk")[:SHOWN_WHEN_OPENED])


def possible_callers(leaver: Leaver) -> list[User]:
    """Return everybody who may be given the call, the most senior first."""
    now = leaver.client.responsible
    responsible = [pk for pk in (leaver.responsible_id, now.user_id if now else None) if pk]
    return list(User.objects.filter(is_active=True).exclude(pk__in=responsible).order_by("seniority", "id"))


def leavings_of(client: Client, *, user: User) -> list[Leaver]:
    """Return the times this Client left, newest first, with the calls of each."""
    leavings = Leaver.objects.filter(client=client).visible_to(user).select_related("caller", "client")
    return list(leavings.prefetch_related("calls__reasons", "calls__caller").order_by("-left_on"))
