"""Measured figures against the same figures counted by hand from purchases."""

import csv
import datetime as dt
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from clients.models import Client, Purchase, Segment, ValueBand
from clients.services import rebuild_rollups
from company.models import Branch, User
from metrics import queries
from metrics.formulas.measured import PurchaseSums
from metrics.models import LtvVersion
from metrics.queries import Dimension
from tests.metrics.world import Bought, regular, stretches, write

TODAY = dt.date(2026, 7, 1)
CDNOW = Path(settings.BASE_DIR) / "tests" / "data" / "cdnow_purchases.csv"
YEAR = Fraction(1461, 4)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def by_hand(purchases: dict[str, list[Bought]], today: dt.date, patience: int) -> dict[str, Any]:
    """Count everything the slow way, Client by Client."""
    days = gone = returns = 0
    for bought in purchases.values():
        parts = stretches([day for day, _cents in bought], patience)
        ends = [part[-1] + dt.timedelta(days=patience) for part in parts]
        days += sum((min(end, today) - part[0]).days for part, end in zip(parts, ends, strict=True))
        gone += ends[-1] < today
        returns += len(parts) - 1
    count, cents = sum(map(len, purchases.values())), sum(cents for bought in purchases.values() for _day, cents in bought)
    return {"clients": len(purchases), "purchases": count, "cents": cents, "days": days, "gone": gone, "returns": returns}


def read_cdnow() -> dict[str, list[Bought]]:
    purchases: dict[str, list[Bought]] = defaultdict(list)
    with CDNOW.open() as file:
        for row in csv.DictReader(file):
            purchases[row["client_id"]].append((day(row["date"]), int(Decimal(row["amount_usd"]) * 100)))
    return dict(purchases)


@pytest.mark.parametrize("today", ["1997-06-30", "1998-06-30", "2026-07-01"])
def test_cdnow_is_measured_as_counted_by_hand(db: None, today: str) -> None:
    purchases = {number: [row for row in bought if row[0] <= day(today)] for number, bought in read_cdnow().items()}
    purchases = {number: bought for number, bought in purchases.items() if bought}
    write(purchases, patience=90)
    expected, sums = by_hand(purchases, day(today), 90), queries.purchase_sums(today=day(today))
    assert {name: getattr(sums, name) for name in expected} == expected
    ltv = queries.measured_ltv(today=day(today))
    assert ltv is not None
    assert ltv.purchases_per_year == expected["purchases"] / (expected["days"] / YEAR)
    assert ltv.years == expected["days"] / YEAR / expected["gone"]
    assert ltv.revenue_cents == round(Fraction(expected["cents"], expected["gone"]))


def test_cdnow_long_after_is_worth_its_average_client(db: None) -> None:
    purchases = read_cdnow()
    write(purchases, patience=180)
    ltv = queries.measured_ltv(today=TODAY)
    assert ltv is not None
    assert ltv.revenue_cents == round(Fraction(sum(cents for bought in purchases.values() for _day, cents in bought), len(purchases)))


