"""Waves from draft to close."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar, cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_replace, csp_update
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from surveys.access import draft_or_404, started_wave_or_404, wave_or_404
from surveys.enums import SurveyAudience, WaveState
from surveys.forms import AnswerForm, QuestionnaireForm
from surveys.greeting import first_name
from surveys.letters import Voice, build_letter, filled
from surveys.links import public_url
from surveys.models import Wave
from surveys.queries import audience_count as count_audience
from surveys.queries import audience_of, example_client, expectation, is_staff_heard, removed_from, wave_rows
from surveys.services import (
    close_wave,
    delete_wave,
    pause_letters,
    resume_letters,
    save_questionnaire,
    send_test_letter,
    start_wave,
    wording_in_force,
)
from surveys.views.answers import Link, question_page

View = TypeVar("View", bound=Callable[..., HttpResponse])
# The letter needs inline styles, as every letter does; nothing else may run or load in it.
LETTER_CSP = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"], "frame-ancestors": [SELF], "sandbox": [True]}


def policy(decorator: Any) -> Callable[[View], View]:
    """Give a decorator of django-csp the type it forgets: it takes views with any arguments."""
    return cast("Callable[[View], View]", decorator)


@staff_only
@require_GET
def wave_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show all waves, newest first; drafts to managers."""
    is_manager = request.user.has_role(Role.MANAGER)
    waves = Wave.objects.select_related("mail_wave")
    rows = wave_rows(list(waves if is_manager else waves.exclude(state=WaveState.DRAFT)))
    return render(request, "surveys/wave_list.html", {"rows": rows, "is_manager": is_manager})


@managers_only
@require_GET
@policy(csp_update({"frame-src": [SELF]}))
def wave_preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a draft as people will see it, with the button that starts it."""
    wave = wave_or_404(pk)
    if wave.state != WaveState.DRAFT:
        return redirect("surveys:wave_detail", pk)
    now = timezone.now()
    context = {
        "wave": wave,
        "subject": example_context(wave)["subject"],
        "count": (count := count_audience(audience_of(wave), today=timezone.localdate(now), now=now, removed=removed_from(wave))),
        "expectation": expectation(count.letters, wave.audience),
        "is_late": wave.closes_at <= now,
        "is_heard": wave.audience != SurveyAudience.CLIENTS or is_staff_heard(now),
        "last_day": wave.closes_at - dt.timedelta(seconds=1),
        "audience": wave.audience,
        "view": "answer" if request.GET.get("view") == "answer" else "letter",
        "is_phone": request.GET.get("width") == "phone",
        "request_key": uuid.uuid4(),
        "public_url": public_url(wave.public_token) if wave.has_public_link else "",
    }
    return render(request, "surveys/wave_preview.html", context)


@managers_only
@require_GET
@xframe_options_sameorigin
@policy(csp(LETTER_CSP))
def letter_preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show the letter exactly as the first Client of the audience will get it; its links lead nowhere."""
    del request
    wave = wave_or_404(pk)
    return HttpResponse(filled(build_letter(wave).html, {**example_context(wave), "unsubscribe_url": "#"}))


def example_context(wave: Wave) -> dict[str, str]:
    """Return what fills the letter to the first Client of the audience."""
    now = timezone.now()
    client = example_client(audience_of(wave), today=timezone.localdate(now), now=now)
    return Voice.of(wave).context(first_name(client.name) if client else "") | {"url": "#"}


@managers_only
@require_GET
@xframe_options_sameorigin
@policy(csp_replace({"frame-ancestors": [SELF]}))
def answer_preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show the answer page; nothing can be sent from it."""
    wave = wave_or_404(pk)
    chosen = request.GET.get("score", "")
    form = AnswerForm(initial={"score": chosen} if chosen.isdigit() else {})
    return question_page(request, Link("preview", wave), form, is_preview=True)


@managers_only
@require_POST
def wave_test(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Send the letter to the manager."""
    try:
        key = uuid.UUID(request.POST.get("request_key", ""))
    except ValueError:
        key = uuid.uuid4()
    send_test_letter(wave=wave_or_404(pk), actor=request.user, request_key=key, now=timezone.now())
    messages.success(request, _("The test letter is on its way to %(address)s.") % {"address": request.user.email})
    return redirect("surveys:wave_detail", pk)


@managers_only
@require_POST
def wave_start(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Start a draft, once."""
    if start_wave(wave=wave_or_404(pk), actor=request.user, now=timezone.now()):
        messages.success(request, _("The wave has started, the letters are leaving."))
    else:
        messages.warning(request, _("Nothing was started: the wave is running already, or its last day is over."))
    return redirect("surveys:wave_detail", pk)


@managers_only
@require_POST
def wave_pause(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Hold the letters back."""
    if pause_letters(wave=started_wave_or_404(pk), actor=request.user):
        messages.success(request, _("The letters are held back. Answers are still taken."))
    return redirect("surveys:wave_detail", pk)


@managers_only
@require_POST
def wave_resume(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Send on."""
    if resume_letters(wave=started_wave_or_404(pk), actor=request.user):
        messages.success(request, _("The letters are leaving again."))
    return redirect("surveys:wave_detail", pk)


@managers_only
@require_POST
def wave_close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """End a wave before its time."""
    if close_wave(wave=started_wave_or_404(pk), actor=request.user, now=timezone.now()):
        messages.success(request, _("The wave is closed, its links take no more answers."))
    return redirect("surveys:wave_detail", pk)


@managers_only
@require_POST
def wave_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    if delete_wave(wave=draft_or_404(pk), actor=request.user):
        messages.success(request, _("The draft is gone."))
    return redirect("surveys:wave_list")


@managers_only
@require_http_methods(["GET", "POST"])
def questionnaire(request: AuthenticatedRequest) -> HttpResponse:
    """Edit the wording of the questions for one audience in one language."""
    locale = "en" if request.GET.get("locale") == "en" else "ru"
    asked = request.GET.get("audience", "")
    audience = SurveyAudience(asked) if asked in SurveyAudience.others() else SurveyAudience.CLIENTS
    form = QuestionnaireForm(request.POST or None, initial=asdict(wording_in_force(locale, audience)))
    if request.method == "POST" and form.is_valid():
        save_questionnaire(locale=locale, audience=audience, wording=form.wording(), actor=request.user)
        messages.success(request, _("The wording is in force from the next wave on."))
        return redirect("surveys:wave_list")
    context = {"form": form, "locale": locale, "audience": audience, "audiences": SurveyAudience.choices}
    return render(request, "surveys/questionnaire.html", context, status=422 if request.method == "POST" else 200)
