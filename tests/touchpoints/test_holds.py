"""The worksheet of what holds Clients, and the lessons."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, ClientDay, ClientSum, Segment
from company.models import User
from tests.touchpoints.make import TODAY
from touchpoints.enums import HoldKind
from touchpoints.models import Action, Hold, Lesson
from touchpoints.queries.lessons import LINES_AT_ONCE, bought_later, lines_of, who_came
from touchpoints.queries.worksheets import hold_sheet
from touchpoints.services import ClosedError
from touchpoints.services.lessons import TooManyError, count_others


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


@pytest.fixture
def firms(db: None) -> Segment:
    """A segment."""
    return Segment.objects.create(name="Компании")


@pytest.fixture
def seminar(db: None) -> Lesson:
    """A lesson twenty people were invited to."""
    return Lesson.objects.create(kind="seminar", title="Как выбрать ткань", held_on=dt.date(2026, 1, 10), invited=20)


@pytest.fixture
def anna(db: None) -> Client:
    """A Client known by everything."""
    return Client.objects.create(name="Анна Ёлкина", phone="+79161234567", email="anna@example.org", external_id="К-17")


def bought(client: Client, *days: dt.date) -> None:
    """Save purchases as the rollups keep them."""
    ClientDay.objects.bulk_create([ClientDay(client=client, day=day, n=1, cents=100) for day in days])
    ClientSum.objects.create(
        client=client, first_day=min(days), last_day=max(days), n_days=len(days), n_purchases=len(days), cents=100, first_cents=100
    )


# ---- holds


def test_the_empty_sheet_leads_to_the_ten_questions(as_manager: Browser) -> None:
    text = as_manager.get(url("hold_list")).content.decode()
    assert (text.count("btn-beam"), url("hold_edit", 0) in text) == (1, True)
    assert len(as_manager.get(url("hold_edit", 0)).context["form"].rows()) == 10


def test_the_ten_are_rated_in_one_go_and_what_is_not_about_us_is_left_out(as_manager: Browser, firms: Segment) -> None:
    typed = {"strength-person": "0", "note-person": "Менеджеры меняются", "strength-habit": "3", "strength-refit": ""}
    assert as_manager.post(url("hold_edit", firms.pk), typed).status_code == 302
    assert set(Hold.objects.values_list("segment", "kind", "strength", "note")) == {
        (firms.pk, "person", 0, "Менеджеры меняются"),
        (firms.pk, "habit", 3, ""),
    }
    as_manager.post(url("hold_edit", firms.pk), {"strength-person": "2"})
    assert list(Hold.objects.values_list("kind", "strength", "note")) == [("person", 2, "")]
    assert hold_sheet().columns[0].segment is None


def test_saving_what_did_not_change_keeps_the_row_and_its_action(as_manager: Browser) -> None:
    as_manager.post(url("hold_edit", 0), {"strength-brand": "1"})
    hold = Hold.objects.get()
    as_manager.post(url("hold_action", hold.pk))
    as_manager.post(url("hold_edit", 0), {"strength-brand": "2", "strength-habit": "2"})
    again = Hold.objects.get(kind="brand")
    assert (again.pk, again.strength, again.action) == (hold.pk, 2, Action.objects.get())


def test_the_weakest_of_each_segment_is_shown_with_its_equals(db: None, firms: Segment) -> None:
    for kind, strength in (("person", 1), ("brand", 1), ("habit", 3)):
        Hold.objects.create(segment=firms, kind=kind, strength=strength)
    Hold.objects.create(kind="habit", strength=3)
    everybody, theirs = hold_sheet().columns
    assert [hold.kind for hold in theirs.weakest] == ["person", "brand"]
    assert theirs.weakest_strength == 1
    assert (everybody.weakest, everybody.weakest_strength) == ((), 3)


@pytest.mark.parametrize(
    "typed",
    [{"strength-person": "7"}, {"strength-person": "x"}, {"note-person": "без оценки"}, {"strength-person": "1", "note-person": "ё" * 301}],
)
def test_a_wrong_rating_comes_back_as_typed(as_manager: Browser, typed: dict[str, str]) -> None:
    Hold.objects.create(kind="person", strength=2)
    answer = as_manager.post(url("hold_edit", 0), typed)
    assert answer.status_code == 422
    assert Hold.objects.get().strength == 2
    assert [value for value in typed.values() if len(value) > 1 and value not in answer.content.decode()] == []


def test_a_segment_that_is_not_there_is_not_found(as_manager: Browser) -> None:
    assert as_manager.get(url("hold_edit", 10**30)).status_code == 404
    assert as_manager.post(url("hold_edit", 999), {"strength-person": "1"}).status_code == 404


def test_the_same_thing_is_rated_once_even_for_all_clients(db: None) -> None:
    Hold.objects.create(kind=HoldKind.BRAND, strength=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(kind=HoldKind.BRAND, strength=2)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_sheet_takes_a_fixed_number_of_queries(
    as_manager: Browser, anna: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        segment = Segment.objects.create(name=f"Сегмент {number}")
        hold = Hold.objects.create(segment=segment, kind="person", strength=number)
        as_manager.post(url("hold_action", hold.pk))
        Lesson.objects.create(kind="webinar", title=f"Урок {number}", held_on=TODAY, segment=segment).clients.add(anna)
    as_manager.get(url("hold_list"))
    with django_assert_num_queries(8):
        as_manager.get(url("hold_list"))


# ---- who came


def test_a_pasted_list_finds_clients_however_they_are_written(anna: Client) -> None:
    boris = Client.objects.create(name="Борис", external_id="18")
    text = "8 (916) 123-45-67\nANNA@example.org\r\nАнна Ёлкина;К-17\n\n 18 \nНикто Такой\nАнна\t+7 999 000-00-00"
    found = who_came(text, "RU")
    assert found.clients == (anna, boris)
    assert found.unknown == ("Никто Такой", "Анна\t+7 999 000-00-00")


def test_two_clients_of_one_name_are_never_guessed(anna: Client) -> None:
    Client.objects.create(name="Анна Ёлкина", email="other@example.org")
    found = who_came("анна ёлкина\nАнна Ёлкина, other@example.org", "RU")
    assert [client.email for client in found.clients] == ["other@example.org"]
    assert found.doubtful == ("анна ёлкина",)


@pytest.mark.parametrize(
    "line",
    [
        "Анна Ёлкина <ANNA@example.org>",
        '"anna@example.org"',
        "mailto:anna@example.org",
        "1. +79161234567",
        "2) 8 (916) 123-45-67",
        "Ёлкина Анна",
        "• анна ёлкина",
        "Анна 8 (916) 123-45-67",
        "Кто-то — anna@example.org",
        "Анна;anna@example.org;на Садовой",
    ],
)
def test_a_client_is_found_in_a_line_copied_from_anywhere(anna: Client, line: str) -> None:
    found = who_came(line, "RU")
    assert (found.clients, found.left) == ((anna,), ())


def test_several_people_in_one_line_are_all_found_or_named(anna: Client) -> None:
    boris = Client.objects.create(name="Борис Котов", email="boris@example.org")
    assert who_came("Анна <anna@example.org>, boris@example.org, x@example.org", "RU").clients == (anna, boris)
    assert who_came("Анна <anna@example.org>, x@example.org", "RU").unknown == ("x@example.org",)
    assert who_came("Анна Ёлкина, Борис Котов", "RU").doubtful == ("Анна Ёлкина, Борис Котов",)


def test_lines_are_told_apart_and_counted_once() -> None:
    assert lines_of("  а \n\nб;а\r\n\0\n") == ["а", "б"]


@pytest.mark.parametrize("lines", [1, 50])
def test_a_list_of_any_length_takes_four_queries(anna: Client, lines: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    text = "\n".join(f"Имя {n}, +7916{n:07}, n{n}@example.org" for n in range(lines))
    with django_assert_num_queries(4):
        assert len(who_came(text, "RU").unknown) == lines


def test_the_unrecognised_come_back_and_are_counted_once(as_manager: Browser, seminar: Lesson, anna: Client) -> None:
    answer = as_manager.post(url("lesson_people", seminar.pk), {"who": "anna@example.org\nПётр с улицы"})
    assert answer.status_code == 422
    assert answer.context["form"].initial["who"] == "Пётр с улицы"
    assert list(seminar.clients.all()) == [anna]
    for _click in range(2):
        as_manager.post(url("lesson_others", seminar.pk), {"more": "1", "known": "0"})
    seminar.refresh_from_db()
    assert seminar.others == 1
    assert as_manager.get(url("lesson_detail", seminar.pk)).context["lesson"].came == 2


def test_a_client_is_listed_once_and_may_be_taken_off(as_manager: Browser, seminar: Lesson, anna: Client) -> None:
    for _time in range(2):
        assert as_manager.post(url("lesson_people", seminar.pk), {"who": "К-17"}).status_code == 302
    assert seminar.clients.count() == 1
    for value in ("x", "9" * 30, str(anna.pk)):
        as_manager.post(url("lesson_remove", seminar.pk), {"client": value})
    assert seminar.clients.count() == 0


@pytest.mark.parametrize("who", ["", " \n", "\n".join(map(str, range(LINES_AT_ONCE + 1))), "x" * 200_001])
def test_a_list_that_cannot_be_read_changes_nothing(as_manager: Browser, seminar: Lesson, who: str) -> None:
    assert as_manager.post(url("lesson_people", seminar.pk), {"who": who}).status_code == 422
    assert seminar.clients.count() == 0


def test_more_people_than_were_invited_are_refused(as_manager: Browser, seminar: Lesson, manager: User) -> None:
    with pytest.raises(TooManyError):
        count_others(lesson=seminar, more=21, known=0, actor=manager)
    with pytest.raises(ClosedError):
        count_others(lesson=seminar, more=1, known=5, actor=manager)
    assert as_manager.post(url("lesson_others", seminar.pk), {"more": "21", "known": "0"})["Location"] == url("lesson_edit", seminar.pk)
    for odd in ({"more": "-1", "known": "0"}, {"more": "²", "known": "0"}, {}):
        as_manager.post(url("lesson_others", seminar.pk), odd)
    seminar.refresh_from_db()
    assert seminar.others == 0


# ---- lessons


def test_a_lesson_is_written_changed_and_taken_off(as_manager: Browser, firms: Segment) -> None:
    typed = {
        "title": "День открытых дверей",
        "kind": "open_day",
        "held_on": "2026-02-01",
        "segment": firms.pk,
        "invited": "30",
        "others": "",
    }
    answer = as_manager.post(url("lesson_create"), typed)
    lesson = Lesson.objects.get()
    assert answer["Location"] == url("lesson_detail", lesson.pk)
    assert (lesson.others, lesson.invited, lesson.segment) == (0, 30, firms)
    as_manager.post(url("lesson_edit", lesson.pk), typed | {"others": "5", "note": "Шёл дождь"})
    lesson.refresh_from_db()
    assert (lesson.others, lesson.note) == (5, "Шёл дождь")
    as_manager.post(url("lesson_delete", lesson.pk))
    assert Lesson.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"held_on": "0001-01-01"},
        {"held_on": "9999-12-31"},
        {"held_on": "31.02.2026x"},
        {"invited": "3", "others": "4"},
        {"invited": "9" * 30},
        {"others": "-1"},
        {"kind": "party"},
    ],
)
def test_a_wrong_lesson_comes_back(as_manager: Browser, change: dict[str, Any]) -> None:
    typed = {"title": "Урок", "kind": "seminar", "held_on": "2026-02-01", "invited": "", "others": ""}
    assert as_manager.post(url("lesson_create"), typed | change).status_code == 422
    assert Lesson.objects.count() == 0


def test_purchases_after_are_compared_with_as_long_before_and_the_day_itself_is_neither(seminar: Lesson, anna: Client) -> None:
    boris = Client.objects.create(name="Борис")
    seminar.clients.set([anna, boris, Client.objects.create(name="Вера")])
    day = seminar.held_on
    bought(anna, day, day - dt.timedelta(days=91), day + dt.timedelta(days=90))
    bought(boris, day - dt.timedelta(days=90), day + dt.timedelta(days=91))
    later = bought_later(seminar, day + dt.timedelta(days=400))
    assert (later.listed, later.before, later.after) == (3, 1, 1)
    assert (later.is_over, later.is_judged) == (True, False)


def test_no_share_is_told_before_its_purchases_are_loaded(as_manager: Browser, seminar: Lesson, anna: Client) -> None:
    seminar.clients.add(anna)
    assert bought_later(seminar, TODAY).is_over is False
    bought(anna, seminar.held_on + dt.timedelta(days=30))
    assert bought_later(seminar, seminar.held_on + dt.timedelta(days=200)).is_over is False
    assert as_manager.get(url("lesson_detail", seminar.pk)).status_code == 200


def test_a_share_of_ten_clients_has_an_interval(as_manager: Browser, seminar: Lesson) -> None:
    people = [Client.objects.create(name=f"Клиент {n}") for n in range(10)]
    seminar.clients.set(people)
    for client in people[:5]:
        bought(client, seminar.held_on + dt.timedelta(days=100), seminar.held_on + dt.timedelta(days=5))
    later = bought_later(seminar, seminar.held_on + dt.timedelta(days=100))
    assert (later.after, later.is_judged) == (5, True)
    assert [round(end, 3) for end in later.interval] == [0.237, 0.763]
    Lesson.objects.filter(pk=seminar.pk).update(held_on=seminar.held_on)
    assert "24" in as_manager.get(url("lesson_detail", seminar.pk)).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_lesson_takes_a_fixed_number_of_queries(
    as_manager: Browser, seminar: Lesson, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    seminar.clients.set([Client.objects.create(name=f"Клиент {n}") for n in range(rows)])
    as_manager.get(url("lesson_detail", seminar.pk))
    with django_assert_num_queries(7):
        as_manager.get(url("lesson_detail", seminar.pk))
