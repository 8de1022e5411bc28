"""Surveys that repeat by themselves."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from company.access import AuthenticatedRequest, managers_only
from surveys.enums import Rhythm
from surveys.models import Survey
from surveys.plan_forms import SurveyForm, survey_values
from surveys.queries import survey_rows, survey_settings
from surveys.services import create_survey, delete_survey, pause_survey, resume_survey, update_survey
from surveys.views.plans import first_values, values_after_button

TOMORROW = dt.timedelta(days=1)


@managers_only
@require_GET
def survey_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the surveys that repeat."""
    return render(request, "surveys/survey_list.html", {"surveys": list(survey_rows())})


@managers_only
@require_http_methods(["GET", "POST"])
def survey_create(request: AuthenticatedRequest) -> HttpResponse:
    """Write a new survey that repeats."""
    if values := values_after_button(request, SurveyForm):
        return survey_page(request, SurveyForm(initial=values), None)
    initial = first_values() | {"rhythm": Rhythm.QUARTERLY, "next_on": timezone.localdate() + TOMORROW}
    form = SurveyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        create_survey(draft=form.draft(), actor=request.user)
        messages.success(request, _("The survey goes on by itself from its first day."))
        return redirect("surveys:survey_list")
    return survey_page(request, form, None)


@managers_only
@require_http_methods(["GET", "POST"])
def survey_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change a survey for its waves to come."""
    survey = get_object_or_404(Survey, pk=pk)
    if values := values_after_button(request, SurveyForm):
        return survey_page(request, SurveyForm(initial=values), survey)
    form = SurveyForm(request.POST or None, initial=survey_values(survey))
    if request.method == "POST" and form.is_valid():
        if update_survey(survey=survey, draft=form.draft(), actor=request.user):
            messages.success(request, _("Saved: the next wave is made so."))
            return redirect("surveys:survey_list")
        form.add_error("rhythm", _("This survey has waves already: make a new one for another rhythm."))
    return survey_page(request, form, survey)


def survey_page(request: AuthenticatedRequest, form: SurveyForm, survey: Survey | None) -> HttpResponse:
    """Show the form of a survey."""
    context = {"form": form, "survey": survey, "rest_days": survey_settings().rest_days}
    return render(request, "surveys/survey_form.html", context, status=422 if form.is_bound else 200)


@managers_only
@require_POST
def survey_pause(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make no more waves for now."""
    if pause_survey(survey=get_object_or_404(Survey, pk=pk), actor=request.user):
        messages.success(request, _("The survey rests. A wave under way goes on to its end."))
    return redirect("surveys:survey_list")


@managers_only
@require_POST
def survey_resume(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Go on."""
    if resume_survey(survey=get_object_or_404(Survey, pk=pk), actor=request.user, today=timezone.localdate()):
        messages.success(request, _("The survey goes on with its next turn."))
    return redirect("surveys:survey_list")


@managers_only
@require_POST
def survey_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Throw away a survey that was never used."""
    if delete_survey(survey=get_object_or_404(Survey, pk=pk), actor=request.user):
        messages.success(request, _("The survey is gone."))
    else:
        messages.warning(request, _("The survey has waves or doors, so it stays: pause it instead."))
    return redirect("surveys:survey_list")
