"""Money to come: by Client, by group, of a new Client; and the pages that show it."""

import datetime as dt
import io
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client as Browser
from django.urls import reverse
from python_calamine import CalamineWorkbook

from clients.models import Client, ClientDay, ClientSum, Segment
from company.models import Branch
from metrics import queries, services
from metrics.enums import ModelKind
from metrics.formulas.buying import GAMMA_GAMMA, MBG_NBD
from metrics.formulas.buying.money import MeanCheck, check_between, value_of_new_client, worth_of
from metrics.formulas.spending import CheckSource, checks_to_come
from metrics.models import BuyingModel, ClientScore, LtvVersion, ScoreGroup
from metrics.queries import Dimension
from tests.metrics.cdnow import FILE, days_of_clients, in_weeks, known_at
from tests.metrics.test_golden import sample
from tests.metrics.test_views import text_of

LAST = dt.date(1998, 6, 30)
EVERY = 3


def paid() -> list[dict[dt.date, int]]:
    """Return what every third customer paid on each day, in cents."""
    people: dict[str, dict[dt.date, int]] = {}
    for line in FILE.read_text().splitlines()[1:]:
        number, day, _count, money = line.split(",")
        days = people.setdefault(number, {})
        days[dt.date.fromisoformat(day)] = days.get(dt.date.fromisoformat(day), 0) + round(float(money) * 100)
    return list(people.values())[::EVERY]


@pytest.fixture
def spenders(company: Any) -> list[Client]:
    """Clients with their money: every second one in a segment, all in a branch."""
    segment, branch = Segment.objects.create(name="Regulars"), Branch.objects.create(name="Main street")
    people = paid()
    clients = Client.objects.bulk_create(
        Client(external_id=str(number), name=f"Client {number}", segment=segment if number % 2 else None, branch=branch)
        for number in range(len(people))
    )
    pairs = list(zip(clients, people, strict=True))
    ClientDay.objects.bulk_create(
        ClientDay(client=client, day=day, n=1, cents=cents) for client, days in pairs for day, cents in days.items()
    )
    ClientSum.objects.bulk_create(
        ClientSum(
            client=client,
            first_day=min(days),
            last_day=max(days),
            n_days=len(days),
            n_purchases=len(days),
            cents=sum(days.values()),
            first_cents=days[min(days)],
        )
        for client, days in pairs
    )
    return clients


def test_the_night_expects_money_of_everybody(spenders: list[Client]) -> None:
    main = services.score_clients(today=LAST)
    money = queries.score_model(ModelKind.GAMMA_GAMMA)
    assert main is not None
    assert money is not None
    assert main.money["source"] == CheckSource.GAMMA_GAMMA
    total = ClientSum.objects.get(client=spenders[5])
    score = ClientScore.objects.get(client=spenders[5])
    repeats = total.n_days - 1
    mean = (total.cents - total.first_cents) / max(repeats, 1)
    p, q, gamma = (money.params[name] for name in GAMMA_GAMMA.names)
    check = p * (gamma + repeats * mean) / (p * repeats + q - 1)
    assert score.check_cents == pytest.approx(check, rel=1e-9)
    assert score.year_cents == pytest.approx(score.expected * check, rel=1e-9)
    assert score.far_cents is not None
    assert score.year_cents is not None
    assert score.far_cents > score.year_cents
    assert score.far_today_cents == score.far_cents
    assert (
        main.holdout["money"]["paid"]
        == ClientDay.objects.filter(day__gt=LAST - dt.timedelta(90), client__sum__first_day__lte=LAST - dt.timedelta(90)).aggregate(
            sum=Sum("cents")
        )["sum"]
    )


def test_a_discount_makes_the_money_of_today_less(spenders: list[Client]) -> None:
    services.score_clients(today=LAST)
    LtvVersion.objects.create(purchases_per_year="1", average_check="1", years="1", discount_percent="10", revenue_cents=1)
    services.score_clients(today=LAST + dt.timedelta(1))
    totals = ClientScore.objects.aggregate(far=Sum("far_cents"), today=Sum("far_today_cents"))
    assert 0.7 < totals["today"] / totals["far"] < 0.95


def test_discounted_months_lie_between_all_at_once_and_all_at_the_end() -> None:
    params = {"r": 0.5, "alpha": 40.0, "a": 0.9, "b": 1.6}
    known = in_weeks()
    plain, worth = worth_of(params, known, discount=0), worth_of(params, known, discount=0.1)
    assert (plain.far == plain.far_today).all()
    assert plain.far == pytest.approx(MBG_NBD.expected(params, known, 5 * 365))
    assert ((worth.far_today <= worth.far / 1.1 ** (1 / 12)) & (worth.far_today >= worth.far / 1.1**5)).all()


def test_groups_add_up_to_everybody(spenders: list[Client], django_assert_num_queries: Any) -> None:
    services.score_clients(today=LAST)
    everybody = queries.predicted_all(today=LAST)
    assert everybody is not None
    sums = ClientScore.objects.aggregate(far=Sum("far_cents"), alive=Sum("p_alive"))
    assert (everybody.clients, everybody.to_come_cents) == (len(spenders), round(sums["far"]))
    assert everybody.alive == pytest.approx(sums["alive"])
    assert everybody.brought_cents == ClientSum.objects.aggregate(sum=Sum("cents"))["sum"]
    for dimension in Dimension:
        groups = queries.predicted_by(dimension, today=LAST)
        assert sum(group.clients for group in groups) == len(spenders)
        assert sum(group.to_come_cents or 0 for group in groups) == pytest.approx(everybody.to_come_cents, abs=len(groups))
    with django_assert_num_queries(3):
        groups = queries.predicted_by(Dimension.SEGMENT, today=LAST)
    assert [group.label for group in groups] == ["Regulars", None]
    assert queries.predicted_all(today=LAST - dt.timedelta(1)) is None


