"""Who is silent for longer than their own patience, and who came back."""

import datetime as dt

from django.db import connection
from django.db.models import Case, DateField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Sum, Value, When

from churn.enums import Detection, LeaverState
from churn.formulas.calls import QUEUE_DAYS
from churn.models import Leaver
from clients.models import Client, ClientDay
from company.enums import Role
from company.models import User

# The last spell of every Client whose silence is over, unless that silence is known already.
SILENT = """
FROM clients_spell s
JOIN clients_clientsum cs ON cs.client_id = s.client_id AND cs.last_day = s.last_day
WHERE s.last_day + s.patience + 1 BETWEEN %(since)s AND %(today)s
  AND NOT EXISTS (
    SELECT 1 FROM churn_leaver l
    WHERE l.client_id = s.client_id AND (l.last_purchase_on = s.last_day OR l.state IN ('queued', 'talked'))
  )
"""
# Columns: client, last purchase, left on, detection, money at risk (less refunds given later), responsible user.
NEW_LEAVERS = f"""
SELECT s.client_id, s.last_day, s.last_day + s.patience + 1,
       CASE WHEN cs.n_days < 3 THEN 'recency' ELSE 'rhythm' END,
       (SELECT greatest(coalesce(sum(d.cents), 0), 0) FROM clients_clientday d
        WHERE d.client_id = s.client_id AND d.day > s.last_day - 365),
       (SELECT e.user_id FROM clients_client c JOIN company_employee e ON e.id = c.responsible_id
        WHERE c.id = s.client_id) AS responsible_id
{SILENT}
"""
OLD_LEAVERS = f"{NEW_LEAVERS} ORDER BY cs.cents DESC, s.client_id LIMIT %(limit)s"


def unqueued_count(*, today: dt.date) -> int:
    """Count the Clients who left too long ago to be queued by themselves."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {SILENT}", {"since": dt.date(1900, 1, 1), "today": today - dt.timedelta(QUEUE_DAYS + 1)})
        return int(cursor.fetchone()[0])


def last_twelve_months_cents(client: Client, last_day: dt.date) -> int:
    """Return what the Client brought in the 365 days up to the last purchase; refunds given later are taken off."""
    days = ClientDay.objects.filter(client=client, day__gt=last_day - dt.timedelta(365))
    return max(int(days.aggregate(cents=Sum("cents"))["cents"] or 0), 0)


def false_alarms() -> QuerySet[Leaver]:
    """Return untouched leavers who, as a later file shows, did buy before we took them for lost, or never bought at all."""
    bought = ClientDay.objects.filter(client=OuterRef("client"), n__gt=0)
    return Leaver.objects.filter(
        Exists(bought.filter(day__gt=OuterRef("last_purchase_on"), day__lt=OuterRef("left_on")))
        | ~Exists(bought.filter(day__gte=OuterRef("last_purchase_on"))),
        state=LeaverState.QUEUED,
        n_calls=0,
        draft={},
    ).exclude(detection=Detection.TOLD)


def returned_leavers() -> QuerySet[Leaver]:
    """Return leavers not yet known to be back, with `back_on`, the day of their first purchase after the silence.

    A Client reported by a manager is back only from the day of the report on: before it the purchases were known.
    """
    after_silence = ExpressionWrapper(F("last_purchase_on") + Value(dt.timedelta(1)), DateField())
    back_from = Case(When(detection=Detection.TOLD, then=F("left_on")), default=after_silence, output_field=DateField())
    purchases = ClientDay.objects.filter(client=OuterRef("client"), n__gt=0, day__gte=OuterRef("back_from")).order_by("day")
    return (
        Leaver.objects.exclude(state=LeaverState.RETURNED)
        .filter(client__sum__last_day__gt=F("last_purchase_on"))
        .annotate(back_from=back_from)
        .annotate(back_on=Subquery(purchases.values("day")[:1]))
        .filter(back_on__isnull=False)
    )


def callers() -> QuerySet[User]:
    """Return those who may be asked to call without anybody's decision, the most senior first."""
    return User.objects.filter(is_active=True, role__in=[Role.OWNER, Role.MANAGER]).order_by("seniority", "id")
