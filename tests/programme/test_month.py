"""The month for the meeting: what is called moved, what is refused, what is to be done, and its print."""

import datetime as dt
import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from pypdf import PdfReader

from clients.models import Client, Spell
from company.models import Company, User
from metrics.formulas.constraint import Lever, LeverResult, MarkKind
from metrics.models import ConstraintDay
from programme.enums import Tool
from programme.formulas.month import Figure, Lack
from programme.queries.effects import Change
from programme.queries.month import MonthReport, Reading, month_report
from surveys.enums import AnswerChannel, CaseKind, WaveState
from surveys.models import Answer, Case, Promise, Questionnaire, Wave
from surveys.services import WaveDraft, create_wave
from tests.surveys.staff_rows import add_everybody, make_closed
from touchpoints.enums import ActionState, AuditState, Rating
from touchpoints.models import Action, Audit, AuditMark, PhoneCall, Touchpoint

NOW = dt.datetime(2026, 5, 20, 9, tzinfo=dt.UTC)
APRIL = dt.date(2026, 4, 1)
ZONE = "Europe/Moscow"
EVENING = dt.time(18)

pytestmark = pytest.mark.usefixtures("company", "company_clock")


@pytest.fixture(autouse=True)
def _one_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def at(day: dt.date) -> dt.datetime:
    """Return a moment of a day."""
    return dt.datetime.combine(day, EVENING, dt.UTC)


def report(month: dt.date = APRIL) -> MonthReport:
    """Return the report of a month."""
    return month_report(month, today=NOW.date(), zone=ZONE, now=NOW)


def read(figure: Figure, month: dt.date = APRIL) -> Reading:
    """Return one reading of the month."""
    return next(reading for reading in report(month).readings if reading.figure == figure)


def actions(owner: User, day: dt.date, kept: int, n: int) -> None:
    """Save actions due on a day, some of them done by it."""
    done = {"state": ActionState.DONE, "done_at": at(day), "evidence": "Готово"}
    Action.objects.bulk_create(Action(title="Шаг", owner=owner, due_on=day, **(done if number < kept else {})) for number in range(n))


def a_wave(day: dt.date, fans: int, critics: int, **fields: Any) -> Wave:
    """Save a wave that began on a day, with its answers."""
    draft = WaveDraft(name=f"{day}", locale="ru", subject="Вопрос", intro="", closes_at=at(day) + dt.timedelta(days=14))
    wave = create_wave(draft=draft, actor=None)
    Wave.objects.filter(pk=wave.pk).update(starts_at=at(day), state=WaveState.RUNNING, **fields)
    for number in range(fans + critics):
        values = {"channel": AnswerChannel.QR, "submission_key": uuid.uuid4(), "answered_at": at(day)}
        Answer.objects.create(wave=wave, score=10 if number < fans else 2, **values)
    return wave


def spells(first: dt.date, last: dt.date, n: int, patience: int = 30) -> None:
    """Save Clients who bought from one day to another."""
    clients = Client.objects.bulk_create(Client(name="Кто-то") for _ in range(n))
    Spell.objects.bulk_create(
        Spell(client=client, first_day=first, last_day=last, n_days=2, cents=100, patience=patience) for client in clients
    )


def walked(day: dt.date, ratings: list[Rating]) -> None:
    """Save an audit of the first touchpoints, finished on a day."""
    points = list(Touchpoint.objects.order_by("pk"))
    points += [Touchpoint.objects.create(name=f"Точка {number}", kind="service") for number in range(len(points), len(ratings))]
    audit = Audit.objects.create(due_on=day, state=AuditState.DONE, finished_at=at(day))
    AuditMark.objects.bulk_create(
        AuditMark(audit=audit, touchpoint=point, rating=rating, marked_at=at(day)) for point, rating in zip(points, ratings, strict=False)
    )


def test_empty_company_has_nothing_to_compare_and_no_figures() -> None:
    found = report()
    assert [reading.figure for reading in found.readings] == list(Figure)
    assert {(reading.change, reading.after, reading.chance) for reading in found.readings} == {(Change.EARLY, None, None)}
    assert (list(found.todo.overdue), found.todo.lever, found.todo.late_cases) == ([], None, 0)


