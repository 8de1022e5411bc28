"""The register of requests about personal data."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from company.access import AuthenticatedRequest, owner_only, sensitive
from programme.enums import RequestKind, RequestState, RequestTerm
from programme.forms.requests import RequestForm, SettleForm, TermForm
from programme.models import PersonRequest
from programme.services import requests as services
from programme.views.room import status_of

SETTLED = 50


@owner_only
@require_safe
def privacy_requests(request: AuthenticatedRequest) -> HttpResponse:
    """Show who waits for an answer, the most urgent first, and what was answered lately."""
    rows = PersonRequest.objects.select_related("client", "handled_by")
    context = {
        "waiting": rows.filter(state=RequestState.OPEN),
        "settled": rows.exclude(state=RequestState.OPEN).order_by("-handled_at")[:SETTLED],
        "today": timezone.localdate(),
        "term": TermForm(initial={"term": services.term_in_force()}),
    }
    return render(request, "programme/privacy_requests.html", context)


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def privacy_request_add(request: AuthenticatedRequest) -> HttpResponse:
    """Write a request down, of the Client the address names or of somebody else."""
    number = request.GET.get("client", "")
    client = get_object_or_404(Client.objects.filter(erasure=None), pk=number) if number.isdecimal() else None
    form = RequestForm(request.POST or None, of_client=client is not None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        kind = RequestKind(told["kind"])
        asked = services.take_request(kind=kind, client=client, who=told.get("who", ""), came_on=told["came_on"], actor=request.user)
        messages.success(request, _("Written down. Answer by %(day)s.") % {"day": asked.due_on.strftime("%d.%m.%Y")})
        return redirect("programme:privacy_requests")
    return render(request, "programme/privacy_request_form.html", {"form": form, "client": client}, status=status_of(form))


@owner_only
@require_POST
def privacy_request_settle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Close a request with what was done."""
    asked, form = get_object_or_404(PersonRequest, pk=pk), SettleForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Say in a few words what was done, or why not."))
        return redirect("programme:privacy_requests")
    state, outcome = RequestState(form.cleaned_data["state"]), form.cleaned_data["outcome"]
    try:
        services.settle_request(asked=asked, state=state, outcome=outcome, actor=request.user, now=timezone.now())
        messages.success(request, _("Settled"))
    except services.RequestClosedError:
        messages.warning(request, _("This request has been settled already."))
    return redirect("programme:privacy_requests")


@owner_only
@require_POST
@sensitive
def privacy_request_withdraw(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Neither write to the Client nor call them any more."""
    asked = get_object_or_404(PersonRequest, pk=pk, kind=RequestKind.WITHDRAWAL, client__isnull=False)
    try:
        services.withdraw_consent(asked=asked, outcome=_("Neither letters nor calls any more"), actor=request.user, now=timezone.now())
        messages.success(request, _("Done: nobody writes to them or calls them any more"))
    except services.RequestClosedError:
        messages.warning(request, _("This request has been settled already."))
    return redirect("programme:privacy_requests")


@owner_only
@require_POST
def privacy_term(request: AuthenticatedRequest) -> HttpResponse:
    """Choose within what time requests are answered."""
    form = TermForm(request.POST)
    if form.is_valid():
        services.set_term(term=RequestTerm(form.cleaned_data["term"]), actor=request.user)
        messages.success(request, _("Saved. Requests that wait keep their day."))
    return redirect("programme:privacy_requests")
