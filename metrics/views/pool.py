"""The pool and the pipes, and the Clients behind each of its figures."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from clients.models import Segment
from company.access import AuthenticatedRequest, managers_only
from company.models import Branch
from metrics.behind import Behind, behind_page
from metrics.forms import WhatIfForm
from metrics.pool_board import KINDS, Chosen, pool_board, pool_months_chart
from metrics.queries.pool_clients import PoolKind, pool_clients
from metrics.views.chosen import chosen_branch, chosen_day, chosen_month, chosen_segment, one_of

WHAT_IF = {"plug": "10", "more": "10", "plug_cost": "", "more_cost": ""}


def chosen_group(request: AuthenticatedRequest) -> Chosen:
    """Return the group and the day in the address."""
    return Chosen(chosen_day(request), chosen_branch(request), chosen_segment(request))


@managers_only
@require_safe
def pool(request: AuthenticatedRequest) -> HttpResponse:
    """Show who came and who left month by month, and what plugging the leak would give."""
    chosen = chosen_group(request)
    form = WhatIfForm(WHAT_IF | {key: request.GET[key] for key in WHAT_IF if key in request.GET})
    lists = {"branches": Branch.objects.all(), "segments": Segment.objects.all()}
    is_past = chosen.today < timezone.localdate()
    context = {"chosen": chosen, "today": chosen.today, "is_past": is_past, "form": form, **lists, **pool_board(chosen, form)}
    return render(request, "metrics/pool.html", context, status=200 if form.is_valid() else 422)


@managers_only
@require_safe
def pool_clients_list(request: AuthenticatedRequest) -> HttpResponse:
    """Name the Clients behind one figure of the pool."""
    chosen, month, kind = chosen_group(request), chosen_month(request, "month"), one_of(request, "kind", PoolKind)
    if month > chosen.today:
        raise Http404
    days = {PoolKind.CAME: _("First purchase"), PoolKind.RETURNED: _("Came back on"), PoolKind.ACTIVE: _("With us since")}
    behind = Behind(
        clients=pool_clients(kind, month, today=chosen.today, **chosen.group),
        title=f"{KINDS[kind]}: {format_date(month, 'F Y')}",
        back=f"{reverse('metrics:pool')}?{chosen.query}",
        back_label=_("Pool and pipes"),
        day_label=days.get(kind, pgettext("pool", "Left")),
        file_name=f"pool-{kind.value}-{month:%Y-%m}",
    )
    return behind_page(request, behind, {"chosen": chosen, "kind": kind, "kinds": KINDS.items(), "month": month})


@managers_only
@require_safe
def pool_panel(request: AuthenticatedRequest) -> HttpResponse:
    """Draw the months of the pool for a page of another app."""
    chart = pool_months_chart(Chosen(timezone.localdate(), chosen_branch(request)))
    return render(request, "metrics/pool_panel.html", {"chart": chart})
