"""The main constraint: marks are the company's own, chance is taken out, days gone by are kept."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Channel, Client
from company.models import Branch, Employee, User
from metrics import queries
from metrics.constraint_board import lever_figure, moves_between, past_of, shown_name
from metrics.formulas.chain import ChainSums
from metrics.formulas.constraint import Constraint, Lever, LeverResult, MarkKind, Showing, between_variance, find_constraint, judge_lever
from metrics.formulas.pool import PoolMonth
from metrics.models import ChannelMonth, ConstraintDay, LtvVersion
from metrics.queries.constraint.branches import branch_ratios
from metrics.queries.constraint.leads import Place, conversion_showing, leads_showing, within_reach
from metrics.queries.constraint.quarters import by_quarter, first_quarter, of_quarters, quarters
from metrics.services import keep_constraint
from metrics.tasks import keep_constraint as keep_constraint_task
from tests.metrics.test_views import text_of
from tests.metrics.world import regular, write

PRICE = 4_860_000
TODAY = dt.date(2026, 1, 25)
URL = {name: reverse(f"metrics:{name}") for name in ("constraint", "constraint_panel")}


def shows(name: str, value: float, error: float = 0.001, **fields: Any) -> Showing:
    return Showing(name, value, error, **{"n": 400, "events": 80, "cents": 1_000_000.0, **fields})


def result(lever: Lever, cents: int, margin: int = 0) -> LeverResult:
    return LeverResult(lever, MarkKind.BRANCH, 1.0, "A", 40, cents, cents - margin, cents + margin, ())


def test_a_gap_is_priced_to_the_own_best() -> None:
    found = judge_lever(Lever.KEEPING, MarkKind.BRANCH, [shows("Best", 0.2), shows("Worse", 0.3)])
    assert found is not None
    assert (found.best, [gap.name for gap in found.gaps]) == ("Best", ["Worse"])
    assert found.cents == pytest.approx(100_000, rel=0.001)
    assert found.low < found.cents < found.high


def test_a_gap_within_chance_is_worth_nothing() -> None:
    found = judge_lever(Lever.FREQUENCY, MarkKind.BRANCH, [shows("One", 4.0, 0.1), shows("Two", 4.1, 0.1)])
    assert found is not None
    assert (found.cents, found.low, found.high, found.gaps[0].is_beyond_chance) == (0, 0, 0, False)


def test_no_mark_is_taken_from_little_data() -> None:
    rows = [shows("Big", 4.0), shows("Other", 3.0), shows("Tiny", 9.0, n=29), shows("Rare", 9.0, events=9)]
    found = judge_lever(Lever.FREQUENCY, MarkKind.BRANCH, rows)
    assert found is not None
    assert found.best == "Big"
    assert found.cents == pytest.approx(1_000_000, rel=0.001)
    assert judge_lever(Lever.FREQUENCY, MarkKind.BRANCH, rows[:1]) is None


def test_a_quarter_is_compared_with_the_same_quarter_only() -> None:
    rows = [
        shows("2024-Q4", 6.0, stratum=4, cents=0.0),
        shows("2025-Q3", 4.0, stratum=3),
        shows("2024-Q3", 4.5, stratum=3, cents=0.0),
        shows("2025-Q4", 5.0, stratum=4),
        shows("2025-Q1", 1.0, stratum=1),
    ]
    found = judge_lever(Lever.FREQUENCY, MarkKind.QUARTER, rows)
    assert found is not None
    assert [(gap.name, gap.best) for gap in found.gaps] == [("2025-Q4", "2024-Q4"), ("2025-Q3", "2024-Q3")]
    assert found.cents == pytest.approx(1_500_000, rel=0.001)


def test_quarters_that_are_gone_cannot_fall_short() -> None:
    rows = [shows("2024-Q4", 6.0, cents=0.0), shows("2023-Q4", 5.0, cents=0.0)]
    assert judge_lever(Lever.FREQUENCY, MarkKind.QUARTER, rows) is None


def test_variance_between_is_nought_when_chance_explains_all() -> None:
    assert between_variance([[shows("A", 1.0, 0.1), shows("B", 1.05, 0.1)]]) == 0
    # Two figures of one error: Q - 1 over its scale, by hand.
    assert between_variance([[shows("A", 1.0, 0.1), shows("B", 2.0, 0.1)]]) == pytest.approx(0.5 - 0.01)


def test_the_luck_of_the_best_is_taken_out() -> None:
    """Ten branches that differ a little: without the drawing the gaps come out far too large, with it about right."""
    dice = np.random.default_rng(15)
    true, naive, drawn = [], [], []
    for _ in range(300):
        values = dice.normal(4.0, 0.1, 10)
        seen = values + dice.normal(0, 0.1, 10)
        found = judge_lever(Lever.FREQUENCY, MarkKind.BRANCH, [shows(str(i), each, 0.1) for i, each in enumerate(seen)])
        assert found is not None
        best = int(np.argmax(seen))
        counted = [int(gap.name) for gap in found.gaps if gap.cents]
        true.append(sum(values[best] - values[i] for i in counted))
        naive.append(sum(seen[best] - seen[i] for i in counted))
        drawn.append(sum(gap.mark - gap.value for gap in found.gaps if gap.cents))
    assert abs(np.mean(drawn) / np.mean(true) - 1) < 0.15
    assert np.mean(naive) > 1.6 * np.mean(true)


def test_the_interval_holds_the_true_worth() -> None:
    dice, held, count = np.random.default_rng(16), 0, 400
    for _ in range(count):
        values = np.array([4.0, 3.0, 2.5])
        seen = values + dice.normal(0, 0.1, 3)
        price = 1 + dice.normal(0, 0.1)
        rows = [shows(str(i), each, 0.1, cents=1_000_000 * price) for i, each in enumerate(seen)]
        found = judge_lever(Lever.REFERRALS, MarkKind.BRANCH, rows, price_spread=0.1)
        held += found is not None and found.low <= 2_500_000 <= found.high
    assert held / count > 0.92


def test_the_mark_that_surely_brings_most_stands() -> None:
    known = {
        (Lever.CHECK, MarkKind.BRANCH): [shows("North", 3.0), shows("South", 2.0)],
        (Lever.CHECK, MarkKind.QUARTER): [shows("2024-Q4", 3.0, cents=0.0), shows("2025-Q4", 2.9)],
        (Lever.WIN_BACK, MarkKind.BRANCH): [shows("North", 0.5), shows("South", 0.4)],
    }
    found = find_constraint(known, PRICE, 0.1)
    assert [(each.lever, each.kind) for each in found.levers] == [(Lever.CHECK, MarkKind.BRANCH), (Lever.WIN_BACK, MarkKind.BRANCH)]
    assert [each.kind for each in found.others] == [MarkKind.QUARTER]
    assert found.missing == (Lever.KEEPING, Lever.CONVERSION, Lever.LEADS, Lever.FREQUENCY, Lever.REFERRALS)
    assert found.main is not None
    assert found.exceeds_rest
    assert Constraint().is_early


def test_conversion_and_flow_are_worth_new_clients() -> None:
    sums = ChainSums(contacts=100, asked_clients=20, both_contacts=100, both_spend_cents=5_000_000)
    calls, leads = conversion_showing(Place("Anna"), sums, PRICE), leads_showing(Place("Map"), sums, PRICE, 0.5)
    assert calls is not None
    assert leads is not None
    assert [calls.value, calls.error, calls.cents] == pytest.approx([0.2, 0.04, 100 * PRICE])
    assert [leads.value, leads.error, leads.cents] == pytest.approx([2.0, 0.2, 50 * 0.2 * PRICE])
    gone = conversion_showing(Place("2024-Q1", 1, is_past=True), sums, PRICE)
    assert gone is not None
    assert gone.cents == 0
    assert conversion_showing(Place("Anna"), ChainSums(), PRICE) is None
    assert leads_showing(Place("Map"), ChainSums(), PRICE, 0.5) is None


def test_no_more_spend_moves_than_the_best_channel_takes_now() -> None:
    sign, site, tiny = shows("Sign", 3.0, cents=100.0), shows("Site", 1.0, cents=600.0), shows("Tiny", 9.0, n=5, cents=1.0)
    assert [each.cents for each in within_reach([(sign, 50), (site, 200)])] == [25.0, 150.0]
    assert [each.cents for each in within_reach([(sign, 50), (site, 199), (tiny, 1)])] == [25.0, 150.0, 0.25]
    assert [each.cents for each in within_reach([(sign, 300), (site, 200)])] == [100.0, 600.0]
    assert within_reach([]) == []
    assert within_reach([(sign, 50)]) == [sign]


def test_months_of_the_pool_make_quarters() -> None:
    months = [PoolMonth(dt.date(2025, month, 1), 110, 20, 5, 15) for month in (1, 2, 3, 4)]
    found = by_quarter(months)
    first = found[dt.date(2025, 1, 1)]
    assert (first.name, first.years, first.base, first.left, first.returned) == ("2025-Q1", 25.0, 100.0, 45, 15)
    known = of_quarters(list(found.values()), 110, PRICE)
    keeping = known[Lever.KEEPING, MarkKind.QUARTER][0]
    assert [keeping.value, keeping.error, keeping.n] == pytest.approx([1.8, 45**0.5 / 25, 100])
    assert keeping.cents == pytest.approx(110 / 4 * PRICE * (1 - 20 / 60))
    assert (Lever.KEEPING, MarkKind.QUARTER) not in of_quarters(list(found.values()), 110, None)


def two_paces() -> None:
    """Save two branches that sell at different paces."""
    for number, name in enumerate(["Often", "Rarely"]):
        branch = Branch.objects.create(name=name)
        for pace in range(3):
            every, times = 20 + 20 * number + pace, 9 - 4 * number
            people = regular(20, first=dt.date(2025, 7, 10), every=every, times=times, cents=100_00 + pace, prefix=f"{number}-{pace}-")
            write(people, branch=branch)


def test_the_branch_that_sells_less_often_is_found(company: Any) -> None:
    two_paces()
    found = queries.main_constraint(today=TODAY)
    assert found.main is not None
    assert (found.main.lever, found.main.best) == (Lever.FREQUENCY, "Often")
    assert {Lever.KEEPING, Lever.WIN_BACK, Lever.CONVERSION} < set(found.missing)


def test_branches_are_read_in_one_query(db: None, django_assert_num_queries: Any) -> None:
    for name in "ABC":
        write(regular(2, first=dt.date(2025, 1, 10), every=30, times=2, cents=100_00, prefix=name), branch=Branch.objects.create(name=name))
        with django_assert_num_queries(1):
            assert branch_ratios(today=TODAY)[-1].frequency.a == 4


def test_who_was_sent_counts_for_the_branch_of_the_sender(db: None) -> None:
    branch = Branch.objects.create(name="A")
    sender, sent = write(regular(2, first=dt.date(2025, 1, 10), every=30, times=2, cents=100_00), branch=branch)
    Client.objects.filter(pk=sent.pk).update(referred_by=sender)
    Client.objects.create(name="Не покупала", referred_by=sender)
    (found,) = branch_ratios(today=TODAY)
    assert (found.sent.a, found.sent.aa) == (1, 1)


def test_the_first_year_is_no_mark(db: None) -> None:
    assert first_quarter(TODAY) is None
    write(regular(1, first=dt.date(2024, 2, 10), every=30, times=24, cents=100_00))
    assert first_quarter(TODAY) == dt.date(2025, 4, 1)
    found = quarters(today=TODAY)
    assert [each.name for each in found] == ["2025-Q2", "2025-Q3", "2025-Q4"]
    assert [each.bought.b for each in found] == [3, 3, 4]
    assert first_quarter(dt.date(2030, 1, 1)) == dt.date(2027, 1, 1)


def test_managers_are_compared_by_their_calls(company: Any, owner: User) -> None:
    LtvVersion.objects.create(purchases_per_year="1", average_check="1000", years="1", revenue_cents=PRICE, created_by=owner)
    channel = Channel.objects.create(name="Карты")
    for name, clients in (("Анна", 60), ("Борис", 20)):
        manager = Employee.objects.create(name=name)
        for month in (11, 12):
            ChannelMonth.objects.create(
                month=dt.date(2025, month, 1), channel=channel, manager=manager, manager_name=name, contacts=200, new_clients=clients
            )
    found = queries.main_constraint(today=TODAY)
    assert found.main is not None
    assert (found.main.lever, found.main.kind, found.main.best, found.main.gaps[0].name) == (
        Lever.CONVERSION,
        MarkKind.MANAGER,
        "Анна",
        "Борис",
    )
    assert found.main.cents == pytest.approx(400 * 0.2 * PRICE, rel=0.02)


def test_a_day_is_kept_once_and_read_back(company: Any, owner: User) -> None:
    assert keep_constraint(today=TODAY) is None
    two_paces()
    counted = queries.main_constraint(today=TODAY)
    row = keep_constraint(today=TODAY)
    assert row is not None
    assert row.levers["levers"][0]["lever"] == "frequency"
    assert queries.main_constraint(today=TODAY) == counted
    made = row.made_at
    again = keep_constraint(today=TODAY)
    assert again is not None
    assert again.made_at == made
    LtvVersion.objects.create(purchases_per_year="1", average_check="1000", years="1", revenue_cents=PRICE, created_by=owner)
    fresh = keep_constraint(today=TODAY)
    assert fresh is not None
    assert (fresh.price_cents, ConstraintDay.objects.count()) == (PRICE, 1)


def test_what_has_changed_since_is_counted_anew(company: Any, owner: User) -> None:
    two_paces()
    keep_constraint(today=TODAY)
    ConstraintDay.objects.update(price_cents=1)
    assert queries.main_constraint(today=TODAY).price_cents == 1
    LtvVersion.objects.create(purchases_per_year="1", average_check="1000", years="1", revenue_cents=PRICE, created_by=owner)
    assert queries.main_constraint(today=TODAY).price_cents == PRICE


def test_a_day_stands_once(db: None) -> None:
    ConstraintDay.objects.create(day=TODAY, levers={})
    with pytest.raises(IntegrityError), transaction.atomic():
        ConstraintDay.objects.create(day=TODAY, levers={})


def test_moves_are_told_from_chance() -> None:
    then = Constraint((result(Lever.KEEPING, 500, 10), result(Lever.CHECK, 100, 90)), (), ())
    now = Constraint((result(Lever.KEEPING, 380, 10), result(Lever.CHECK, 120, 90), result(Lever.LEADS, 5)), (), ())
    assert [(move.cents, move.is_beyond_chance) for move in moves_between(then, now)] == [(-120, True), (20, False)]


def test_past_compares_with_the_day_nearest_to_a_quarter_ago() -> None:
    levers: dict[str, list[Any]] = {"levers": [], "others": [], "missing": []}
    days = [ConstraintDay(day=TODAY - dt.timedelta(days=ago), levers=levers) for ago in (300, 95, 30, 3)]
    assert past_of(days, Constraint(), TODAY, "RUB").since == TODAY - dt.timedelta(days=95)
    assert past_of(days[-1:], Constraint(), TODAY, "RUB").since is None


def test_figures_are_written_as_people_read_them() -> None:
    assert lever_figure(Lever.CHECK, 231_500.4, "RUB") == "2\u00a0315\u00a0₽"
    assert lever_figure(Lever.CONVERSION, 0.254, "RUB") == "25\u00a0%"
    assert shown_name(MarkKind.BRANCH, "2024-Q4") == "2024-Q4"


@pytest.mark.usefixtures("company_clock")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_page_shows_the_working_the_step_and_the_past(as_manager: Browser, language: str) -> None:
    today = timezone.localdate()
    for number, name in enumerate(["Садовая", "Заводская"]):
        people = regular(
            40, first=today - dt.timedelta(days=400), every=20 + 15 * number, times=18 - 8 * number, cents=1000_00, prefix=name
        )
        write(people, branch=Branch.objects.create(name=name))
    keep_constraint_task()
    for ago in (30, 10):
        row = ConstraintDay.objects.get(day=today)
        row.pk, row.day = None, today - dt.timedelta(days=ago)
        row.levers["levers"][0]["cents"] *= 2
        row.save(force_insert=True)
    response = as_manager.get(URL["constraint"], headers={"Accept-Language": language})
    page = response.content.decode()
    assert "«Заводская»" in page
    assert "/actions/new/?title=" in page
    assert page.count('class="btn btn-beam') == 1
    assert 'id="constraint-chart"' in page
    assert response.context["past"].moves[0].cents < 0
    old = as_manager.get(URL["constraint"], {"as_of": (today - dt.timedelta(days=20)).isoformat()})
    assert (old.context["day"], old.context["is_past"]) == (today - dt.timedelta(days=30), True)
    panel = as_manager.get(URL["constraint_panel"]).content.decode()
    assert "<html" not in panel
    assert panel.count("<progress") == len(response.context["levers"][:5])


def test_page_says_what_is_missing(as_manager: Browser) -> None:
    page = text_of(as_manager.get(URL["constraint"]))
    assert "Рано" in page
    assert "нужно" in page
