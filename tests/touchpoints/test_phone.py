"""Phone access: mystery calls, who may correct them, the page that counts them, how many calls come in."""

import datetime as dt
import io
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from company.models import Branch, User
from tests.conftest import signed_in
from touchpoints.models import CallTraffic, PhoneCall
from touchpoints.queries.phone import phone_board, reached_recently
from touchpoints.services.phone import CallDetails, change_call, delete_call, log_call, set_traffic

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = dt.date(2026, 3, 10)
NOON = dt.datetime(2026, 3, 9, 12, 0, tzinfo=MOSCOW)  # a Monday
REACHED = {"is_reached": True, "seconds": 10, "transfers": 0, "is_helped_at_once": True, "is_number_easy": True}
FORM = {"is_reached": "yes", "attempts": "1", "seconds": "12", "transfers": "0", "is_helped_at_once": "yes", "is_in_hours": "yes"}


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


def call(branch: Branch | None = None, called_at: dt.datetime = NOON, caller: User | None = None, **fields: Any) -> PhoneCall:
    return PhoneCall.objects.create(branch=branch, called_at=called_at, caller=caller, **({**REACHED, **fields}))


def missed(branch: Branch | None = None, called_at: dt.datetime = NOON, **fields: Any) -> PhoneCall:
    return call(branch, called_at, is_reached=False, seconds=None, transfers=None, is_helped_at_once=None, **fields)


# ---- the table


