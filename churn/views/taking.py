"""Being on the phone: taking a call, giving it back, and what the page says about who calls."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from churn import access, services
from churn.models import Leaver
from company.access import AuthenticatedRequest, staff_only
from company.enums import Role
from company.models import User


@staff_only
@require_POST
def take(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say that the user is on the phone with the Client; the one who comes second reads who was first."""
    opened = access.leaver_or_404(request.user, pk)
    try:
        services.take_call(leaver=opened, actor=request.user, now=timezone.now())
    except services.CallerError as error:
        if request.htmx:
            return note(request, pk)
        messages.error(request, str(error))
        return redirect("churn:leaver", pk)
    return note(request, pk) if request.htmx else redirect("churn:leaver", pk)


@staff_only
@require_POST
def give_back(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say that the user is off the phone."""
    services.give_back(leaver=access.leaver_or_404(request.user, pk), actor=request.user)
    return redirect("churn:leaver", pk)


def note(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Draw the note about who calls as it stands now."""
    opened = access.leaver_or_404(request.user, pk)
    context = {"leaver": opened, "rule": access.call_rule(request.user, opened)}
    return render(request, "churn/_rule.html", context | caller_context(request.user, opened, timezone.localdate()))


def caller_context(user: User, opened: Leaver, today: dt.date) -> dict[str, Any]:
    """Gather who is on the phone, whether the user may be, and who handed the call to whom."""
    steps = opened.hand_overs.select_related("from_caller", "to_caller", "author")
    is_taken = opened.is_taken(timezone.now())
    return {
        "is_taken": is_taken,
        "is_on_phone": is_taken and opened.taken_by_id == user.pk,
        "is_handed": bool(opened.caller_note) or not user.has_role(Role.MANAGER),
        "may_take": opened.is_open and not is_taken and services.may_take(user, opened, today),
        "hand_overs": list(steps[:20]),
    }
