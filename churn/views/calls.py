"""The page of one call."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from churn import access, queries, services
from churn.enums import CallOutcome
from churn.forms import ANSWERS, PAUSES, ExceptionForm, HeardForm, OutcomeForm, ReassignForm, blank_outcome, draft_of, reason_tree
from churn.formulas.calls import next_attempt, next_hour
from churn.models import Leaver
from churn.views.listing import ask_of, listed_url, queue_context
from churn.views.taking import caller_context
from company.access import AuthenticatedRequest, staff_only
from company.enums import Role
from company.models import User
from company.queries import the_company


@staff_only
@require_http_methods(["GET", "POST"])
def leaver(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show one call with its dossier, script and outcome; save the outcome and go on to the next."""
    today, opened = timezone.localdate(), access.leaver_or_404(request.user, pk)
    if request.method == "POST":
        form = OutcomeForm(request.POST, today=today)
        if form.is_valid() and save_call(request, opened, form):
            following = queries.next_leaver(user=request.user, today=today, after=opened, ask=ask_of(request))
            return redirect(listed_url(request, following))
        return call_page(request, opened, form, status=422)
    return call_page(request, opened, blank_outcome(opened.draft, attempt=opened.n_calls, actor=request.user, today=today))


def save_call(request: AuthenticatedRequest, opened: Leaver, form: OutcomeForm) -> bool:
    """Record the call, or put the reason of the refusal on the form with everything typed."""
    try:
        services.record_call(leaver=opened, record=form.record(), actor=request.user)
    except services.CallConflictError as error:
        opened.refresh_from_db(fields=["n_calls", "state", "caller"])
        typed = request.POST.copy()
        typed["attempt"] = str(opened.n_calls)
        form.data = typed
        form.add_error(None, str(error))
    except services.CallError as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, _("The call to %(name)s is saved.") % {"name": opened.client})
        return True
    return False


@staff_only
@require_POST
def save_draft(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Keep what has been typed; 409 says that there is nothing to keep it for."""
    opened, attempt = access.leaver_or_404(request.user, pk), request.POST.get("attempt", "")
    if not attempt.isdecimal() or len(attempt) > 4:
        return HttpResponse(status=422)
    is_kept = services.save_draft(leaver=opened, attempt=int(attempt), draft=draft_of(request.POST), actor=request.user)
    return HttpResponse(status=204 if is_kept else 409)


def call_page(
    request: AuthenticatedRequest, opened: Leaver, form: OutcomeForm, *, status: int = 200, **refused: ReassignForm | ExceptionForm
) -> HttpResponse:
    """Draw the page of one call, with any refused form as it was typed."""
    today = timezone.localdate()
    context = queue_context(request, today, opened) | call_context(request, opened, form, today)
    return render(request, "churn/leaver.html", context | refused, status=status)


def call_context(request: AuthenticatedRequest, opened: Leaver, form: OutcomeForm, today: dt.date) -> dict[str, Any]:
    """Gather the dossier, the script and the outcome."""
    user, dossier = request.user, queries.dossier_of(opened, today=today)
    script = queries.script_for(opened.client.segment_id)
    return {
        "leaver": opened,
        "dossier": dossier,
        "steps": queries.script_steps(script, opened, dossier, company=the_company(), caller=user),
        "script": script,
        "steps_done": [int(step) for step in form["steps_done"].value() or [] if str(step).isdecimal() and len(str(step)) < 4],
        "rule": access.call_rule(user, opened),
        "may_allow_exception": user.has_role(Role.OWNER) and not opened.caller_id and opened.responsible_id is not None,
        "form": form,
        "tree": reason_tree(form),
        "outcomes": CallOutcome,
        "pauses": PAUSES,
        "answers": ANSWERS,
        "following": queries.next_leaver(user=user, today=today, after=opened, ask=ask_of(request)),
        "proposed_on": next_attempt(today, opened.n_calls + 1),
        "proposed_at": next_hour(timezone.localtime().time()),
        "scores": range(11),
        "incident_form": HeardForm(today=today),
        "reassign_form": ReassignForm(initial={"caller": user.pk}),
        "exception_form": ExceptionForm(),
        "colleagues": queries.possible_callers(opened) if user.has_role(Role.MANAGER) else [],
        "people": User.objects.filter(is_active=True),
        **caller_context(user, opened, today),
    }
