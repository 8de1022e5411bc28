"""The company's own tree of reasons: grown, moved, marked, put away and brought back. Every step is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from churn.defaults import DEFAULT_REASONS
from churn.enums import ReasonGroup, ReasonStep
from churn.models import Reason, ReasonChange, ReasonReference
from churn.services.setup import SETUP_LOCK, wait_for_turn
from company.models import User
from touchpoints.models import Action, Touchpoint

LONGEST_KEPT = 250


class ReasonError(Exception):
    """The tree cannot change like this; the text says why."""


@dataclass(frozen=True)
class Place:
    """Where a reason hangs: in a group, or in a branch of it."""

    group: ReasonGroup
    parent: Reason | None = None

    def __str__(self) -> str:
        return f"{self.group.label} › {self.parent}" if self.parent else str(self.group.label)


@dataclass(frozen=True)
class ReasonFields:
    """What a manager may change of a reason; what is None stays as it is."""

    name: str
    is_within_power: bool
    is_archived: bool | None = None
    place: Place | None = None


def place_of(reason: Reason) -> Place:
    """Return where a reason hangs."""
    return Place(ReasonGroup(reason.group), reason.parent)


def power_words(*, is_within_power: bool) -> str:
    """Write the mark in words, as the history keeps it."""
    return _("within our power") if is_within_power else _("outside our power")


def keep(reason: Reason, step: ReasonStep, actor: User, *, before: str = "", after: str = "") -> None:
    """Add one line to the history of a reason."""
    ReasonChange.objects.create(reason=reason, step=step, before=before[:LONGEST_KEPT], after=after[:LONGEST_KEPT], author=actor)


def siblings(place: Place) -> QuerySet[Reason]:
    """Return the living reasons of one place, in order."""
    return Reason.objects.filter(group=place.group, parent=place.parent, is_archived=False).order_by("position", "id")


def last_position(place: Place) -> int:
    """Return the position after the last one of the place."""
    found = Reason.objects.filter(group=place.group, parent=place.parent).aggregate(last=Max("position"))["last"]
    return 0 if found is None else int(found) + 1


@transaction.atomic
def ensure_reasons() -> None:
    """Supply the standard tree, in the language of the moment, to a company that has none."""
    wait_for_turn(SETUP_LOCK)
    if Reason.objects.exists():
        return
    branches = Reason.objects.bulk_create(
        Reason(group=branch.group, name=str(branch.name), is_within_power=branch.is_within_power, position=position)
        for position, branch in enumerate(DEFAULT_REASONS)
    )
    Reason.objects.bulk_create(
        Reason(group=saved.group, parent=saved, name=str(leaf), is_within_power=saved.is_within_power, position=position)
        for branch, saved in zip(DEFAULT_REASONS, branches, strict=True)
        for position, leaf in enumerate(branch.leaves)
    )


@transaction.atomic
def add_reason(*, group: ReasonGroup, name: str, is_within_power: bool, actor: User, parent: Reason | None = None) -> Reason:
    """Add a leaf at the end of its place; an archived one of the same name comes back there instead."""
    wait_for_turn(SETUP_LOCK)
    place = Place(group, fresh_branch(parent, group))
    known = Reason.objects.filter(group=group, name=name).first()
    if known and not known.is_archived:
        raise ReasonError(_("This group has such a reason already."))
    if known is None:
        reason = Reason.objects.create(
            group=group, parent=place.parent, name=name, is_within_power=is_within_power, position=last_position(place)
        )
        keep(reason, ReasonStep.ADDED, actor, after=str(place))
        return reason
    return update_reason(reason=known, fields=ReasonFields(name, is_within_power, is_archived=False, place=place), actor=actor)


def fresh_branch(parent: Reason | None, group: ReasonGroup) -> Reason | None:
    """Return the branch as it is now; a leaf, a merged or a foreign one takes nothing in."""
    if parent is None:
        return None
    found = Reason.objects.filter(pk=parent.pk, group=group, parent__isnull=True, is_archived=False).first()
    if found is None:
        raise ReasonError(_("This branch is no longer in the tree. Choose the place again."))
    return found


@transaction.atomic
def update_reason(*, reason: Reason, fields: ReasonFields, actor: User) -> Reason:
    """Rename, mark, move, archive or bring back a reason; calls that named it keep it."""
    wait_for_turn(SETUP_LOCK)
    current = Reason.objects.select_related("parent").get(pk=reason.pk)
    place = fields.place
    if place is not None and (place.group, place.parent) != (current.group, current.parent):
        move(current, place, actor)
    if fields.name != current.name:
        rename(current, fields.name, actor)
    if fields.is_within_power != current.is_within_power:
        mark(current, actor, is_within_power=fields.is_within_power)
    if fields.is_archived is not None and fields.is_archived != current.is_archived:
        (archive if fields.is_archived else restore)(current, actor)
    return current


def rename(reason: Reason, name: str, actor: User) -> None:
    """Give a reason another name, unless its group has that name."""
    if Reason.objects.filter(group=reason.group, name=name).exclude(pk=reason.pk).exists():
        raise ReasonError(_("This group has such a reason already, maybe in the archive."))
    keep(reason, ReasonStep.RENAMED, actor, before=reason.name, after=name)
    reason.name = name
    reason.save(update_fields=["name"])


def mark(reason: Reason, actor: User, *, is_within_power: bool) -> None:
    """Say anew whether the reason is within our power."""
    words = [power_words(is_within_power=mark) for mark in (reason.is_within_power, is_within_power)]
    keep(reason, ReasonStep.MARKED, actor, before=words[0], after=words[1])
    reason.is_within_power = is_within_power
    reason.save(update_fields=["is_within_power"])


def move(reason: Reason, place: Place, actor: User) -> None:
    """Hang a reason, with its own parts, at the end of another place."""
    parent = fresh_branch(place.parent, place.group)
    parts = reason.children.all()
    if parent and (parent.pk == reason.pk or parts.exists()):
        raise ReasonError(_("A branch with reasons of its own cannot become a part of another branch."))
    names = [reason.name, *parts.values_list("name", flat=True)]
    if place.group != reason.group and Reason.objects.filter(group=place.group, name__in=names).exists():
        raise ReasonError(_("That group has a reason of the same name. Rename one of them first."))
    keep(reason, ReasonStep.MOVED, actor, before=str(place_of(reason)), after=str(place))
    position = last_position(place)
    parts.update(group=place.group)
    reason.group, reason.parent, reason.position = place.group, parent, position
    reason.save(update_fields=["group", "parent", "position"])


def archive(reason: Reason, actor: User) -> None:
    """Put a reason away with its parts: callers no longer see it, old calls keep it."""
    for one in [reason, *reason.children.filter(is_archived=False)]:
        keep(one, ReasonStep.ARCHIVED, actor)
        one.is_archived = True
        one.save(update_fields=["is_archived"])


def restore(reason: Reason, actor: User) -> None:
    """Bring a reason back, and its branch when that was put away too; one that was merged comes back without its calls."""
    if reason.parent and reason.parent.is_archived:
        restore(reason.parent, actor)
    keep(reason, ReasonStep.RESTORED, actor)
    reason.is_archived, reason.merged_into = False, None
    reason.save(update_fields=["is_archived", "merged_into"])


@transaction.atomic
def shift_reason(*, reason: Reason, step: int, actor: User) -> bool:
    """Swap a reason with its neighbour above (-1) or below (1); say whether there was one."""
    wait_for_turn(SETUP_LOCK)
    current = Reason.objects.select_related("parent").get(pk=reason.pk)
    order = list(siblings(place_of(current)))
    at = next((index for index, one in enumerate(order) if one.pk == current.pk), None)
    if at is None or not 0 <= at + step < len(order):
        return False
    order[at], order[at + step] = order[at + step], order[at]
    for position, one in enumerate(order):
        one.position = position
    Reason.objects.bulk_update(order, ["position"])
    keep(current, ReasonStep.MOVED, actor, before=_("place %(n)s") % {"n": at + 1}, after=_("place %(n)s") % {"n": at + step + 1})
    return True


@transaction.atomic
def link_reason(*, reason: Reason, touchpoint: Touchpoint | None, actions: Iterable[Action], actor: User) -> None:
    """Say at which touchpoint a reason arises and what is done about it."""
    del actor
    Reason.objects.filter(pk=reason.pk).update(touchpoint=touchpoint)
    reason.actions.set(actions)


@transaction.atomic
def add_reference(*, title: str, source: str, parts: Sequence[Sequence[str | int]], actor: User) -> ReasonReference:
    """Keep a breakdown found elsewhere."""
    return ReasonReference.objects.create(title=title, source=source, parts=[list(part) for part in parts], author=actor)


@transaction.atomic
def delete_reference(*, reference: ReasonReference, actor: User) -> None:
    """Take a breakdown found elsewhere away."""
    del actor  # any manager may; it is no figure of the company
    ReasonReference.objects.filter(pk=reference.pk).delete()
