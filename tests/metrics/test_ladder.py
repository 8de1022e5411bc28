"""The three rungs side by side: exact numbers, gaps without a remainder, rungs that lack data, the Clients behind a cell."""

import datetime as dt
import io
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from clients.models import Channel, Client, Segment
from metrics import queries
from metrics.enums import ModelKind, ScoreDimension
from metrics.formulas.ladder import Foreseen, Look, Terms, product_of, split_gap, worth, worth_foreseen
from metrics.formulas.ltv import Costs, ThreeNumbers, profit_of
from metrics.formulas.measured import PurchaseSums
from metrics.ladder_board import RungKind, ladder_board, rungs_of
from metrics.models import BuyingModel, ClientScore, LtvVersion, ScoreGroup
from metrics.queries import Cell, Dimension
from tests.metrics.test_views import text_of
from tests.metrics.world import regular, write

URL = reverse("metrics:ladder")
CLIENTS = reverse("metrics:ladder_clients")
LONG_AGO = dt.date(2024, 1, 10)
TODAY = dt.date(2026, 11, 1)
BOOKS = ThreeNumbers(Fraction(20), Fraction(500), Fraction(5))
TERMS = Terms(Fraction(2, 5), Fraction(1900), Fraction(300), Fraction(1, 10))
RUB = "RUB"


def believe(segment: Segment | None = None, **typed: str) -> LtvVersion:
    """Save three numbers."""
    values = {"purchases_per_year": "4", "average_check": "1 000", "years": "5"} | typed
    return LtvVersion.objects.create(segment=segment, revenue_cents=2_000_000, **values)


def model(**money: int) -> BuyingModel:
    """Put a model in force that says the same of all Clients and of each segment."""
    made = BuyingModel.objects.create(
        kind=ModelKind.MBG_NBD, until=TODAY, params={}, log_likelihood=-1, n_clients=80, n_rows=1, data_hash="0" * 64, is_current=True
    )
    sums = {"brought_cents": 80 * 900_000, "year_cents": 8_000_000, "far_cents": 24_000_000, "far_today_cents": 20_000_000} | money
    ScoreGroup.objects.create(dimension=ScoreDimension.ALL, clients=80, alive=40, until=TODAY, **sums)
    return made


def half_gone() -> list[Client]:
    """Invent eighty Clients: half have left, half are still with us."""
    gone = write(regular(40, first=LONG_AGO, every=30, times=9, cents=100_000, prefix="gone"))
    return gone + write(regular(40, first=dt.date(2026, 2, 1), every=30, times=9, cents=100_000, prefix="here"))


# ---- formulas


def test_a_revenue_is_the_plain_product() -> None:
    assert worth(BOOKS, TERMS, Look()) == 50_000


def test_profit_after_costs_is_that_of_the_calculator() -> None:
    costs = Costs(Fraction(2, 5), Fraction(1900), Fraction(300), Fraction(1, 10))
    assert worth(BOOKS, TERMS, Look(is_profit=True, after_costs=True, in_todays_money=True)) == profit_of(BOOKS, costs).total


def test_costs_come_off_revenue_too() -> None:
    assert worth(BOOKS, TERMS, Look(after_costs=True)) == 50_000 - 5 * 300 - 1900


def test_profit_of_an_unknown_margin_is_unknown() -> None:
    assert worth(BOOKS, Terms(), Look(is_profit=True)) is None
    assert worth_foreseen(Foreseen(Fraction(1), Fraction(1), Fraction(1)), Terms(), Look(is_profit=True)) is None


def test_what_was_brought_is_not_discounted() -> None:
    seen = Foreseen(Fraction(1000), Fraction(500), Fraction(400), Fraction(2), Fraction(5))
    assert worth_foreseen(seen, TERMS, Look()) == 1500
    assert worth_foreseen(seen, TERMS, Look(in_todays_money=True)) == 1400
    assert worth_foreseen(seen, TERMS, Look(is_profit=True, after_costs=True)) == 600 - 300 * 7 - 1900
    faded = worth_foreseen(seen, TERMS, Look(after_costs=True, in_todays_money=True))
    assert faded == 1400 - 300 * (2 + 5 * Fraction(4, 5)) - 1900


def test_parts_of_a_gap_leave_no_remainder() -> None:
    chance = np.random.default_rng(3)
    for _try in range(200):
        before, after = ({name: Fraction(int(chance.integers(1, 10_000)), 100) for name in "abc"} for _side in range(2))
        parts = split_gap(before, after)
        assert parts is not None
        assert sum(parts.values()) == pytest.approx(float(product_of(after) - product_of(before)), rel=1e-9, abs=1e-9)


def test_a_factor_that_stayed_takes_nothing() -> None:
    parts = split_gap({"a": Fraction(2), "b": Fraction(5)}, {"a": Fraction(2), "b": Fraction(3)})
    assert parts == {"a": 0, "b": pytest.approx(-4)}
    assert split_gap({"a": Fraction(2)}, {"a": Fraction(2)}) == {"a": 0}


