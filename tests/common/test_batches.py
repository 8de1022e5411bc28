"""Work on many rows goes on past a broken one."""

import logging

import pytest
from django.db import DatabaseError, connection, transaction

from common.batches import done_each
from company.models import Branch

pytestmark = pytest.mark.django_db


def test_the_sum_is_returned() -> None:
    assert done_each([1, 2, 3], lambda number: number * 10, "counting") == 60


def test_a_broken_row_is_logged_by_its_number_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    rows = [Branch(pk=7, name="Север"), Branch(pk=8, name="Юг")]

    @transaction.atomic
    def work(row: Branch) -> int:
        if row.pk == 7:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return row.pk

    assert done_each(rows, work, "a branch") == 8
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [(logging.ERROR, "a branch: 7 failed, the others go on")]


def test_what_has_no_number_is_not_named(caplog: pytest.LogCaptureFixture) -> None:
    assert done_each([{"name": "Ирина"}], lambda row: int(row["name"]), "a row") == 0
    assert [record.getMessage() for record in caplog.records] == ["a row:  failed, the others go on"]


def test_without_a_database_nothing_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[int] = []

    def work(number: int) -> int:
        seen.append(number)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return 1

    with pytest.raises(DatabaseError), transaction.atomic():
        done_each([1, 2], work, "a row")
    assert (seen, caplog.records) == ([1], [])
