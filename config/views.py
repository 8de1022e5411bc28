"""What a supervisor asks, and what is said while the database is away."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import server_error as broken

from company.access import AuthenticatedRequest, owner_only, public
from config.health import readiness
from config.standing import BAD, standing


@public
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when pages can be served, else 503, with what works and what does not."""
    ready = readiness(timezone.now())
    return JsonResponse(ready.as_dict(), status=200 if ready.pages_work else 503)


@owner_only
@require_safe
def health(request: AuthenticatedRequest) -> HttpResponse:
    """Show the owner how the installation stands."""
    return render(request, "config/health.html", {"lines": standing(timezone.now())})


@owner_only
@require_safe
def health_warning(request: AuthenticatedRequest) -> HttpResponse:
    """Warn the owner on the overview of what is bad; nothing while nothing is."""
    return render(request, "config/health_warning.html", {"bad": [line for line in standing(timezone.now()) if line.state == BAD]})


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that failed: 503 and "in a minute" when it was the database that did not answer, else 500."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "15", "Cache-Control": "no-store"})
    return broken(request)
