"""The report on reasons: shares, cuts, the words behind them, the book of tables, references of others."""

import datetime as dt
import io
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client as Browser
from django.urls import reverse
from python_calamine import CalamineWorkbook

from churn.enums import ReasonCut, ReasonGroup, ReasonView
from churn.models import ExitCall, Leaver, Reason, ReasonReference
from churn.queries import NOT_STATED, Slice, cut_rows, reason_report, words_of
from churn.services import record_call
from clients.models import Client, Segment, ValueBand
from common.proportions import wilson_interval
from company.models import Branch, User
from tests.churn.world import RUBLE, TODAY, ago, make_client, make_colleague, make_leaver, make_reason, responsible_employee, talk

YEAR = Slice(ago(365), TODAY)


def page(name: str, *args: Any, **query: str) -> str:
    return reverse(f"churn:{name}", args=args, query=query)


def part(name: str, branch: Reason, *, is_within_power: bool = True) -> Reason:
    return Reason.objects.create(group=branch.group, parent=branch, name=name, is_within_power=is_within_power)


def left(owner: User, *reasons: Reason, client: Client | None = None, days: int = 10, **record: Any) -> Leaver:
    """Save a leaver who named the reasons, or was never asked."""
    leaver = make_leaver(client, left=days, caller=owner)
    if reasons:
        record_call(leaver=leaver, record=talk(reasons=list(reasons), **record), actor=owner)
    return leaver


def rehearsed(leaver: Leaver, *, whole: bool = True) -> None:
    """Make a call, or the whole leaver, one for practice."""
    ExitCall.objects.filter(leaver=leaver).update(is_rehearsal=True)
    Leaver.objects.filter(pk=leaver.pk).update(is_rehearsal=whole)


def keys(cut: ReasonCut) -> list[tuple[str, int, int]]:
    return [(row.key, row.left, row.explained) for row in cut_rows(YEAR, cut)]


def test_a_branch_counts_a_leaver_once_whatever_parts_they_named(owner: User) -> None:
    promise = make_reason("Не сдержали обещание")
    late, poor = part("Срок", promise), part("Качество", promise)
    left(owner, late, poor)
    left(owner, promise)
    left(owner, make_reason("Цена", group=ReasonGroup.COMPETITORS))
    report = reason_report(since=YEAR.since, today=TODAY)
    top = report.ours[0]
    assert (top.reason, top.n, top.share) == (promise, 2, 2 / 3)
    assert (top.low, top.high) == wilson_interval(2, 3)
    assert [(one.reason, one.n) for one in top.parts] == [(late, 1), (poor, 1)]


def test_a_part_outside_our_power_is_folded_away_alone(owner: User) -> None:
    delivery = make_reason("Доставка")
    ours, outside = part("Долго", delivery), part("Дороги нет", delivery, is_within_power=False)
    left(owner, ours)
    left(owner, outside)
    report = reason_report(since=YEAR.since, today=TODAY)
    assert [(top.n, [one.reason for one in top.parts]) for top in report.ours] == [(1, [ours])]
    assert [(top.n, [one.reason for one in top.parts]) for top in report.outside] == [(1, [outside])]


def test_rehearsals_are_in_no_share(owner: User) -> None:
    late = make_reason()
    left(owner, late, is_within_power=True)
    rehearsed(left(owner, late, is_within_power=True))
    rehearsed(left(owner, late), whole=False)
    report = reason_report(since=YEAR.since, today=TODAY)
    assert (report.left, report.explained, report.judged) == (2, 1, 1)
    assert [top.n for top in report.ours] == [1]
    assert report.unexplained_share == 0.5
    assert sum(row.explained for row in cut_rows(YEAR, ReasonCut.MONTH)) == 1
    assert words_of(YEAR, ReasonView.EXPLAINED).count() == 1


def test_leavers_are_cut_by_month_in_order(owner: User) -> None:
    left(owner, make_reason(), days=10)
    left(owner, days=45)
    left(owner, days=400)
    assert keys(ReasonCut.MONTH) == [("2026-04-01", 1, 0), ("2026-05-01", 1, 1)]


def test_leavers_are_cut_by_branch_segment_and_kind(owner: User) -> None:
    branch, segment = Branch.objects.create(name="Центр"), Segment.objects.create(name="Кафе")
    left(owner, make_reason(), client=make_client("", 200, branch=branch, segment=segment))
    left(owner, client=make_client("", 200, 260, 300))
    left(owner, client=make_client("", 200, 260, branch=branch))
    assert keys(ReasonCut.BRANCH) == [(str(branch.pk), 2, 1), (NOT_STATED, 1, 0)]
    assert keys(ReasonCut.SEGMENT) == [(str(segment.pk), 1, 1), (NOT_STATED, 2, 0)]
    assert sorted(keys(ReasonCut.KIND)) == [("once", 1, 1), ("regular", 1, 0), ("twice", 1, 0)]


