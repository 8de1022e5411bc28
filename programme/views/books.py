"""The book shelf."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from programme.enums import ReadingState
from programme.forms.books import BookForm, ReadingForm
from programme.manners_start import BOOKS
from programme.models import Book
from programme.queries.books import book_shelf, titles_on_shelf
from programme.queries.manners import employee_of
from programme.services import books as services
from programme.views.room import room_page, status_of


@staff_only
@require_safe
def book_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the books, who has read them and what they took from them."""
    me = employee_of(request.user)
    known = titles_on_shelf()
    context = {"shelf": book_shelf(me), "me": me, "offers": [book for book in BOOKS if str(book.title).lower() not in known]}
    return room_page(request, "programme/book_list.html", "books", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def book_add(request: AuthenticatedRequest) -> HttpResponse:
    """Put a book on the shelf."""
    form = BookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            book = services.add_book(**form.cleaned_data, actor=request.user)
        except services.OnShelfError:
            form.add_error("title", _("This book stands on the shelf already."))
        else:
            messages.success(request, _("On the shelf"))
            return redirect(f"{reverse('programme:book_list')}#book-{book.pk}")
    return room_page(request, "programme/book_form.html", "books", {"form": form}, status=status_of(form))


@managers_only
@require_POST
def book_start(request: AuthenticatedRequest) -> HttpResponse:
    """Put the books we advise on the shelf: one, or all of them."""
    asked = request.POST.get("title", "")
    known = titles_on_shelf()
    chosen = [book for book in BOOKS if asked in {"", str(book.title)} and str(book.title).lower() not in known]
    rows = [(str(book.title), str(book.author), str(book.why)) for book in chosen]
    count = services.add_books(books=rows, actor=request.user)
    messages.success(request, ngettext("%(count)s book is on the shelf", "%(count)s books are on the shelf", count) % {"count": count})
    return redirect("programme:book_list")


@staff_only
@require_POST
def book_read(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down how far one is with a book."""
    book, me = get_object_or_404(Book, pk=pk, is_archived=False), employee_of(request.user)
    form = ReadingForm(request.POST)
    if me is None:
        messages.warning(request, _("Your account is not tied to an employee. Ask a manager to tie it, then press again."))
    elif request.POST.get("state") == "none":
        services.drop_reading(book=book, employee=me)
    elif form.is_valid():
        state = ReadingState(form.cleaned_data["state"])
        services.note_reading(book=book, employee=me, state=state, sentence=form.cleaned_data["sentence"], now=timezone.now())
        messages.success(request, _("Noted"))
    else:
        messages.warning(request, _("A sentence of 300 characters at most: the best one."))
    return redirect(f"{reverse('programme:book_list')}#book-{book.pk}")


@managers_only
@require_POST
def book_remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a book off the shelf."""
    if services.take_off_shelf(book=get_object_or_404(Book, pk=pk), actor=request.user):
        messages.success(request, _("Taken off the shelf. Who has read it is kept."))
    return redirect("programme:book_list")
