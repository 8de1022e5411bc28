"""The walk of a mystery guest: the link is the authority, there is no account and no session. A GET changes nothing."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from company.access import PlainView, public
from touchpoints import queries, services
from touchpoints.access import guest_audit, takes_guest
from touchpoints.enums import AuditState
from touchpoints.models import MarkPhoto
from touchpoints.views.photos import send
from touchpoints.views.steps import ScriptAnswer, receive_mark, show_step
from touchpoints.ways import Way

P = ParamSpec("P")
# No "no-referrer" here: it would turn the Origin of a form into "null", which the check against forged requests refuses.
PRIVATE = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
GuestView = Callable[Concatenate[HttpRequest, Way, P], HttpResponseBase]


def by_link(view: GuestView[P]) -> PlainView[Concatenate[str, P]]:
    """Let in who holds a link that still works; others see why it does not. The address, a secret, is kept out of sight."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        audit = guest_audit(token)
        if audit and takes_guest(audit, timezone.localdate()):
            response = view(request, Way(audit, token=token), *args, **kwargs)
        else:
            response = closed_page(request, Way(audit, token=token) if audit else None)
        for name, value in PRIVATE.items():
            response[name] = value
        return response

    return cast("PlainView[Concatenate[str, P]]", wrapped)


def closed_page(request: HttpRequest, way: Way | None) -> HttpResponse:
    """Thank for a finished walk; of another dead link say what to do."""
    if way is None and request.headers.get("Accept") == "application/json":
        return JsonResponse({"state": "unknown"}, status=404)
    is_done = way is not None and way.audit.state == AuditState.DONE
    if way and request.headers.get("Accept") == "application/json":
        return ScriptAnswer.closed(request, way)
    status = 404 if way is None else 409 if request.method == "POST" else 200 if is_done else 410
    return render(request, "touchpoints/guest_closed.html", {"is_done": is_done, "is_known": way is not None, "way": way}, status=status)


@public
@require_safe
@by_link
def guest_walk(request: HttpRequest, way: Way) -> HttpResponse:
    """Greet the guest and show the walk as a whole: what is marked, what is left."""
    steps = queries.walk_steps(way.audit)
    rated = sum(step.mark is not None and step.mark.rating is not None for step in steps)
    context = {"way": way, "audit": way.audit, "steps": steps, "left": sum(step.mark is None for step in steps), "rated": rated}
    return render(request, "touchpoints/guest_summary.html", context)


@public
@require_safe
@by_link
def guest_step(request: HttpRequest, way: Way) -> HttpResponse:
    """Show one touchpoint to mark."""
    return show_step(request, way, request.GET.get("point", ""))


@public
@require_POST
@by_link
def guest_mark(request: HttpRequest, way: Way, point_pk: int) -> HttpResponse:
    """Save the mark of one touchpoint."""
    return receive_mark(request, way, point_pk)


@public
@require_safe
@by_link
def guest_photo(_request: HttpRequest, way: Way, key: uuid.UUID) -> FileResponse:
    """Send a photo the guest took on this walk."""
    return send(get_object_or_404(MarkPhoto, pk=key, mark__audit=way.audit).image)


@public
@require_POST
@by_link
def guest_finish(request: HttpRequest, way: Way) -> HttpResponse:
    """Close the walk; from now on the link says thank you."""
    try:
        services.finish_audit(audit=way.audit, actor=None)
    except services.ClosedError:
        pass
    except services.NothingMarkedError:
        messages.error(request, _("Nothing is marked yet. Mark at least one touchpoint, then finish."))
    return redirect(way.summary)
