"""Why Clients leave: the report."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from churn import queries
from churn.references import REFERENCES
from common.periods import add_months, month_of
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company

PERIODS = [("3", gettext_lazy("3 months")), ("12", gettext_lazy("A year")), ("all", gettext_lazy("All the time"))]


@managers_only
@require_safe
def reasons(request: AuthenticatedRequest) -> HttpResponse:
    """Show why Clients left, how much of it was in our power, and how much nobody asked about."""
    today, period = timezone.localdate(), request.GET.get("months", "12")
    period = period if period in dict(PERIODS) else "12"
    since = dt.date(1900, 1, 1) if period == "all" else add_months(month_of(today), 1 - int(period))
    context = {
        "report": queries.reason_report(since=since, today=today),
        "results": queries.results(since=since, today=today, zone=the_company().time_zone),
        "references": REFERENCES,
        "periods": PERIODS,
        "period": period,
        "since": None if period == "all" else since,
        "today": today,
    }
    return render(request, "churn/reasons.html", context)
