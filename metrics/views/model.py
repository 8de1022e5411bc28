"""The models of buying: what they are worth, who will probably buy, what they say of one Client."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client, Segment
from common.sheets import table_response
from company.access import AuthenticatedRequest, managers_only
from company.models import Branch
from metrics import queries
from metrics.model_page import model_page, score_panel
from metrics.views.chosen import chosen_branch, chosen_segment

PAGE_SIZE = 50


@managers_only
@require_safe
def model(request: AuthenticatedRequest) -> HttpResponse:
    """Show the models in force: what they foretold, what came of it, what money they expect."""
    return render(request, "metrics/model.html", model_page(today=timezone.localdate()))


@managers_only
@require_safe
def buyers(request: AuthenticatedRequest) -> HttpResponse:
    """List who will probably buy within 90 days, in the order that proved best."""
    branch, segment = chosen_branch(request), chosen_segment(request)
    found = queries.buyers_list(branch=branch, segment=segment)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "branch": branch,
        "segment": segment,
        "branches": Branch.objects.all(),
        "segments": Segment.objects.all(),
    }
    context |= {"order": queries.buyers_order(), "main": queries.main_model(), "gap": queries.model_gap()}
    return render(request, "metrics/model_buyers.html", context)


@managers_only
@require_safe
def buyers_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give the list as a file, filtered as on the page."""
    heads = [_("Client's number"), _("Name"), _("Segment"), _("Branch"), _("Last purchase"), _("Chance of a purchase in 90 days")]
    heads += [_("Chance of being with us"), _("Purchase days to expect in a year"), _("Money to expect in a year")]
    found = queries.buyers_list(branch=chosen_branch(request), segment=chosen_segment(request))
    return table_response(f"who-will-buy-{timezone.localdate().isoformat()}", "xlsx", heads, queries.buyer_lines(found))


@managers_only
@require_safe
def score(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say what the models expect of one Client, for their card; opened by itself it is a page."""
    client = get_object_or_404(Client, pk=pk)
    template = "metrics/_model_score.html" if request.headers.get("HX-Request") else "metrics/model_score.html"
    return render(request, template, {"client": client, **score_panel(queries.score_of(client))})
