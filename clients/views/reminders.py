"""Reminders of a visit: the list, the form with its preview, switching on, what came of it."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import queries, services
from clients.letters import reminder_context
from clients.models import VisitReminder
from clients.reminder_form import KIND, ReminderForm
from clients.views.clients import posted
from common.policies import framing_policy, letter_policy
from company.access import AuthenticatedRequest, managers_only
from mailing.queries import LetterDraft, call_problem, letter_page, places_of
from mailing.services import send_test_letter

PAGE_SIZE = 50
DEFAULT_WINDOW = 30


def reminder_or_404(pk: int) -> VisitReminder:
    """Return the reminder with its letter."""
    return get_object_or_404(VisitReminder.objects.select_related("template"), pk=pk)


def words_of(reminder: VisitReminder) -> LetterDraft:
    """Return the words of a reminder's letter."""
    template = reminder.template
    return LetterDraft(template.subject, template.text, template.button, template.button_url)


@managers_only
@require_safe
def reminder_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the reminders and how many they wrote to."""
    rows = [(reminder, call_problem(KIND, words_of(reminder))) for reminder in queries.reminder_rows()]
    return render(request, "clients/reminder_list.html", {"rows": rows})


@managers_only
@framing_policy
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_create(request: AuthenticatedRequest) -> HttpResponse:
    """Write a new reminder down; it goes on only when switched on."""
    return edit_reminder(request, None)


@managers_only
@framing_policy
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change a reminder."""
    return edit_reminder(request, reminder_or_404(pk))


def edit_reminder(request: AuthenticatedRequest, reminder: VisitReminder | None) -> HttpResponse:
    """Show the form, or save it."""
    form = ReminderForm.opened(reminder, posted(request))
    if request.method == "POST" and form.is_valid():
        saved = services.save_reminder(reminder=reminder, draft=form.draft(), actor=request.user)
        messages.success(request, _("Saved."))
        return redirect("clients:reminder_detail", saved.pk)
    context = {"form": form, "reminder": reminder, "placeholders": places_of(KIND)}
    return render(request, "clients/reminder_form.html", context, status=422 if form.is_bound else 200)


@managers_only
@xframe_options_sameorigin
@letter_policy
@require_POST
def reminder_draft(request: AuthenticatedRequest) -> HttpResponse:
    """Show the letter just typed as the last buyer would get it. Nothing is saved."""
    form = ReminderForm(request.POST)
    words = form.letter()
    locale = form.cleaned_data.get("locale", "ru")
    client = queries.latest_buyer(VisitReminder(product=form.cleaned_data.get("product", ""), after_days=1))
    return HttpResponse(letter_page(KIND, locale, words, reminder_context(client, locale) if client else {}))


@managers_only
@xframe_options_sameorigin
@letter_policy
@require_safe
def reminder_preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show the saved letter as the first Client of this week would get it, or the last buyer when nobody is due."""
    del request
    reminder = reminder_or_404(pk)
    client = queries.forecast(reminder, timezone.localdate()).example or queries.latest_buyer(reminder)
    locale = reminder.template.locale
    return HttpResponse(letter_page(KIND, locale, words_of(reminder), reminder_context(client, locale) if client else {}))


@managers_only
@framing_policy
@require_safe
def reminder_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what a reminder would do this week, what came of it, and whom it left in peace."""
    reminder, today = reminder_or_404(pk), timezone.localdate()
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, queries.WINDOWS) else DEFAULT_WINDOW
    group = request.GET.get("group", "")
    ahead, unreminded = queries.forecast(reminder, today), queries.unreminded(reminder, today, days)
    result = queries.reminder_result(reminder, today, days)
    context = {
        "reminder": reminder,
        "problem": call_problem(KIND, words_of(reminder)),
        "forecast": ahead,
        "example": ahead.example or queries.latest_buyer(reminder),
        "days": days,
        "windows": queries.WINDOWS,
        "result": result,
        "sides": [result.written, result.held],
        "unreminded": unreminded,
        "prospects": queries.prospects(ahead, reminder.held_out_percent, unreminded.share),
        "group": group,
        "page": Paginator(queries.reminder_turns(reminder, group), PAGE_SIZE).get_page(request.GET.get("page")),
        "today": today,
        "request_key": uuid.uuid4(),
    }
    return render(request, "clients/reminder_detail.html", context)


@managers_only
@require_POST
def reminder_switch(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Switch a reminder on or off."""
    is_active = request.POST.get("on") == "1"
    if services.switch_reminder(reminder=reminder_or_404(pk), is_active=is_active, actor=request.user):
        messages.success(request, _("The reminder goes on: letters leave within the hour.") if is_active else _("The reminder is off."))
    return redirect("clients:reminder_detail", pk)


@managers_only
@require_POST
def reminder_test(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Send the letter to the manager."""
    reminder = reminder_or_404(pk)
    try:
        key = uuid.UUID(request.POST.get("request_key", ""))
    except ValueError:
        key = uuid.uuid4()
    send_test_letter(
        kind=KIND, locale=reminder.template.locale, draft=words_of(reminder), actor=request.user, request_key=key, now=timezone.now()
    )
    messages.success(request, _("A test letter is on its way to %(address)s.") % {"address": request.user.email})
    return redirect("clients:reminder_detail", pk)
