"""Lists other systems read page by page: each row once, however many are added meanwhile."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, cast

from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_GET
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from common.serializers import StrictSerializer, reasons
from company.access import has_scope, maker_of, public
from company.models import Branch
from company.queries import company_zone
from programme import api_rows
from programme.api_rows import Listing
from surveys import services as surveys

MOST_ROWS = 500
USUAL_ROWS = 100
LARGEST_ID = 2**63 - 1
YEARS = range(1900, 2200)
DAY = _("Send the day as in 2026-11-22.")
COUNT = _("Send a whole number from 1 to 500.")
CURSOR = _("Send what stood in “next” of the page before.")


class TokenThrottle(surveys.TokenThrottle):
    """Counts pages read apart from requests of other kinds."""

    what = "lists limit"


class PageSerializer(StrictSerializer):
    """What an address may ask of a list. Days are the company's, both included."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MOST_ROWS, default=USUAL_ROWS, error_messages=reasons(COUNT, min_value=COUNT, max_value=COUNT)
    )
    cursor = serializers.IntegerField(
        min_value=0, max_value=LARGEST_ID, default=0, error_messages=reasons(CURSOR, min_value=CURSOR, max_value=CURSOR)
    )
    since = serializers.DateField(required=False, error_messages=reasons(DAY))
    until = serializers.DateField(required=False, error_messages=reasons(DAY))
    branch = serializers.SlugRelatedField(
        slug_field="name",
        queryset=Branch.objects.all(),
        required=False,
        error_messages=reasons(_("Send a text here."), does_not_exist=_("There is no such branch: check the spelling.")),
    )
    OF_DAYS: ClassVar = ("since", "until")

    def __init__(self, listing: Listing, **options: Any) -> None:
        super().__init__(**options)
        absent = (*(() if listing.day else self.OF_DAYS), *(() if listing.branch else ("branch",)))
        for name in absent:
            del self.fields[name]

    def validate_since(self, day: dt.date) -> dt.date:
        """Refuse days beyond the calendar."""
        return sane(day)

    def validate_until(self, day: dt.date) -> dt.date:
        """Refuse days beyond the calendar."""
        return sane(day)


def sane(day: dt.date) -> dt.date:
    """Return a day whose neighbours exist in every time zone."""
    if day.year not in YEARS:
        raise serializers.ValidationError(DAY)
    return day


def listing_view(listing: Listing) -> Callable[..., HttpResponseBase]:
    """Return the view of a list; a page that is as it was is answered with 304 and no body."""

    @api_view(["GET"])
    @permission_classes([has_scope(listing.scope)])
    @throttle_classes([TokenThrottle])
    def page(request: Request) -> Response:
        maker_of(request)
        asked = PageSerializer(listing, data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        return Response(page_of(listing, asked.validated_data))

    view: Any = public(require_GET(conditional_page(page)))
    view.csrf_exempt = False  # The framework lifts the guard of every address; one that takes no posts keeps it.
    return cast("Callable[..., HttpResponseBase]", view)


def by_method(read: Callable[..., HttpResponseBase], write: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return the view of an address that is read by GET and written by POST, each with a scope of its own."""

    @wraps(write)
    def view(request: HttpRequest) -> HttpResponseBase:
        return read(request) if request.method == "GET" else write(request)

    return view


def page_of(listing: Listing, asked: dict[str, Any]) -> dict[str, Any]:
    """Return one page and where the next begins; one row more is read to know whether there is one."""
    limit = asked["limit"]
    rows = list(chosen(listing, asked).filter(pk__gt=asked["cursor"]).order_by("pk")[: limit + 1])
    page = rows[:limit]
    return {"results": [listing.told(row) for row in page], "next": str(page[-1].pk) if len(rows) > limit else None}


def chosen(listing: Listing, asked: dict[str, Any]) -> QuerySet[Any]:
    """Return the rows of the days and the branch that were asked for."""
    rows, wanted = listing.rows(), dict[str, Any]()
    if branch := asked.get("branch"):
        wanted[listing.branch] = branch
    if since := asked.get("since"):
        wanted[f"{listing.day}__gte"] = start_of(since, rows, listing.day)
    if until := asked.get("until"):
        wanted[f"{listing.day}__lt"] = start_of(until + dt.timedelta(days=1), rows, listing.day)
    return rows.filter(**wanted)


def start_of(day: dt.date, rows: QuerySet[Any], field: str) -> dt.date:
    """Return the day as the column compares it: a moment begins at midnight of the company."""
    is_moment = isinstance(rows.model._meta.get_field(field), DateTimeField)
    return dt.datetime.combine(day, dt.time.min, company_zone()) if is_moment else day


employees = listing_view(api_rows.EMPLOYEES)
touchpoints = listing_view(api_rows.TOUCHPOINTS)
audits = listing_view(api_rows.AUDITS)
actions = listing_view(api_rows.ACTIONS)
leavers = listing_view(api_rows.LEAVERS)
calls = listing_view(api_rows.CALLS)
waves = listing_view(api_rows.WAVES)
answers = listing_view(api_rows.ANSWERS)
