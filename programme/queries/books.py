"""Reads of the book shelf."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q

from company.models import Employee
from programme.enums import ReadingState
from programme.models import Book, BookReading


@dataclass(frozen=True)
class ShelfBook:
    """A book with those who read it; `mine` is the reader's own line."""

    book: Book
    readings: list[BookReading]
    mine: BookReading | None

    @property
    def read(self) -> list[BookReading]:
        """Those who have read it."""
        return [one for one in self.readings if one.state == ReadingState.READ]

    @property
    def reading(self) -> list[BookReading]:
        """Those who read it now."""
        return [one for one in self.readings if one.state == ReadingState.READING]

    @property
    def sentences(self) -> list[BookReading]:
        """What they took from it."""
        return [one for one in self.readings if one.sentence]


def book_shelf(reader: Employee | None) -> list[ShelfBook]:
    """Return the books of the shelf, the most read first."""
    readings = BookReading.objects.select_related("employee")
    read = Count("readings", filter=Q(readings__state=ReadingState.READ))
    books = Book.objects.filter(is_archived=False).annotate(read_by=read).order_by("-read_by", "title", "pk")
    found = books.prefetch_related(Prefetch("readings", readings, to_attr="all_readings"))
    return [shelf_book(book, reader) for book in found]


def shelf_book(book: Book, reader: Employee | None) -> ShelfBook:
    """Return a book beside the reader's own line."""
    readings: list[BookReading] = getattr(book, "all_readings", [])
    mine = next((one for one in readings if reader and one.employee_id == reader.pk), None)
    return ShelfBook(book, readings, mine)


def titles_on_shelf() -> Collection[str]:
    """Return the titles the shelf has or had, in small letters."""
    return {title.lower() for title in Book.objects.values_list("title", flat=True)}
