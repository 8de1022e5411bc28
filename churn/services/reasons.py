"""The company's own tree of reasons."""

from collections.abc import Iterable

from django.db import transaction

from churn.defaults import DEFAULT_REASONS
from churn.enums import ReasonGroup
from churn.models import Reason
from churn.services.setup import SETUP_LOCK, wait_for_turn
from company.models import User
from touchpoints.models import Action, Touchpoint


@transaction.atomic
def ensure_reasons() -> None:
    """Supply the standard tree, in the language of the moment, to a company that has none."""
    wait_for_turn(SETUP_LOCK)
    if not Reason.objects.exists():
        Reason.objects.bulk_create(
            Reason(group=leaf.group, name=str(leaf.name), is_within_power=leaf.is_within_power, position=position)
            for position, leaf in enumerate(DEFAULT_REASONS)
        )


@transaction.atomic
def add_reason(*, group: ReasonGroup, name: str, is_within_power: bool, actor: User) -> Reason:
    """Add a leaf at the end of its group; an archived one of the same name comes back instead."""
    wait_for_turn(SETUP_LOCK)
    del actor  # any manager may; the tree belongs to the company
    values = {"is_within_power": is_within_power, "is_archived": False}
    position = Reason.objects.filter(group=group).count()
    return Reason.objects.update_or_create(group=group, name=name, defaults=values, create_defaults={**values, "position": position})[0]


@transaction.atomic
def update_reason(*, reason: Reason, name: str, is_within_power: bool, is_archived: bool, actor: User) -> int:
    """Rename, mark or archive a leaf; calls that named it keep it."""
    del actor
    return Reason.objects.filter(pk=reason.pk).update(name=name, is_within_power=is_within_power, is_archived=is_archived)


@transaction.atomic
def link_reason(*, reason: Reason, touchpoint: Touchpoint | None, actions: Iterable[Action], actor: User) -> None:
    """Say at which touchpoint a reason arises and what is done about it."""
    del actor
    Reason.objects.filter(pk=reason.pk).update(touchpoint=touchpoint)
    reason.actions.set(actions)
