"""The queue: groups by months since leaving, freshest first, the most valuable first inside a group."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce

from churn.enums import QueueMonth
from churn.formulas.calls import group_bounds
from churn.models import Leaver, QueueStep
from clients.models import Client
from clients.queries import matching
from company.enums import Role
from company.models import User

NEITHER_RIGHT_NOR_WRONG = 50
SHOWN = 8
SHOWN_WHEN_OPENED = 200


@dataclass(frozen=True)
class QueueAsk:
    """What of the queue is asked for: a name or phone, one's own calls only, the right Clients before the costly ones."""

    text: str = ""
    is_mine: bool = False
    is_right_first: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Say whether a part of the queue is asked for, so that its figures are not those of the whole."""
        return bool(self.text) or self.is_mine


WHOLE = QueueAsk()


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
    def is_rehearsal(self) -> bool:
        """Say whether the group is called to practise and counted nowhere."""
        return self.month == QueueMonth.REHEARSAL

    @property
    def hidden(self) -> int:
        """How many are not listed."""
        return self.count - len(self.leavers)


def month_of_leaving(today: dt.date) -> Case:
    """Return the group of a leaver as SQL."""
    months = [When(left_on__gte=bound, then=Value(number)) for number, bound in enumerate(group_bounds(today), start=1)]
    rehearsal = When(is_rehearsal=True, then=Value(QueueMonth.REHEARSAL.value))
    return Case(rehearsal, *months, default=Value(QueueMonth.OLDER.value), output_field=IntegerField())


def in_order(leavers: QuerySet[Leaver], today: dt.date) -> QuerySet[Leaver]:
    """Put leavers in the order of calling, with their group as `month`."""
    return leavers.annotate(month=month_of_leaving(today)).order_by("month", "-at_risk_cents", "-left_on", "pk")


def due_leavers(user: User, today: dt.date) -> QuerySet[Leaver]:
    """Return the queue as the user may see it."""
    return in_order(Leaver.objects.all().due(today).visible_to(user).select_related("client"), today)


def asked(leavers: QuerySet[Leaver], ask: QueueAsk, user: User) -> QuerySet[Leaver]:
    """Keep the leavers asked for."""
    if ask.is_mine:
        leavers = leavers.filter(caller=user)
    return leavers.filter(client__in=Client.objects.filter(matching(ask.text))) if ask.text else leavers


def worth(ask: QueueAsk) -> list[OrderBy]:
    """Return the order inside a group. A Client not scored yet stands in the middle: nothing is known against them."""
    right = Coalesce(F("client__rightness__score"), NEITHER_RIGHT_NOR_WRONG).desc()
    by_value = [F("at_risk_cents").desc(), F("left_on").desc(), F("pk").asc()]
    return [right, *by_value] if ask.is_right_first else by_value


def of_month(month: QueueMonth, today: dt.date) -> Q:
    """Return the condition of one group as bounds of days, which an index answers; `month_of_leaving` says the same of a row."""
    if month == QueueMonth.REHEARSAL:
        return Q(is_rehearsal=True)
    bounds = group_bounds(today)
    place = month.value - 1
    from_day = Q(left_on__gte=bounds[place]) if place < len(bounds) else Q()
    return Q(from_day, is_rehearsal=False) & (Q(left_on__lt=bounds[place - 1]) if place else Q())


def heads(due: QuerySet[Leaver], today: dt.date, lengths: Mapping[QueueMonth, int], ask: QueueAsk = WHOLE) -> QuerySet[Leaver, Any]:
    """Return the keys of the first leavers of each group, so many of each: a long queue is not sorted for a short list."""
    first, *others = [
        due.filter(of_month(month, today)).order_by(*worth(ask)).values("pk")[:length] for month, length in sorted(lengths.items())
    ]
    return first.union(*others, all=True)


def first_of(due: QuerySet[Leaver], today: dt.date, ask: QueueAsk = WHOLE) -> Leaver | None:
    """Return the first leaver in the order asked for."""
    keys = heads(due, today, dict.fromkeys(QueueMonth, 1), ask)
    return as_asked(Leaver.objects.filter(pk__in=keys).select_related("client"), ask, today).first()


def first_few(due: QuerySet[Leaver], today: dt.date, count: int) -> list[Leaver]:
    """Return so many leavers, the first in the order of calling."""
    if count <= 0:
        return []
    keys = heads(due, today, dict.fromkeys(QueueMonth, count))
    return list(in_order(Leaver.objects.filter(pk__in=keys).select_related("client"), today)[:count])


def queue_summary(*, user: User, today: dt.date) -> QueueSummary:
    """Return the queue of the user in three figures."""
    totals = [row for row in kept_totals(user=user, today=today) if row["month"] != QueueMonth.REHEARSAL]
    first = first_of(due_leavers(user, today), today)
    return QueueSummary(sum(row["count"] for row in totals), sum(int(row["cents"]) for row in totals), first)


def queue_groups(
    *, user: User, today: dt.date, opened: QueueMonth | None = None, current: Leaver | None = None, ask: QueueAsk = WHOLE
) -> list[QueueGroup]:
    """Return the groups that have anybody; the opened one is listed longer, the current leaver is always listed."""
    due = asked(due_leavers(user, today), ask, user)
    totals = counted(due, today) if ask.text else kept_totals(user=user, today=today, is_mine=ask.is_mine)
    lengths = {QueueMonth(row["month"]): SHOWN_WHEN_OPENED if row["month"] == opened else SHOWN for row in totals}
    by_month: dict[int, list[Leaver]] = {}
    for leaver in listed(due, today, ask, lengths, current) if lengths else ():
        by_month.setdefault(leaver.month, []).append(leaver)  # type: ignore[attr-defined]  # annotated by as_asked()
    return [QueueGroup(QueueMonth(row["month"]), row["count"], row["cents"], by_month.get(row["month"], [])) for row in totals]


def counted(due: QuerySet[Leaver], today: dt.date) -> Sequence[Mapping[str, Any]]:
    """Count some leavers and their money by groups, one by one."""
    by_group = due.annotate(month=month_of_leaving(today)).order_by("month").values("month")
    return list(by_group.annotate(count=Count("pk"), cents=Sum("at_risk_cents")))


def kept_totals(*, user: User, today: dt.date, is_mine: bool = False) -> Sequence[Mapping[str, Any]]:
    """Read the length of the queue and its money by groups from the steps: the same as counting everybody, in a moment."""
    steps = QueueStep.objects.filter(Q(next_call_on__isnull=True) | Q(next_call_on__lte=today))
    if is_mine or not user.has_role(Role.MANAGER):
        steps = steps.filter(caller=user)
    by_group = steps.annotate(month=month_of_leaving(today)).order_by("month").values("month")
    return list(by_group.annotate(count=Sum("n"), cents=Sum("cents")).filter(count__gt=0))


def listed(
    due: QuerySet[Leaver], today: dt.date, ask: QueueAsk, lengths: Mapping[QueueMonth, int], current: Leaver | None
) -> QuerySet[Leaver]:
    """Return the leavers shown by name, in the order asked for."""
    keys = heads(due, today, lengths, ask)
    if current:
        keys = keys.union(due.filter(pk=current.pk).order_by().values("pk"))
    return as_asked(Leaver.objects.filter(pk__in=keys).select_related("client", "client__rightness", "taken_by"), ask, today)


def next_leaver(*, user: User, today: dt.date, after: Leaver, ask: QueueAsk = WHOLE) -> Leaver | None:
    """Return whom the user calls next, in the order they work in."""
    waiting = due_leavers(user, today).filter(caller=user).exclude(pk=after.pk)
    return first_of(waiting, today, ask)


def as_asked(leavers: QuerySet[Leaver], ask: QueueAsk, today: dt.date) -> QuerySet[Leaver]:
    """Put leavers in the order asked for."""
    return leavers.annotate(month=month_of_leaving(today)).order_by("month", *worth(ask))


def first_to_call(*, user: User, today: dt.date, ask: QueueAsk = WHOLE) -> Leaver | None:
    """Return the first of the user's own calls, or the first of all."""
    due = asked(due_leavers(user, today), ask, user)
    return first_of(due.filter(caller=user), today, ask) or first_of(due, today, ask)


