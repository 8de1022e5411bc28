"""How we notice who left: the report card of the ways, the ledger by months, lists of Clients of whom we were told."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from churn import queries, services
from churn.enums import Detector, LedgerPart
from churn.forms import LedgerForm, ToldImportForm
from churn.queries.told import ToldPlan, plan_told
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company

INVALID = 422
SHOWN = 100
ROWS = 50


@managers_only
@require_safe
def finding(request: AuthenticatedRequest) -> HttpResponse:
    """Show how we notice that a Client left, how good it is, and who left month by month."""
    today, cards = timezone.localdate(), queries.report_cards()
    months = queries.ledger(today=today)
    context = {
        "today": today,
        "card": cards[0] if cards else None,
        "earlier": cards[1:],
        "gap": queries.history_gap(today),
        "rules": queries.rules_in_force(),
        "months": months,
        "last_month": months[1] if len(months) > 1 else None,
        "parts": LedgerPart,
        "detectors": Detector,
        "has_left": any(month.left for month in months),
    }
    return render(request, "churn/finding.html", context)


@managers_only
@require_POST
def judge_detectors(request: AuthenticatedRequest) -> HttpResponse:
    """Judge the ways anew at once."""
    if services.judge_detectors(today=timezone.localdate(), now=timezone.now(), is_asked=True):
        messages.success(request, _("Judged anew. Here is who noticed best."))
    else:
        messages.info(request, _("The history is still too short to judge by. Each Client's own rhythm stays in force."))
    return redirect("churn:finding")


@managers_only
@require_safe
def ledger_panel(request: AuthenticatedRequest) -> HttpResponse:
    """Show who left with a word and who without one, for the page of the pool."""
    today = timezone.localdate()
    months = queries.ledger(today=today)
    context = {"today": today, "months": months, "last_month": months[1], "has_left": any(month.left for month in months)}
    return render(request, "churn/ledger_panel.html", context)


@managers_only
@require_safe
def ledger_list(request: AuthenticatedRequest) -> HttpResponse:
    """Name the Clients behind one figure of the ledger."""
    wanted, today = LedgerForm(request.GET).wanted(), timezone.localdate()
    if wanted is None:
        raise Http404
    month, part = wanted
    count = queries.ledger_count(month=month, part=part, today=today)
    page = Paginator(range(count), ROWS).get_page(request.GET.get("page"))
    rows = queries.ledger_rows(month=month, part=part, today=today, limit=ROWS, offset=max(page.start_index() - 1, 0))
    context = {"month": month, "part": part, "page": page, "rows": rows, "parts": LedgerPart.choices}
    return render(request, "churn/ledger_list.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def told_import(request: AuthenticatedRequest) -> HttpResponse:
    """Look at a list of Clients who left and then queue exactly those looked at."""
    company = the_company()
    if request.method == "GET":
        return import_page(request, ToldImportForm(company=company))
    form = ToldImportForm(request.POST, request.FILES, company=company)
    if not form.is_valid() or form.contents is None:
        return import_page(request, form, status=INVALID)
    plan, looked_at = plan_told(form.contents), request.POST.get("looked_at", "")
    if "load" not in request.POST or form.cleaned_data["file"] or looked_at != plan.fingerprint:
        return import_page(request, form, plan)
    if not plan.size or (plan.bad and not form.cleaned_data["skip_bad"]):
        form.add_error("skip_bad", _("Mend the lines with mistakes or leave them out."))
        return import_page(request, form, plan, status=INVALID)
    try:
        done = services.load_told(reading=form.contents, fingerprint=looked_at, today=timezone.localdate(), actor=request.user)
    except services.ListChangedError:
        return import_page(request, form, plan_told(form.contents))
    messages.success(request, ngettext("%(n)s Client joined the queue.", "%(n)s Clients joined the queue.", done.size) % {"n": done.size})
    return redirect("churn:queue")


def import_page(request: AuthenticatedRequest, form: ToldImportForm, plan: ToldPlan | None = None, status: int = 200) -> HttpResponse:
    """Show the form of a list, with what it would change."""
    context: dict[str, Any] = {"form": form, "plan": plan}
    if plan:
        context |= {
            "is_stale": "load" in request.POST and status == 200,
            "new": plan.new[:SHOWN],
            "bad": plan.bad[:SHOWN],
            "more": {"new": len(plan.new[SHOWN:]), "bad": len(plan.bad[SHOWN:])},
        }
    return render(request, "churn/told_import.html", context, status=status)
