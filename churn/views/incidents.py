"""Complaints and conflicts that a caller hears of, written down without leaving the call."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from churn import access
from churn.forms import HeardForm, SettledForm
from clients.queries import incidents_of
from clients.services import IncidentError, log_incident, settle_incident
from company.access import AuthenticatedRequest, staff_only


@staff_only
@require_http_methods(["GET", "POST"])
def write_incident(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down what went wrong; whoever may open the call may do it."""
    opened = access.leaver_or_404(request.user, pk)
    form = HeardForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        log_incident(client=opened.client, actor=request.user, **form.entry())
        messages.success(request, _("Written down."))
        return redirect("churn:leaver", pk)
    return render(request, "churn/incident.html", {"leaver": opened, "form": form}, status=422 if form.is_bound else 200)


@staff_only
@require_http_methods(["GET", "POST"])
def close_incident(request: AuthenticatedRequest, pk: int, incident_pk: int) -> HttpResponse:
    """Say how an incident of this Client ended."""
    opened = access.leaver_or_404(request.user, pk)
    incident = get_object_or_404(incidents_of(opened.client), pk=incident_pk)
    form = SettledForm(request.POST if request.method == "POST" else None, initial={"answer": incident.answer})
    if request.method == "POST" and form.is_valid():
        try:
            settle_incident(incident=incident, answer=form.cleaned_data["answer"], settled_on=timezone.localdate(), actor=request.user)
        except IncidentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Settled."))
            return redirect("churn:leaver", pk)
    context = {"leaver": opened, "form": form, "incident": incident}
    return render(request, "churn/incident.html", context, status=422 if form.is_bound else 200)
