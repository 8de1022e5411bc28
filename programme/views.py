"""The owner's overview."""

from django.http import HttpResponse
from django.shortcuts import render

from company.access import AuthenticatedRequest, staff_only


@staff_only
def overview(request: AuthenticatedRequest) -> HttpResponse:
    """Answer the owner's questions in one screen."""
    return render(request, "programme/overview.html")
