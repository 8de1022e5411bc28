"""The main constraint: which lever is worth most."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company
from metrics.constraint_board import constraint_board, panel_board
from metrics.views.chosen import chosen_day


def day_gone_by(request: AuthenticatedRequest, today: dt.date) -> dt.date | None:
    """Return the past day named in the address; None is today."""
    day = chosen_day(request)
    return day if day < today else None


@managers_only
@require_safe
def constraint(request: AuthenticatedRequest) -> HttpResponse:
    """Show which lever is worth most, with the working; a day in the address shows what was known on it."""
    today = timezone.localdate()
    context = constraint_board(today, day_gone_by(request, today), the_company().currency)
    return render(request, "metrics/constraint.html", context)


@managers_only
@require_safe
def constraint_panel(request: AuthenticatedRequest) -> HttpResponse:
    """Rank the levers for a page of another app."""
    return render(request, "metrics/constraint_panel.html", panel_board(timezone.localdate(), the_company().currency))
