"""Counting the posts of one address."""

import datetime as dt
import threading

import pytest
from django.db import connection

from surveys.models import PostWindow
from surveys.services import count_post, forget_posts

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
KEY = b"k" * 32


@pytest.mark.django_db
def test_posts_are_counted_until_the_window_ends() -> None:
    assert [count_post(key=KEY, now=NOW + dt.timedelta(minutes=minute)) for minute in (0, 1, 9)] == [1, 2, 3]
    assert count_post(key=KEY, now=NOW + dt.timedelta(minutes=10)) == 1
    assert count_post(key=b"other", now=NOW) == 1


@pytest.mark.django_db
def test_old_counts_are_forgotten() -> None:
    count_post(key=KEY, now=NOW)
    count_post(key=b"other", now=NOW + dt.timedelta(minutes=5))
    assert forget_posts(now=NOW + dt.timedelta(minutes=10)) == 1
    assert PostWindow.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_posts_at_once_are_all_counted() -> None:
    def post() -> None:
        count_post(key=KEY, now=NOW)
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PostWindow.objects.get().count == 10
