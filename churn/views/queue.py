"""The page of the queue, and the year of calls under it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from churn import access, queries
from churn.forms import blank_outcome
from churn.views.calls import call_context
from churn.views.listing import ask_of, queue_context
from common.periods import add_months, month_of
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.models import User
from company.queries import the_company

YEAR = 12
"""Months of calls shown under the queue: the same as in the results."""


@staff_only
@require_safe
def queue(request: AuthenticatedRequest) -> HttpResponse:
    """Show the queue; on a wide screen with the first call opened beside it."""
    today = timezone.localdate()
    first = queries.first_to_call(user=request.user, today=today, ask=ask_of(request))
    context = queue_context(request, today, current=None)
    if first:
        opened = access.leaver_or_404(request.user, first.pk)
        form = blank_outcome(opened.draft, attempt=opened.n_calls, actor=request.user, today=today)
        context |= call_context(request, opened, form, today)
    return render(request, "churn/queue.html", context)


@managers_only
@require_safe
def queue_year(request: AuthenticatedRequest) -> HttpResponse:
    """Show what stands under the queue, apart from it, so that calling never waits for a count; also a page of its own."""
    today = timezone.localdate()
    context = {
        "results": queries.results(since=add_months(month_of(today), 1 - YEAR), today=today, zone=the_company().time_zone),
        "unqueued": queries.unqueued_count(today=today),
        "rehearsers": User.objects.filter(is_active=True).order_by("-seniority", "name"),
    }
    return render(request, "churn/_queue_year.html" if request.htmx else "churn/queue_year.html", context)


@managers_only
@require_safe
def brought_panel(request: AuthenticatedRequest) -> HttpResponse:
    """Say in one line what a year of calls brought, for the overview."""
    today = timezone.localdate()
    since = add_months(month_of(today), 1 - YEAR)
    results = queries.results(since=since, today=today, zone=the_company().time_zone)
    return render(request, "churn/brought_panel.html", {"results": results, "since": since})
