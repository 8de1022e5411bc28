"""Two reasons become one, and apart again: calls, actions and drafts go over, and it is kept which."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from churn.enums import ReasonStep
from churn.models import ExitCall, Leaver, Reason, ReasonChange
from churn.services.reasons import LONGEST_KEPT, ReasonError, restore
from churn.services.setup import SETUP_LOCK, wait_for_turn
from company.models import User

Named = ExitCall.reasons.through
Linked = Reason.actions.through


@dataclass(frozen=True)
class Merged:
    """What went over to the other reason."""

    n_calls: int
    n_actions: int


@transaction.atomic
def merge_reasons(*, source: Reason, target: Reason, actor: User) -> Merged:
    """Give the calls, actions and drafts of one reason to another; the first goes into the archive."""
    wait_for_turn(SETUP_LOCK)
    check_merge(source, target)
    source.refresh_from_db()
    calls, actions = call_links(source, target), action_links(source, target)
    moved: dict[str, Any] = {"into": target.pk, "calls": calls, "actions": actions, "merged": pass_on(source, target)}
    moved["touchpoint"] = give_touchpoint(source, target)
    redraft(source, target)
    total = len(calls["moved"]) + len(calls["both"])
    ReasonChange.objects.create(
        reason=source,
        step=ReasonStep.MERGED,
        before=source.name[:LONGEST_KEPT],
        after=target.name[:LONGEST_KEPT],
        n_calls=total,
        moved=moved,
        author=actor,
    )
    return Merged(total, len(actions["moved"]) + len(actions["both"]))


def check_merge(source: Reason, target: Reason) -> None:
    """Put the source away, unless one of the two is gone already or the source still has reasons of its own."""
    if source.pk == target.pk or not Reason.objects.filter(pk=target.pk, is_archived=False).exists():
        raise ReasonError(_("Choose another reason of the tree to merge with."))
    if source.children.filter(is_archived=False).exists():
        raise ReasonError(_("This branch still has reasons of its own. Merge or move them first."))
    gone = Reason.objects.filter(pk=source.pk, is_archived=False).update(is_archived=True, merged_into=target)
    if gone != 1:
        raise ReasonError(_("Somebody has already put this reason away. Look at its history."))


def call_links(source: Reason, target: Reason) -> dict[str, list[int]]:
    """Let calls name the target instead of the source; those that named both name it once."""
    own = Named.objects.filter(reason=source)
    both = sorted(own.filter(exitcall__reasons=target).values_list("exitcall_id", flat=True))
    own.filter(exitcall_id__in=both).delete()
    moved = sorted(own.values_list("exitcall_id", flat=True))
    own.update(reason=target)
    return {"moved": moved, "both": both}


def action_links(source: Reason, target: Reason) -> dict[str, list[int]]:
    """Let actions remove the target instead of the source."""
    own = Linked.objects.filter(reason=source)
    both = sorted(own.filter(action__reasons=target).values_list("action_id", flat=True))
    own.filter(action_id__in=both).delete()
    moved = sorted(own.values_list("action_id", flat=True))
    own.update(reason=target)
    return {"moved": moved, "both": both}


def pass_on(source: Reason, target: Reason) -> list[int]:
    """Let what was merged into the source earlier point at where its calls are now."""
    earlier = sorted(source.merged.values_list("pk", flat=True))
    Reason.objects.filter(pk__in=earlier).update(merged_into=target)
    return earlier


def give_touchpoint(source: Reason, target: Reason) -> int | None:
    """Give the target the touchpoint of the source when it has none of its own; return which."""
    given = Reason.objects.filter(pk=target.pk, touchpoint=None).update(touchpoint=source.touchpoint) if source.touchpoint_id else 0
    return source.touchpoint_id if given else None


def redraft(source: Reason, target: Reason) -> None:
    """Keep ticks of calls that are being written down just now; a draft saved meanwhile is newer and stays."""
    old, new = str(source.pk), str(target.pk)
    for pk, draft in Leaver.objects.filter(draft__reasons__contains=[old]).values_list("pk", "draft"):
        ticked = list(dict.fromkeys(new if one == old else one for one in draft["reasons"]))
        Leaver.objects.filter(pk=pk, draft=draft).update(draft=draft | {"reasons": ticked})


@transaction.atomic
def undo_merge(*, change: ReasonChange, actor: User) -> int:
    """Bring a merged reason back with its own calls and actions; return how many calls came back."""
    wait_for_turn(SETUP_LOCK)
    moved, source = change.moved, change.reason
    if change.step != ReasonStep.MERGED or not moved:
        raise ReasonError(_("There is nothing to undo here."))
    if Reason.objects.filter(pk=source.pk, merged_into=moved["into"], is_archived=True).update(merged_into=None) != 1:
        raise ReasonError(_("This merge is undone already, or its reason went on into a third one. Undo the later merge first."))
    if change != source.changes.filter(step=ReasonStep.MERGED).first():
        raise ReasonError(_("There is nothing to undo here."))
    source.refresh_from_db()
    restore(source, actor)
    n_calls = take_back_calls(source, moved["into"], moved["calls"])
    take_back_actions(source, moved["into"], moved["actions"])
    Reason.objects.filter(pk__in=moved["merged"], merged_into=moved["into"]).update(merged_into=source)
    if moved["touchpoint"]:
        Reason.objects.filter(pk=moved["into"], touchpoint=moved["touchpoint"]).update(touchpoint=None)
    ReasonChange.objects.filter(pk=source.changes.values("pk")[:1]).update(before=change.after, n_calls=n_calls)
    return n_calls


def take_back_calls(source: Reason, target: int, calls: dict[str, list[int]]) -> int:
    """Return calls to the reason they named; what was corrected by hand meanwhile stays."""
    moved = Named.objects.filter(reason=target, exitcall_id__in=calls["moved"])
    back = moved.exclude(exitcall__reasons=source).update(reason=source)
    still = ExitCall.objects.filter(pk__in=calls["both"]).values_list("pk", flat=True)
    added = Named.objects.bulk_create([Named(reason=source, exitcall_id=pk) for pk in still], ignore_conflicts=True)
    return back + len(added)


def take_back_actions(source: Reason, target: int, actions: dict[str, list[int]]) -> None:
    """Return actions to the reason they were to remove."""
    moved = Linked.objects.filter(reason=target, action_id__in=actions["moved"])
    moved.exclude(action__reasons=source).update(reason=source)
    source.actions.add(*source_actions(actions["both"]))


def source_actions(keys: Iterable[int]) -> list[int]:
    """Return those of the actions that still exist."""
    return list(Linked.objects.filter(action_id__in=keys).values_list("action_id", flat=True).distinct())


def living(reasons: Iterable[Reason]) -> list[Reason]:
    """Return the reasons, each merged one replaced by the one its calls went to: a form may be older than a merge."""
    keys = [reason.merged_into_id or reason.pk for reason in reasons]
    return list(Reason.objects.filter(pk__in=keys))
