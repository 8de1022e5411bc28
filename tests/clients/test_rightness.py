"""The right Clients: the formula, the same in SQL, marks and who may make them, weights, the pages."""

import datetime as dt
import os
import random
from dataclasses import asdict
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from clients.enums import MarkKind
from clients.formulas import rightness
from clients.formulas.rightness import Parts, Weights, right_score
from clients.models import Bill, Client, ClientMark, ClientSum, Purchase, RightScore, RightWeights, Segment
from clients.queries.rightness import RightFilter, preview_weights, right_clients, right_detail, weights_in_force
from clients.services import refresh_rollups
from clients.services.rightness import (
    MarkError,
    count_right_scores,
    mark_client,
    refresh_right_scores,
    set_right_weights,
    take_mark_back,
)
from company.models import Employee, User

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


def make_client(name: str, *days_ago: int, cents: int = 100_000, **fields: Any) -> Client:
    """Save a Client who bought so many days ago."""
    client = Client.objects.create(name=name, **fields)
    Purchase.objects.bulk_create(
        Purchase(client=client, day=TODAY - dt.timedelta(days), cents=cents, fingerprint=os.urandom(16)) for days in days_ago
    )
    refresh_rollups([client.pk])
    return client


def make_mark(client: Client, author: User, kind: MarkKind = MarkKind.RUDE, degree: int = 2, **fields: Any) -> ClientMark:
    values: dict[str, Any] = {"reason": "Кричал на кассира", "made_on": TODAY - dt.timedelta(200)}
    return ClientMark.objects.create(client=client, author=author, kind=kind, degree=degree, **(values | fields))


def score_of(client: Client) -> int:
    return RightScore.objects.get(client=client).score


def test_score_leaves_out_what_is_not_known() -> None:
    assert right_score(Parts(80, 60), Weights()) == 70
    assert right_score(Parts(80, 60, late=0), Weights()) == 53
    assert right_score(Parts(80, 60), Weights(rarely=0, little=0)) is None


@pytest.mark.parametrize("degree_part", [67, 33, 0])
def test_mark_never_raises_a_score(degree_part: int) -> None:
    for rarely in range(0, 101, 10):
        bare = right_score(Parts(rarely, rarely), Weights())
        marked = right_score(Parts(rarely, rarely, demands=degree_part, rude=degree_part), Weights())
        assert bare is not None
        assert marked is not None
        assert marked <= bare


def test_late_part_weighs_delays_by_money() -> None:
    assert rightness.late_part([]) is None
    assert rightness.late_part([(0, 100), (-5, 100)]) == 100
    assert rightness.late_part([(60, 100)]) == 0
    assert rightness.late_part([(600, 100)]) == 0
    assert rightness.late_part([(30, 300), (0, 100)]) == 63


def test_mark_taken_back_fades() -> None:
    strength = rightness.mark_strength
    made = TODAY - dt.timedelta(100)
    assert strength(3, made, None, TODAY) == 3
    assert strength(3, made, TODAY, TODAY) == 3
    assert strength(3, made, TODAY - dt.timedelta(45), TODAY) == Fraction(3, 2)
    assert strength(3, made, TODAY - dt.timedelta(90), TODAY) == 0
    assert strength(3, made, made, TODAY) == 0
    assert rightness.mark_part([Fraction(0)]) is None
    assert rightness.mark_part([Fraction(1), Fraction(3)]) == 0


