"""The database refuses impossible rows."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from company.models import Branch, User
from tests.touchpoints.make import TODAY, action, open_audit
from touchpoints.models import Audit, AuditMark, Touchpoint


@pytest.mark.parametrize("fields", [{"name": ""}, {"kind": "planet"}])
def test_impossible_touchpoint_is_refused(sign: Touchpoint, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Touchpoint.objects.create(**{"name": "Вход", "kind": "business", **fields})
    assert Touchpoint.objects.count() == 1


def test_same_name_in_one_class_and_branch_is_refused(sign: Touchpoint) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Touchpoint.objects.create(name=sign.name, kind=sign.kind)


def test_same_name_lives_in_another_branch_and_after_archiving(sign: Touchpoint, garden: Branch) -> None:
    Touchpoint.objects.create(name=sign.name, kind=sign.kind, branch=garden)
    Touchpoint.objects.filter(pk=sign.pk).update(is_archived=True)
    Touchpoint.objects.create(name=sign.name, kind=sign.kind)
    assert Touchpoint.objects.filter(name=sign.name).count() == 3


def test_audit_is_done_exactly_when_it_has_a_time(staff: User) -> None:
    for impossible in ({"state": "done"}, {"finished_at": timezone.now()}, {"state": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Audit.objects.create(auditor=staff, due_on=TODAY, **impossible)


def test_touchpoint_has_one_known_mark_in_an_audit(sign: Touchpoint, smile: Touchpoint, staff: User) -> None:
    audit = open_audit(staff)
    AuditMark.objects.create(audit=audit, touchpoint=sign, rating=1)
    for impossible in ({"touchpoint": sign, "rating": 0}, {"touchpoint": smile, "rating": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditMark.objects.create(audit=audit, **impossible)
    assert AuditMark.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"state": "lost"},
        {"cost_cents": -1},
        {"state": "done", "evidence": "сделали"},
        {"state": "done", "done_at": timezone.now()},
        {"state": "dropped"},
        {"done_at": timezone.now()},
    ],
)
def test_impossible_action_is_refused(staff: User, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        action(staff, **fields)


def test_map_order_follows_the_method_and_the_way_of_a_client(db: None) -> None:
    for kind, position, name in (
        ("employee", 0, "d"),
        ("service", 0, "c"),
        ("business", 1, "b"),
        ("business", 0, "a"),
        ("product", 5, "p"),
    ):
        Touchpoint.objects.create(kind=kind, position=position, name=name)
    assert [point.name for point in Touchpoint.objects.in_map_order()] == ["a", "b", "p", "c", "d"]
