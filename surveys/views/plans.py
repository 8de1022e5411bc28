"""Forms of waves: what is asked of whom, when letters leave, audiences saved under a name."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from company.access import AuthenticatedRequest, managers_only
from surveys.access import draft_or_404
from surveys.enums import SurveyAudience, WaveState
from surveys.models import SavedAudience, Wave
from surveys.plan_forms import WORK_FROM, WORK_TO, AudienceForm, PlanForm, WaveForm, list_values, wave_values
from surveys.queries import audience_count as count_audience
from surveys.queries import expectation, is_staff_heard, saved_audiences, survey_settings
from surveys.services import create_wave, delete_audience, save_audience, update_wave

OPEN_DAYS = dt.timedelta(days=14)
LONGEST_NAME = 80


@managers_only
@require_http_methods(["GET", "POST"])
def wave_create(request: AuthenticatedRequest) -> HttpResponse:
    """Write a new wave, beginning with the settings of the last one."""
    if values := values_after_button(request, WaveForm):
        return wave_page(request, WaveForm(initial=values), None)
    form = WaveForm(request.POST or None, initial=first_values())
    if request.method == "POST" and form.is_valid():
        wave = create_wave(draft=form.draft(), actor=request.user)
        return redirect("surveys:wave_preview", wave.pk)
    return wave_page(request, form, None)


@managers_only
@require_http_methods(["GET", "POST"])
def wave_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    wave = draft_or_404(pk)
    if values := values_after_button(request, WaveForm):
        return wave_page(request, WaveForm(initial=values), wave)
    form = WaveForm(request.POST or None, initial=wave_values(wave))
    if request.method == "POST" and form.is_valid():
        if not update_wave(wave=wave, draft=form.draft(), actor=request.user):
            messages.warning(request, _("The wave has just been started: it can no longer be changed."))
        return redirect("surveys:wave_detail", pk)
    return wave_page(request, form, wave)


def wave_page(request: HttpRequest, form: WaveForm, wave: Wave | None) -> HttpResponse:
    """Show the form of a wave."""
    context = {"form": form, "wave": wave, "rest_days": survey_settings().rest_days, "is_heard": is_staff_heard(timezone.now())}
    return render(request, "surveys/wave_form.html", context, status=422 if form.is_bound else 200)


def first_values() -> dict[str, Any]:
    """Return what a new wave begins with: the audience and letter of the last one to Clients, the month as its name, a fresh date."""
    by_hand = Wave.objects.filter(Q(state=WaveState.DRAFT) | Q(mail_wave__isnull=False), survey=None, audience=SurveyAudience.CLIENTS)
    last = by_hand.select_related("questionnaire").first()
    today = timezone.localdate()
    return {**(wave_values(last) if last else fresh_values()), "name": date_format(today, "F Y"), "closes_on": today + OPEN_DAYS}


def fresh_values() -> dict[str, Any]:
    """Return what the first wave of a company begins with: letters leave in waking hours."""
    locale = get_language() or "ru"
    return {
        "locale": locale if locale in {"ru", "en"} else "ru",
        "subject": _("{name}, one question, 20 seconds"),
        "intro": _("You have been our Client for some time, so your opinion matters to us more than any advertising."),
        "audience": "clients",
        "spread_days": 1,
        "weekdays": list(range(7)),
        "hour_from": WORK_FROM,
        "hour_to": WORK_TO,
    }


def values_after_button(request: AuthenticatedRequest, form_class: type[PlanForm]) -> dict[str, Any]:
    """Do what a button of saved audiences says; return everything typed, with the audience chosen, as first values of the form anew."""
    button = request.POST.get("do", "")
    if button not in {"use", "save", "delete"}:
        return {}
    form = form_class(request.POST)
    values = {name: field.widget.value_from_datadict(form.data, {}, name) for name, field in form.fields.items()}
    saved = chosen_audience(request)
    if button == "save":
        save_typed(request, values)
    elif saved is None:
        messages.warning(request, _("Choose a saved audience first."))
    elif button == "use":
        values |= list_values(saved) | {"audience": "clients"}
    elif delete_audience(saved=saved, actor=request.user):
        messages.success(request, _("The audience is forgotten. Waves that used it stay as they are."))
    return values


def chosen_audience(request: HttpRequest) -> SavedAudience | None:
    """Return the saved audience chosen in the form."""
    number = request.POST.get("saved", "")
    return saved_audiences().filter(pk=number).first() if number.isdecimal() else None


def save_typed(request: AuthenticatedRequest, values: dict[str, Any]) -> None:
    """Save the audience being typed under the name typed."""
    form, name = AudienceForm(request.POST), str(values["save_as"] or "").strip()
    if not name or len(name) > LONGEST_NAME or not form.is_valid():
        messages.warning(request, _("Not saved: give the audience a name of up to 80 characters."))
        return
    values |= {"saved": save_audience(name=name, lists=form.lists(), actor=request.user).pk, "save_as": ""}
    messages.success(request, _("The audience is saved as “%(name)s”.") % {"name": name})


@managers_only
@require_GET
def audience_count(request: AuthenticatedRequest) -> HttpResponse:
    """Count the audience while the form is being filled in, and say what its answers will be able to show."""
    form = AudienceForm(request.GET)
    now = timezone.now()
    context: dict[str, Any] = {"count": None}
    if form.is_valid():
        count = count_audience(form.asked(), today=timezone.localdate(now), now=now)
        audience = form.cleaned_data["audience"]
        context = {"count": count, "audience": audience, "expectation": expectation(count.letters, audience)}
    return render(request, "surveys/_audience.html", context)
