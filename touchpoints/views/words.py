"""The company's words for the three levels."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from company.access import AuthenticatedRequest, managers_only
from touchpoints import queries, services
from touchpoints.forms import MapSettingsForm


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def map_settings(request: AuthenticatedRequest) -> HttpResponse:
    """Name the three levels in the company's own words."""
    form = MapSettingsForm(request.POST or None, instance=queries.map_settings())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        services.change_rating_words(awful=said["awful_word"], ok=said["ok_word"], wow=said["wow_word"], actor=request.user)
        messages.success(request, _("Saved"))
        return redirect("touchpoints:map")
    return render(request, "touchpoints/map_settings.html", {"form": form}, status=422 if request.method == "POST" else 200)
