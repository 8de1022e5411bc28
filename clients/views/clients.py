"""The list of Clients, the card of one, value bands."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients import queries, services
from clients.exports import csv_lines, xlsx_bytes
from clients.forms import BandsForm, ClientForm, FilterForm, PurchaseForm, band_choices
from clients.models import Client
from clients.pictures import bars
from common.money import group_digits
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company

PAGE_SIZE = 50


def export_head() -> list[str]:
    """Return the headers of the exported list; the importer understands them."""
    return [
        _("Client's number"),
        _("Name"),
        _("Phone"),
        _("E-mail"),
        _("Branch"),
        _("Segment"),
        _("Responsible person"),
        _("Purchases"),
        _("Money brought"),
        _("First purchase"),
        _("Last purchase"),
    ]


@managers_only
@require_safe
def client_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show who the Clients are and who of them left."""
    today = timezone.localdate()
    form = FilterForm(request.GET, currency=the_company().currency)
    wanted = form.wanted()
    page = Paginator(queries.client_list(wanted, today), PAGE_SIZE).get_page(request.GET.get("page"))
    narrowed = bool(wanted.search or wanted.branches or wanted.segments or wanted.bands or wanted.presence)
    context = {"form": form, "page": page, "wanted": wanted, "narrowed": narrowed, "today": today, "section": "clients"}
    return render(request, "clients/client_list.html", context)


@managers_only
@require_safe
def client_export(request: AuthenticatedRequest, kind: str) -> HttpResponseBase:
    """Give exactly what the list shows as a file."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    today = timezone.localdate()
    wanted = FilterForm(request.GET, currency=the_company().currency).wanted()
    rows = with_head(queries.export_rows(queries.client_list(wanted, today)))
    name = f"clients-{today.isoformat()}.{kind}"
    if kind == "xlsx":
        response = HttpResponse(xlsx_bytes(rows), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return text_file(csv_lines(rows), name)


def with_head(rows: Iterator[list[object]]) -> Iterator[list[object]]:
    """Put the headers above the rows."""
    yield list(export_head())
    yield from rows


def text_file(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """Answer with a CSV, line by line."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@managers_only
@require_safe
def client_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what to know before speaking to a Client."""
    today = timezone.localdate()
    client = queries.client_list(queries.ClientFilter(), today).filter(pk=pk).first()
    if client is None:
        raise Http404
    months = queries.money_by_month(client, today)
    total = getattr(client, "sum", None)
    context: dict[str, Any] = {
        "client": client,
        "total": total,
        "band": band_name(total.cents) if total else "",
        "bars": bars(months),
        "months": [month for month in reversed(months) if month.n or month.cents],
        "spells": queries.spells_of(client),
        "purchases": queries.latest_purchases(client),
    }
    return render(request, "clients/client_detail.html", context)


def band_name(cents: int) -> str:
    """Return the name of the value band of an amount."""
    band = queries.value_band_of(cents, queries.value_bands())
    return dict(band_choices(the_company().currency))[band.pk] if band else ""


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def client_create(request: AuthenticatedRequest) -> HttpResponse:
    """Add a Client by hand."""
    return edit_client(request, Client())


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def client_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change what is known of a Client."""
    return edit_client(request, get_object_or_404(Client, pk=pk))


def posted(request: AuthenticatedRequest) -> QueryDict | None:
    """Return what was sent; an empty form that was sent is still a sent one."""
    return request.POST if request.method == "POST" else None


def edit_client(request: AuthenticatedRequest, client: Client) -> HttpResponse:
    """Show the form, or save it."""
    form = ClientForm(posted(request), instance=client, currency=the_company().currency)
    if request.method == "POST" and form.is_valid():
        sent_by, brought_by = form.source()
        services.save_client(client=form.instance, sent_by=sent_by, brought_by=brought_by, actor=request.user)
        messages.success(request, _("Saved."))
        return redirect("clients:client_detail", pk=form.instance.pk)
    known = Client.objects.filter(pk=client.pk).first() if client.pk else None
    return render(request, "clients/client_form.html", {"form": form, "client": known}, status=422 if form.is_bound else 200)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def purchase_create(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Add a purchase by hand."""
    client = get_object_or_404(Client, pk=pk)
    form = PurchaseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.add_purchase(
            client=client,
            day=data["day"],
            cents=data["amount"],
            product=data["product"],
            branch=data["branch"],
            request_key=data["request_key"].bytes,
            actor=request.user,
        )
        messages.success(request, _("Purchase added."))
        return redirect("clients:client_detail", pk=pk)
    return render(request, "clients/purchase_form.html", {"form": form, "client": client}, status=422 if form.is_bound else 200)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def value_bands(request: AuthenticatedRequest) -> HttpResponse:
    """Say which amounts part small Clients from large ones."""
    ends = [group_digits(band.up_to // 100) for band in queries.value_bands() if band.up_to is not None]
    form = BandsForm(posted(request), initial={"ends": "\n".join(ends)})
    if request.method == "POST" and form.is_valid():
        services.set_value_bands(upper_ends=form.cleaned_data["ends"])
        messages.success(request, _("Bands saved."))
        return redirect("clients:client_list")
    return render(request, "clients/value_bands.html", {"form": form}, status=422 if form.is_bound else 200)
