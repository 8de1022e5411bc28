"""Slices of leavers: by month, branch, responsible person, value, segment, kind; each with why they left."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    Expression,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncMonth

from churn.enums import CallOutcome, PurchaseKind, ReasonCut, ReasonView
from churn.models import ExitCall, Leaver, Reason
from clients.queries import value_bands
from common.proportions import wilson_interval

NOT_STATED = "none"
ENOUGH = 5
FIRST_REASONS = 3


@dataclass(frozen=True)
class Slice:
    """Those who left from one day to another, narrowed to one branch, segment and so on; rehearsal calls are never among them."""

    since: dt.date
    until: dt.date
    chosen: dict[ReasonCut, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NamedReason:
    """How many leavers of a row named a reason or a part of it, of those who named any."""

    reason: Reason
    n: int
    explained: int

    @property
    def share(self) -> float:
        """The share of those who named any reason."""
        return self.n / self.explained if self.explained else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the share."""
        return wilson_interval(self.n, self.explained)


@dataclass(frozen=True)
class CutRow:
    """One row of a cut: how many left, how many of them said why, and what."""

    key: str
    left: int
    explained: int
    judged: int
    within_power: int
    at_risk_cents: int
    named: dict[int, NamedReason]

    @property
    def unexplained(self) -> int:
        """How many left without a word."""
        return self.left - self.explained

    @property
    def unexplained_share(self) -> float:
        """The share that left without a word."""
        return self.unexplained / self.left if self.left else 0.0

    @property
    def unexplained_interval(self) -> tuple[float, float]:
        """Wilson's interval of that share."""
        return wilson_interval(self.unexplained, self.left)

    @property
    def is_small(self) -> bool:
        """Say that too few explained themselves for shares to mean anything."""
        return self.explained < ENOUGH

    @property
    def power_share(self) -> float:
        """The share we could have kept, of those judged."""
        return self.within_power / self.judged if self.judged else 0.0

    @property
    def power_interval(self) -> tuple[float, float]:
        """Wilson's interval of that share."""
        return wilson_interval(self.within_power, self.judged)

    @property
    def nobody_named(self) -> tuple[float, float]:
        """Wilson's interval of a reason nobody of the row named."""
        return wilson_interval(0, self.explained)

    @property
    def first(self) -> list[NamedReason]:
        """The reasons named most."""
        return sorted(self.named.values(), key=lambda one: (-one.n, one.reason.group, one.reason.position))[:FIRST_REASONS]


def band_key() -> Expression:
    """Return the band of value of a leaver by money so far; who never bought is in the lowest."""
    bands = value_bands()
    cases = [When(client__sum__cents__lt=band.up_to, then=Value(str(band.pk))) for band in bands if band.up_to is not None]
    lowest = [When(client__sum__isnull=True, then=Value(str(bands[0].pk)))] if bands else []
    last = Value(str(bands[-1].pk)) if bands and bands[-1].up_to is None else Value(None)
    return Case(*lowest, *cases, default=last, output_field=CharField())


def kind_key() -> Expression:
    """Return how often a leaver bought so far."""
    return Case(
        When(client__sum__n_days=1, then=Value(PurchaseKind.ONCE)),
        When(client__sum__n_days=2, then=Value(PurchaseKind.TWICE)),
        When(client__sum__n_days__gte=3, then=Value(PurchaseKind.REGULAR)),
        default=Value(None),
        output_field=CharField(),
    )


def key_of(cut: ReasonCut) -> Expression:
    """Return what a cut sorts leavers by, as text; the responsible person is the one at the leaving, else the one of today."""
    if cut == ReasonCut.BAND:
        return band_key()
    if cut == ReasonCut.KIND:
        return kind_key()
    keys: dict[ReasonCut, Any] = {
        ReasonCut.MONTH: Cast(TruncMonth("left_on"), DateField()),
        ReasonCut.BRANCH: F("client__branch"),
        ReasonCut.SEGMENT: F("client__segment"),
        ReasonCut.RESPONSIBLE: Coalesce("responsible__employee", "client__responsible"),
    }
    return Cast(keys[cut], CharField())