def postponed_count(*, user: User, today: dt.date, ask: QueueAsk = WHOLE) -> int:
    """Return how many calls are put off to a later day."""
    return asked(Leaver.objects.all().postponed(today).visible_to(user), ask, user).count()


def postponed_leavers(*, user: User, today: dt.date, ask: QueueAsk = WHOLE) -> list[Leaver]:
    """Return the nearest calls put off to a later day."""
    later = asked(Leaver.objects.all().postponed(today).visible_to(user), ask, user).select_related("client")
    return list(later.order_by("next_call_on", "next_call_at", "-at_risk_cents", "pk")[:SHOWN_WHEN_OPENED])


def possible_callers(leaver: Leaver) -> list[User]:
    """Return everybody who may be given the call, the most senior first."""
    now = leaver.client.responsible
    responsible = [pk for pk in (leaver.responsible_id, now.user_id if now else None) if pk]
    return list(User.objects.filter(is_active=True).exclude(pk__in=responsible).order_by("seniority", "id"))


def leavings_of(client: Client, *, user: User) -> list[Leaver]:
    """Return the times this Client left, newest first, with the calls of each."""
    leavings = Leaver.objects.filter(client=client).visible_to(user).select_related("caller", "client")
    return list(leavings.prefetch_related("calls__reasons", "calls__caller").order_by("-left_on"))
