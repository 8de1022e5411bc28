"""Parts of pages of other apps: how the models did, what lost calls cost."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from company.access import AuthenticatedRequest, managers_only
from company.queries import company_zone
from metrics import queries
from metrics.model_board import model_board
from metrics.views.chosen import chosen_branch


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
