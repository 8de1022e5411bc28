"""The Clients behind a figure: a page of fifty, or all of them as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clients.models import Client
from common.sheets import table_response
from company.access import AuthenticatedRequest

PAGE_SIZE = 50
CHUNK = 2000


@dataclass(frozen=True)
class Behind:
    """Clients with what they are: each carries `day`, or `n` and `cents` of a month, as the head of the column says."""

    clients: QuerySet[Client]
    title: str
    back: str
    back_label: str
    file_name: str
    day_label: str = ""
    month_label: str = ""


def behind_page(request: AuthenticatedRequest, behind: Behind, more: dict[str, Any]) -> HttpResponse:
    """Show the Clients, or give them as a file when the address asks for `xlsx`."""
    if "xlsx" in request.GET:
        return table_response(behind.file_name, "xlsx", heads(behind), rows(behind))
    page = Paginator(behind.clients, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "metrics/behind.html", {"behind": behind, "page": page, **more})


def heads(behind: Behind) -> list[str]:
    """Return the heads of the file."""
    own = [behind.day_label] if behind.day_label else [_("Purchases in the month"), behind.month_label]
    return [_("Client's number"), _("Name"), _("Branch"), _("Segment"), *own, _("Purchases"), _("Money brought"), _("Last purchase")]


def rows(behind: Behind) -> Iterator[list[Any]]:
    """Yield the rows of the file."""
    for client in behind.clients.iterator(chunk_size=CHUNK):
        known = [client.external_id or "", str(client), str(client.branch or ""), str(client.segment or "")]
        yield [*known, *own_cells(client, behind), client.sum.n_purchases, client.sum.cents / 100, client.sum.last_day.isoformat()]


def own_cells(client: Any, behind: Behind) -> list[Any]:
    """Return what the figure says of one Client."""
    return [client.day.isoformat()] if behind.day_label else [client.n, client.cents / 100]