@pytest.mark.parametrize(
    "fields",
    [
        {"seconds": None},
        {"seconds": 3601},
        {"transfers": None},
        {"attempts": 0},
        {"attempts": 21},
        {"is_reached": False},
    ],
)
def test_a_call_that_cannot_have_been_is_refused(company: object, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        call(**fields)


def test_of_one_place_something_is_said_once(company: object, owner: User) -> None:
    for _time in range(2):
        set_traffic(branch=None, calls_per_month=400, share=(1, 5), actor=owner)
    assert CallTraffic.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        CallTraffic.objects.create(branch=None, calls_per_month=1, buyers=1, out_of=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallTraffic.objects.filter(branch=None).update(buyers=6)


# ---- writes


def test_a_form_sent_twice_is_one_call(company: object, staff: User) -> None:
    key = uuid.uuid4()
    details = CallDetails(branch=None, called_at=NOON, is_reached=True, seconds=5, transfers=0)
    made = [log_call(details=details, actor=staff, request_key=key) for _time in range(2)]
    assert made[0] == made[1]
    assert PhoneCall.objects.get().caller == staff


def test_a_call_nobody_answered_keeps_no_seconds(company: object, staff: User) -> None:
    details = CallDetails(branch=None, called_at=NOON, is_reached=False, seconds=40, transfers=1, is_helped_at_once=True)
    made = log_call(details=details, actor=staff)
    assert (made.seconds, made.transfers, made.is_helped_at_once) == (None, None, None)


def test_correcting_a_call_that_is_gone_says_so(company: object, manager: User) -> None:
    row = call(caller=manager)
    PhoneCall.objects.all().delete()
    details = CallDetails(branch=None, called_at=NOON, is_reached=False)
    assert change_call(call=row, details=details, actor=manager) is False
    assert delete_call(call=row, actor=manager) is False


def test_staff_do_not_correct_the_calls_of_others(company: object, staff: User, manager: User) -> None:
    theirs = call(caller=manager)
    browser = signed_in(staff)
    assert browser.get(url("phone_call_edit", theirs.pk)).status_code == 404
    assert browser.post(url("phone_call_delete", theirs.pk)).status_code == 404
    assert delete_call(call=theirs, actor=staff) is False
    assert PhoneCall.objects.filter(pk=theirs.pk).exists()


# ---- what is counted


def test_the_board_counts_months_branches_and_criteria(company: object, garden: Branch, factory: Branch) -> None:
    for hour in (10, 12, 14):
        call(garden, NOON.replace(hour=hour))
        missed(factory, NOON.replace(hour=hour))
    call(factory, NOON - dt.timedelta(days=20), attempts=2)
    board = phone_board(today=TODAY, zone=MOSCOW, branches=[garden, factory])
    assert (board.calls, board.recent.n, board.missing, board.change) == (7, 7, 0, None)
    assert [(row.branch, row.recent.n, row.recent.estimate and round(row.recent.estimate.score)) for row in board.branches] == [
        (garden, 3, 100),
        (factory, 4, 20),
    ]
    assert [(month.month.month, month.n) for month in board.months[-2:]] == [(2, 1), (3, 6)]
    assert board.months[-2].estimate is None
    found = {criterion.key: (criterion.found.hits, criterion.found.n) for criterion in board.criteria}
    assert found == {"reached": (4, 7), "first_try": (3, 7), "quick": (4, 4), "helped": (4, 4), "no_transfers": (4, 4), "easy": (7, 7)}
    assert board.weakest is not None
    assert board.weakest.key == "first_try"


def test_calls_outside_the_promised_hours_are_counted_apart(company: object) -> None:
    call(is_in_hours=True)
    missed(called_at=NOON.replace(hour=22), is_in_hours=False)
    board = phone_board(today=TODAY, zone=MOSCOW, branches=[])
    assert board.recent.n == 1
    assert (board.after_hours.hits, board.after_hours.n) == (0, 1)
    assert [(cell.hits, cell.n) for cell in board.hours[0]] == [(0, 0)] * 4 + [(1, 1), (0, 0), (0, 0), (0, 1)]


def test_hours_and_months_are_those_of_the_branch_clock(company: object) -> None:
    far = Branch.objects.create(name="Владивосток", time_zone="Asia/Vladivostok")
    call(far, dt.datetime(2026, 2, 28, 23, 30, tzinfo=dt.UTC))  # 1 March, Sunday, 9:30 there
    board = phone_board(today=TODAY, zone=MOSCOW, branches=[far])
    assert board.months[-1].n == 1
    assert board.hours[6][3].n == 1


def test_a_year_old_call_is_counted_no_more(company: object) -> None:
    call(called_at=dt.datetime(2025, 3, 31, 23, 0, tzinfo=MOSCOW))
    assert phone_board(today=TODAY, zone=MOSCOW, branches=[]).calls == 0


def test_a_score_beyond_chance_is_called_better(company: object) -> None:
    for day in range(12):
        missed(called_at=NOON - dt.timedelta(days=100 + day))
        call(called_at=NOON - dt.timedelta(days=day))
    assert phone_board(today=TODAY, zone=MOSCOW, branches=[]).change == 1


def test_reached_recently_is_by_branch_and_within_hours(company: object, garden: Branch) -> None:
    call(garden)
    missed(garden)
    missed(garden, is_in_hours=False)
    missed(garden, NOON - dt.timedelta(days=120))
    found = reached_recently(today=TODAY, zone=MOSCOW)
    assert {branch: (share.hits, share.n) for branch, share in found.items()} == {garden.pk: (1, 2)}


# ---- pages


def test_the_empty_page_asks_for_three_calls(as_staff: Browser) -> None:
    text = as_staff.get(url("phone")).content.decode()
    assert text.count("btn-beam") == 1
    assert url("phone_call_create") in text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_a_fixed_number_of_queries(
    as_manager: Browser, rows: int, staff: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        branch = Branch.objects.create(name=f"Филиал {number}")
        for _time in range(4):
            call(branch, timezone.now() - dt.timedelta(hours=2), staff)
    as_manager.get(url("phone"))
    with django_assert_num_queries(8):
        response = as_manager.get(url("phone"))
    assert response.content.decode().count("btn-beam") == 1


def test_filtering_by_branch_narrows_everything(as_manager: Browser, garden: Branch, factory: Branch) -> None:
    call(garden, timezone.now())
    call(factory, timezone.now())
    response = as_manager.get(url("phone"), {"branch": garden.pk})
    assert [row.branch for row in response.context["page"]] == [garden]
    assert response.context["board"].calls == 1
    assert as_manager.get(url("phone"), {"branch": "☃"}).context["board"].calls == 2


def test_every_choice_of_the_form_is_one_tap(as_staff: Browser, garden: Branch) -> None:
    text = as_staff.get(url("phone_call_create"), {"branch": garden.pk}).content.decode()
    assert text.count('<input type="radio"') == 2 + 5 + 3 + 4 + 3 + 2
    assert text.count("<select") == 1
    assert text.count("btn-beam") == 1


def test_a_call_is_logged_by_a_few_taps(as_staff: Browser, staff: User, garden: Branch) -> None:
    key = str(uuid.uuid4())
    before = timezone.now()
    for _time in range(2):
        response = as_staff.post(url("phone_call_create"), FORM | {"branch": garden.pk, "seconds": "1:05", "key": key})
        assert response.status_code == 302
    made = PhoneCall.objects.get()
    assert (made.branch, made.seconds, made.is_number_easy, made.caller) == (garden, 65, None, staff)
    assert before <= made.called_at <= timezone.now()


def test_save_and_call_again_comes_back_to_the_form(as_staff: Browser, garden: Branch) -> None:
    response = as_staff.post(url("phone_call_create"), FORM | {"branch": garden.pk, "more": "1"})
    assert response["Location"] == f"{url('phone_call_create')}?branch={garden.pk}"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"is_reached": ""}, "is_reached"),
        ({"seconds": ""}, "seconds"),
        ({"seconds": "soon"}, "seconds"),
        ({"seconds": "4000"}, "seconds"),
        ({"attempts": "0"}, "attempts"),
        ({"attempts": "99"}, "attempts"),
        ({"transfers": "-1"}, "transfers"),
        ({"called_at": "2999-01-01T10:00"}, "called_at"),
        ({"called_at": "1999-01-01T10:00"}, "called_at"),
        ({"called_at": "yesterday"}, "called_at"),
        ({"branch": "999999"}, "branch"),
        ({"note": "н" * 2001}, "note"),
        ({"is_in_hours": "maybe"}, "is_in_hours"),
    ],
)
def test_a_wrong_answer_is_explained_and_the_rest_stays(as_staff: Browser, change: dict[str, str], field: str) -> None:
    response = as_staff.post(url("phone_call_create"), FORM | {"note": "Ответили сразу"} | change)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Ответили сразу" in response.content.decode() or field == "note"
    assert PhoneCall.objects.count() == 0


