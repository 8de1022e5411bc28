"""Phone access: mystery calls, the score, how many calls come in."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.sheets import table_response
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.models import Branch
from company.queries import company_zone
from touchpoints import queries
from touchpoints.access import phone_call_for
from touchpoints.forms.phone import PhoneCallForm, PhoneFilterForm, TrafficForm
from touchpoints.models import CallTraffic
from touchpoints.phone_charts import phone_chart
from touchpoints.phone_words import BLOCK_NAMES, advice, criterion_rows, export_heads, export_row, hour_rows
from touchpoints.queries.phone import phone_board, phone_calls
from touchpoints.services.phone import change_call, delete_call, forget_traffic, log_call, set_traffic

CALLS_PER_PAGE = 20


@staff_only
@require_safe
def phone(request: AuthenticatedRequest) -> HttpResponse:
    """Show how easily a Client gets through, where and when, and the calls that say so."""
    branch, branches = PhoneFilterForm(request.GET).value("branch"), list(Branch.objects.all())
    board = phone_board(today=timezone.localdate(), zone=company_zone(), branches=branches, branch=branch)
    context = {
        "board": board,
        "branch": branch,
        "branches": branches,
        "chart": phone_chart(board.months),
        "criteria": criterion_rows(board),
        "advice": advice(board),
        "hours": hour_rows(board.hours),
        "blocks": BLOCK_NAMES,
        "page": Paginator(phone_calls(branch), CALLS_PER_PAGE).get_page(request.GET.get("page")),
        "now": timezone.now(),
    }
    return render(request, "touchpoints/phone.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def phone_call_create(request: AuthenticatedRequest) -> HttpResponse:
    """Log a mystery call."""
    begin = {"branch": request.GET.get("branch") or request.user.branch_id, "key": uuid.uuid4()}
    form = PhoneCallForm(request.POST or None, initial=begin)
    if request.method != "POST" or not form.is_valid():
        return render(request, "touchpoints/phone_call_form.html", {"form": form}, status=422 if request.method == "POST" else 200)
    call = log_call(details=form.details, actor=request.user, request_key=form.cleaned_data["key"])
    messages.success(request, _("The call is logged: %(score)d of 100") % {"score": round(call.score)})
    if "more" in request.POST:
        return redirect(reverse("touchpoints:phone_call_create", query={"branch": call.branch_id} if call.branch_id else None))
    return redirect("touchpoints:phone")


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def phone_call_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Correct a call."""
    call = phone_call_for(request.user, pk)
    form = PhoneCallForm(request.POST or None, initial=PhoneCallForm.initial_of(call))
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "call": call}
        return render(request, "touchpoints/phone_call_form.html", context, status=422 if request.method == "POST" else 200)
    if change_call(call=call, details=form.details, actor=request.user):
        messages.success(request, _("Saved"))
    else:
        messages.error(request, _("Somebody has deleted this call meanwhile. Log it anew if it did happen."))
    return redirect("touchpoints:phone")


@staff_only
@require_POST
def phone_call_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take away a call logged by mistake."""
    delete_call(call=phone_call_for(request.user, pk), actor=request.user)
    messages.success(request, _("The call is deleted"))
    return redirect("touchpoints:phone")


@managers_only
@require_safe
def phone_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give the calls as a table."""
    calls = phone_calls(PhoneFilterForm(request.GET).value("branch"))
    return table_response("phone-calls", "xlsx", export_heads(), (export_row(call) for call in calls.iterator(2000)))


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def call_traffic(request: AuthenticatedRequest) -> HttpResponse:
    """Say how many calls come in and which of the callers become Clients."""
    rows = queries.call_traffic()
    form = TrafficForm(request.POST or None, initial=first_words(request, rows))
    if "forget" in request.POST:
        return forgotten(request, rows)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        set_traffic(branch=typed["branch"], calls_per_month=typed["calls"], share=typed["share"], actor=request.user)
        messages.success(request, _("Saved: now we can count what lost calls cost"))
        return redirect("touchpoints:phone")
    return render(request, "touchpoints/call_traffic.html", {"form": form, "rows": rows}, status=422 if request.method == "POST" else 200)


def forgotten(request: AuthenticatedRequest, rows: list[CallTraffic]) -> HttpResponse:
    """Take back one row of what was said; a row that is gone already stays gone."""
    for row in rows:
        if str(row.pk) == request.POST["forget"]:
            forget_traffic(row=row, actor=request.user)
    messages.success(request, _("The row is removed"))
    return redirect("touchpoints:call_traffic")


def first_words(request: AuthenticatedRequest, rows: list[CallTraffic]) -> dict[str, Any]:
    """Return what the form begins with: what was said of the branch in the address, or of the whole company."""
    asked = PhoneFilterForm(request.GET).value("branch")
    saved = next((row for row in rows if row.branch == asked), None)
    return TrafficForm.initial_of(saved) if saved else {"branch": asked}