def expected_parts(client: Client) -> Parts:
    """Count a Client's parts from the tables, by the formulas."""
    sums = list(ClientSum.objects.select_related("client"))
    own = next(row for row in sums if row.client_id == client.pk)
    peers = [row for row in sums if row.client.segment_id == own.client.segment_id]
    peers = peers if len(peers) >= rightness.ENOUGH_PEERS else sums

    def often(row: ClientSum) -> Fraction:
        return rightness.days_a_year(row.n_days, row.first_day, row.last_day)

    def much(row: ClientSum) -> Fraction:
        return Fraction(row.cents, max(row.n_purchases, 1))

    bills = [
        (((bill.paid_on or TODAY) - bill.due_on).days, bill.cents)
        for bill in Bill.objects.filter(client=client)
        if bill.due_on > TODAY - dt.timedelta(rightness.BILL_DAYS) and (bill.paid_on or bill.due_on < TODAY)
    ]
    marks = {
        kind: rightness.mark_part(
            rightness.mark_strength(mark.degree, mark.made_on, mark.taken_back_on, TODAY)
            for mark in ClientMark.objects.filter(client=client, kind=kind)
        )
        for kind in MarkKind
    }
    return Parts(
        rightness.place_among([often(row) for row in peers], often(own)),
        rightness.place_among([much(row) for row in peers], much(own)),
        rightness.late_part(bills),
        marks[MarkKind.DEMANDS],
        marks[MarkKind.RUDE],
    )


def test_sql_counts_as_the_formulas_do(manager: User, owner: User) -> None:
    rng = random.Random(19)  # noqa: S311 - the same people every time
    segments = [Segment.objects.create(name="Частные"), Segment.objects.create(name="Компании"), None]
    clients = [
        make_client(
            f"Клиент {number}",
            *{rng.randrange(900) for _ in range(rng.randrange(1, 6))},
            cents=rng.choice([10_000, 10_000, 25_000, 99_999]),
            segment=segments[0] if number < 22 else rng.choice(segments[1:]),
        )
        for number in range(32)
    ]
    for client in clients[::2]:
        for number in range(rng.randrange(1, 4)):
            due = TODAY - dt.timedelta(rng.randrange(-20, 800))
            paid = min(due + dt.timedelta(rng.randrange(-5, 90)), TODAY) if rng.random() < 0.7 else None
            Bill.objects.create(client=client, number=str(number), due_on=due, paid_on=paid, cents=rng.randrange(1, 10**6))
    for client in clients[::3]:
        for author in (manager, owner):
            taken = TODAY - dt.timedelta(rng.randrange(100)) if rng.random() < 0.6 else None
            make_mark(client, author, rng.choice(list(MarkKind)), rng.randrange(1, 4), taken_back_on=taken)
    assert count_right_scores(today=TODAY) == 32
    for client in clients:
        row, parts = RightScore.objects.get(client=client), expected_parts(client)
        found = Parts(row.rarely, row.little, row.late, row.demands, row.rude)
        assert (found, row.score) == (parts, right_score(parts, Weights()))


def test_counting_again_drops_who_has_no_purchases_any_more(company: Any) -> None:
    client = make_client("Анна", 10)
    count_right_scores(today=TODAY)
    ClientSum.objects.all().delete()
    assert count_right_scores(today=TODAY) == 0
    assert not RightScore.objects.filter(client=client).exists()


def test_mark_lowers_the_score_at_once_and_once(manager: User) -> None:
    client, _other = make_client("Анна", 10, 50, 90), make_client("Борис", 700)
    count_right_scores(today=TODAY)
    before = score_of(client)
    for _ in range(2):
        mark_client(client=client, kind=MarkKind.RUDE, degree=3, reason="Кричал", today=TODAY, actor=manager)
    assert ClientMark.objects.count() == 1
    assert score_of(client) < before


def test_second_word_of_a_kind_takes_the_first_back(manager: User) -> None:
    client = make_client("Анна", 10)
    first = mark_client(client=client, kind=MarkKind.RUDE, degree=3, reason="Кричал", today=TODAY, actor=manager)
    second = mark_client(client=client, kind=MarkKind.RUDE, degree=1, reason="Ворчал", today=TODAY, actor=manager)
    first.refresh_from_db()
    assert first.taken_back_on == TODAY
    assert second.taken_back_on is None


def test_only_the_author_or_a_manager_takes_a_mark_back(manager: User, staff: User) -> None:
    client = make_client("Анна", 10)
    mark = make_mark(client, manager)
    with pytest.raises(MarkError):
        take_mark_back(mark=mark, today=TODAY, actor=staff)
    mark.refresh_from_db()
    assert mark.taken_back_on is None
    assert take_mark_back(mark=mark, today=TODAY, actor=manager)
    assert not take_mark_back(mark=mark, today=TODAY, actor=manager)