def rhythm_stretches(days: list[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Cut days by the Client's own rhythm, slowly: (first day, the last day they still count as ours)."""
    found: list[tuple[dt.date, dt.date]] = []
    for number, each in enumerate(days):
        mean_gap = Fraction((each - days[0]).days, number) if number >= 2 else Fraction(60)
        until = each + dt.timedelta(days=min(max(floor(3 * mean_gap + Fraction(1, 2)), 30), 365))
        first = found.pop()[0] if found and each <= found[-1][1] else each
        found.append((first, until))
    return found


@pytest.mark.parametrize("today", ["1998-06-30", "2026-07-01"])
def test_cdnow_through_the_importers_rollups_is_as_counted_by_hand(db: None, today: str) -> None:
    purchases = read_cdnow()
    clients = Client.objects.bulk_create(Client(external_id=number) for number in purchases)
    rows = [(client, *row) for client, bought in zip(clients, purchases.values(), strict=True) for row in bought if row[1] > 0]
    Purchase.objects.bulk_create(
        Purchase(client=client, day=on, cents=cents, fingerprint=number.to_bytes(16)) for number, (client, on, cents) in enumerate(rows)
    )
    rebuild_rollups()
    sums = queries.purchase_sums(today=day(today))
    people = [sorted({row[1] for row in group}) for _client, group in groupby(rows, key=itemgetter(0))]
    parts = [rhythm_stretches(days) for days in people]
    assert sums == PurchaseSums(
        clients=len(people),
        purchases=len(rows),
        cents=sum(row[2] for row in rows),
        spells=sum(map(len, parts)),
        over=sum(until < day(today) for part in parts for _first, until in part),
        days=sum((min(until, day(today)) - first).days for part in parts for first, until in part),
    )


def test_cdnow_months_add_up(db: None) -> None:
    purchases, today = read_cdnow(), dt.date(1998, 6, 30)
    write(purchases, patience=90)
    rows = queries.pool_months(today=today, months=18)
    parts = [stretches([day for day, _cents in bought], 90) for bought in purchases.values()]
    gone_on = [part[-1] + dt.timedelta(days=91) for each in parts for part in each]
    january = dt.date(1998, 1, 1)
    row = next(row for row in rows if row.month == january)
    assert row.left == sum(day.replace(day=1) == january for day in gone_on)
    assert row.returned == sum(part[0].replace(day=1) == january for each in parts for part in each[1:])
    assert sum(row.came for row in rows) == len(purchases)
    ends = (part[-1] + dt.timedelta(days=90) >= today for each in parts for part in each)
    assert rows[-1].active == sum(ends)


def test_nothing_is_measured_without_purchases(db: None) -> None:
    assert queries.measured_ltv(today=TODAY) is None
    assert queries.purchase_sums(today=TODAY).clients == 0
    assert queries.distribution(today=TODAY) is None
    assert queries.leak_of(queries.pool_flow(today=TODAY), None, today=TODAY).cents_a_month is None
    assert queries.main_constraint(today=TODAY).is_early
    assert [row.active for row in queries.pool_months(today=TODAY)] == [0] * 12


def test_measured_numbers_follow_branch_segment_and_month(db: None) -> None:
    branch, segment = Branch.objects.create(name="North"), Segment.objects.create(name="Firms")
    write(regular(3, first=day("2025-01-10"), every=30, times=4, cents=100_00), branch=branch)
    write(regular(2, first=day("2025-02-10"), every=30, times=2, cents=500_00, prefix="s"), segment=segment)
    north, firms = queries.measured_ltv(today=TODAY, branch=branch), queries.measured_ltv(today=TODAY, segment=segment)
    assert north is not None
    assert firms is not None
    assert (north.clients, north.revenue_cents, firms.clients, firms.revenue_cents) == (3, 400_00, 2, 1000_00)
    assert queries.purchase_sums(today=TODAY, cohort_month=day("2025-02-01")).clients == 2


@pytest.mark.parametrize(
    ("dimension", "keys"),
    [
        (Dimension.BRANCH, ["North", None]),
        (Dimension.SEGMENT, ["Firms", None]),
        (Dimension.COHORT, [None, None]),
        (Dimension.CHANNEL, [None]),
    ],
)
def test_every_split_is_one_query(db: None, django_assert_num_queries: Any, dimension: Dimension, keys: list[str | None]) -> None:
    branch, segment = Branch.objects.create(name="North"), Segment.objects.create(name="Firms")
    write(regular(3, first=day("2025-01-10"), every=30, times=4, cents=100_00), branch=branch, segment=segment)
    write(regular(2, first=day("2025-02-10"), every=30, times=2, cents=500_00, prefix="s"))
    with django_assert_num_queries(1):
        rows = queries.measured_by(dimension, today=TODAY)
    assert [row.label for row in rows] == keys
    assert sum(row.sums.clients for row in rows) == 5


def test_months_of_acquisition_come_newest_first(db: None) -> None:
    write(regular(1, first=day("2025-01-10"), every=30, times=1, cents=100_00))
    write(regular(1, first=day("2025-03-10"), every=30, times=1, cents=100_00, prefix="s"))
    rows = queries.measured_by(Dimension.COHORT, today=TODAY)
    assert [row.key for row in rows] == [day("2025-03-01"), day("2025-01-01")]


def test_a_client_within_patience_is_still_here(db: None) -> None:
    write({"a": [(day("2026-04-02"), 100)]}, patience=90)
    assert queries.purchase_sums(today=TODAY).gone == 0
    assert queries.purchase_sums(today=TODAY + dt.timedelta(days=1)).gone == 1


def test_pool_shows_coming_leaving_and_coming_back(db: None) -> None:
    write({"a": [(day("2026-01-05"), 100), (day("2026-06-20"), 100)], "b": [(day("2026-02-01"), 100)]}, patience=60)
    rows = queries.pool_months(today=TODAY, months=7)
    assert [(row.active, row.came, row.returned, row.left) for row in rows] == [
        (1, 1, 0, 0),
        (2, 1, 0, 0),
        (1, 0, 0, 1),
        (0, 0, 0, 1),
        (0, 0, 0, 0),
        (1, 0, 1, 0),
        (1, 0, 0, 0),
    ]


def test_pool_of_a_branch_counts_its_clients_only(db: None) -> None:
    branch = Branch.objects.create(name="North")
    write(regular(3, first=day("2026-05-10"), every=30, times=1, cents=100), branch=branch)
    write(regular(2, first=day("2026-05-10"), every=30, times=1, cents=100, prefix="s"))
    assert queries.pool_months(today=TODAY, branch=branch)[-1].active == 3


def test_pool_flow_leaves_out_the_running_month_and_months_before_the_first_client(db: None) -> None:
    write(regular(4, first=day("2026-03-10"), every=30, times=1, cents=100), patience=60)
    flow = queries.pool_flow(today=TODAY)
    assert (flow.months, flow.came, flow.left, flow.active) == (4, 4, 4, 0)


def test_bands_count_clients_and_money(db: None) -> None:
    for up_to in (50_000_00, 150_000_00, None):
        ValueBand.objects.create(up_to=up_to)
    money = {"a": 10_000_00, "b": 50_000_00, "c": 149_999_99, "d": 150_000_00, "e": -5_00}
    write({number: [(day("2026-01-05"), cents)] for number, cents in money.items()})
    rows = queries.value_bands(today=TODAY)
    assert [(row.low, row.high, row.clients, row.cents) for row in rows] == [
        (None, 50_000_00, 2, 9_995_00),
        (50_000_00, 150_000_00, 2, 199_999_99),
        (150_000_00, None, 1, 150_000_00),
    ]
    assert sum(row.share_of_money for row in rows) == pytest.approx(1)
    assert [row.share_of_clients for row in rows] == [0.4, 0.4, 0.2]


def test_no_bands_no_rows(db: None) -> None:
    assert queries.value_bands(today=TODAY) == []


def test_distribution_matches_plain_python(db: None) -> None:
    purchases = read_cdnow()
    write(purchases)
    money = sorted((sum(cents for _day, cents in bought) for bought in purchases.values()), reverse=True)
    found = queries.distribution(today=TODAY)
    assert found is not None
    assert (found.clients, found.mean, found.median) == (
        len(money),
        round(sum(money) / len(money)),
        sorted(money)[ceil(len(money) / 2) - 1],
    )
    assert found.top_fifth_share == pytest.approx(sum(money[: ceil(len(money) / 5)]) / sum(money))
    assert sum(bar.clients for bar in found.bins) == len(money)
    assert found.bins[1].clients == sum(found.bins[1].low <= cents < (found.bins[1].high or 0) for cents in money)


def test_distribution_takes_the_largest_amounts_there_can_be(db: None) -> None:
    write({"a": [(day("2026-01-05"), 10**13), (day("2026-01-06"), 10**13)]})
    found = queries.distribution(today=TODAY)
    assert found is not None
    assert sum(bar.clients for bar in found.bins) == 1


def save_version(actor: User, **fields: Any) -> LtvVersion:
    typed = {"purchases_per_year": "20", "average_check": "500", "years": "5"}
    return LtvVersion.objects.create(**{**typed, "revenue_cents": 50_000_00, "created_by": actor, **fields})


def test_history_says_what_changed(owner: User) -> None:
    save_version(owner)
    save_version(owner, years="6", revenue_cents=60_000_00)
    newest, oldest = queries.version_history()
    assert (newest.changes, oldest.changes) == ([("years", "5", "6")], [])


def test_history_of_a_segment_is_its_own(owner: User, django_assert_num_queries: Any) -> None:
    segment = Segment.objects.create(name="Firms")
    save_version(owner)
    mine = save_version(owner, segment=segment)
    with django_assert_num_queries(1):
        assert [(row.version.pk, str(row.version.created_by)) for row in queries.version_history(segment=segment)] == [
            (mine.pk, str(owner))
        ]
    assert queries.latest_version(segment=segment) == mine


def test_price_is_believed_until_there_is_enough_to_measure(owner: User) -> None:
    save_version(owner)
    write(regular(29, first=day("2025-01-10"), every=30, times=2, cents=100_00))
    assert queries.price_of_client(today=TODAY) == queries.Price(50_000_00, is_measured=False)
    write(regular(1, first=day("2025-01-10"), every=30, times=2, cents=100_00, prefix="s"))
    assert queries.price_of_client(today=TODAY) == queries.Price(200_00, is_measured=True)


def test_leak_is_outflow_times_price(db: None) -> None:
    write(regular(60, first=day("2025-01-10"), every=30, times=12, cents=100_00))
    leak = queries.leak_of(queries.pool_flow(today=TODAY), queries.price_of_client(today=TODAY), today=TODAY)
    assert (leak.clients, leak.clients_a_month, leak.cents_a_month, leak.cents_in_all) == (60, Fraction(5), 6_000_00, 72_000_00)