def test_leavers_are_cut_by_value_and_who_never_bought_is_in_the_lowest_band(owner: User) -> None:
    low, high = ValueBand.objects.create(up_to=2000 * RUBLE), ValueBand.objects.create(up_to=None)
    left(owner, client=make_client("", 200))
    left(owner, client=make_client("", 200, 260))
    left(owner)
    assert sorted(keys(ReasonCut.BAND)) == sorted([(str(low.pk), 2, 0), (str(high.pk), 1, 0)])


def test_a_leaver_belongs_to_who_was_responsible_then_and_only_else_to_todays_person(owner: User) -> None:
    was = make_colleague("Анна Лунина")
    then, now = responsible_employee(was, "Анна Лунина"), responsible_employee(None, "Пётр Ветров")
    leaver = left(owner, client=make_client(responsible=now))
    Leaver.objects.filter(pk=leaver.pk).update(responsible=was)
    left(owner, client=make_client(responsible=now))
    assert sorted(keys(ReasonCut.RESPONSIBLE)) == sorted([(str(then.pk), 1, 0), (str(now.pk), 1, 0)])


def test_a_row_names_its_reasons_by_branch_of_the_tree(owner: User) -> None:
    promise = make_reason("Не сдержали обещание")
    late = part("Срок", promise)
    for _number in range(5):
        left(owner, late, promise)
    row = cut_rows(YEAR, ReasonCut.MONTH)[0]
    assert [(one.reason, one.n, one.share) for one in row.first] == [(promise, 5, 1.0)]
    assert (row.is_small, row.unexplained) == (False, 0)


def test_a_slice_is_narrowed_by_every_cut(owner: User) -> None:
    branch = Branch.objects.create(name="Центр")
    wanted = left(owner, make_reason(), client=make_client("", 200, branch=branch))
    left(owner, client=make_client("", 200, 300))
    for chosen in [
        {ReasonCut.BRANCH: str(branch.pk)},
        {ReasonCut.KIND: "once"},
        {ReasonCut.MONTH: "2026-05-01", ReasonCut.BRANCH: str(branch.pk)},
    ]:
        found = Slice(YEAR.since, TODAY, chosen)
        assert list(words_of(found, ReasonView.LEFT)) == [wanted]
        assert reason_report(since=found.since, today=TODAY, chosen=chosen).left == 1
    assert words_of(Slice(YEAR.since, TODAY, {ReasonCut.BRANCH: NOT_STATED}), ReasonView.LEFT).count() == 1
    assert words_of(Slice(YEAR.since, TODAY, {ReasonCut.BRANCH: "x"}), ReasonView.LEFT).count() == 0


def test_every_figure_opens_its_clients(owner: User) -> None:
    promise = make_reason("Не сдержали обещание")
    late, road = part("Срок", promise), part("Дороги нет", promise, is_within_power=False)
    first, second, silent = left(owner, late, is_within_power=True), left(owner, road, is_within_power=False), left(owner)
    behind = {view: set(words_of(YEAR, view)) for view in ReasonView}
    assert behind == {
        ReasonView.LEFT: {first, second, silent},
        ReasonView.EXPLAINED: {first, second},
        ReasonView.UNEXPLAINED: {silent},
        ReasonView.JUDGED: {first, second},
        ReasonView.WITHIN: {first},
    }
    assert set(words_of(YEAR, ReasonView.LEFT, promise)) == {first, second}
    assert set(words_of(YEAR, ReasonView.LEFT, promise, is_within_power=False)) == {second}
    assert set(words_of(YEAR, ReasonView.LEFT, late)) == {first}


def test_the_page_opens_for_every_period_and_cut_and_bears_nonsense(as_manager: Browser, owner: User) -> None:
    branch = Branch.objects.create(name="Центр")
    Branch.objects.create(name="Вокзал")
    for _number in range(6):
        left(owner, make_reason(), client=make_client("", 200, branch=branch))
        left(owner, make_reason("Дорого"), days=45, client=make_client("", 200, 300))
    nonsense = {"months": "x", "cut": "x", "branch": "x", "since": "x", "focus": "x"}
    asked: list[dict[str, str]] = [{"months": "all"}, nonsense, *({"cut": cut.value} for cut in ReasonCut)]
    for query in asked:
        response = as_manager.get(page("reasons", **query))
        assert response.context["report"].explained == 12
    assert as_manager.get(page("reasons", months="3")).context["board"].trend is not None
    assert as_manager.get(page("reasons", cut="branch")).context["board"].picture is None
    assert as_manager.get(page("reasons", cut="kind")).context["board"].picture is not None
    only = as_manager.get(page("reasons", branch=str(branch.pk), since=str(ago(30)), until=str(TODAY)))
    assert only.context["report"].left == 6
    assert "TARP" in only.text


