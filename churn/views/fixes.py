"""The part of an action's page that leavers know: the reasons it removes and whom to call once it is done."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from churn import queries, services
from churn.forms import ActionReasonsForm
from churn.queries.named import people_who_named
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from touchpoints.access import action_for
from touchpoints.enums import ActionState

LISTED = 20


@staff_only
@require_safe
def action_panel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show which reasons and calls asked for an action, and whom it concerns; staff see only the calls given to them."""
    action = action_for(request.user, pk)
    found, is_manager = queries.call_back(action, request.user), request.user.has_role(Role.MANAGER)
    context = {
        "action": action,
        "reasons": queries.reasons_of(action),
        "calls": queries.calls_of(action, request.user)[:LISTED],
        "found": found,
        "leavers": found.leavers[:LISTED],
        "to_reopen": queries.to_reopen(action, request.user).count() if is_manager and found.is_due else 0,
        "to_tell": len(people_who_named([action], now=timezone.now())) if is_manager and found.is_due else 0,
        "is_manager": is_manager,
        "form": ActionReasonsForm(initial={"reasons": action.reasons.all()}) if is_manager else None,
    }
    template = "churn/_action_panel.html" if request.htmx else "churn/action_panel.html"
    return render(request, template, context)


@managers_only
@require_POST
def action_reasons(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say which reasons of leaving an action removes."""
    action, form = action_for(request.user, pk), ActionReasonsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("One of these reasons is no longer in the tree. Choose again."))
        return redirect("touchpoints:action_detail", pk)
    services.set_reasons(action=action, reasons=form.cleaned_data["reasons"], actor=request.user)
    messages.success(request, _("Saved"))
    return redirect("touchpoints:action_detail", pk)


@managers_only
@require_POST
def action_call_back(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put those who named what is fixed now back into the queue."""
    action = action_for(request.user, pk)
    if action.state != ActionState.DONE:
        messages.error(request, _("The action is not done yet. Call when there is something to say."))
        return redirect("touchpoints:action_detail", pk)
    queued = services.queue_call_back(action=action, today=timezone.localdate(), actor=request.user)
    text = ngettext("%(n)s Client is in the queue for today.", "%(n)s Clients are in the queue for today.", queued) % {"n": queued}
    messages.success(request, text if queued else _("Everybody of the list is in the queue already."))
    return redirect("touchpoints:action_detail", pk)
