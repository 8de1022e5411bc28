"""The money lost with those who left: each at their own worth, by the model in force."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from clients.models import Client, ClientSum, Segment, Spell
from common.periods import month_of
from company.models import Branch, User
from metrics.models import ClientScore, LostMonth
from metrics.queries import leak_of, lost_worth, pool_flow
from metrics.services import score_clients
from tests.conftest import signed_in
from tests.metrics.test_scores import LAST, SOME, write_days

PATIENCE = 60
LOOKED_ON = dt.date(1998, 7, 1)


@pytest.fixture
def scored(company: Any) -> list[Client]:
    """Save a third of CDNOW, half of them of a branch, with one stretch each, and score them."""
    clients = write_days(SOME)
    branch = Branch.objects.create(name="Садовая")
    Client.objects.filter(pk__in=[client.pk for client in clients[::2]]).update(branch=branch)
    Spell.objects.bulk_create(
        Spell(client_id=total.client_id, first_day=total.first_day, last_day=total.last_day, patience=PATIENCE, n_days=1, cents=100)
        for total in ClientSum.objects.all()
    )
    score_clients(today=LAST)
    return clients


def by_hand(month: dt.date | None = None) -> tuple[int, float]:
    """Count who left in a month, or ever, and their worth, one by one."""
    last = dict(ClientSum.objects.values_list("client", "last_day"))
    gone = [
        score
        for score in ClientScore.objects.all()
        if (left := last[score.client_id] + dt.timedelta(PATIENCE + 1)) <= score.until and month in {None, month_of(left)}
    ]
    return len(gone), sum((score.far_cents or 0) / score.p_alive * (1 - score.p_alive) for score in gone)


def test_every_lost_client_counts_once_at_their_own_worth(scored: list[Client]) -> None:
    clients, cents = by_hand()
    rows = list(LostMonth.objects.all())
    assert sum(row.clients for row in rows) == clients > 100
    assert sum(row.cents for row in rows) == pytest.approx(cents, abs=len(rows))
    assert {row.branch_id for row in rows} == {None, Branch.objects.get().pk}


def test_whole_months_are_added_up(scored: list[Client]) -> None:
    found = lost_worth(today=LOOKED_ON, months=2)
    may, june = by_hand(dt.date(1998, 5, 1)), by_hand(dt.date(1998, 6, 1))
    assert found is not None
    assert (found.months, found.clients) == (2, may[0] + june[0])
    assert found.cents == pytest.approx(may[1] + june[1], abs=4)
    assert found.clients_a_month * 2 == found.clients
    of_branch = lost_worth(today=LOOKED_ON, months=2, branch=Branch.objects.get())
    assert of_branch is not None
    assert 0 < of_branch.clients < found.clients


def test_without_a_model_or_a_whole_month_nothing_is_claimed(scored: list[Client]) -> None:
    assert lost_worth(today=LAST - dt.timedelta(1), months=2) is None, "the model saw days after that one"
    assert lost_worth(today=LOOKED_ON, months=0) is None
    LostMonth.objects.all().delete()
    assert lost_worth(today=LOOKED_ON, months=2) is None


def test_scores_that_are_forgotten_take_the_lost_money_with_them(scored: list[Client]) -> None:
    ClientSum.objects.filter(client__in=[client.pk for client in scored[50:]]).delete()
    assert score_clients(today=LAST) is None
    assert not LostMonth.objects.exists()


def test_the_overview_says_by_what_the_leak_is_counted(scored: list[Client], owner: User) -> None:
    with time_machine.travel(dt.datetime(1998, 7, 1, 12, tzinfo=dt.UTC), tick=False):
        browser = signed_in(owner)
        page = browser.get("/")
        leak = page.context["facts"].leak
        assert (leak.worth.months, leak.cents_in_all) == (leak.flow.months, leak.worth.cents)
        assert "цена каждого" in page.text
        pool = browser.get(reverse("metrics:pool"))
        assert (pool.context["leak"], "цена каждого" in pool.text) == (leak, True), "one figure on both pages"
        LostMonth.objects.all().delete()
        assert "цена каждого" not in browser.get("/").text
        assert "цена каждого" not in browser.get(reverse("metrics:pool")).text


def test_a_segment_leaks_at_the_price(scored: list[Client]) -> None:
    flow, segment = pool_flow(today=LOOKED_ON), Segment.objects.create(name="Постоянные")
    assert leak_of(flow, None, today=LOOKED_ON, segment=segment).worth is None
    assert leak_of(flow, None, today=LOOKED_ON).worth == lost_worth(today=LOOKED_ON, months=flow.months)
