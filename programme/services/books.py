"""Writes of the book shelf."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from company.models import Employee, User
from programme.enums import ReadingState
from programme.models import Book, BookReading


class OnShelfError(Exception):
    """The book stands on the shelf already: nothing was saved."""


@transaction.atomic
def add_book(*, title: str, author: str, why: str, actor: User) -> Book:
    """Put a book on the shelf."""
    try:
        with transaction.atomic():
            return Book.objects.create(title=title.strip(), author=author.strip(), why=why.strip(), added_by=actor)
    except IntegrityError as error:
        raise OnShelfError from error


@transaction.atomic
def add_books(*, books: Iterable[tuple[str, str, str]], actor: User) -> int:
    """Put several on the shelf, those there already stay; return how many are new."""
    before = Book.objects.count()
    rows = [Book(title=title, author=author, why=why, added_by=actor) for title, author, why in books]
    Book.objects.bulk_create(rows, ignore_conflicts=True)
    return Book.objects.count() - before


@transaction.atomic
def take_off_shelf(*, book: Book, actor: User) -> bool:
    """Take a book off the shelf; who has read it is kept. False when it was off already."""
    del actor
    return Book.objects.filter(pk=book.pk, is_archived=False).update(is_archived=True) == 1


@transaction.atomic
def note_reading(*, book: Book, employee: Employee, state: ReadingState, sentence: str, now: dt.datetime) -> BookReading:
    """Write down how far a colleague is with a book and what they took from it."""
    facts = {"state": state, "sentence": sentence.strip(), "changed_at": now}
    reading, _is_new = BookReading.objects.update_or_create(book=book, employee=employee, defaults=facts)
    return reading


@transaction.atomic
def drop_reading(*, book: Book, employee: Employee) -> bool:
    """Forget a colleague's line; False when there was none."""
    return BookReading.objects.filter(book=book, employee=employee).delete()[0] == 1
