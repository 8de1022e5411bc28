"""The nightly job: who is scored, by what, and when nobody is."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from clients.models import Client, ClientDay, ClientSum
from metrics import queries, services, tasks
from metrics.enums import BuyersOrder, ModelGapKind, ModelKind
from metrics.formulas.buying import MBG_NBD, PARETO_NBD, grouped, scores_at
from metrics.formulas.judgement import Past, judge
from metrics.models import BuyingModel, ClientScore
from metrics.queries.scores import known_clients, last_known_day
from metrics.services.scores import SCORING_LOCK
from tests.metrics.cdnow import CUT, bought_after, days_of_clients, known_at

LAST = dt.date(1998, 6, 30)
# Every third of the customers: enough for a model, and quick to save.
SOME = days_of_clients()[::3]
N = len(SOME)


@contextmanager
def second_connection() -> Iterator[BaseDatabaseWrapper]:
    """Give another session of the same database."""
    other = connection.copy()
    try:
        yield other
    finally:
        other.close()


def write_days(people: list[list[dt.date]]) -> list[Client]:
    """Save Clients with the rollups the models read."""
    start = Client.objects.count()
    clients = Client.objects.bulk_create(Client(external_id=str(start + number)) for number in range(len(people)))
    pairs = list(zip(clients, people, strict=True))
    ClientDay.objects.bulk_create(ClientDay(client=client, day=day, n=1, cents=100) for client, days in pairs for day in days)
    ClientSum.objects.bulk_create(
        ClientSum(
            client=client,
            first_day=days[0],
            last_day=days[-1],
            n_days=len(days),
            n_purchases=len(days),
            cents=100 * len(days),
            first_cents=100,
        )
        for client, days in pairs
    )
    return clients


@pytest.fixture
def cdnow(company: Any) -> list[Client]:
    return write_days(SOME)


def scored() -> BuyingModel:
    model = services.score_clients(today=LAST)
    assert model is not None
    return model


def test_everybody_is_scored_by_both_models(cdnow: list[Client]) -> None:
    model = scored()
    repeats, recency, age = known_at(LAST, SOME)
    expected = scores_at(repeats, recency, age)
    rows = {score.client_id: score for score in ClientScore.objects.all()}
    assert set(rows) == {client.pk for client in cdnow}
    for name in ("p_alive", "p_buys", "expected", "p_alive_pareto", "expected_pareto"):
        written = [getattr(rows[client.pk], name) for client in cdnow]
        assert written == pytest.approx(getattr(expected, name).tolist(), rel=1e-9)
    assert {score.until for score in rows.values()} == {LAST}
    assert (model.kind, model.until, model.n_clients, model.n_rows) == (
        "mbg_nbd",
        LAST,
        N,
        grouped(repeats, recency, age)[0].weight.size,
    )


def test_a_model_row_says_what_it_saw_and_how_it_did(cdnow: list[Client]) -> None:
    model = scored()
    known, _ = grouped(*known_at(LAST, SOME))
    fit = MBG_NBD.fit(known)
    assert (model.params, model.standard_errors, model.data_hash) == (fit.params, fit.errors, known.fingerprint)
    holdout = model.holdout
    cut = LAST - dt.timedelta(90)
    bought = bought_after(cut, LAST, SOME)
    assert (holdout["cut"], holdout["days"], holdout["clients"]) == (cut.isoformat(), 90, N)
    assert (holdout["buyers"], holdout["purchases"]) == (int((bought > 0).sum()), int(bought.sum()))
    assert sum(tenth[0] for tenth in holdout["tenths"]) == N
    assert sum(tenth[2] for tenth in holdout["tenths"]) == holdout["buyers"]
    assert sum(tenth[0] * tenth[1] for tenth in holdout["tenths"]) == pytest.approx(holdout["predicted"])
    assert set(holdout["auc"]) == {"alive", "buys", "expected", "recency"}
    assert all(0.6 < value < 1 for value in holdout["auc"].values())


def test_the_second_opinion_has_a_row_of_its_own(cdnow: list[Client]) -> None:
    scored()
    pareto = queries.score_model(ModelKind.PARETO_NBD)
    assert pareto is not None
    assert pareto.params == PARETO_NBD.fit(grouped(*known_at(LAST, SOME))[0]).params


def test_the_same_purchases_are_not_scored_twice(cdnow: list[Client]) -> None:
    first = scored()
    assert services.score_clients(today=LAST) == first
    assert services.score_clients(today=LAST + dt.timedelta(5)) == first
    assert BuyingModel.objects.count() == 3


def test_new_purchases_make_new_models_and_keep_the_old_rows(cdnow: list[Client]) -> None:
    first = scored()
    ClientSum.objects.filter(client=cdnow[0]).update(last_day=LAST + dt.timedelta(1), n_days=9)
    second = services.score_clients(today=LAST + dt.timedelta(1))
    assert second is not None
    assert (second.until, second.data_hash == first.data_hash) == (LAST + dt.timedelta(1), False)
    assert list(BuyingModel.objects.filter(is_current=True, kind="mbg_nbd")) == [second]
    kinds = Counter(BuyingModel.objects.values_list("kind", flat=True))
    assert kinds == {"mbg_nbd": 2, "pareto_nbd": 2, "bg_nbd": 2, "gamma_gamma": 1}, "at first everybody spent the same: no model of money"
    assert ClientScore.objects.count() == N


def test_purchases_of_the_future_wait_for_their_day(cdnow: list[Client]) -> None:
    ClientSum.objects.filter(client=cdnow[0]).update(last_day=LAST + dt.timedelta(400), n_days=9)
    assert scored().until == LAST
    assert not ClientScore.objects.filter(client=cdnow[0]).exists()


def test_readers_see_the_old_scores_until_the_new_ones_are_whole(transactional_db: None, company: Any) -> None:
    write_days(SOME)
    scored()
    ClientSum.objects.filter(last_day=LAST).update(n_days=10)
    with second_connection() as other, transaction.atomic():
        services.score_clients(today=LAST)
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM metrics_clientscore")
            assert cursor.fetchone() == (N,)


def test_two_workers_do_not_score_at_once(transactional_db: None, company: Any) -> None:
    write_days(SOME)
    with second_connection() as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SCORING_LOCK])
        assert services.score_clients(today=LAST) is None
    assert not ClientScore.objects.exists()


def test_too_few_buyers_leave_no_model(company: Any) -> None:
    write_days(SOME[:499])
    assert services.score_clients(today=LAST) is None
    assert (ClientScore.objects.exists(), BuyingModel.objects.exists()) == (False, False)
    gap = queries.model_gap()
    assert gap is not None
    assert (gap.kind, gap.have, gap.need) == (ModelGapKind.BUYERS, 499, 500)


def test_too_short_a_history_leaves_no_model(company: Any) -> None:
    start = SOME
    cut = min(days[0] for days in start) + dt.timedelta(179)
    write_days([[day for day in days if day <= cut] for days in start])
    assert services.score_clients(today=LAST) is None
    gap = queries.model_gap()
    assert gap is not None
    assert (gap.kind, gap.have, gap.need) == (ModelGapKind.DAYS, 179, 180)


def test_nobody_who_came_back_leaves_no_model(company: Any) -> None:
    write_days([days[:2] for days in SOME])
    assert services.score_clients(today=LAST) is None
    gap = queries.model_gap()
    assert gap is not None
    assert (gap.kind, gap.have, gap.need) == (ModelGapKind.REPEATERS, 0, 30)


def test_enough_data_wait_for_the_night(cdnow: list[Client]) -> None:
    gap = queries.model_gap()
    assert gap is not None
    assert gap.kind == ModelGapKind.WAITING
    scored()
    assert queries.model_gap() is None


def test_an_empty_company_lacks_buyers(company: Any) -> None:
    gap = queries.model_gap()
    assert gap is not None
    assert (gap.kind, gap.have) == (ModelGapKind.BUYERS, 0)
    assert services.score_clients(today=LAST) is None


def test_purchases_taken_back_take_the_scores_with_them(cdnow: list[Client]) -> None:
    scored()
    ClientSum.objects.exclude(client__in=cdnow[:100]).delete()
    assert services.score_clients(today=LAST) is None
    assert not ClientScore.objects.exists()
    assert list(BuyingModel.objects.values_list("is_current", flat=True)) == [False, False, False]


def test_a_young_company_is_scored_without_a_check_of_the_past(company: Any) -> None:
    start = SOME
    cut = min(days[0] for days in start) + dt.timedelta(200)
    write_days([[day for day in days if day <= cut] for days in start])
    assert scored().holdout == {}
    assert queries.buyers_order() == BuyersOrder.RECENCY


def test_who_will_buy_is_listed_by_what_told_best(cdnow: list[Client]) -> None:
    scored()
    main, second = queries.score_model(ModelKind.MBG_NBD), queries.score_model(ModelKind.PARETO_NBD)
    assert main is not None
    assert second is not None
    for order, model, score in (
        (BuyersOrder.RECENCY, main, "recency"),
        (BuyersOrder.MBG_BUYS, main, "buys"),
        (BuyersOrder.PARETO_EXPECTED, second, "expected"),
    ):
        for each in (main, second):
            each.holdout["auc"] = dict.fromkeys(each.holdout["auc"], 0.6)
        model.holdout["auc"][score] = 0.9
        main.save()
        second.save()
        assert queries.buyers_order() == order
    first, *_, last = queries.likely_buyers()
    assert (first.expected_pareto or 0) > (last.expected_pareto or 0)


def test_the_past_is_read_as_it_was_known(cdnow: list[Client]) -> None:
    past = queries.past_of(cut=CUT, days=273)
    assert past is not None
    repeats, recency, age = known_at(CUT, SOME)
    order = np.lexsort((past.bought, past.age, past.recency, past.repeats))
    ours = np.stack([past.repeats, past.recency, past.age, past.bought])[:, order]
    bought = bought_after(CUT, LAST, SOME).astype(np.int64)
    order = np.lexsort((bought, age, recency, repeats))
    assert (ours == np.stack([repeats, recency, age, bought])[:, order]).all()
    assert queries.past_of(cut=dt.date(1990, 1, 1), days=30) is None


def test_histories_are_read_as_they_are(cdnow: list[Client]) -> None:
    assert last_known_day(today=LAST) == LAST
    known = known_clients(until=LAST)
    row = dict(
        zip(known.clients.tolist(), zip(known.repeats.tolist(), known.recency.tolist(), known.age.tolist(), strict=True), strict=True)
    )
    days = SOME[0]
    assert row[cdnow[0].pk] == (len(days) - 1, (days[-1] - days[0]).days, (LAST - days[0]).days)


def test_judging_days_without_purchases_has_no_aucs() -> None:
    repeats, recency, age = known_at(CUT)
    judgement = judge(Past(repeats, recency, age, 0 * age, 90))
    assert (judgement.clients, judgement.buyers, judgement.auc_recency) == (2357, 0, None)
    assert {opinion.auc_buys for opinion in judgement.opinions.values()} == {None}
    assert {sum(tenth.bought for tenth in opinion.tenths) for opinion in judgement.opinions.values()} == {0}


def test_a_recency_rule_beside_the_models() -> None:
    judgement = judge(Past(*known_at(CUT), bought_after(CUT, LAST).astype(np.int64), 273), with_reference=True)
    found = {name: opinion.auc_alive for name, opinion in judgement.opinions.items()}
    assert found == pytest.approx({"mbg_nbd": 0.687, "pareto_nbd": 0.726, "bg_nbd": 0.316}, abs=0.001)
    assert judgement.auc_recency == pytest.approx(0.771, abs=0.001)
    lists = {"mbg": judgement.opinions["mbg_nbd"].auc_buys, "pareto": judgement.opinions["pareto_nbd"].auc_expected}
    assert lists == pytest.approx({"mbg": 0.760, "pareto": 0.779}, abs=0.001)
    assert (judgement.buyers, judgement.purchases) == (684, 1882)


def test_the_task_scores_by_the_calendar_of_the_company(cdnow: list[Client]) -> None:
    tasks.score_clients()
    model = queries.score_model(ModelKind.MBG_NBD)
    assert model is not None
    assert model.until == LAST
    assert model.made_at <= timezone.now()


@pytest.mark.parametrize("values", [{"p_alive": 1.1}, {"p_alive": -0.1}, {"p_buys": float("nan")}, {"expected": -1}])
def test_the_database_refuses_impossible_scores(company: Any, values: dict[str, float]) -> None:
    good = {"p_alive": 0.5, "p_buys": 0.5, "expected": 1}
    client = Client.objects.create(name="Anna")
    with pytest.raises(IntegrityError), transaction.atomic():
        ClientScore.objects.create(client=client, until=LAST, **(good | values))


def test_a_deleted_client_leaves_no_score(cdnow: list[Client]) -> None:
    scored()
    client = cdnow[3]
    client.delete()
    assert not ClientScore.objects.filter(client_id=client.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM metrics_clientscore")
        assert cursor.fetchone() == (N - 1,)
