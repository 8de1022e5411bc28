"""The overview, and leaving the demo for one's own company."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from company.access import AuthenticatedRequest, owner_only, staff_only
from company.enums import Role
from company.models import Branch
from company.queries import the_company
from metrics.queries import last_purchase_day
from programme import queries
from programme.enums import Tool
from programme.forms import OverviewForm, OwnCompanyForm
from programme.services import start_own_company
from surveys.queries import count_to_triage


@staff_only
@require_safe
def overview(request: AuthenticatedRequest) -> HttpResponse:
    """Answer the owner's questions in one screen; an unknown period or branch falls back to the widest."""
    form = OverviewForm(request.GET)
    today = timezone.localdate()
    facts = queries.overview(user=request.user, today=today, months=form.months, branch=form.branch)
    steps = queries.first_steps()
    context = {
        "form": form,
        "facts": facts,
        "steps": [] if all(step.is_done for step in steps if step.is_required) else steps,
        "next_step": next((step for step in steps if not step.is_done), None),
        "is_manager": request.user.has_role(Role.MANAGER),
        "branches": Branch.objects.all(),
        "last_purchase": last_purchase_day(today=today),
        "today": today,
    }
    return render(request, "programme/overview.html", context)


@staff_only
@require_safe
def nav_counts(request: AuthenticatedRequest) -> HttpResponse:
    """Fill the numbers beside the menu's items."""
    today = timezone.localdate()
    work = queries.todays_work(user=request.user, today=today)
    unsorted = count_to_triage()
    counts = [
        ("surveys:comment_list", unsorted, ngettext("%d waits", "%d wait", unsorted) % unsorted),
        ("surveys:case_list", work.cases, ngettext("%d is due", "%d are due", work.cases) % work.cases),
        ("churn:queue", work.calls.count, ngettext("%d waits", "%d wait", work.calls.count) % work.calls.count),
        ("touchpoints:action_list", work.overdue_count, ngettext("%d is late", "%d are late", work.overdue_count) % work.overdue_count),
    ]
    shown = counts if request.user.has_role(Role.MANAGER) else counts[1:]  # staff have no comments in their menu
    return render(request, "_components/nav_counts.html", {"counts": shown, "done": queries.count_working(today), "total": len(Tool)})


@owner_only
@require_http_methods(["GET", "POST"])
def own_company(request: AuthenticatedRequest) -> HttpResponse:
    """Remove the demo company and set up one's own, in one step."""
    if not the_company().is_demo:
        raise Http404
    form = OwnCompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        owner = start_own_company(new=form.new_company())
        login(request, owner, backend="allauth.account.auth_backends.AuthenticationBackend")
        messages.success(request, _("Your company is ready. The demo is gone."))
        return redirect("programme:overview")
    return render(request, "programme/own_company.html", {"form": form}, status=422 if form.is_bound else 200)