def leavers_of(found: Slice) -> QuerySet[Leaver]:
    """Return the leavers of a slice with whether they said why, and whether the last talk says we could have kept them."""
    real = ExitCall.objects.filter(leaver=OuterRef("pk"), is_rehearsal=False)
    talks = real.filter(outcome=CallOutcome.TALKED).order_by("-called_at", "-pk")
    leavers = Leaver.objects.filter(left_on__gte=found.since, left_on__lte=found.until, is_rehearsal=False)
    for cut, key in found.chosen.items():
        name = f"only_{cut}"
        leavers = leavers.alias(**{name: key_of(cut)}).filter(**({f"{name}__isnull": True} if key == NOT_STATED else {name: key}))
    return leavers.alias(has_reason=Exists(real.filter(reasons__isnull=False)), could_keep=Subquery(talks.values("is_within_power")[:1]))


def rehearsed(found: Slice) -> int:
    """Count the leavers of the period whom calls are practised on: they are left out."""
    return Leaver.objects.filter(left_on__gte=found.since, left_on__lte=found.until, is_rehearsal=True).count()


COUNTS = {
    "left": Count("pk"),
    "explained": Count("pk", filter=Q(has_reason=True)),
    "judged": Count("pk", filter=Q(could_keep__isnull=False)),
    "within_power": Count("pk", filter=Q(could_keep=True)),
    "at_risk_cents": Sum("at_risk_cents", default=0),
}


def cut_rows(found: Slice, cut: ReasonCut) -> list[CutRow]:
    """Return the rows of a cut: months in order, other rows by how many left."""
    leavers = leavers_of(found).annotate(key=key_of(cut))
    grouped: Any = leavers.order_by().values("key").annotate(**COUNTS)
    counts: list[dict[str, Any]] = list(grouped)
    explained = {row["key"]: row["explained"] for row in counts}
    named: dict[str | None, dict[int, NamedReason]] = {}
    for row in tops_named(leavers.order_by().values("key")):
        named.setdefault(row["key"], {})[row["reason"].pk] = NamedReason(row["reason"], row["n"], explained[row["key"]])
    rows = [CutRow(**row | {"key": row["key"] or NOT_STATED, "named": named.get(row["key"], {})}) for row in counts]
    if cut == ReasonCut.MONTH:
        return sorted(rows, key=lambda row: row.key)
    return sorted(rows, key=lambda row: (row.key == NOT_STATED, -row.left, row.key))


def tops_named(leavers: Any) -> list[dict[str, Any]]:
    """Count by the values chosen so far who named each branch or a part of it; one leaver counts once."""
    real = Q(calls__is_rehearsal=False, calls__reasons__isnull=False)
    top = Coalesce("calls__reasons__parent", "calls__reasons")
    counted = list(leavers.filter(real).annotate(top=top).values("key", "top").annotate(n=Count("pk", distinct=True)))
    reasons = Reason.objects.in_bulk({row["top"] for row in counted})
    return [row | {"reason": reasons[row["top"]]} for row in counted]


def words_of(found: Slice, view: ReasonView, reason: Reason | None = None, *, is_within_power: bool | None = None) -> QuerySet[Leaver]:
    """Return the leavers behind a figure, with their calls and words, the most valuable first."""
    conditions = {
        ReasonView.LEFT: Q(),
        ReasonView.EXPLAINED: Q(has_reason=True),
        ReasonView.UNEXPLAINED: Q(has_reason=False),
        ReasonView.JUDGED: Q(could_keep__isnull=False),
        ReasonView.WITHIN: Q(could_keep=True),
    }
    leavers = leavers_of(found).filter(conditions[view])
    if reason is not None:
        leavers = leavers.filter(Exists(calls_naming(reason, is_within_power)))
    talks = ExitCall.objects.filter(is_rehearsal=False, outcome=CallOutcome.TALKED).prefetch_related("reasons")
    related = leavers.select_related("client__branch", "responsible").prefetch_related(Prefetch("calls", talks, to_attr="talks"))
    return related.order_by("-at_risk_cents", "pk")


def calls_naming(reason: Reason, is_within_power: bool | None) -> QuerySet[ExitCall]:
    """Return the calls that named a reason or a part of it, maybe only parts with the mark."""
    named = Reason.objects.filter(Q(pk=reason.pk) | Q(parent=reason))
    if is_within_power is not None:
        named = named.filter(is_within_power=is_within_power)
    return ExitCall.objects.filter(leaver=OuterRef("pk"), is_rehearsal=False, reasons__in=named)
