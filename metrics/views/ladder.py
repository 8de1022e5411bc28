"""The three rungs of LTV side by side, and the Clients behind every cell."""

import datetime as dt
import re
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Channel, Segment
from common.sheets import table_response
from company.access import AuthenticatedRequest, managers_only
from company.models import Branch
from company.queries import the_company
from metrics import queries
from metrics.board import COHORTS_SHOWN, SPLIT_LABELS, split_of
from metrics.formulas.ladder import Look
from metrics.ladder_board import RungKind, ladder_board, ladder_lines, ladder_rows
from metrics.queries import Cell, Dimension
from metrics.views.chosen import chosen_segment

PAGE_SIZE = 50
LONGEST_ID = 18
NAMED: dict[str, type[Segment] | type[Branch] | type[Channel]] = {"segment": Segment, "branch": Branch, "channel": Channel}


def look_of(request: AuthenticatedRequest) -> Look:
    """Read how the rungs are to be looked at; what makes no sense counts as not asked."""
    asked = request.GET.get
    return Look(is_profit=asked("money") == "profit", after_costs=asked("costs") == "after", in_todays_money=asked("time") == "today")


def switches(look: Look) -> list[dict[str, Any]]:
    """Return the three switches of the page."""
    return [
        {
            "name": "money",
            "legend": _("Revenue or profit"),
            "value": "profit" if look.is_profit else "",
            "options": [("", _("Revenue")), ("profit", _("Profit"))],
        },
        {
            "name": "costs",
            "legend": _("Before or after costs"),
            "value": "after" if look.after_costs else "",
            "options": [("", _("Before costs")), ("after", _("After attracting and keeping"))],
        },
        {
            "name": "time",
            "legend": _("Discounted or not"),
            "value": "today" if look.in_todays_money else "",
            "options": [("", _("As it comes")), ("today", _("In today's money"))],
        },
    ]


@managers_only
@require_safe
def ladder(request: AuthenticatedRequest) -> HttpResponse:
    """Show what a Client is worth as believed, as measured and as predicted, and why these differ."""
    today, segment, look = timezone.localdate(), chosen_segment(request), look_of(request)
    split = split_of(request.GET.get("split", ""))
    context = ladder_board(segment, split, look, today, the_company().currency)
    left_out = max(len(context["rows"]) - COHORTS_SHOWN, 0) if split is Dimension.COHORT else 0
    context |= {"rows": context["rows"][:COHORTS_SHOWN] if left_out else context["rows"], "rows_left_out": left_out}
    context |= {"segment": segment, "segments": Segment.objects.all(), "split": split, "splits": SPLIT_LABELS.items(), "look": look}
    return render(request, "metrics/ladder.html", context | {"switches": switches(look)})


@managers_only
@require_safe
def ladder_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give the table as a file, looked at the same way."""
    today, split = timezone.localdate(), split_of(request.GET.get("split", ""))
    heads = [str(SPLIT_LABELS[split]), _("Clients"), _("Gone"), _("You thought"), _("Measured"), _("Measured, from"), _("Measured, to")]
    rows = ladder_rows(split, look_of(request), today, the_company().currency)
    return table_response(f"ladder-{today.isoformat()}", "xlsx", [*heads, _("Predicted"), _("Years, measured")], ladder_lines(rows))


def chosen_cell(request: AuthenticatedRequest) -> tuple[Cell, str]:
    """Return the cell named in the address with its words; one that does not exist is 404."""
    by, key = request.GET.get("by", ""), request.GET.get("key", "")
    if not by:
        return Cell(), ""
    if by not in set(Dimension):
        raise Http404
    if by == Dimension.COHORT:
        return Cell(Dimension.COHORT, month := month_of_key(key)), month.strftime("%m.%Y")
    if key == "none":
        return Cell(Dimension(by), None), _("not stated")
    row = NAMED[by]._default_manager.filter(pk=int(key) if key.isdecimal() and len(key) <= LONGEST_ID else 0).first()
    if row is None:
        raise Http404
    return Cell(Dimension(by), row.pk), str(row)


def month_of_key(key: str) -> dt.date:
    """Read a month as it stands in an address; a wrong one is 404."""
    if not (found := re.fullmatch(r"(19|20)(\d{2})-(0[1-9]|1[0-2])", key, re.ASCII)):
        raise Http404
    return dt.date(int(found[1] + found[2]), int(found[3]), 1)


@managers_only
@require_safe
def ladder_clients(request: AuthenticatedRequest) -> HttpResponse:
    """List the Clients behind a cell, those first who make most of its figure."""
    today, (cell, words) = timezone.localdate(), chosen_cell(request)
    by_model = request.GET.get("rung") == RungKind.PREDICTED
    page = Paginator(queries.cell_clients(cell, today=today, by_model=by_model), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "metrics/ladder_clients.html", {"page": page, "words": words, "cell": cell, "by_model": by_model})


@managers_only
@require_safe
def ladder_clients_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give the Clients behind a cell as a file."""
    today, (cell, _words) = timezone.localdate(), chosen_cell(request)
    found = queries.cell_clients(cell, today=today, by_model=request.GET.get("rung") == RungKind.PREDICTED)
    heads = [_("Client's number"), _("Name"), _("Segment"), _("Branch"), _("First purchase"), _("Purchases"), _("Money brought")]
    heads += [_("Chance of being with us"), _("To come in five years")]
    return table_response(f"ladder-clients-{today.isoformat()}", "xlsx", heads, queries.cell_lines(found))
