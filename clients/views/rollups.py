"""Whether the figures on pages are what the purchases say."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clients.queries.rollups import latest_check
from company.access import AuthenticatedRequest, owner_only


@owner_only
@require_safe
def rollup_warning(request: AuthenticatedRequest) -> HttpResponse:
    """Warn the owner when the last check found figures that differ from the purchases; nothing while all agrees."""
    check = latest_check()
    return render(request, "clients/rollup_warning.html", {"check": None if check is None or check.is_right else check})