def test_factors_that_cross_leave_no_gap_but_have_parts() -> None:
    parts = split_gap({"a": Fraction(2), "b": Fraction(5)}, {"a": Fraction(5), "b": Fraction(2)})
    assert parts is not None
    assert sum(parts.values()) == pytest.approx(0)
    assert parts["a"] == pytest.approx(10 * np.log(2.5))


@pytest.mark.parametrize("value", [0, -1])
def test_a_factor_not_above_zero_is_not_split(value: int) -> None:
    assert split_gap({"a": Fraction(2)}, {"a": Fraction(value)}) is None


# ---- queries


def test_measured_numbers_multiply_to_money_by_gone() -> None:
    sums = PurchaseSums(clients=7, purchases=100, cents=333_333, spells=9, over=5, days=4321)
    numbers = queries.counted(sums)
    assert numbers is not None
    assert numbers.revenue == Fraction(333_333, 100 * sums.gone)
    assert queries.counted(PurchaseSums(clients=7)) is None


def test_the_costs_of_a_segment_go_before_those_of_all(company: Any) -> None:
    firms, people = Segment.objects.create(name="Firms"), Segment.objects.create(name="People")
    believe(margin_percent="40", acquisition_cost="1 900", discount_percent="10")
    believe(firms, margin_percent="25")
    believe(people)
    assert queries.cost_terms(today=TODAY).terms == Terms(Fraction(2, 5), Fraction(1900), Fraction(0), Fraction(1, 10))
    assert queries.cost_terms(today=TODAY, segment=firms).terms == Terms(Fraction(1, 4))
    assert queries.cost_terms(today=TODAY, segment=people).terms.margin == Fraction(2, 5)


