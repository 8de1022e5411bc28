"""The company's rules of surveys."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from company.access import AuthenticatedRequest, managers_only
from surveys.loop_forms import RulesForm
from surveys.queries import survey_settings
from surveys.services import save_survey_settings


@managers_only
@require_http_methods(["GET", "POST"])
def settings(request: AuthenticatedRequest) -> HttpResponse:
    """Show and change the rules: rest, deadlines, who gets cases, the badge."""
    form = RulesForm(request.POST or None, instance=survey_settings())
    if request.method == "POST" and form.is_valid():
        save_survey_settings(rules=form.instance, actor=request.user)
        messages.success(request, _("The rules are in force."))
        return redirect("surveys:settings")
    return render(request, "surveys/settings.html", {"form": form, "is_manager": True}, status=422 if form.is_bound else 200)
