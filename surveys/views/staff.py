"""Anonymous surveys of employees until they are closed: the list, the form, the page before the start."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.policies import framing_policy, letter_policy
from company.access import AuthenticatedRequest, managers_only
from company.queries import company_day, employees, the_company
from mailing.enums import TemplateKind
from mailing.queries import letter_page, places_of
from surveys.access import staff_draft_or_404, staff_wave_or_404
from surveys.enums import Motive, StaffSlice, StaffSurveyKind, WaveState
from surveys.letters import in_words
from surveys.models import StaffWave
from surveys.queries import answered_so_far, expected_ways, foreseen, is_staff_heard, own_guesses, staff_rows, ways_of
from surveys.services import (
    KeyNotKeptError,
    TooFewPeopleError,
    create_staff_wave,
    delete_staff_wave,
    launch_staff_wave,
    let_newcomers_wait,
    update_staff_wave,
)
from surveys.staff_forms import StaffForm, first_staff_values, staff_values
from surveys.staff_letters import context_for, last_day, letter_draft, subject_seen
from surveys.views.staff_results import staff_result_page
from surveys.views.staff_running import running_context

LOCALES = ("ru", "en")


@managers_only
@require_GET
def staff_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show all surveys of employees, newest first, and what to ask next."""
    context = {
        "rows": staff_rows(),
        "has_employees": employees().exists(),
        "is_heard": is_staff_heard(timezone.now()),
        "kinds": StaffSurveyKind.choices,
    }
    return render(request, "surveys/staff_list.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def staff_create(request: AuthenticatedRequest) -> HttpResponse:
    """Write a new survey, beginning with the words of the last one of its kind."""
    kind, locale = asked_kind(request), asked_locale(request)
    form = StaffForm(request.POST or None, kind=kind, initial=first_staff_values(kind, locale))
    if request.method == "POST" and form.is_valid():
        wave = create_staff_wave(draft=form.draft(), actor=request.user)
        return redirect("surveys:staff_preview", wave.pk)
    return form_page(request, form, None, locale)


@managers_only
@require_http_methods(["GET", "POST"])
def staff_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    wave = staff_draft_or_404(pk)
    form = StaffForm(request.POST or None, kind=StaffSurveyKind(wave.kind), initial=staff_values(wave))
    if request.method == "POST" and form.is_valid():
        if not update_staff_wave(wave=wave, draft=form.draft(), actor=request.user):
            messages.warning(request, _("The survey has just been started: it can no longer be changed."))
        return redirect("surveys:staff_detail", pk)
    return form_page(request, form, wave, wave.locale)


def form_page(request: AuthenticatedRequest, form: StaffForm, wave: StaffWave | None, locale: str) -> HttpResponse:
    """Show the form of a survey."""
    context = {
        "form": form,
        "wave": wave,
        "kind": form.kind,
        "kinds": StaffSurveyKind.choices,
        "locale": locale,
        "motives": Motive.labels,
        "places": places_of(TemplateKind.STAFF_SURVEY),
    }
    return render(request, "surveys/staff_form.html", context, status=422 if form.is_bound else 200)


def asked_kind(request: AuthenticatedRequest) -> StaffSurveyKind:
    """Return the kind in the address; there is no page of an unknown one."""
    asked = request.GET.get("kind", StaffSurveyKind.ENPS)
    if asked not in StaffSurveyKind.values:
        raise Http404
    return StaffSurveyKind(asked)


def asked_locale(request: AuthenticatedRequest) -> str:
    """Return the language in the address, else the reader's own."""
    asked = request.GET.get("locale", get_language() or "")
    return asked if asked in LOCALES else LOCALES[0]


@managers_only
@require_GET
def staff_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a survey: a draft before its start, a running one, or the results of a closed one."""
    wave = staff_wave_or_404(pk)
    if wave.state == WaveState.DRAFT:
        return redirect("surveys:staff_preview", pk)
    if wave.state == WaveState.CLOSED:
        return staff_result_page(request, wave)
    context = {"wave": wave, "last_day": last_day(wave), "answered": answered_so_far(wave), "ways": ways_of(wave)}
    context["has_guessed"] = bool(own_guesses(wave, request.user))
    return render(request, "surveys/staff_running.html", context | running_context(wave))


@managers_only
@require_GET
@framing_policy
def staff_preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a draft with everything to know before it starts: who is asked, what can be shown, what is frozen."""
    wave, now = staff_wave_or_404(pk), timezone.now()
    if wave.state != WaveState.DRAFT:
        return redirect("surveys:staff_detail", pk)
    context = {
        "wave": wave,
        "last_day": last_day(wave),
        "subject": subject_seen(wave),
        "question": in_words(wave.question, the_company()),
        "ways": expected_ways(wave, company_day(now)),
        "foresight": foreseen(wave, company_day(now)),
        "everybody": _("Everybody"),
        "is_late": wave.closes_at <= now,
        "is_heard": is_staff_heard(now),
        "has_guessed": bool(own_guesses(wave, request.user)),
        **frozen(wave),
    }
    return render(request, "surveys/staff_preview.html", context)


def frozen(wave: StaffWave) -> dict[str, Any]:
    """Return what stays as it is from the start on, in words."""
    return {
        "slice_names": [StaffSlice(name).label for name in wave.slices],
        "branch_names": [branch.name for branch in wave.branches.all()],
    }


@managers_only
@require_GET
@xframe_options_sameorigin
@letter_policy
def staff_letter(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show the letter as an invented colleague gets it; its links lead nowhere."""
    del request
    wave = staff_wave_or_404(pk)
    return HttpResponse(letter_page(TemplateKind.STAFF_SURVEY, wave.locale, letter_draft(wave), {"until": context_for(wave, "")["until"]}))


@managers_only
@require_POST
def staff_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    if delete_staff_wave(wave=staff_draft_or_404(pk), actor=request.user):
        messages.success(request, _("The draft is gone."))
    return redirect("surveys:staff_list")


@managers_only
@require_POST
def staff_start(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Start a draft, once."""
    try:
        if launch_staff_wave(wave=staff_wave_or_404(pk), actor=request.user, now=timezone.now()):
            messages.success(request, _("The survey has started. The letters leave within minutes."))
        else:
            messages.warning(request, _("Nothing was started: the survey is running already, or its last day is over."))
    except TooFewPeopleError as few:
        words = _("Not started: only %(invited)d would be asked, and below %(threshold)d nobody could stay unknown. Take in more branches.")
        messages.warning(request, words % {"invited": few.invited, "threshold": few.threshold})
    except KeyNotKeptError:
        messages.error(request, _("Not started: the key could not be written to both folders. Look at BALLOT_KEY_FOLDERS and start again."))
    return redirect("surveys:staff_detail", pk)


@managers_only
@require_POST
def staff_newcomers(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Ask those who joined since the last survey, or leave them to the next one."""
    wait = request.POST.get("to") == "wait"
    if let_newcomers_wait(wave=staff_draft_or_404(pk), wait=wait, actor=request.user):
        messages.success(request, _("Newcomers wait for the next survey.") if wait else _("Newcomers are asked too."))
    return redirect("surveys:staff_preview", pk)