@pytest.mark.parametrize("wrong", [{"degree": 0}, {"degree": 4}, {"reason": ""}, {"kind": "ugly"}, {"taken_back_on": dt.date(2020, 1, 1)}])
def test_database_refuses_impossible_marks(wrong: dict[str, Any], manager: User) -> None:
    client = make_client("Анна")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_mark(client, manager, **wrong)


def test_weights_recount_every_score(manager: User) -> None:
    often, dear = make_client("Анна", 1, 30, 60, 90, cents=1000), make_client("Борис", 5, cents=900_000)
    count_right_scores(today=TODAY)
    assert score_of(often) == score_of(dear) == 50
    preview = preview_weights(Weights(rarely=9, little=1))
    assert (preview.clients, preview.rise, preview.fall) == (2, 1, 1)
    assert score_of(often) == 50
    set_right_weights(weights=Weights(rarely=9, little=1), today=TODAY, actor=manager)
    assert (score_of(often), score_of(dear)) == (70, 30)
    assert weights_in_force() == Weights(rarely=9, little=1)


def test_weights_on_bills_only_leave_the_others_without_a_score(manager: User) -> None:
    client = make_client("Анна", 1)
    make_client("Борис", 2)
    Bill.objects.create(client=client, number="1", due_on=TODAY - dt.timedelta(30), paid_on=TODAY - dt.timedelta(30), cents=100)
    count_right_scores(today=TODAY)
    set_right_weights(weights=Weights(0, 0, 5, 0, 0), today=TODAY, actor=manager)
    assert list(RightScore.objects.values_list("client", "score")) == [(client.pk, 100)]
    set_right_weights(weights=Weights(), today=TODAY, actor=manager)
    assert RightScore.objects.count() == 2


