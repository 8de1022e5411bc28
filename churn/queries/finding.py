"""Who is silent for longer than the rules in force allow, and who came back."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from churn.enums import Detection, Detector, DetectorGroup, LeaverState
from churn.formulas.calls import QUEUE_DAYS
from churn.formulas.detection import LARGEST_POWER
from churn.models import DetectorCheck, Leaver
from clients.formulas.rhythm import DEFAULT_PATIENCE, ENOUGH_DAYS, LONGEST_PATIENCE, SHORTEST_PATIENCE
from clients.models import ClientDay, ClientSum
from company.enums import Role
from company.models import User
from metrics.enums import ModelKind
from metrics.models import BuyingModel

# The last spell of every Client whose silence is over by the rules in force, unless that silence is known already. Every patience lies
# within 30 and 365 days, so the last purchase lies within these bounds of the leaving.
SILENT = """
FROM (
  SELECT s.client_id, s.last_day, cs.n_days, cs.cents,
         (CASE WHEN cs.n_days < {enough} THEN {few} ELSE {rhythm} END)::int AS patience
  FROM clients_spell s
  JOIN clients_clientsum cs ON cs.client_id = s.client_id AND cs.last_day = s.last_day
  WHERE s.last_day BETWEEN %(since)s::date - {longest} - 1 AND %(today)s::date - {shortest} - 1
) s
WHERE s.last_day + s.patience + 1 BETWEEN %(since)s AND %(today)s
  AND NOT EXISTS (
    SELECT 1 FROM churn_leaver l
    WHERE l.client_id = s.client_id AND (l.last_purchase_on = s.last_day OR l.state IN ('queued', 'talked'))
  )
"""
# Columns: client, last purchase, left on, detection, money at risk (less refunds given later), responsible user.
FOUND = """
SELECT s.client_id, s.last_day, s.last_day + s.patience + 1 AS left_on,
       CASE WHEN s.n_days < {enough} THEN %(few_by)s ELSE %(rhythm_by)s END AS detection,
       greatest(coalesce(year.cents, 0), 0) AS at_risk_cents, e.user_id AS responsible_id
FROM (SELECT * {silent}) s
JOIN clients_client c ON c.id = s.client_id
LEFT JOIN company_employee e ON e.id = c.responsible_id
LEFT JOIN LATERAL (
  SELECT sum(d.cents) AS cents FROM clients_clientday d WHERE d.client_id = s.client_id AND d.day > s.last_day - 365
) year ON true
"""
BY_CLIENT = "s.client_id"
"""Neighbours in the tables are read one after another."""
MOST_VALUABLE = "s.cents DESC, s.client_id LIMIT %(limit)s"
BY_MODEL = """least({longest}, greatest({shortest}, ceil((%({group}_alpha)s::float8 + (cs.last_day - cs.first_day))
    * (exp(least({most}, ln((%({group}_b)s::float8 + cs.n_days - 1) / %({group}_a)s::float8)
       / (%({group}_r)s::float8 + cs.n_days - 1))) - 1))))"""


@dataclass(frozen=True)
class Rule:
    """The way in force for one group of Clients: the limit belongs to the recency rule, the parameters to the model."""

    group: DetectorGroup
    detector: Detector
    limit_days: int = DEFAULT_PATIENCE
    params: Mapping[str, float] = field(default_factory=dict)

    @property
    def patience(self) -> str:
        """The patience of a Client as SQL over `s`, a spell, and `cs`, the sum."""
        if self.detector == Detector.RHYTHM:
            return "s.patience"
        if self.detector == Detector.RECENCY:
            return f"%({self.group.value}_limit)s"
        return BY_MODEL.format(group=self.group.value, longest=LONGEST_PATIENCE, shortest=SHORTEST_PATIENCE, most=LARGEST_POWER)

    @property
    def values(self) -> dict[str, Any]:
        """The values of the SQL."""
        group = self.group.value
        return {f"{group}_by": self.detector.value, f"{group}_limit": self.limit_days} | {
            f"{group}_{name}": value for name, value in self.params.items()
        }


USUAL_RULES = (Rule(DetectorGroup.FEW, Detector.RECENCY), Rule(DetectorGroup.RHYTHM, Detector.RHYTHM))
"""What is in force until the company's own past says otherwise."""


