"""What stands in the address of a page of money: a segment, a branch, a day to look from."""

import datetime as dt
from enum import StrEnum
from typing import TypeVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date

from clients.models import Channel, Segment
from company.access import AuthenticatedRequest
from company.models import Branch, Employee

Row = TypeVar("Row", Segment, Branch, Channel, Employee)
Choice = TypeVar("Choice", bound=StrEnum)
LONGEST_ID = 18
FIRST_DAY = dt.date(1970, 1, 1)


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


def chosen_day(request: AuthenticatedRequest) -> dt.date:
    """Return the day to look from: today, or an earlier one named in the address, as far back as purchases may lie."""
    today = timezone.localdate()
    try:
        asked = parse_date(request.GET.get("as_of", ""))
    except ValueError:
        asked = None
    return max(min(asked, today), FIRST_DAY) if asked else today


def chosen_month(request: AuthenticatedRequest, name: str) -> dt.date:
    """Return the month named in the address, as its first day; a wrong one is 404."""
    try:
        day = parse_date(request.GET.get(name, ""))
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= timezone.localdate():
        raise Http404
    return day.replace(day=1)


def one_of(request: AuthenticatedRequest, name: str, choices: type[Choice]) -> Choice:
    """Return the choice named in the address; a wrong one is 404."""
    try:
        return choices(request.GET.get(name, ""))
    except ValueError:
        raise Http404 from None
