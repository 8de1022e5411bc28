"""The walk of somebody who is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from company.access import AuthenticatedRequest, public, staff_only
from touchpoints.access import audit_for
from touchpoints.enums import CLOSED_AUDIT_STATES
from touchpoints.views.steps import receive_mark, show_step
from touchpoints.ways import Way


@staff_only
@require_safe
def audit_walk(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show one touchpoint to mark: the one asked for, else the first without a mark."""
    way = Way(audit_for(request.user, pk), request.user)
    if way.audit.state in CLOSED_AUDIT_STATES:
        return redirect(way.summary)
    return show_step(request, way, request.GET.get("point", ""))


@staff_only
@require_POST
def mark_save(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    """Save the mark of one touchpoint."""
    return receive_mark(request, Way(audit_for(request.user, pk), request.user), point_pk)


@public
@require_safe
def walk_worker(request: HttpRequest) -> HttpResponse:
    """Send the script that keeps the pages of a walk for the time without a connection; it may serve no page above this folder."""
    response = render(request, "touchpoints/walk_worker.js", content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
