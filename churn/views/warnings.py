"""Who may leave next: what came before leaving, and who looks like that now."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from churn.enums import SignKind
from churn.forms.warnings import WarningFilterForm, WarningTalkForm
from churn.formulas.warning import ENOUGH, HORIZON_DAYS, SEEN_DAYS, month_ends
from churn.models import ClientWarning, WarningTalk
from churn.queries import warnings as queries
from churn.queries.finding import purchase_days
from churn.services import warnings as services
from clients.models import Client
from common.sheets import table_response
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company

PAGE_SIZE = 30
LONGEST_MONTH = 31
"""Signs are looked for at the ends of months: so many days may pass until one."""


@managers_only
@require_safe
def warning_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the signs with their proof, and the present Clients who show them."""
    today, report, form = timezone.localdate(), queries.warning_report(), WarningFilterForm(request.GET)
    rows = queries.warned_clients(form.wanted(report.mattering), today)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    days, sign = purchase_days(), form.cleaned_data.get("sign", "")
    context: dict[str, Any] = {
        "report": report,
        "form": form,
        "page": page,
        "at_stake": queries.at_stake(rows),
        "has_history": bool(days and month_ends(days[0], min(days[1], today))),
        "horizon": HORIZON_DAYS,
        "seen": SEEN_DAYS,
        "needed": SEEN_DAYS + HORIZON_DAYS + LONGEST_MONTH,
        "known_days": max((min(days[1], today) - days[0]).days, 0) if days else 0,
        "enough": ENOUGH,
        "is_unproved": bool(sign) and sign not in report.mattering,
        "by_rhythm": report.shown.get(SignKind.RARER, 0),
    }
    return render(request, "churn/warning_list.html", context)


@managers_only
@require_safe
def warning_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give exactly what the list shows as a file."""
    today = timezone.localdate()
    wanted = WarningFilterForm(request.GET).wanted(queries.warning_report().mattering)
    heads = [_("Client's number"), _("Name"), _("Branch"), _("Responsible person"), _("Signs"), _("Brought in a year")]
    rows = queries.warning_rows(queries.warned_clients(wanted, today))
    return table_response(f"may-leave-{today.isoformat()}", "xlsx", heads, rows)


@managers_only
@require_POST
def warning_count(request: AuthenticatedRequest) -> HttpResponse:
    """Count the signs now instead of at night."""
    count = services.count_warnings(today=timezone.localdate(), zone=the_company().time_zone)
    text = ngettext("%(count)s present Client shows a sign.", "%(count)s present Clients show a sign.", count)
    messages.success(request, text % {"count": count})
    return redirect("churn:warning_list")


@managers_only
@require_http_methods(["GET", "POST"])
def warning_talk(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Note a talk with a Client who may leave."""
    client = get_object_or_404(Client.objects.select_related("responsible", "branch"), pk=pk)
    form = WarningTalkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        services.note_warning_talk(
            client=client, words=data["words"], today=timezone.localdate(), request_key=data["request_key"], actor=request.user
        )
        messages.success(request, _("The talk is noted. The Client is out of the list for a month."))
        return redirect("churn:warning_list")
    context = {
        "client": client,
        "form": form,
        "warning": ClientWarning.objects.filter(client=client).first(),
        "talks": WarningTalk.objects.filter(client=client).select_related("author")[:10],
    }
    return render(request, "churn/warning_talk.html", context, status=422 if form.errors else 200)
