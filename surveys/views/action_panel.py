"""The part of an action's page that surveys know: who asked for it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from company.access import AuthenticatedRequest, staff_only
from company.enums import Role
from surveys.queries import action_sources
from touchpoints.access import action_for


@staff_only
@require_safe
def action_panel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show the words behind an action; the staff who own it read them without names and links, as they may open no Client."""
    action = action_for(request.user, pk)
    context = {
        "action": action,
        "found": action_sources(action),
        "is_manager": request.user.has_role(Role.MANAGER),
        "today": timezone.localdate(),
    }
    template = "surveys/_action_panel.html" if request.htmx else "surveys/action_panel.html"
    return render(request, template, context)
