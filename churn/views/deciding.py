"""Decisions about the queue: who calls, what enters it."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from churn import access, queries, services
from churn.enums import OPEN_STATES, Detection
from churn.forms import ExceptionForm, MarkLeftForm, ReassignForm, blank_outcome
from churn.views.calls import call_page
from clients.models import Client
from company.access import AuthenticatedRequest, managers_only, owner_only, staff_only
from company.enums import Role

OLD_AT_ONCE = 20


@managers_only
@require_POST
def find_now(request: AuthenticatedRequest) -> HttpResponse:
    """Look for leavers at once, without waiting for the hour."""
    found = services.find_leavers(today=timezone.localdate())
    said_found(request, found)
    return redirect("churn:queue")


@managers_only
@require_POST
def queue_old(request: AuthenticatedRequest) -> HttpResponse:
    """Queue the most valuable of those who left more than a year ago."""
    found = services.queue_old_leavers(limit=OLD_AT_ONCE, today=timezone.localdate(), actor=request.user)
    said_found(request, found)
    return redirect("churn:queue")


def said_found(request: AuthenticatedRequest, found: int) -> None:
    """Say how many joined the queue."""
    text = ngettext("%(n)s Client joined the queue.", "%(n)s Clients joined the queue.", found) % {"n": found}
    messages.success(request, text if found else _("Nobody new has left."))


@managers_only
@require_POST
def reassign(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Hand a call to somebody else."""
    opened, form = access.leaver_or_404(request.user, pk), ReassignForm(request.POST)
    if form.is_valid():
        try:
            services.reassign(leaver=opened, caller=form.cleaned_data["caller"], note=form.cleaned_data["note"], actor=request.user)
        except services.CallerError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(caller)s calls now.") % {"caller": form.cleaned_data["caller"]})
            return redirect("churn:leaver", pk)
    outcome = blank_outcome(opened.draft, attempt=opened.n_calls, actor=request.user, today=timezone.localdate())
    return call_page(request, opened, outcome, reassign_form=form, status=422)


@owner_only
@require_POST
def allow_exception(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let the responsible person make one call."""
    opened, form = access.leaver_or_404(request.user, pk), ExceptionForm(request.POST)
    if form.is_valid():
        try:
            services.allow_exception(leaver=opened, reason=form.cleaned_data["reason"], actor=request.user)
        except services.CallerError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("One call is allowed. The reason stays beside it."))
            return redirect("churn:leaver", pk)
    outcome = blank_outcome(opened.draft, attempt=opened.n_calls, actor=request.user, today=timezone.localdate())
    return call_page(request, opened, outcome, exception_form=form, status=422)


@managers_only
@require_POST
def mark_left(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Queue a Client of whom the manager knows that they left."""
    client = get_object_or_404(Client.objects.select_related("responsible__user"), pk=pk)
    form = MarkLeftForm(request.POST)
    if not form.is_valid():
        return panel(request, client, errors=[str(error) for error in form.errors["told_note"]], form=form, status=422)
    try:
        leaver = services.mark_left(client=client, today=timezone.localdate(), actor=request.user, note=form.cleaned_data["told_note"])
    except services.MarkLeftError as error:
        return panel(request, client, errors=[str(error)], form=form, status=422)
    messages.success(request, _("%(name)s is in the queue.") % {"name": client})
    return redirect("churn:leaver", leaver.pk)


@staff_only
@require_safe
def client_panel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show on the Client's card whether they left and what they said; also readable as a page of its own.

    Staff open it of those they call only: else the numbers in addresses would tell them every Client's name.
    """
    client = get_object_or_404(Client, pk=pk)
    if not request.user.has_role(Role.MANAGER) and not queries.leavings_of(client, user=request.user):
        raise Http404
    return panel(request, client)


def panel(
    request: AuthenticatedRequest, client: Client, *, errors: Sequence[str] = (), form: MarkLeftForm | None = None, status: int = 200
) -> HttpResponse:
    """Draw the panel; without HTMX the same fragment stands on a plain page."""
    leavers = queries.leavings_of(client, user=request.user)
    context = {
        "client": client,
        "leavers": leavers,
        "said_gone": any(leaver.detection == Detection.TOLD and leaver.state in OPEN_STATES for leaver in leavers),
        "is_manager": request.user.has_role(Role.MANAGER),
        "errors": errors,
        "form": form or MarkLeftForm(),
    }
    template = "churn/_client_panel.html" if request.htmx else "churn/client_panel.html"
    return render(request, template, context, status=status)
