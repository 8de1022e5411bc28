"""The length of the queue kept by triggers equals counting everybody, whatever happens to leavers and their Clients."""

import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from churn.enums import LeaverState
from churn.models import Leaver, QueueStep
from churn.queries import queue_groups, queue_summary
from churn.queries.queue import counted, due_leavers, kept_totals
from churn.services.queue_steps import gather_queue
from company.enums import Role
from company.models import User
from tests.churn.world import RUBLE, TODAY, ago, make_client, make_colleague, make_leaver

pytestmark = pytest.mark.usefixtures("company")


def kept(user: User) -> Sequence[Mapping[str, Any]]:
    return kept_totals(user=user, today=TODAY)


def one_by_one(user: User) -> Sequence[Mapping[str, Any]]:
    return counted(due_leavers(user, TODAY), TODAY)


def test_every_change_of_a_leaver_is_counted(owner: User) -> None:
    colleague = make_colleague("Павел Ершов", Role.STAFF)
    people, dice = [owner, colleague, None], random.Random(7)  # noqa: S311 - the same changes each time
    leavers = [
        make_leaver(left=dice.randint(1, 200), caller=dice.choice(people), at_risk_cents=dice.randint(0, 9) * RUBLE) for _ in range(30)
    ]
    changes: list[dict[str, Any]] = [
        {"caller": colleague},
        {"caller": None},
        {"is_rehearsal": True},
        {"next_call_on": ago(-3)},
        {"next_call_on": ago(1)},
        {"state": LeaverState.TALKED},
        {"state": LeaverState.RETURNED, "returned_on": ago(0)},
        {"state": LeaverState.QUEUED},
        {"at_risk_cents": 77 * RUBLE},
        {"left_on": ago(3)},
    ]
    for _ in range(60):
        leaver = dice.choice(leavers)
        Leaver.objects.filter(pk=leaver.pk).update(**dice.choice(changes))
        if dice.random() < 0.2:
            leaver.client.do_not_call = not leaver.client.do_not_call
            leaver.client.save()
        assert (kept(owner), kept(colleague)) == (one_by_one(owner), one_by_one(colleague))
    Leaver.objects.filter(pk__in=[leaver.pk for leaver in leavers[:10]]).delete()
    assert kept(owner) == one_by_one(owner) != []
    assert gather_queue() == 0
    assert kept(owner) == one_by_one(owner)


def test_saving_words_adds_no_step(owner: User) -> None:
    leaver = make_leaver(caller=owner)
    assert QueueStep.objects.count() == 1
    Leaver.objects.filter(pk=leaver.pk).update(draft={"words": "дорого"}, taken_by=owner, taken_until="2026-05-20T10:00Z")
    assert QueueStep.objects.count() == 1


def test_steps_are_gathered_into_one_for_each_day_and_caller(owner: User) -> None:
    for _ in range(5):
        make_leaver(left=10, caller=owner)
    Leaver.objects.update(next_call_on=ago(-1))
    Leaver.objects.update(next_call_on=None)
    assert QueueStep.objects.count() > 1
    assert gather_queue() == 0
    assert list(QueueStep.objects.values_list("left_on", "caller", "n", "cents")) == [(ago(10), owner.pk, 5, 25_000 * RUBLE)]


def test_a_deleted_caller_and_a_merged_client_leave_the_figures_right(owner: User) -> None:
    colleague = make_colleague("Вера Лебедь")
    leaver = make_leaver(caller=colleague)
    other = make_client("другой", do_not_call=True)
    colleague.delete()
    assert kept(owner) == one_by_one(owner) != []
    Leaver.objects.filter(pk=leaver.pk).update(client=other)
    assert kept(owner) == one_by_one(owner) == []
    leaver.refresh_from_db()
    leaver.client.do_not_call = False
    leaver.client.save()
    other.delete()
    assert kept(owner) == one_by_one(owner) == []
    assert queue_groups(user=owner, today=TODAY) == []
    assert queue_summary(user=owner, today=TODAY).count == 0


def test_a_damaged_sum_is_mended_and_told_of(owner: User, caplog: pytest.LogCaptureFixture) -> None:
    make_leaver(caller=owner)
    QueueStep.objects.update(cents=1)
    assert gather_queue() == 2
    assert kept(owner) == one_by_one(owner)
    assert "length of the queue differed" in caplog.text


def test_two_gatherings_at_once_do_not_double_the_queue(transactional_db: None, owner: User) -> None:
    make_leaver(caller=owner)
    counted_before = kept(owner)
    with ThreadPoolExecutor() as others:
        with transaction.atomic():
            gather_queue()
            second = others.submit(gathered_elsewhere)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
        assert second.result(timeout=20) == 0
    assert kept(owner) == counted_before == one_by_one(owner)
    assert QueueStep.objects.count() == 1


def gathered_elsewhere() -> int:
    try:
        return gather_queue()
    finally:
        connection.close()
