"""Forms of the book shelf."""

from typing import Any

from django import forms

from programme.enums import ReadingState
from programme.models import Book, BookReading


class BookForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A book to put on the shelf."""

    class Meta:
        model = Book
        fields = ("title", "author", "why")


class ReadingForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """How far one is with a book, and a sentence from it."""

    class Meta:
        model = BookReading
        fields = ("state", "sentence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: Any = self.fields["state"]
        state.choices = ReadingState.choices
        state.initial = ReadingState.READ
