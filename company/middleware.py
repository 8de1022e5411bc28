"""Puts the firm on every request and turns on its time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from company.queries import the_company


class CompanyMiddleware:
    """Adds `request.company`, read once per request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the firm at hand."""
        company = the_company()
        request.company = company  # type: ignore[attr-defined]
        with timezone.override(ZoneInfo(company.time_zone)):
            return self.get_response(request)
