"""Phone interviews: whom to call, the call, straight on to the next person."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company
from surveys.enums import InterviewOutcome, WaveState
from surveys.greeting import first_name
from surveys.interview_forms import AttemptForm, InterviewForm
from surveys.letters import in_words
from surveys.models import Invitation, Wave
from surveys.queries import CallFilter, answer_in_wave, call_counts, is_responsible, past_attempts, to_phone, waves_to_phone
from surveys.services import AlreadyAnsweredError, WaveClosedError, record_attempt, record_interview

PER_PAGE = 30
SILENT_DAYS = 3
MOST_SILENT_DAYS = 90
IN_A_DAY = dt.timedelta(days=1)


def chosen_calls(request: AuthenticatedRequest, wave: Wave) -> CallFilter:
    """Read from the address whom to show."""
    days = request.GET.get("days", "")
    silent_days = min(int(days), MOST_SILENT_DAYS) if days.isdecimal() and len(days) < 4 else SILENT_DAYS
    return CallFilter(wave, silent_days, request.GET.get("q", "").replace("\0", "").strip()[:100])


@managers_only
@require_GET
def interview_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show whom to phone in a running wave."""
    now = timezone.now()
    waves = list(waves_to_phone(now))
    asked = request.GET.get("wave", "")
    wave = next((wave for wave in waves if str(wave.pk) == asked), waves[0] if waves else None)
    context: dict[str, Any] = {"waves": waves, "wave": wave, "saved": request.GET.get("saved", "")}
    if wave:
        chosen = chosen_calls(request, wave)
        page = Paginator(to_phone(chosen, now=now), PER_PAGE).get_page(request.GET.get("page"))
        context |= {"chosen": chosen, "page": page, "counts": call_counts(wave), "kept": kept_query(request)}
    return render(request, "surveys/interview_list.html", context)


def invitation_or_404(wave_pk: int, pk: int) -> Invitation:
    """Return somebody of a started wave with all that the screen of a call shows."""
    rows = Invitation.objects.select_related("wave__questionnaire", "client__sum", "client__branch", "client__responsible", "contact")
    return get_object_or_404(rows.exclude(wave__state=WaveState.DRAFT), wave=wave_pk, pk=pk)


def kept_query(request: AuthenticatedRequest) -> str:
    """Return the part of the address that says whom to call, to go on in the same list."""
    kept = {name: request.GET[name] for name in ("days", "q") if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


@managers_only
@require_http_methods(["GET", "POST"])
def interview(request: AuthenticatedRequest, wave_pk: int, pk: int) -> HttpResponse:
    """Ask the three questions and save what was said."""
    invitation = invitation_or_404(wave_pk, pk)
    form = InterviewForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return call_page(request, invitation, form, AttemptForm(), status=422 if request.method == "POST" else 200)
    try:
        answer = record_interview(
            wave=invitation.wave,
            client=invitation.client,
            contact=invitation.contact,
            values=form.answer(),
            interviewer=request.user,
            consent=True,
            now=timezone.now(),
        )
    except (AlreadyAnsweredError, WaveClosedError):
        return call_page(request, invitation, form, AttemptForm(), status=409)
    messages.success(request, _("Saved: %(name)s, %(score)s.") % {"name": invitation.person, "score": answer.score})
    return redirect(next_call(request, invitation))


@managers_only
@require_POST
def interview_attempt(request: AuthenticatedRequest, wave_pk: int, pk: int) -> HttpResponse:
    """Save a call that brought no answer."""
    invitation = invitation_or_404(wave_pk, pk)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return call_page(request, invitation, InterviewForm(), form, status=422)
    outcome = InterviewOutcome(form.cleaned_data["outcome"])
    try:
        record_attempt(
            wave=invitation.wave,
            client=invitation.client,
            contact=invitation.contact,
            outcome=outcome,
            call_again_at=form.cleaned_data["call_again_at"],
            caller=request.user,
            now=timezone.now(),
        )
    except (AlreadyAnsweredError, WaveClosedError):
        return call_page(request, invitation, InterviewForm(), form, status=409)
    messages.success(request, _("Written down: %(name)s, %(outcome)s.") % {"name": invitation.person, "outcome": outcome.label})
    return redirect(next_call(request, invitation))


def next_call(request: AuthenticatedRequest, done: Invitation, *, is_saved: bool = True) -> str:
    """Return the address of the next person's screen, or of the list when nobody is left; what is saved the browser may forget."""
    following = to_phone(chosen_calls(request, done.wave), now=timezone.now()).exclude(pk=done.pk).first()
    url = reverse("surveys:interview", args=[done.wave_id, following.pk]) if following else reverse("surveys:interview_list")
    kept = {name: request.GET[name] for name in ("days", "q") if request.GET.get(name)}
    wave = {} if following else {"wave": done.wave_id}
    saved = {"saved": done.pk} if is_saved else {}
    return f"{url}?{urlencode({**kept, **wave, **saved})}"


def call_page(
    request: AuthenticatedRequest, invitation: Invitation, form: InterviewForm, attempt: AttemptForm, status: int = 200
) -> HttpResponse:
    """Show one call: who it is, what to say, the three questions."""
    now, company, wording = timezone.now(), the_company(), invitation.wave.questionnaire
    attempt.fields["call_again_at"].initial = timezone.localtime(now + IN_A_DAY).replace(minute=0, second=0, microsecond=0)
    context = {
        "invitation": invitation,
        "wave": invitation.wave,
        "person": invitation.person,
        "client": invitation.client,
        "first_name": first_name(invitation.person.name),
        "wording": wording,
        "question": in_words(wording.score_question, company),
        "form": form,
        "attempt": attempt,
        "scores": range(11),
        "chosen": str(value) if (value := form["score"].value()) is not None else "",
        "given": answer_in_wave(invitation),
        "is_over": not invitation.wave.takes_answers(now),
        "is_kind": is_responsible(request.user, invitation),
        "attempts": past_attempts(invitation),
        "kept": kept_query(request),
        "next_url": next_call(request, invitation, is_saved=False),
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "surveys/interview.html", context, status=status)