def test_the_time_is_by_the_clock_of_the_branch(as_staff: Browser, staff: User) -> None:
    far = Branch.objects.create(name="Владивосток", time_zone="Asia/Vladivostok")
    yesterday = (timezone.now() - dt.timedelta(days=1)).date()
    as_staff.post(url("phone_call_create"), FORM | {"branch": far.pk, "called_at": f"{yesterday}T09:30"})
    made = PhoneCall.objects.get()
    assert made.called_at.astimezone(ZoneInfo("Asia/Vladivostok")).strftime("%Y-%m-%d %H:%M") == f"{yesterday} 09:30"
    form = as_staff.get(url("phone_call_edit", made.pk)).content.decode()
    assert f"{yesterday}T09:30" in form


def test_ones_own_mistake_is_corrected_and_deleted(as_staff: Browser, staff: User) -> None:
    made = call(caller=staff, called_at=timezone.now() - dt.timedelta(days=1), attempts=7)
    page = as_staff.get(url("phone_call_edit", made.pk)).content.decode()
    assert 'value="7" checked' in page
    assert as_staff.post(url("phone_call_edit", made.pk), {"is_reached": "no", "attempts": "2", "is_in_hours": "yes"}).status_code == 302
    made.refresh_from_db()
    assert (made.is_reached, made.attempts, made.seconds) == (False, 2, None)
    assert as_staff.post(url("phone_call_delete", made.pk)).status_code == 302
    assert PhoneCall.objects.count() == 0


def test_the_table_to_take_away_runs_no_formulas(as_manager: Browser, manager: User, garden: Branch) -> None:
    call(garden, NOON, manager, note="=1+1")
    missed(None, NOON - dt.timedelta(days=1))
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_manager.get(url("phone_export")).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    assert rows[1][:2] == ["2026-03-09 12:00", "Садовая"]
    assert rows[1][9:11] == [100, "'=1+1"]
    assert rows[2][9] == 0


# ---- how many calls come in


def test_traffic_is_said_the_way_people_speak(as_manager: Browser, garden: Branch) -> None:
    assert as_manager.post(url("call_traffic"), {"calls": "1 400", "share": "каждый пятый"}).status_code == 302
    assert as_manager.post(url("call_traffic"), {"branch": garden.pk, "calls": "90", "share": "20 %"}).status_code == 302
    assert list(CallTraffic.objects.order_by("pk").values_list("branch", "calls_per_month", "buyers", "out_of")) == [
        (None, 1400, 1, 5),
        (garden.pk, 90, 1, 5),
    ]
    form = as_manager.get(url("call_traffic"), {"branch": garden.pk}).context["form"]
    assert (form["calls"].value(), form["branch"].value()) == (90, garden.pk)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"calls": "many"}, "calls"),
        ({"calls": "0"}, "calls"),
        ({"calls": "9" * 12}, "calls"),
        ({"share": "5"}, "share"),
        ({"share": ""}, "share"),
    ],
)
def test_traffic_nobody_understands_is_explained(as_manager: Browser, change: dict[str, str], field: str) -> None:
    response = as_manager.post(url("call_traffic"), {"calls": "400", "share": "1 из 5"} | change)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert CallTraffic.objects.count() == 0


@pytest.mark.parametrize("wrong", ["0", "x", "999999999999999999999"])
def test_only_the_named_row_of_traffic_is_removed(as_manager: Browser, manager: User, garden: Branch, wrong: str) -> None:
    whole = set_traffic(branch=None, calls_per_month=400, share=(1, 5), actor=manager)
    other = set_traffic(branch=garden, calls_per_month=40, share=(1, 5), actor=manager)
    as_manager.post(url("call_traffic"), {"forget": wrong})
    assert CallTraffic.objects.count() == 2
    as_manager.post(url("call_traffic"), {"forget": other.pk})
    assert CallTraffic.objects.get() == whole