def test_nothing_saved_is_no_costs(company: Any) -> None:
    costs = queries.cost_terms(today=TODAY)
    assert (costs.terms, costs.acquisition_is_measured, costs.keeping_is_measured) == (Terms(), False, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_table_asks_the_same_number_of_queries(company: Any, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        segment = Segment.objects.create(name=f"Segment {number}")
        believe(segment)
        write(regular(2, first=LONG_AGO, every=30, times=3, cents=100, prefix=f"s{number}"), segment=segment)
    with django_assert_num_queries(4):
        found = queries.ladder_by(Dimension.SEGMENT, today=TODAY)
    assert [group.version is not None for group in found] == [True] * rows


# ---- the board


def test_three_rungs_and_both_gaps(company: Any) -> None:
    half_gone()
    believe()
    model()
    group = queries.ladder_of(today=TODAY)
    found = rungs_of(group, queries.cost_terms(today=TODAY), Look(), RUB)
    believed, measured, predicted = found.rungs
    assert (believed.cents, believed.lack) == (2_000_000, "")
    assert measured.cents == 80 * 900_000 // 40
    assert measured.low is not None
    assert measured.high is not None
    assert measured.low < measured.cents < measured.high
    assert predicted.cents == 900_000 + 24_000_000 // 80
    for gap, lower, upper in ((found.to_measured, believed, measured), (found.to_predicted, measured, predicted)):
        assert gap is not None
        assert gap.cents == (upper.cents or 0) - (lower.cents or 0)
        assert sum(part.cents for part in gap.parts) == pytest.approx(gap.cents, abs=3)
    assert found.most == 2_000_000


def test_the_sentence_names_the_number_that_takes_most(company: Any) -> None:
    half_gone()
    believe(purchases_per_year="11", years="50")
    gap = rungs_of(queries.ladder_of(today=TODAY), queries.cost_terms(today=TODAY), Look(), RUB).to_measured
    assert gap is not None
    assert not gap.is_chance
    assert gap.sentence.startswith("Лет с нами: вы думали 50, по данным 1,7")
    assert max(gap.parts, key=lambda part: -part.cents).factor == "years"


def test_a_belief_inside_the_interval_is_chance(company: Any) -> None:
    half_gone()
    believe(purchases_per_year="12", years="1,5")
    gap = rungs_of(queries.ladder_of(today=TODAY), queries.cost_terms(today=TODAY), Look(), RUB).to_measured
    assert gap is not None
    assert gap.is_chance


def test_profit_scales_the_gap_by_the_margin(company: Any) -> None:
    half_gone()
    believe(years="50", margin_percent="40")
    group, costs = queries.ladder_of(today=TODAY), queries.cost_terms(today=TODAY)
    revenue, profit = (rungs_of(group, costs, look, RUB).to_measured for look in (Look(), Look(is_profit=True)))
    assert revenue is not None
    assert profit is not None
    assert profit.cents == pytest.approx(revenue.cents * 0.4, abs=1)


def test_rungs_say_what_they_lack(company: Any) -> None:
    found = ladder_board(None, Dimension.SEGMENT, Look(), TODAY, RUB)["ladder"]
    assert [rung.cents for rung in found.rungs] == [None, None, None]
    lacks = [rung.lack for rung in found.rungs]
    assert lacks[0].startswith("Три числа для этих Клиентов ещё никто не записал")
    assert lacks[1].startswith("О покупках этих Клиентов ничего не известно")
    assert "500" in lacks[2]
    assert (found.to_measured, found.to_predicted) == (None, None)


def test_few_gone_are_shown_but_not_explained(company: Any) -> None:
    write(regular(5, first=LONG_AGO, every=30, times=4, cents=100))
    believe()
    found = rungs_of(queries.ladder_of(today=TODAY), queries.cost_terms(today=TODAY), Look(), RUB)
    assert found.rungs[1].is_few
    assert "5 из 30" in found.rungs[1].lack
    assert found.to_measured is None


def test_a_model_without_money_says_so(company: Any) -> None:
    half_gone()
    model()
    ScoreGroup.objects.update(year_cents=None, far_cents=None, far_today_cents=None)
    rung = rungs_of(queries.ladder_of(today=TODAY), queries.cost_terms(today=TODAY), Look(), RUB).rungs[2]
    assert rung.cents is None
    assert "деньги" in rung.lack


# ---- pages


@pytest.mark.usefixtures("company_clock")
@pytest.mark.parametrize("split", ["segment", "branch", "channel", "cohort", "nonsense"])
def test_page_opens_in_every_split_and_look(as_manager: Browser, split: str) -> None:
    half_gone()
    believe(margin_percent="40", discount_percent="10")
    response = as_manager.get(URL, {"split": split, "money": "profit", "costs": "after", "time": "today"})
    assert response.status_code == 200
    assert response.context["look"] == Look(is_profit=True, after_costs=True, in_todays_money=True)
    assert response.content.decode().count("btn-beam") == 1


def test_parts_say_that_they_are_of_everybody(as_manager: Browser) -> None:
    half_gone()
    segment = Segment.objects.create(name="Regulars")
    asked: list[dict[str, Any]] = [
        {"split": "branch", "segment": segment.pk},
        {"split": "branch"},
        {"split": "segment", "segment": segment.pk},
    ]
    assert ["Здесь все Клиенты" in text_of(as_manager.get(URL, query)) for query in asked] == [True, False, False]


def test_empty_page_leads_to_the_calculator(as_manager: Browser) -> None:
    page = text_of(as_manager.get(URL))
    assert "Записать три числа" in page
    assert "Таблица появится" in page


def test_a_senseless_look_is_the_usual_one(as_manager: Browser) -> None:
    assert as_manager.get(URL, {"money": "x", "costs": "1", "time": "%00"}).context["look"] == Look()


def test_a_month_opens_its_clients(as_manager: Browser) -> None:
    half_gone()
    page = as_manager.get(CLIENTS, {"by": "cohort", "key": "2026-02", "rung": "measured"})
    assert {str(client.external_id)[:4] for client in page.context["page"]} == {"here"}
    assert page.context["page"].paginator.count == 40


def test_a_channel_and_those_without_one_open(as_manager: Browser) -> None:
    channel = Channel.objects.create(name="Sign")
    write({"one": [(LONG_AGO, 100)]}, channel=channel)
    write({"two": [(LONG_AGO, 100)]})
    for key, number in ((str(channel.pk), "one"), ("none", "two")):
        page = as_manager.get(CLIENTS, {"by": "channel", "key": key})
        assert [client.external_id for client in page.context["page"]] == [number]


def test_predicted_rung_lists_those_expected_to_bring_most(as_manager: Browser) -> None:
    small, large = write({"small": [(LONG_AGO, 900)], "large": [(LONG_AGO, 100)]})
    for client, far in ((small, 10.0), (large, 5000.0)):
        ClientScore.objects.create(client=client, until=TODAY, p_alive=0.5, p_buys=0.1, expected=1, far_cents=far)
    by_model = as_manager.get(CLIENTS, {"rung": RungKind.PREDICTED}).context["page"]
    brought = as_manager.get(CLIENTS).context["page"]
    assert [client.external_id for client in by_model] == ["large", "small"]
    assert [client.external_id for client in brought] == ["small", "large"]


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "planet"},
        {"by": "cohort", "key": "2026-13"},
        {"by": "cohort", "key": "x"},
        {"by": "branch", "key": "9" * 30},
        {"by": "segment"},
    ],
)
def test_a_part_that_does_not_exist_is_not_found(as_manager: Browser, asked: dict[str, str]) -> None:
    assert as_manager.get(CLIENTS, asked).status_code == 404
    assert as_manager.get(reverse("metrics:ladder_clients_export"), asked).status_code == 404


def test_files_hold_the_table_and_its_clients(as_manager: Browser) -> None:
    write(regular(3, first=LONG_AGO, every=30, times=3, cents=100_000), segment=Segment.objects.create(name="Firms"))
    table = rows_of(as_manager.get(reverse("metrics:ladder_export")))
    assert table[1][:3] == ["Firms", 3, 3]
    people = rows_of(as_manager.get(reverse("metrics:ladder_clients_export")))
    assert sorted(row[0] for row in people[1:]) == ["c0", "c1", "c2"]


def rows_of(response: Any) -> list[list[Any]]:
    """Read a file back."""
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def test_a_cohort_cell_without_a_month_holds_nobody(company: Any) -> None:
    write({"one": [(LONG_AGO, 100)]})
    assert list(queries.cell_clients(Cell(Dimension.COHORT), today=timezone.now().date(), by_model=False)) == []
