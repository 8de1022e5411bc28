"""The chain of numbers: from money spent to money brought, and attracting against keeping."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Channel
from common.periods import add_months
from common.sheets import Sheet, book_response, table_response
from company.access import AuthenticatedRequest, managers_only
from company.models import Employee
from company.queries import the_company
from metrics import chain_board as board
from metrics import queries
from metrics.forms.chain import month_from
from metrics.queries.chain_clients import NewClients, new_client_rows, new_clients
from metrics.views.chosen import chosen_row

PAGE_SIZE = 50


@managers_only
@require_safe
def chain(request: AuthenticatedRequest) -> HttpResponse:
    """Show what was spent, who called, who became a Client and what they brought."""
    context = board.chain_board(
        today=timezone.localdate(),
        months=board.period_of(request.GET.get("months", "")),
        split=board.split_of(request.GET.get("by", "")),
        shown=board.shown_of(request.GET.get("show", "")),
        currency=the_company().currency,
    )
    return render(request, "metrics/chain.html", context)


@managers_only
@require_safe
def chain_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give every split of the chain as a book."""
    today, months = timezone.localdate(), board.period_of(request.GET.get("months", ""))
    first, end = queries.last_whole_months(today, months)
    found, company = queries.chain_between(first=first, end=end), board.company_worth(today)
    worths = board.channel_worths(today, company)
    heads = [_("Name"), _("Sales manager"), *(str(head) for head, _read in board.COLUMNS)]
    sheets = [
        Sheet(str(label), heads, board.export_rows(board.rows_of(found, split, worths, company))) for split, label in board.SPLITS.items()
    ]
    return book_response(f"chain-{today.isoformat()}", sheets)


def wanted_of(request: AuthenticatedRequest) -> NewClients:
    """Read from the address whose list is asked for."""
    today = timezone.localdate()
    first, last = (month_from(request.GET.get(name, ""), today) for name in ("from", "to"))
    return NewClients(first, add_months(last, 1), chosen_row(request, "channel", Channel), chosen_row(request, "manager", Employee))


@managers_only
@require_safe
def chain_clients(request: AuthenticatedRequest) -> HttpResponse:
    """List the new Clients behind a figure."""
    wanted = wanted_of(request)
    page = Paginator(new_clients(wanted), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"wanted": wanted, "last": add_months(wanted.end, -1), "page": page}
    return render(request, "metrics/chain_clients.html", context)


@managers_only
@require_safe
def chain_clients_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give the same list as a file."""
    heads = [_("Client"), _("Channel"), _("Responsible person"), _("First purchase"), _("Purchases"), _("Brought by now")]
    return table_response(f"new-clients-{timezone.localdate().isoformat()}", "xlsx", heads, new_client_rows(wanted_of(request)))
