"""Pages of the results: shown, filtered, opened, exported, printed."""

import io
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from churn.enums import Detection, LeaverState
from churn.models import Leaver
from churn.queries.meeting import meeting
from churn.result_prints import month_pdf
from churn.services import record_call
from clients.models import Segment, ValueBand
from company.models import Branch, Company, User
from tests.churn.world import RUBLE, TODAY, ago, buy, make_client, make_colleague, make_leaver, make_reason, missed, talk
from touchpoints.services import create_action

ODD = '#panic() $x$ *b* _i_ @a <l> // [ #import "x"'
ZONE = "Europe/Moscow"


pytestmark = pytest.mark.usefixtures("company")


def called(owner: User, **fields: Any) -> Leaver:
    """Save a leaver who was talked to and came back."""
    leaver = make_leaver(make_client(fields.pop("name", "Анна Котова")), left=40, caller=owner)
    record_call(leaver=leaver, record=talk(would_return=True, **fields), actor=owner)
    buy(leaver.client, 0, cents=700 * RUBLE)
    Leaver.objects.filter(pk=leaver.pk).update(state=LeaverState.RETURNED, returned_on=TODAY)
    return leaver


def words_of(made: bytes) -> str:
    """Return the words of a PDF that has one page."""
    pages = PdfReader(io.BytesIO(made)).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def test_a_young_company_is_sent_to_the_queue(as_manager: Browser) -> None:
    answer = as_manager.get(reverse("churn:results"))
    assert answer.status_code == 200
    assert "Никто не ушёл" in answer.content.decode()


def test_the_page_shows_every_table(as_manager: Browser, owner: User) -> None:
    called(owner)
    answer = as_manager.get(reverse("churn:results"))
    tables = answer.context["tables"]
    assert (len(tables.months), len(tables.callers), len(tables.reasons), len(tables.attempts)) == (1, 1, 1, 1)
    assert answer.content.decode().count("btn-beam") == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number(as_manager: Browser, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        called(make_colleague(f"Кто {number}"), reasons=[make_reason(f"Повод {number}")])
    as_manager.get(reverse("churn:results"))
    with django_assert_num_queries(14):
        as_manager.get(reverse("churn:results"))


@pytest.mark.parametrize("asked", ["months=99", "branch=zzz", "segment=-1", "band=99999999999999999999999", "months=all&branch="])
def test_odd_filters_are_not_given(as_manager: Browser, owner: User, asked: str) -> None:
    called(owner)
    assert as_manager.get(f"{reverse('churn:results')}?{asked}").context["tables"].sums.left == 1


def test_filters_stay_in_the_links(as_manager: Browser, owner: User) -> None:
    leaver = called(owner)
    branch, segment, band = Branch.objects.create(name="Север"), Segment.objects.create(name="Опт"), ValueBand.objects.create(up_to=None)
    leaver.client.branch, leaver.client.segment = branch, segment
    leaver.client.save()
    asked = f"months=3&branch={branch.pk}&segment={segment.pk}&band={band.pk}"
    answer = as_manager.get(f"{reverse('churn:results')}?{asked}")
    assert (answer.context["asked"], answer.context["tables"].sums.left) == (asked, 1)
    listed = as_manager.get(f"{reverse('churn:result_clients')}?{asked}&show=after_call&group=caller&value={owner.pk}")
    assert (list(listed.context["page"]), listed.context["asked"]) == ([leaver], asked)


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "show=nobody",
        "show=left&group=weather&value=1",
        "show=left&group=month&value=2026-13-01",
        "show=left&group=month",
        "show=left&group=caller&value=x",
        "show=left&group=caller&value=0",
        "show=left&group=caller&value=9999999999",
        "show=left&group=caller&value=12345",
        "show=left&group=reason&value=12345",
    ],
)
def test_a_figure_that_is_not_there_opens_nothing(as_manager: Browser, asked: str) -> None:
    assert as_manager.get(f"{reverse('churn:result_clients')}?{asked}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("show=left", "Ушедшие Клиенты"),
        ("show=reached&group=month&value=2026-04-01", "С кем поговорили: апрель 2026"),
        ("show=called&group=tried&value=2", "Кому позвонили: была попытка 2"),
        ("show=called&group=reached_at&value=2", "Кому позвонили: поговорили с попытки 2"),
    ],
)
def test_the_list_says_whose_it_is(as_manager: Browser, asked: str, heading: str) -> None:
    answer = as_manager.get(f"{reverse('churn:result_clients')}?{asked}")
    assert (answer.status_code, answer.context["heading"]) == (200, heading)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    as_manager: Browser, owner: User, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        called(owner, name=f"К {number}")
    address = f"{reverse('churn:result_clients')}?show=after_call"
    as_manager.get(address)
    with django_assert_num_queries(6):
        assert len(as_manager.get(address).context["page"]) == rows


