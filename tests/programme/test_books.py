"""The book shelf: who has read what."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation

from company.models import Employee, User
from programme.enums import ReadingState
from programme.manners_start import BOOKS
from programme.models import Book, BookReading
from programme.queries.books import book_shelf
from programme.services.books import note_reading

NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)


def url(view: str, *args: object) -> str:
    return reverse(f"programme:{view}", args=args)


def test_anybody_puts_a_book_on_the_shelf_once(as_staff: Browser) -> None:
    typed = {"title": "Моменты истины", "author": "Ян Карлзон", "why": "Коротко"}
    answers = [as_staff.post(url("book_add"), typed | change).status_code for change in ({}, {"title": "моменты ИСТИНЫ"}, {"title": ""})]
    assert (answers, Book.objects.count()) == ([302, 422, 422], 1)


def test_a_book_taken_off_may_come_back(as_manager: Browser) -> None:
    typed = {"title": "Моменты истины"}
    as_manager.post(url("book_add"), typed)
    as_manager.post(url("book_remove", Book.objects.get().pk))
    assert as_manager.post(url("book_add"), typed).status_code == 302
    assert sorted(Book.objects.values_list("is_archived", flat=True)) == [False, True]


def test_our_books_are_offered_until_they_stand_there(as_manager: Browser) -> None:
    with translation.override("ru"):
        title = str(BOOKS[0].title)
    as_manager.post(url("book_start"), {"title": title}, headers={"Accept-Language": "ru"})
    assert [book.title for book in Book.objects.all()] == [title]
    for _time in range(2):
        as_manager.post(url("book_start"), headers={"Accept-Language": "ru"})
    assert Book.objects.count() == len(BOOKS)
    assert as_manager.get(url("book_list"), headers={"Accept-Language": "ru"}).context["offers"] == []


def test_one_says_how_far_one_is_and_changes_it(as_staff: Browser, staff: User) -> None:
    me, book = Employee.objects.create(name="Марина", user=staff), Book.objects.create(title="Книга")
    for typed in (
        {"state": "reading"},
        {"state": "read", "sentence": " Слушай до конца "},
        {"state": "x"},
        {"state": "read", "sentence": "я" * 301},
    ):
        as_staff.post(url("book_read", book.pk), typed)
    found = [(line.employee, line.state, line.sentence) for line in BookReading.objects.all()]
    assert found == [(me, ReadingState.READ, "Слушай до конца")]
    assert "Слушай до конца" in as_staff.get(url("book_list")).content.decode()
    as_staff.post(url("book_read", book.pk), {"state": "none"})
    assert BookReading.objects.count() == 0


def test_without_an_employee_nothing_is_written(as_staff: Browser) -> None:
    book = Book.objects.create(title="Книга")
    assert as_staff.post(url("book_read", book.pk), {"state": "read"}).status_code == 302
    assert BookReading.objects.count() == 0


def test_the_most_read_stands_first_in_two_queries(manager: User, django_assert_num_queries: object) -> None:
    for number in range(3):
        book = Book.objects.create(title=f"Книга {number}")
        for reader in range(number):
            employee = Employee.objects.create(name=f"Читатель {number} {reader}")
            note_reading(book=book, employee=employee, state=ReadingState.READ, sentence="", now=NOW)
    with django_assert_num_queries(2):  # type: ignore[operator]  # the plugin's own type is not exported
        shelf = book_shelf(None)
        assert next((one.book.title, [line.employee.name for line in one.read]) for one in shelf)[0] == "Книга 2"
    assert [len(one.read) for one in shelf] == [2, 1, 0]


def test_the_database_refuses_impossible_lines(manager: User) -> None:
    book, person = Book.objects.create(title="Книга"), Employee.objects.create(name="Марина")
    for make in (
        lambda: Book.objects.create(title=""),
        lambda: Book.objects.create(title="КНИГА"),
        lambda: BookReading.objects.create(book=book, employee=person, state="x"),
        lambda: [BookReading.objects.create(book=book, employee=person, state="read") for _time in range(2)],
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
    assert (Book.objects.count(), BookReading.objects.count()) == (1, 0)
