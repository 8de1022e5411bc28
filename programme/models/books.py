"""The book shelf: what the team reads, and what each took from it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.models import Employee, User
from programme.enums import ReadingState


class Book(models.Model):
    """A book the team reads. Taken off the shelf, it keeps who has read it."""

    title = models.CharField(_("title"), max_length=160)
    author = models.CharField(_("author"), max_length=120, blank=True)
    why = models.CharField(_("why read it"), max_length=300, blank=True)
    is_archived = models.BooleanField(default=False)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["title", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="book_has_title"),
            models.UniqueConstraint(Lower("title"), Lower("author"), condition=Q(is_archived=False), name="book_once_on_shelf"),
        ]

    def __str__(self) -> str:
        return f"«{self.title}»"


class BookReading(models.Model):
    """A colleague and a book: reading it or through with it, with one sentence they took from it."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="readings")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="readings")
    state = models.CharField(max_length=8, choices=ReadingState.choices)
    sentence = models.CharField(_("a sentence from it"), max_length=300, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-changed_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "employee"], name="book_reading_once"),
            models.CheckConstraint(condition=Q(state__in=ReadingState.values), name="book_reading_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.book}"
