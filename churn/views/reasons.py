"""Why Clients leave: the report and the tree."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from churn import queries, services
from churn.enums import ReasonGroup
from churn.forms import ReasonChangeForm, ReasonForm, ReasonLinkForm
from churn.models import Reason
from churn.references import REFERENCES
from common.periods import add_months, month_of
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company

PERIODS = [("3", gettext_lazy("3 months")), ("12", gettext_lazy("A year")), ("all", gettext_lazy("All the time"))]


@managers_only
@require_safe
def reasons(request: AuthenticatedRequest) -> HttpResponse:
    """Show why Clients left, how much of it was in our power, and how much nobody asked about."""
    today, period = timezone.localdate(), request.GET.get("months", "12")
    period = period if period in dict(PERIODS) else "12"
    since = dt.date(1900, 1, 1) if period == "all" else add_months(month_of(today), 1 - int(period))
    context = {
        "report": queries.reason_report(since=since, today=today),
        "results": queries.results(since=since, today=today, zone=the_company().time_zone),
        "references": REFERENCES,
        "periods": PERIODS,
        "period": period,
        "since": None if period == "all" else since,
        "today": today,
    }
    return render(request, "churn/reasons.html", context)


@managers_only
@require_safe
def reason_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the tree for editing."""
    return tree_page(request, ReasonForm(initial={"group": ReasonGroup.OURSELVES, "is_within_power": True}))


@managers_only
@require_POST
def add_reason(request: AuthenticatedRequest) -> HttpResponse:
    """Add a leaf; without any, supply the standard tree."""
    if "standard" in request.POST:
        services.ensure_reasons()
        return redirect("churn:reason_list")
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return tree_page(request, form, status=422)
    reason = services.add_reason(actor=request.user, **form.cleaned_data)
    messages.success(request, _("«%(name)s» is in the tree.") % {"name": reason})
    return redirect("churn:reason_list")


@managers_only
@require_POST
def edit_reason(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Rename, mark or archive a leaf."""
    reason = get_object_or_404(Reason, pk=pk)
    form = ReasonChangeForm(request.POST, instance=reason)
    if not form.is_valid():
        return tree_page(request, ReasonForm(), changed=form, status=422)
    services.update_reason(reason=reason, actor=request.user, **form.cleaned_data)
    messages.success(request, _("«%(name)s» is saved.") % {"name": form.cleaned_data["name"]})
    return redirect("churn:reason_list")


@managers_only
@require_http_methods(["GET", "POST"])
def link_reason(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Choose the touchpoint where a reason arises and the actions against it."""
    reason = get_object_or_404(Reason, pk=pk)
    form = ReasonLinkForm(request.POST if request.method == "POST" else None, reason=reason)
    if request.method == "POST" and form.is_valid():
        services.link_reason(reason=reason, actor=request.user, **form.cleaned_data)
        messages.success(request, _("«%(name)s» is saved.") % {"name": reason})
        return redirect("churn:reason_list")
    return render(request, "churn/reason_link.html", {"form": form, "reason": reason}, status=422 if request.method == "POST" else 200)


def tree_page(
    request: AuthenticatedRequest, form: ReasonForm, *, changed: ReasonChangeForm | None = None, status: int = 200
) -> HttpResponse:
    """Draw the tree, with the form of the leaf that was refused as it was typed."""
    refused = {changed.instance.pk: changed} if changed else {}
    rows = [refused.get(reason.pk) or ReasonChangeForm(instance=reason) for reason in queries.linked_reasons()]
    tree = [(group, [row for row in rows if row.instance.group == group]) for group in ReasonGroup]
    return render(request, "churn/reason_list.html", {"tree": tree, "has_any": bool(rows), "form": form}, status=status)