def test_change_beyond_chance_has_moved(owner: User) -> None:
    actions(owner, dt.date(2026, 2, 10), kept=57, n=60)
    actions(owner, dt.date(2026, 4, 30), kept=10, n=20)
    reading = read(Figure.PROMISES)
    assert (reading.before, reading.after, reading.change) == (0.95, 0.5, Change.WORSE)
    assert (round(reading.low or 0, 2), round(reading.high or 0, 2)) == (0.3, 0.7)


def test_small_change_is_within_chance(owner: User) -> None:
    actions(owner, dt.date(2026, 2, 10), kept=12, n=20)
    actions(owner, dt.date(2026, 4, 10), kept=15, n=20)
    assert read(Figure.PROMISES).change == Change.CHANCE


def test_weak_month_shows_no_figure_and_a_weak_past_no_comparison(owner: User) -> None:
    actions(owner, dt.date(2026, 2, 10), kept=1, n=9)
    actions(owner, dt.date(2026, 4, 10), kept=9, n=9)
    few = read(Figure.PROMISES)
    assert (few.after, few.n, few.needed, few.lack, few.change) == (None, 9, 10, Lack.FEW, Change.EARLY)
    actions(owner, dt.date(2026, 4, 11), kept=1, n=1)
    lone = read(Figure.PROMISES)
    assert (lone.after, lone.before, lone.lack, lone.change) == (1.0, None, Lack.FEW_BEFORE, Change.EARLY)


def test_month_does_not_change_afterwards(owner: User) -> None:
    actions(owner, dt.date(2026, 2, 10), kept=20, n=20)
    actions(owner, dt.date(2026, 4, 10), kept=0, n=12)
    before = report().readings
    Action.objects.exclude(state=ActionState.DONE).update(state=ActionState.DONE, done_at=NOW, evidence="Готово")
    actions(owner, dt.date(2026, 5, 1), kept=0, n=9)
    assert report().readings == before


def test_wave_of_the_month_is_compared_with_the_wave_before() -> None:
    a_wave(dt.date(2026, 1, 20), fans=20, critics=20)
    a_wave(dt.date(2026, 4, 20), fans=38, critics=2)
    reading = read(Figure.NPS)
    assert (reading.before, reading.after, reading.n, reading.change) == (0, 90, 40, Change.BETTER)
    assert read(Figure.NPS, dt.date(2026, 3, 1)).lack == Lack.NOT_ASKED
    assert read(Figure.NPS, dt.date(2026, 1, 1)).lack == Lack.FIRST


def test_reworded_question_is_not_compared() -> None:
    first = a_wave(dt.date(2026, 1, 20), fans=20, critics=20)
    other = Questionnaire.objects.get(pk=first.questionnaire_id)
    other.pk = None
    other.save()
    a_wave(dt.date(2026, 4, 20), fans=38, critics=2, questionnaire=other)
    reading = read(Figure.NPS)
    assert (reading.after, reading.before, reading.lack, reading.change) == (90, None, Lack.CHANGED, Change.EARLY)


def test_few_answers_are_too_early_to_judge() -> None:
    a_wave(dt.date(2026, 1, 20), fans=6, critics=5)
    a_wave(dt.date(2026, 4, 20), fans=7, critics=4)
    assert (read(Figure.NPS).lack, read(Figure.NPS).change) == (Lack.WIDE, Change.EARLY)


def test_employees_are_compared_when_the_same_were_asked_the_same() -> None:
    add_everybody(make_closed("Зима", days_ago=110), 20, 10, 10)
    add_everybody(make_closed("Весна", days_ago=30), 2, 8, 30)
    reading = read(Figure.ENPS)
    assert (reading.before, reading.after, reading.change) == (-25, 70, Change.BETTER)
    assert read(Figure.ENPS, dt.date(2026, 3, 1)).lack == Lack.NOT_ASKED