def test_database_refuses_weights_that_weigh_nothing(company: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RightWeights.objects.create(rarely=0, little=0, late=0, demands=0, rude=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        RightWeights.objects.create(rarely=11)


def test_list_is_worst_first_and_narrowed(manager: User) -> None:
    segment = Segment.objects.create(name="Частные")
    best, worst = make_client("Анна", 1, 40, 80, cents=900_000, segment=segment), make_client("Борис", 700, cents=100)
    never = make_client("Вера")
    make_mark(worst, manager)
    count_right_scores(today=TODAY)
    assert list(right_clients(RightFilter(), TODAY)) == [worst, best]
    assert list(right_clients(RightFilter(best=True), TODAY)) == [best, worst]
    assert list(right_clients(RightFilter(segments=[segment.pk]), TODAY)) == [best]
    assert list(right_clients(RightFilter(marked=True), TODAY)) == [worst]
    assert list(right_clients(RightFilter(search="ан"), TODAY)) == [best]
    assert right_detail(never).score is None


def test_points_of_the_parts_make_the_score_up(manager: User) -> None:
    client, _other = make_client("Анна", 1, 40, 80), make_client("Борис", 700, cents=100)
    make_mark(client, manager, degree=1)
    count_right_scores(today=TODAY)
    detail = right_detail(Client.objects.select_related("sum").get(pk=client.pk))
    assert detail.score is not None
    assert abs(sum(one.points or 0 for one in detail.criteria) - detail.score.score) <= 1


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_one_as_for_many(count: int, as_manager: Browser, django_assert_num_queries: Any) -> None:
    for number in range(count):
        make_client(f"Клиент {number}", 10)
    count_right_scores(today=TODAY)
    as_manager.get(reverse("clients:right_list"))
    with django_assert_num_queries(11):
        as_manager.get(reverse("clients:right_list"))


def test_list_says_when_nothing_is_counted_and_counts(as_manager: Browser) -> None:
    make_client("Анна", 10)
    assert reverse("clients:right_count") in as_manager.get(reverse("clients:right_list")).content.decode()
    assert as_manager.post(reverse("clients:right_count")).status_code == 302
    assert RightScore.objects.count() == 1
    assert "Анна" in as_manager.get(reverse("clients:right_list")).content.decode()


def test_file_holds_what_the_list_shows(as_manager: Browser) -> None:
    make_client("Анна", 10)
    make_client("=1+1", 10)
    count_right_scores(today=TODAY)
    response = as_manager.get(reverse("clients:right_export"), {"q": "анна"})
    rows = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["Анна"]


def test_weights_page_looks_before_it_saves(as_manager: Browser) -> None:
    make_client("Анна", 10)
    count_right_scores(today=TODAY)
    url, typed = reverse("clients:right_weights"), asdict(Weights(rarely=9))
    looked = as_manager.post(url, typed | {"look": "1"})
    assert looked.status_code == 200
    assert looked.context["preview"].clients == 1
    assert not RightWeights.objects.exists()
    assert as_manager.post(url, typed).status_code == 302
    assert RightWeights.objects.get().rarely == 9


@pytest.mark.parametrize("wrong", [{"rarely": "11"}, {"rarely": "-1"}, {"late": "x"}, dict.fromkeys(asdict(Weights()), "0")])
def test_weights_page_refuses_nonsense(wrong: dict[str, str], as_manager: Browser) -> None:
    assert as_manager.post(reverse("clients:right_weights"), asdict(Weights()) | wrong).status_code == 422
    assert not RightWeights.objects.exists()


def test_panel_explains_the_score(as_manager: Browser, manager: User) -> None:
    client = make_client("Анна", 10)
    make_mark(client, manager, reason="Требует скидку каждый раз")
    count_right_scores(today=TODAY)
    page = as_manager.get(reverse("clients:right_panel", args=[client.pk])).content.decode()
    assert "Требует скидку каждый раз" in page


def look_after(client: Client, user: User) -> None:
    client.responsible = Employee.objects.create(name=user.name, user=user)
    client.save()


TYPED = {"kind": "rude", "degree": "2", "reason": "Кричал на кассира"}


def test_staff_mark_only_those_they_look_after(as_staff: Browser, staff: User) -> None:
    own, others = make_client("Анна", 10), make_client("Борис", 10)
    look_after(own, staff)
    assert as_staff.post(reverse("clients:client_marks", args=[others.pk]), TYPED).status_code == 404
    assert as_staff.post(reverse("clients:client_marks", args=[own.pk]), TYPED).status_code == 302
    assert list(ClientMark.objects.values_list("client", "author")) == [(own.pk, staff.pk)]


def test_staff_see_only_their_own_words(as_staff: Browser, staff: User, manager: User) -> None:
    client = make_client("Анна", 10)
    look_after(client, staff)
    theirs = make_mark(client, manager, reason="Слова руководителя")
    page = as_staff.get(reverse("clients:client_marks", args=[client.pk]))
    assert "Слова руководителя" not in page.content.decode()
    assert as_staff.post(reverse("clients:mark_take_back", args=[theirs.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.taken_back_on is None


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"degree": "4"}, {"kind": "ugly"}, {"reason": "я" * 301}])
def test_mark_form_refuses_nonsense_and_keeps_it(wrong: dict[str, str], as_manager: Browser) -> None:
    client = make_client("Анна", 10)
    response = as_manager.post(reverse("clients:client_marks", args=[client.pk]), TYPED | wrong)
    assert response.status_code == 422
    assert not ClientMark.objects.exists()


@pytest.mark.usefixtures("company_clock")
def test_taking_back_on_the_page(as_manager: Browser, staff: User) -> None:
    mark = make_mark(make_client("Анна", 10), staff)
    as_manager.post(reverse("clients:mark_take_back", args=[mark.pk]))
    mark.refresh_from_db()
    assert mark.taken_back_on == timezone.localdate()


def test_refreshing_nobody_does_nothing(company: Any) -> None:
    assert refresh_right_scores(client_ids=[], today=TODAY) == 0
