"""The tree of reasons as it is edited: places, what hangs on each reason, what happened to it."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from churn.enums import ReasonGroup, ReasonStep
from churn.models import ExitCall, Reason, ReasonChange


@dataclass(frozen=True)
class Branch:
    """A reason right under a group, with its parts."""

    reason: Reason
    leaves: list[Reason]


@dataclass(frozen=True)
class GroupTree:
    """One group of the tree in order."""

    group: ReasonGroup
    branches: list[Branch]


@dataclass(frozen=True)
class MergeForecast:
    """What would go over if a reason were merged."""

    n_calls: int
    n_actions: int
    n_leaves: int


def linked_reasons() -> QuerySet[Reason]:
    """Return the whole tree with touchpoints, how many leavers named each reason and how many actions are to remove it."""
    named = Count("calls__leaver", distinct=True, filter=Q(calls__is_rehearsal=False, calls__leaver__is_rehearsal=False))
    counted = Reason.objects.annotate(n_leavers=named, n_actions=Count("actions", distinct=True))
    return counted.select_related("touchpoint", "parent", "merged_into").order_by("position", "id")


def reason_tree() -> list[GroupTree]:
    """Return the living reasons by group and branch."""
    living = [reason for reason in linked_reasons() if not reason.is_archived]
    leaves: dict[int | None, list[Reason]] = {}
    for reason in living:
        leaves.setdefault(reason.parent_id, []).append(reason)
    tops = leaves.get(None, [])
    return [GroupTree(group, [Branch(top, leaves.get(top.pk, [])) for top in tops if top.group == group]) for group in ReasonGroup]


def archived_reasons() -> QuerySet[Reason]:
    """Return what was put away, the latest reason first."""
    return linked_reasons().filter(is_archived=True).order_by("-id")


def branches_to_join(reason: Reason | None = None) -> QuerySet[Reason]:
    """Return the branches a reason may become a part of; one with parts of its own can join none."""
    tops = Reason.objects.filter(parent__isnull=True, is_archived=False).order_by("position", "id")
    if reason is None:
        return tops
    return tops.none() if reason.children.exists() else tops.exclude(pk=reason.pk)


def living_reasons() -> QuerySet[Reason]:
    """Return the reasons that are not archived in the order of the tree: a branch, then its parts."""
    top = [Coalesce("parent__position", "position"), Coalesce("parent", "id")]
    living = Reason.objects.filter(is_archived=False).select_related("parent")
    return living.order_by("group", *top, F("parent").asc(nulls_first=True), "position", "id")


def merge_targets(reason: Reason) -> QuerySet[Reason]:
    """Return the reasons another may be merged with."""
    return living_reasons().exclude(pk=reason.pk)


def merge_forecast(reason: Reason) -> MergeForecast:
    """Count what would go over."""
    calls = ExitCall.objects.filter(reasons=reason).count()
    return MergeForecast(calls, reason.actions.count(), reason.children.filter(is_archived=False).count())


def reason_history(reason: Reason | None = None) -> QuerySet[ReasonChange]:
    """Return the steps of the tree or of one reason, newest first; `is_undoable` marks a merge that still stands."""
    changes = ReasonChange.objects.select_related("reason", "author")
    later = ReasonChange.objects.filter(reason=OuterRef("reason"), step=ReasonStep.MERGED, pk__gt=OuterRef("pk"))
    stands = Q(step=ReasonStep.MERGED, reason__merged_into__isnull=False) & ~Exists(later)
    marked = changes.annotate(is_undoable=stands)
    return marked.filter(reason=reason) if reason else marked
