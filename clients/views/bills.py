"""Bills of Clients: one Client's, and a table of many."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients.bill_lines import BillColumn, BillLine
from clients.models import Bill, Client
from clients.queries.rightness import bills_of
from clients.right_forms import BillForm, BillImportForm
from clients.services import bills as services
from common.money import format_cents
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company

INVALID = 422
SHOWN = 100


@managers_only
@require_http_methods(["GET", "POST"])
def client_bills(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show one Client's bills and take in another; `?bill=` puts a known one into the form."""
    client = get_object_or_404(Client, pk=pk)
    form = BillForm(request.POST) if request.method == "POST" else opened_form(client, request.GET.get("bill", ""))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        services.save_bill(
            client=client,
            number=data["number"],
            due_on=data["due_on"],
            paid_on=data["paid_on"],
            cents=data["amount"],
            today=timezone.localdate(),
            actor=request.user,
        )
        messages.success(request, _("Bill saved."))
        return redirect("clients:client_bills", pk=pk)
    context = {"client": client, "form": form, "bills": bills_of(client), "today": timezone.localdate()}
    return render(request, "clients/client_bills.html", context, status=INVALID if form.errors else 200)


def opened_form(client: Client, bill_pk: str) -> BillForm:
    """Return an empty form, or one with a known bill to change."""
    bill = Bill.objects.filter(client=client, pk=int(bill_pk)).first() if bill_pk.isdecimal() and len(bill_pk) < 19 else None
    if bill is None:
        return BillForm()
    money = f"{bill.cents // 100},{bill.cents % 100:02}".removesuffix(",00")
    return BillForm(initial={"number": bill.number, "due_on": bill.due_on, "paid_on": bill.paid_on, "amount": money})


@managers_only
@require_POST
def bill_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Forget a bill entered by mistake."""
    bill = get_object_or_404(Bill, pk=pk)
    services.delete_bill(bill=bill, today=timezone.localdate(), actor=request.user)
    messages.success(request, _("The bill is deleted."))
    return redirect("clients:client_bills", pk=bill.client_id)


@managers_only
@require_http_methods(["GET", "POST"])
def bill_import(request: AuthenticatedRequest) -> HttpResponse:
    """Look at a table of bills and then load exactly what was looked at."""
    if request.method == "GET":
        return import_page(request, BillImportForm())
    form = BillImportForm(request.POST, request.FILES)
    if not form.is_to_load(request.POST) or (plan := form.contents) is None:
        return import_page(request, form, status=INVALID if form.errors else 200)
    count = services.load_bills(lines=plan.lines, today=timezone.localdate(), actor=request.user)
    messages.success(request, ngettext("%(count)s bill is loaded.", "%(count)s bills are loaded.", count) % {"count": count})
    return redirect("clients:right_list")


def import_page(request: AuthenticatedRequest, form: BillImportForm, status: int = 200) -> HttpResponse:
    """Show the form of many bills, with what the table would change."""
    plan = form.contents
    context: dict[str, Any] = {"form": form, "plan": plan, "columns": BillColumn}
    if plan:
        context |= {
            "is_stale": "load" in request.POST and status == 200,
            "new": plan.new[:SHOWN],
            "changed": [(line, differences(line, bill)) for line, bill in plan.changed[:SHOWN]],
            "bad": plan.bad[:SHOWN],
            "more": {"new": len(plan.new[SHOWN:]), "changed": len(plan.changed[SHOWN:]), "bad": len(plan.bad[SHOWN:])},
        }
    return render(request, "clients/bill_import.html", context, status=status)


def differences(line: BillLine, bill: Bill) -> list[tuple[str, Any, Any]]:
    """Return what a line says otherwise, by column, as people read it."""
    currency = the_company().currency
    found: list[tuple[str, Any, Any]] = []
    if line.due_on != bill.due_on:
        found.append((str(BillColumn.DUE.label), bill.due_on.isoformat(), line.due_on.isoformat()))
    if line.paid_on and line.paid_on != bill.paid_on:
        found.append((str(BillColumn.PAID.label), bill.paid_on.isoformat() if bill.paid_on else "", line.paid_on.isoformat()))
    if line.cents != bill.cents:
        found.append((str(BillColumn.AMOUNT.label), format_cents(bill.cents, currency), format_cents(line.cents, currency)))
    return found