def test_another_question_to_employees_is_not_compared() -> None:
    add_everybody(make_closed("Зима", days_ago=110), 20, 10, 10)
    add_everybody(make_closed("Весна", days_ago=30, question="Хорошо ли у нас?"), 2, 8, 30)
    assert read(Figure.ENPS).lack == Lack.CHANGED


def test_fewer_leaving_is_better() -> None:
    spells(dt.date(2025, 6, 1), dt.date(2026, 5, 10), 200)
    for month in (1, 2, 3):
        spells(dt.date(2025, 6, 1), dt.date(2026, month, 10) - dt.timedelta(days=30), 20)
    reading = read(Figure.LEFT)
    assert (reading.after, reading.n, reading.change) == (0, 200, Change.BETTER)
    assert round(reading.before or 0, 4) == round(60 / (260 + 240 + 220), 4)


def test_places_are_compared_with_the_time_before() -> None:
    walked(dt.date(2026, 2, 10), [Rating.OK] * 10 + [Rating.AWFUL] * 2)
    walked(dt.date(2026, 4, 10), [Rating.AWFUL] * 9 + [Rating.OK] * 3)
    reading = read(Figure.POINTS)
    assert (reading.before, reading.after, reading.n, reading.change) == (2, 9, 12, Change.CHANCE)
    Touchpoint.objects.all().delete()
    walked(dt.date(2026, 2, 10), [Rating.OK] * 12)
    walked(dt.date(2026, 4, 10), [Rating.AWFUL] * 12)
    assert read(Figure.POINTS).change == Change.WORSE


def test_few_places_walked_again_are_refused() -> None:
    walked(dt.date(2026, 2, 10), [Rating.OK] * 9)
    walked(dt.date(2026, 4, 10), [Rating.AWFUL] * 12)
    reading = read(Figure.POINTS)
    assert (reading.n, reading.needed, reading.lack) == (9, 10, Lack.FEW)


def test_mystery_calls_of_the_month_are_compared() -> None:
    PhoneCall.objects.bulk_create(PhoneCall(is_reached=False, called_at=at(dt.date(2026, 2, day))) for day in range(1, 21))
    PhoneCall.objects.bulk_create(PhoneCall(seconds=5, transfers=0, called_at=at(dt.date(2026, 4, day))) for day in range(1, 21))
    PhoneCall.objects.create(is_reached=False, called_at=at(dt.date(2026, 5, 1)))
    reading = read(Figure.PHONE)
    assert (reading.before, reading.after, reading.n, reading.change) == (0, 100, 20, Change.BETTER)