def test_the_table_holds_the_figures_and_no_client(as_manager: Browser, owner: User) -> None:
    called(owner, reasons=[make_reason("=Сорвали срок")])
    answer = as_manager.get(f"{reverse('churn:results_export')}?months=3")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert list(rows) == ["Результаты", "Месяцы", "Кто звонил", "Причины", "Попытки", "Вторая волна"]
    found = {row[0]: row[1] for row in rows["Результаты"]}
    assert (found["Период"], found["Вернулись после звонка"], found["Вернулось денег"]) == ("3 месяца", 1, 700)
    assert rows["Причины"][1][:2] == ["'=Сорвали срок", 1]
    assert "Котова" not in str(rows)


def test_the_meeting_is_about_the_month(owner: User, manager: User) -> None:
    late, away = make_reason("Сорвали срок"), make_reason("Переехали", is_within_power=False)
    called(owner, reasons=[late, away])
    make_leaver(left=40, noticed_on=ago(40), detection=Detection.TOLD)
    make_leaver(left=5, is_rehearsal=True, at_risk_cents=10**9)
    action = create_action(title="Считать сроки честно", owner=manager, due_on=ago(-9), actor=manager)
    late.actions.add(action)
    found = meeting(ago(40).replace(day=1), today=TODAY, user=owner, zone=ZONE)
    assert (found.of_month.left, found.of_month.called, found.of_month.returned_after_call) == (2, 1, 1)
    assert (found.counts.silent, found.counts.told, found.counts.back) == (1, 1, 0), "both parts make up those who left"
    assert [(row.reason, row.n, row.actions) for row in found.to_fix] == [(late, 1, [action])]
    assert [leaver.detection for leaver in found.first] == [Detection.TOLD]
    assert [row.reason for row in found.reasons] == [late, away]


def test_the_sheet_is_one_page_in_both_languages(owner: User) -> None:
    Company.objects.update(name=ODD)
    called(owner, reasons=[make_reason(ODD)])
    month = TODAY.replace(day=1, month=4)
    words = words_of(month_pdf(month, today=TODAY, actor=owner))
    assert "Уход и возвращение: апрель 2026" in words
    assert words.replace(" ", "").count(ODD.replace(" ", "")) == 3
    with translation.override("en"):
        assert "Leaving and coming back: April 2026" in words_of(month_pdf(month, today=TODAY, actor=owner))


def test_a_full_sheet_stays_on_one_page(owner: User) -> None:
    for number in range(9):
        reason = make_reason(f"{number} обещали перезвонить в тот же день и не перезвонили ни разу за месяц")
        called(owner, name=f"{number} Очень Длинное Имя Клиента с Отчеством и Двойной Фамилией", reasons=[reason])
        make_leaver(make_client(f"Ждёт {number} " + "длинное имя " * 8), left=10 + 30 * number, caller=owner)
    words = words_of(month_pdf(TODAY.replace(day=1), today=TODAY, actor=owner))
    assert "Ждёт 0" in words


@pytest.mark.parametrize(
    ("asked", "month"), [("", "2026-04"), ("2026-03", "2026-03"), ("2026-13", "2026-04"), ("2099-01", "2026-04"), ("0001-01", "2026-04")]
)
def test_the_sheet_is_of_the_last_whole_month_unless_asked(as_manager: Browser, asked: str, month: str) -> None:
    answer = as_manager.get(f"{reverse('churn:results_print')}?month={asked}")
    assert (answer.status_code, answer["Content-Disposition"]) == (200, f'inline; filename="mayak-leaving-{month}.pdf"')


def test_unreached_leavers_wait_in_the_sheet(owner: User) -> None:
    leaver = make_leaver(left=40, caller=owner)
    record_call(leaver=leaver, record=missed(next_call_on=TODAY), actor=owner)
    found = meeting(TODAY.replace(day=1, month=4), today=TODAY, user=owner, zone=ZONE)
    assert (found.of_month.called, found.of_month.reached, found.first) == (1, 0, [leaver])