def test_the_page_of_a_young_company_says_what_to_do(as_manager: Browser) -> None:
    response = as_manager.get(page("reasons"))
    assert (response.status_code, response.context["report"].unexplained) == (200, 0)
    assert response.text.count("btn-beam") == 1


def test_the_words_stand_with_their_clients(as_manager: Browser, owner: User) -> None:
    leaver = left(owner, reason := make_reason(), words="Обещали к празднику", would_return=True, return_condition="Звонить накануне")
    text = as_manager.get(page("reason_words", reason=str(reason.pk), view="x", power="true")).text
    assert "Обещали к празднику" in text
    assert "Звонить накануне" in text
    assert reverse("churn:leaver", args=[leaver.pk]) in text
    assert as_manager.get(page("reason_words", view="unexplained")).context["page"].paginator.count == 0


def test_the_book_is_filtered_like_the_page(as_manager: Browser, owner: User) -> None:
    branch = Branch.objects.create(name="Центр")
    left(owner, make_reason(), words="=СУММ(1)", client=make_client("Кафе", 200, branch=branch))
    left(owner, make_reason("Дорого"))
    response = as_manager.get(page("reason_export", branch=str(branch.pk), cut="branch"))
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    tables = [sheets.get_sheet_by_index(number).to_python() for number in range(3)]
    assert [row[1] for row in tables[0][1:]] == ["Сорвали срок"]
    assert [row[:3] for row in tables[1][1:]] == [["Центр", 1, 1]]
    assert [(row[0], row[3]) for row in tables[2][1:]] == [("Кафе", "'=СУММ(1)")]


def test_staff_see_no_words_of_others(as_staff: Browser, owner: User) -> None:
    left(owner, make_reason())
    assert {as_staff.get(page(name)).status_code for name in ["reasons", "reason_words", "reason_export"]} == {403}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_report_takes_the_same_queries_for_any_tree(as_owner: Browser, owner: User, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        left(owner, make_reason(f"Причина {number}"), client=make_client("", 200, branch=Branch.objects.create(name=f"{number}")))
    with django_assert_num_queries(22):
        as_owner.get(page("reasons", cut="branch"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_words_take_the_same_queries_for_any_list(as_owner: Browser, owner: User, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        left(owner, make_reason(f"Причина {number}"))
    with django_assert_num_queries(13):
        as_owner.get(page("reason_words"))


def test_a_reference_of_the_companys_own_stands_beside_and_goes(as_manager: Browser) -> None:
    typed = {"title": "Опрос отрасли", "source": "Журнал, 2025", "lines": "Плохой сервис 65 %\n\nЦена — 8"}
    assert as_manager.post(page("add_reference"), typed).status_code == 302
    reference = ReasonReference.objects.get()
    assert reference.parts == [["Плохой сервис", 65], ["Цена", 8]]
    assert "Опрос отрасли" in as_manager.get(page("reasons")).text
    as_manager.post(page("delete_reference", reference.pk))
    assert ReasonReference.objects.count() == 0


@pytest.mark.parametrize(
    "lines", ["", "Цена", "Цена 101", "Цена 0001000", "Цена 08", "Цена 0009999", "65", "Цена -5", "Цена ٣", "Цена 8\nСервис"]
)
def test_a_wrong_reference_is_refused_and_kept_as_typed(as_manager: Browser, lines: str) -> None:
    response = as_manager.post(page("add_reference"), {"title": "Опрос", "source": "Журнал", "lines": lines})
    assert (response.status_code, response.context["form"]["title"].value()) == (422, "Опрос")
    assert ReasonReference.objects.count() == 0


@pytest.mark.parametrize("wrong", [{"title": ""}, {"source": ""}, {"parts": []}])
def test_the_database_wants_to_know_whose_reference_it_is(company: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        ReasonReference.objects.create(**({"title": "Опрос", "source": "Журнал", "parts": [["Цена", 8]]} | wrong))


def test_months_of_the_book_are_days(owner: User) -> None:
    left(owner, days=10)
    assert [dt.date.fromisoformat(row.key) for row in cut_rows(YEAR, ReasonCut.MONTH)] == [dt.date(2026, 5, 1)]
