"""The panel of the models says what they foretold and what came of it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, ClientSum
from metrics.enums import ModelKind
from metrics.model_board import check_of
from metrics.models import BuyingModel
from tests.metrics.test_views import text_of

URL = reverse("metrics:model_panel")
TENTHS = [[100, 0.1 * number - 0.05, 10 * number - 5] for number in range(1, 11)]
HOLDOUT = {
    "cut": "2026-03-01",
    "days": 90,
    "clients": 1000,
    "buyers": 500,
    "predicted": 500.0,
    "purchases": 900,
    "predicted_purchases": 890.0,
    "auc": {"alive": 0.7, "buys": 0.75, "expected": 0.76, "recency": 0.77},
    "tenths": TENTHS,
}


def save_model(kind: ModelKind, holdout: dict[str, Any]) -> BuyingModel:
    return BuyingModel.objects.create(
        kind=kind,
        until=dt.date(2026, 5, 30),
        params={"r": 0.5248, "alpha": 43.2816},
        standard_errors={"r": 0.0833, "alpha": None},
        log_likelihood=-9582.14,
        n_clients=1000,
        n_rows=800,
        data_hash="abcdef0123456789" * 4,
        holdout=holdout,
        is_current=True,
    )


@pytest.fixture
def enough(company: Any) -> None:
    first = dt.date(2025, 1, 1)
    clients = Client.objects.bulk_create(Client(external_id=str(number)) for number in range(500))
    ClientSum.objects.bulk_create(
        ClientSum(client=client, first_day=first, last_day=first + dt.timedelta(300), n_days=3, n_purchases=3, cents=1, first_cents=1)
        for client in clients
    )


def test_without_data_the_panel_says_what_is_missing(as_manager: Browser) -> None:
    response = as_manager.get(URL)
    assert response.status_code == 200
    assert response.context["gap"].kind == "buyers"
    assert "500" in text_of(response)


def test_enough_data_wait_for_their_hour(enough: None, as_manager: Browser) -> None:
    assert as_manager.get(URL).context["gap"].kind == "waiting"


def test_the_panel_names_the_rule_in_use(enough: None, as_manager: Browser, django_assert_num_queries: Any) -> None:
    save_model(ModelKind.MBG_NBD, HOLDOUT)
    save_model(ModelKind.PARETO_NBD, HOLDOUT | {"auc": {"alive": 0.72, "expected": 0.78}})
    response = as_manager.get(URL)
    assert [(row.order, row.auc, row.is_used) for row in response.context["orders"]] == [
        ("pareto_expected", 0.78, True),
        ("recency", 0.77, False),
        ("mbg_buys", 0.75, False),
    ]
    assert [row.auc_alive for row in response.context["models"]] == [0.7, 0.72]
    assert "abcdef012345" in text_of(response)


def test_the_panel_before_a_check_is_possible(enough: None, as_manager: Browser) -> None:
    save_model(ModelKind.MBG_NBD, {})
    response = as_manager.get(URL)
    assert (response.status_code, response.context["check"], response.context["orders"]) == (200, None, [])


@pytest.mark.parametrize(("buyers", "verdict"), [(500, "fair"), (525, "fair"), (540, "low"), (460, "high")])
def test_a_miss_larger_than_chance_is_named(buyers: int, verdict: str) -> None:
    check = check_of(HOLDOUT | {"buyers": buyers})
    assert (check.margin, check.verdict) == (25, verdict)


def test_every_tenth_has_its_interval() -> None:
    rows = check_of(HOLDOUT).tenths
    assert [(row.number, row.clients, row.bought) for row in rows][:2] == [(1, 100, 5), (2, 100, 15)]
    assert all(row.low < row.share < row.high for row in rows)