def lever(cents: int = 5_000_000) -> None:
    """Keep a ranking with one lever."""
    result = LeverResult(Lever.WIN_BACK, MarkKind.BRANCH, 0.4, "На Садовой", 50, cents, cents // 2, cents * 2, ())
    row = asdict(result)
    ConstraintDay.objects.create(day=NOW.date(), levers={"levers": [row], "others": [], "missing": []})


def test_what_is_late_stands_with_promises_first(owner: User) -> None:
    actions(owner, dt.date(2026, 5, 1), kept=0, n=6)
    promised = Action.objects.create(title="Возить вечером", owner=owner, due_on=dt.date(2026, 5, 19))
    Promise.objects.create(action=promised, wording="Возим вечером", subject="Готово", text="Готово")
    found = report().todo
    assert (found.overdue[0], len(found.overdue), found.overdue_count) == (promised, 5, 7)


def test_critics_past_the_deadline_and_the_lever_are_steps(as_manager: Browser, owner: User) -> None:
    lever()
    client = Client.objects.create(name="Критик")
    answer = a_wave(dt.date(2026, 5, 10), fans=0, critics=1).answers.get()
    Case.objects.create(kind=CaseKind.DETRACTOR, client=client, answer=answer, owner=owner, due_at=NOW - dt.timedelta(hours=1))
    page = as_manager.get("/path/month/")
    steps = page.context["words"].steps
    assert steps[0].title == "1 критик ждёт дольше срока"
    assert steps[1].title.startswith(str(Tool.CALLS.label))
    assert "50\u00a0000\u00a0₽" in steps[1].why
    assert "25\u00a0000\u00a0₽" in steps[1].why
    assert steps[2].title.startswith(str(Tool.LTV.label))
    assert len(steps) == 3


def test_page_says_what_moved_and_names_no_weak_figure(as_owner: Browser, owner: User) -> None:
    actions(owner, dt.date(2026, 2, 10), kept=57, n=60)
    actions(owner, dt.date(2026, 4, 30), kept=10, n=20)
    page = as_owner.get("/path/month/")
    words = page.context["words"]
    assert [(row.name, row.before, row.after, row.range) for row in words.moved] == [
        ("Обещания выполнены в срок", "95\u00a0%", "50\u00a0%", "от 29,9\u00a0% до 70,1\u00a0%")
    ]
    assert (len(words.still), {row.after for row in words.early}) == (0, {""})
    assert page.content.count(b"btn-beam") == 1


@pytest.mark.parametrize("asked", ["", "2026-05", "2026-13", "odd", "1999-12", "9999-99", "2026-04"])
def test_odd_and_unfinished_months_give_the_last_whole_one(as_manager: Browser, asked: str) -> None:
    assert as_manager.get("/path/month/", {"month": asked}).context["month"] == APRIL


def test_any_past_month_may_be_chosen(as_manager: Browser) -> None:
    page = as_manager.get("/path/month/", {"month": "2019-02"})
    assert (page.context["month"], page.context["months"][-1]) == (dt.date(2019, 2, 1), dt.date(2019, 2, 1))
    assert page.context["health_day"] == dt.date(2019, 3, 1)


def words_of(made: bytes) -> str:
    """Return the words of a PDF of one page."""
    pages = PdfReader(io.BytesIO(made)).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().replace("\xad\n", "").replace("\xad ", "").split())


def test_sheet_of_an_empty_company_is_one_page(as_manager: Browser) -> None:
    answer = as_manager.get("/path/month.pdf", {"month": "2026-03"})
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("application/pdf", 'inline; filename="mayak-month-2026-03.pdf"')
    words = words_of(answer.content)
    assert "Месяц для собрания: март 2026" in words
    assert "Ничего не сдвинулось: всё в пределах погрешности." in words


def test_full_sheet_is_one_page_in_english_too(as_manager: Browser, owner: User) -> None:
    lever()
    odd = "#panic() $x$ *b* _i_ @a <l> // [ Очень длинное название действия, которое надо как-то поместить в строку листа"
    Action.objects.bulk_create(Action(title=odd, owner=owner, due_on=dt.date(2025, 12, 1)) for _ in range(30))
    actions(owner, dt.date(2026, 2, 10), kept=57, n=60)
    actions(owner, dt.date(2026, 4, 30), kept=10, n=20)
    words = words_of(as_manager.get("/path/month.pdf", headers={"Accept-Language": "en"}).content)
    assert "Month for the meeting: April 2026" in words
    assert "worse" in words
    assert "#panic()" in words


def test_staff_are_not_led_to_the_month(as_staff: Browser, as_manager: Browser) -> None:
    assert b'href="/path/month/"' in as_manager.get("/path/").content
    assert b'href="/path/month/"' not in as_staff.get("/path/").content


@pytest.mark.parametrize("rows", [1, 3])
def test_month_takes_the_same_queries_for_any_number(
    company: Company, owner: User, rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    del company
    lever()
    a_wave(dt.date(2026, 1, 10), fans=10, critics=10)
    for number in range(rows):
        actions(owner, dt.date(2026, 4, 1 + number), kept=0, n=5)
        a_wave(dt.date(2026, 1, 20 + number), fans=10, critics=10)
        add_everybody(make_closed(f"Опрос {number}", days_ago=30 + number), 5, 5, 5)
        walked(dt.date(2026, 4, 10 + number), [Rating.OK])
    with django_assert_num_queries(QUERIES):
        report()


QUERIES = 26
