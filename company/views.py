"""Pages about the firm itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from company.access import public


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when the page was open for too long."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
