"""The price of a Client: three numbers, and what purchases say."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.models import Segment
from common.money import format_cents
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from company.queries import the_company
from metrics import queries, services
from metrics.board import belief_of, history_of, split_of, split_table, spread_of
from metrics.forms import LtvForm
from metrics.views.chosen import chosen_segment


def ltv_page(request: AuthenticatedRequest, form: LtvForm, segment: Segment | None, status: int = 200) -> HttpResponse:
    """Render the price of a Client with what is in the form."""
    today, currency = timezone.localdate(), the_company().currency
    context: dict[str, Any] = {
        "form": form,
        "segment": segment,
        "segments": Segment.objects.all(),
        "belief": belief_of(form, segment, today),
        "saved": queries.latest_version(segment=segment),
        "spread": spread_of(segment, today, currency),
        "history": history_of(segment),
        "today": today,
        "can_save": request.user.has_role(Role.MANAGER),
        **split_table(split_of(request.GET.get("split", "")), today, segment),
    }
    return render(request, "metrics/ltv.html", context, status=status)


@staff_only
@require_safe
def ltv(request: AuthenticatedRequest) -> HttpResponse:
    """Show the calculator filled with the last saved version, and what the purchases say."""
    segment = chosen_segment(request)
    if request.htmx.target == "ltv-split":
        rows = split_table(split_of(request.GET.get("split", "")), timezone.localdate(), segment)
        return render(request, "metrics/_ltv_split.html", {"segment": segment, **rows})
    return ltv_page(request, LtvForm.of_version(queries.latest_version(segment=segment), segment), segment)


@staff_only
@require_POST
def ltv_result(request: AuthenticatedRequest) -> HttpResponse:
    """Count without saving: pieces of the page while somebody types, the whole page without JavaScript."""
    form = LtvForm(request.POST)
    status = 200 if form.is_valid() else 422
    segment = form.cleaned_data.get("segment")
    if not request.htmx:
        return ltv_page(request, form, segment, status)
    context = {"form": form, "belief": belief_of(form, segment, timezone.localdate()), "saved": queries.latest_version(segment=segment)}
    return render(request, "metrics/_ltv_live.html", {**context, "oob": True}, status=status)


@managers_only
@require_POST
def ltv_save(request: AuthenticatedRequest) -> HttpResponse:
    """Save the calculation as a new version."""
    form = LtvForm(request.POST)
    calculation = form.calculation
    if calculation is None:
        return ltv_page(request, form, form.cleaned_data.get("segment"), status=422)
    segment = form.cleaned_data["segment"]
    services.save_ltv_version(calculation=calculation, typed=form.typed, segment=segment, actor=request.user)
    messages.success(
        request, _("Saved: a Client is worth %(money)s") % {"money": format_cents(calculation.rounded, the_company().currency)}
    )
    return redirect(reverse("metrics:ltv", query={"segment": segment.pk} if segment else None))
