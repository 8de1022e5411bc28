"""What we teach Clients, and who came."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.services.checking import REGIONS
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company
from touchpoints import services
from touchpoints.forms.worksheets import LessonForm, WhoCameForm
from touchpoints.models import Lesson
from touchpoints.queries.lessons import LEAST_TO_JUDGE, WINDOW_DAYS, WhoCame, bought_later, lessons, who_came
from touchpoints.services import worksheets
from touchpoints.services.lessons import TooManyError, add_who_came, count_others, remove_who_came, save_lesson
from touchpoints.views.sheets import back_to, form_page

CLIENTS_SHOWN = 500


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_create(request: AuthenticatedRequest) -> HttpResponse:
    """Write down a seminar, webinar, open day or materials."""
    form = LessonForm(request.POST or None, initial={"held_on": timezone.localdate()})
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, room="hold_list", title=_("What we teach Clients"))
    lesson = save_lesson(lesson=form.save(commit=False), actor=request.user)
    messages.success(request, _("Written down. Now paste who came."))
    return redirect("touchpoints:lesson_detail", lesson.pk)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change a lesson."""
    lesson = get_object_or_404(Lesson, pk=pk)
    form = LessonForm(request.POST or None, instance=lesson)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, room="hold_list", title=_("Change the lesson"), erase="touchpoints:lesson_delete", pk=pk)
    save_lesson(lesson=form.save(commit=False), actor=request.user)
    messages.success(request, _("Saved"))
    return redirect("touchpoints:lesson_detail", pk)


@managers_only
@require_POST
def lesson_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a lesson off the sheet."""
    worksheets.take_off(row=get_object_or_404(Lesson, pk=pk))
    messages.success(request, _("Taken off the sheet"))
    return back_to("hold_list")


@managers_only
@require_safe
def lesson_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a lesson and who came."""
    return lesson_page(request, pk, WhoCameForm())


def lesson_page(request: AuthenticatedRequest, pk: int, form: WhoCameForm, found: WhoCame | None = None, status: int = 200) -> HttpResponse:
    """Show a lesson; after a pasted list also what of it was not recognised."""
    lesson = get_object_or_404(lessons(), pk=pk)
    context = {
        "lesson": lesson,
        "form": form,
        "found": found,
        "clients": lesson.clients.select_related("branch").order_by("name", "pk")[:CLIENTS_SHOWN],
        "later": bought_later(lesson, timezone.localdate()),
        "window": WINDOW_DAYS,
        "least": LEAST_TO_JUDGE,
    }
    return render(request, "touchpoints/lesson_detail.html", context, status=status)


@managers_only
@require_POST
def lesson_people(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Recognise Clients in a pasted list; whoever is not found stays in the box with the reason."""
    lesson, form = get_object_or_404(Lesson, pk=pk), WhoCameForm(request.POST)
    if not form.is_valid():
        return lesson_page(request, pk, form, status=422)
    found = who_came(form.cleaned_data["who"], REGIONS.get(the_company().currency, ""))
    added = add_who_came(lesson=lesson, clients=found.clients, actor=request.user)
    if added:
        messages.success(
            request, ngettext("%(number)s Client is on the list", "%(number)s Clients are added to the list", added) % {"number": added}
        )
    if found.left:
        return lesson_page(request, pk, WhoCameForm(initial={"who": "\n".join(found.left)}), found, status=422)
    if not added:
        messages.info(request, _("All of them are on the list already."))
    return redirect("touchpoints:lesson_detail", pk)


@managers_only
@require_POST
def lesson_others(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Count those who came and are not found among Clients."""
    lesson, typed = get_object_or_404(Lesson, pk=pk), [request.POST.get(name, "") for name in ("more", "known")]
    if all(text.isdecimal() and len(text) < 7 for text in typed):
        try:
            count_others(lesson=lesson, more=int(typed[0]), known=int(typed[1]), actor=request.user)
            messages.success(request, _("Counted without a name"))
        except TooManyError:
            messages.error(request, _("That is more than were invited. Change the number of invited first."))
            return redirect("touchpoints:lesson_edit", pk)
        except services.ClosedError:
            messages.info(request, _("They are counted already."))
    return redirect("touchpoints:lesson_detail", pk)


@managers_only
@require_POST
def lesson_remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a Client off the list of those who came."""
    lesson, client = get_object_or_404(Lesson, pk=pk), request.POST.get("client", "")
    if client.isdecimal() and len(client) < 19:
        remove_who_came(lesson=lesson, client_id=int(client), actor=request.user)
    return redirect("touchpoints:lesson_detail", pk)