def test_a_new_client_has_a_value_with_an_interval(spenders: list[Client]) -> None:
    services.score_clients(today=LAST)
    new = queries.new_client_value(today=LAST)
    assert new is not None
    assert new.low_cents is not None
    assert new.high_cents is not None
    assert new.low_cents < new.cents < new.high_cents
    assert new.cents == round(new.purchases * new.check.value)
    assert new.money_model == queries.score_model(ModelKind.GAMMA_GAMMA)


def test_no_interval_where_the_data_do_not_settle_it() -> None:
    params = {"r": 0.5, "alpha": 40.0, "a": 0.9, "b": 1.6}
    value = value_of_new_client(params, None, check_between(MeanCheck(1000, 10)))
    assert (value.low, value.high) == (None, None)
    wide = value_of_new_client(params, [[0.0] * 4] * 4, check_between(MeanCheck(1000, 10)))
    assert wide.low is not None
    assert wide.value / wide.low == pytest.approx(1000 / (1000 - 19.6), rel=1e-3)


def test_money_that_moves_with_frequency_is_not_given_to_a_model() -> None:
    known, mean = sample()
    repeats = known.repeats.astype(int)
    checks = checks_to_come(repeats, repeats * repeats * 1000, repeats % 2)
    assert checks is not None
    assert (checks.source, checks.fit) == (CheckSource.CORRELATED, None)
    assert checks.correlation > 0.9
    assert len(set(checks.cents[repeats % 2 == 1])) == 1
    assert mean.size == repeats.size


def test_money_of_one_size_does_not_settle_a_model() -> None:
    repeats, _recency, _age = known_at(LAST, days_of_clients()[::EVERY])
    checks = checks_to_come(repeats, 100 * repeats, 0 * repeats)
    assert checks is not None
    assert (checks.source, set(checks.cents.tolist())) == (CheckSource.NO_FIT, {100.0})
    assert checks_to_come(repeats, 0 * repeats, 0 * repeats) is None


def test_the_page_says_what_was_foretold_and_paid(spenders: list[Client], as_manager: Browser) -> None:
    assert as_manager.get(reverse("metrics:model")).context["gap"].kind == "waiting"
    services.score_clients(today=LAST)
    response = as_manager.get(reverse("metrics:model"))
    assert response.status_code == 200
    assert [row.model.kind for row in response.context["side"]] == ["mbg_nbd", "pareto_nbd", "bg_nbd", "gamma_gamma"]
    assert response.context["gate"].is_model
    assert len(response.context["history"]) == 1
    assert response.context["everybody"].clients == len(spenders)


@pytest.mark.parametrize("name", ["metrics:model", "metrics:buyers", "metrics:buyers_export"])
def test_an_empty_company_gets_pages_all_the_same(as_manager: Browser, name: str) -> None:
    assert as_manager.get(reverse(name)).status_code == 200


def test_buyers_are_listed_as_filtered(spenders: list[Client], as_manager: Browser) -> None:
    services.score_clients(today=LAST)
    segment = Segment.objects.get()
    url = reverse("metrics:buyers", query={"segment": segment.pk})
    page = as_manager.get(url).context["page"]
    assert page.paginator.count == Client.objects.filter(segment=segment).count()
    assert {row.client.segment for row in page} == {segment}
    file = as_manager.get(reverse("metrics:buyers_export", query={"segment": segment.pk}))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == page.paginator.count + 1
    assert rows[1][1] == page[0].client.name
    assert as_manager.get(reverse("metrics:buyers", query={"segment": 999999})).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_buyers_take_the_same_queries_however_many(
    spenders: list[Client], as_manager: Browser, django_assert_num_queries: Any, rows: int
) -> None:
    services.score_clients(today=LAST)
    segment = Segment.objects.create(name="Few")
    Client.objects.filter(pk__in=[client.pk for client in spenders[:rows]]).update(segment=segment)
    url = reverse("metrics:buyers", query={"segment": segment.pk})
    as_manager.get(url)
    with django_assert_num_queries(15):
        assert len(as_manager.get(url).context["page"]) == rows


def test_whose_purchases_were_taken_back_since_the_night_do_not_break_the_list(spenders: list[Client], as_manager: Browser) -> None:
    services.score_clients(today=LAST)
    ClientSum.objects.filter(client__in=spenders[:60]).delete()
    assert as_manager.get(reverse("metrics:buyers")).status_code == 200
    file = as_manager.get(reverse("metrics:buyers_export"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == ClientScore.objects.filter(client__sum__isnull=False).count() + 1 < ClientScore.objects.count()


def test_a_card_says_what_to_expect_of_the_client(spenders: list[Client], as_manager: Browser) -> None:
    url = reverse("metrics:score", args=[spenders[5].pk])
    assert as_manager.get(url).context["gap"].kind == "waiting"
    services.score_clients(today=LAST)
    assert as_manager.get(url).context["score"].client_id == spenders[5].pk
    assert "<html" not in text_of(as_manager.get(url, headers={"HX-Request": "true"}))
    assert as_manager.get(reverse("metrics:score", args=[999999])).status_code == 404


def test_scores_taken_back_take_the_sums_with_them(spenders: list[Client]) -> None:
    services.score_clients(today=LAST)
    ClientSum.objects.exclude(client__in=spenders[:100]).delete()
    services.score_clients(today=LAST)
    assert not ScoreGroup.objects.exists()
    assert not BuyingModel.objects.filter(is_current=True).exists()
