"""Pages: the price of a Client, the pool and the pipes, the main constraint."""

import datetime as dt
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.models import Segment
from common.money import format_cents
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from company.models import Branch
from company.queries import company_zone, the_company
from metrics import queries, services
from metrics.board import belief_of, constraint_board, history_of, pool_board, pool_months_chart, split_of, split_table, spread_of
from metrics.forms import LtvForm, WhatIfForm
from metrics.model_board import model_board

Row = TypeVar("Row", Segment, Branch)
LONGEST_ID = 18
FIRST_DAY = dt.date(1970, 1, 1)
WHAT_IF = {"plug": "10", "more": "10"}


def chosen_row(request: AuthenticatedRequest, name: str, model: type[Row]) -> Row | None:
    """Return the row whose id stands in the address; a wrong one is 404."""
    wanted = request.GET.get(name, "")
    is_id = wanted.isdecimal() and len(wanted) <= LONGEST_ID
    return get_object_or_404(model, pk=int(wanted) if is_id else 0) if wanted else None


def chosen_segment(request: AuthenticatedRequest) -> Segment | None:
    """Return the segment named in the address."""
    return chosen_row(request, "segment", Segment)


def chosen_branch(request: AuthenticatedRequest) -> Branch | None:
    """Return the branch named in the address."""
    return chosen_row(request, "branch", Branch)


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


@managers_only
@require_safe
def pool(request: AuthenticatedRequest) -> HttpResponse:
    """Show who came and who left month by month, and what plugging the leak would give."""
    today, branch = chosen_day(request), chosen_branch(request)
    form = WhatIfForm(WHAT_IF | {key: request.GET[key] for key in WHAT_IF if key in request.GET})
    context = {"today": today, "branch": branch, "branches": Branch.objects.all(), "form": form, **pool_board(today, branch, form)}
    return render(request, "metrics/pool.html", context, status=200 if form.is_valid() else 422)


def chosen_day(request: AuthenticatedRequest) -> dt.date:
    """Return the day to look from: today, or an earlier one named in the address, as far back as purchases may lie."""
    today = timezone.localdate()
    try:
        asked = parse_date(request.GET.get("as_of", ""))
    except ValueError:
        asked = None
    return max(min(asked, today), FIRST_DAY) if asked else today


@managers_only
@require_safe
def constraint(request: AuthenticatedRequest) -> HttpResponse:
    """Show which lever is worth most, with the working."""
    return render(request, "metrics/constraint.html", constraint_board(timezone.localdate(), the_company().currency))


@managers_only
@require_safe
def pool_panel(request: AuthenticatedRequest) -> HttpResponse:
    """Draw the months of the pool for a page of another app."""
    chart = pool_months_chart(timezone.localdate(), chosen_branch(request))
    return render(request, "metrics/pool_panel.html", {"chart": chart})


@managers_only
@require_safe
def constraint_panel(request: AuthenticatedRequest) -> HttpResponse:
    """Rank the levers for a page of another app."""
    return render(request, "metrics/constraint_panel.html", constraint_board(timezone.localdate(), the_company().currency))


@managers_only
@require_safe
def model_panel(request: AuthenticatedRequest) -> HttpResponse:
    """Say what the models of buying foretold and what came of it, for the page of how leavers are noticed."""
    return render(request, "metrics/model_panel.html", model_board())


@managers_only
@require_safe
def lost_calls_panel(request: AuthenticatedRequest) -> HttpResponse:
    """Say what calls nobody answered cost, for the page of phone access."""
    branch = chosen_branch(request)
    report = queries.lost_calls(today=timezone.localdate(), zone=company_zone(), branch=branch)
    return render(request, "metrics/lost_calls_panel.html", {"report": report, "branch": branch, "now": timezone.now()})
