"""Complaints and conflicts on the Client's card."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients import queries, services
from clients.incident_form import IncidentForm, SettleForm
from clients.models import Client
from company.access import AuthenticatedRequest, staff_only


@staff_only
@require_safe
def incident_panel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what went wrong between a Client and us; also readable as a page of its own."""
    client = get_object_or_404(queries.served_clients(request.user), pk=pk)
    return panel(request, client, IncidentForm(today=timezone.localdate()))


@staff_only
@require_http_methods(["GET", "POST"])
def incident_create(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down a complaint or a conflict."""
    client = get_object_or_404(queries.served_clients(request.user), pk=pk)
    form = IncidentForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        services.log_incident(client=client, actor=request.user, **form.entry())
        messages.success(request, _("Written down."))
        return redirect("clients:incident_panel", pk)
    return panel(request, client, form, status=422 if form.is_bound else 200)


@staff_only
@require_http_methods(["GET", "POST"])
def incident_settle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say how an incident ended."""
    incident = get_object_or_404(queries.incidents_seen_by(request.user), pk=pk)
    form = SettleForm(request.POST if request.method == "POST" else None, today=timezone.localdate(), incident=incident)
    if request.method == "POST" and form.is_valid():
        try:
            services.settle_incident(incident=incident, actor=request.user, **form.cleaned_data)
        except services.IncidentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Settled."))
            return redirect("clients:incident_panel", incident.client_id)
    context = {"form": form, "incident": incident, "client": incident.client}
    return render(request, "clients/incident_settle.html", context, status=422 if form.is_bound else 200)


def panel(request: AuthenticatedRequest, client: Client, form: IncidentForm, *, status: int = 200) -> HttpResponse:
    """Draw the panel; without HTMX the same fragment stands on a plain page."""
    context: dict[str, Any] = {"client": client, "incidents": queries.incidents_of(client), "incident_form": form}
    template = "clients/_incidents.html" if request.htmx else "clients/incidents.html"
    return render(request, template, context, status=status)