def rules_in_force() -> tuple[Rule, Rule]:
    """Return the way each group of Clients is looked at: the one the newest report card chose, else the usual one."""
    newest = DetectorCheck.objects.filter(is_chosen=True).order_by("group", "-made_at").distinct("group")
    chosen = {check.group: check for check in newest}
    model = current_model() if Detector.MODEL in {check.detector for check in chosen.values()} else None
    few, several = (rule_of(chosen.get(usual.group), usual, model) for usual in USUAL_RULES)
    return few, several


def current_model() -> BuyingModel | None:
    """Return the MBG/NBD in force: it lets a Client leave after the first purchase too, which BG/NBD does not."""
    return BuyingModel.objects.filter(kind=ModelKind.MBG_NBD, is_current=True).first()


def rule_of(check: DetectorCheck | None, usual: Rule, model: BuyingModel | None) -> Rule:
    """Return the rule a mark stands for; a model that is no longer there gives way to the usual rule."""
    if check is None or (check.detector == Detector.MODEL and model is None):
        return usual
    params = model.params if model and check.detector == Detector.MODEL else {}
    return Rule(usual.group, Detector(check.detector), check.limit_days or DEFAULT_PATIENCE, params)


def silent_sql(rules: tuple[Rule, Rule]) -> str:
    """Return the part of a query that names those who are silent, as `s`."""
    few, several = rules
    bounds = {"enough": ENOUGH_DAYS, "longest": LONGEST_PATIENCE, "shortest": SHORTEST_PATIENCE}
    return SILENT.format(few=few.patience, rhythm=several.patience, **bounds)


def found_sql(rules: tuple[Rule, Rule]) -> tuple[str, dict[str, Any]]:
    """Return the query of those to be queued, and the values of the rules."""
    return FOUND.format(enough=ENOUGH_DAYS, silent=silent_sql(rules)), rules[0].values | rules[1].values


def purchase_days() -> tuple[dt.date, dt.date] | None:
    """Return the days of the first and the last purchase known, None without any."""
    span = ClientSum.objects.aggregate(first=Min("first_day"), last=Max("last_day"))
    return (span["first"], span["last"]) if span["first"] else None


def unqueued_count(*, today: dt.date) -> int:
    """Count the Clients who left too long ago to be queued by themselves."""
    rules = rules_in_force()
    values = {"since": dt.date(1900, 1, 1), "today": today - dt.timedelta(QUEUE_DAYS + 1)}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {silent_sql(rules)}", values | rules[0].values | rules[1].values)
        return int(cursor.fetchone()[0])


def last_year_cents(client_ids: Iterable[int]) -> dict[int, int]:
    """Return what Clients brought in the 365 days up to the last purchase; refunds given later are taken off."""
    days = ClientDay.objects.filter(client__in=client_ids, day__gt=F("client__sum__last_day") - Value(dt.timedelta(365)))
    return {
        client: max(int(cents), 0) for client, cents in days.values("client").annotate(total=Sum("cents")).values_list("client", "total")
    }


def false_alarms() -> QuerySet[Leaver]:
    """Return untouched leavers who, as a later file shows, did buy before we took them for lost, or never bought at all."""
    bought = ClientDay.objects.filter(client=OuterRef("client"), n__gt=0)
    bought_before = Exists(bought.filter(day__gt=OuterRef("last_purchase_on"), day__lt=OuterRef("left_on")))
    never_bought = ~Exists(bought.filter(day__gte=OuterRef("last_purchase_on")))
    # Where nothing has been bought since, no day needs to be looked at: that is nearly everybody.
    is_unchanged = When(client__sum__last_day=F("last_purchase_on"), then=Value(value=False))
    is_false = Case(is_unchanged, default=Q(bought_before | never_bought), output_field=BooleanField())
    untouched = Leaver.objects.filter(state=LeaverState.QUEUED, n_calls=0, draft={}, taken_by=None)
    return untouched.exclude(detection=Detection.TOLD).filter(is_false)


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
