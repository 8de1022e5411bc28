"""The month for the meeting: a page and its print."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from common.periods import add_months, month_of, months_back
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company
from programme.health_words import health_rows
from programme.month_prints import month_pdf
from programme.month_words import month_words_of
from programme.queries.month import MonthReport, month_report
from programme.views.room import pdf_answer

FIRST_MONTH = dt.date(2000, 1, 1)
MONTHS_LISTED = 24


def month_asked(request: AuthenticatedRequest) -> dt.date:
    """Return the whole month of the address, else the last one that is over."""
    last = add_months(month_of(timezone.localdate()), -1)
    try:
        asked = parse_date(f"{request.GET.get('month', '')}-01")
    except ValueError:
        asked = None
    return asked if asked and FIRST_MONTH <= asked <= last else last


def report_of(month: dt.date) -> MonthReport:
    """Read the report of a month."""
    return month_report(month, today=timezone.localdate(), zone=the_company().time_zone, now=timezone.now())


@managers_only
@require_safe
def month(request: AuthenticatedRequest) -> HttpResponse:
    """Show what moved in a month, what to do next and the health of the programme."""
    asked, today = month_asked(request), timezone.localdate()
    found = report_of(asked)
    listed = list(reversed(months_back(add_months(month_of(today), -1), MONTHS_LISTED)))
    context: dict[str, Any] = {
        "month": asked,
        "months": listed if asked in listed else [*listed, asked],
        "words": month_words_of(request, found, the_company().currency),
        "health": health_rows(request, found.health),
        "health_day": found.health.day,
        "today": today,
    }
    return render(request, "programme/month.html", context)


@managers_only
@require_safe
def month_print(request: AuthenticatedRequest) -> HttpResponse:
    """Give the same as one sheet of A4."""
    asked = month_asked(request)
    company = the_company()
    found = report_of(asked)
    words = month_words_of(request, found, company.currency)
    document = month_pdf(asked, company, words, health_rows(request, found.health), today=timezone.localdate())
    return pdf_answer(document, f"month-{asked:%Y-%m}")
