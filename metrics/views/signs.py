"""Signs with the price of a Client: choose, look, print."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from company.access import AuthenticatedRequest, managers_only
from metrics import queries
from metrics.enums import NumberSource
from metrics.forms import PrintForm
from metrics.queries import SignNumber
from metrics.signs import Order, order_of, sign_pdf
from metrics.signs import sign_preview as preview_of

HEADERS = {"Cache-Control": "no-store"}


def form_of(request: AuthenticatedRequest) -> PrintForm:
    """Read what is asked for; without a source it is the measured number where there is one."""
    measured = queries.sign_number(NumberSource.MEASURED, today=timezone.localdate())
    source = NumberSource.MEASURED if measured else NumberSource.BELIEVED
    return PrintForm(request.GET, source=source, language=get_language() or "ru")


def number_of(form: PrintForm) -> SignNumber | None:
    """Return the number a valid form asks for."""
    if not form.is_valid():
        return None
    source = NumberSource(form.cleaned_data["source"])
    return queries.sign_number(source, today=timezone.localdate(), segment=form.cleaned_data["segment"])


@managers_only
@require_safe
def signs(request: AuthenticatedRequest) -> HttpResponse:
    """Choose a sign and see it as it will be printed."""
    form = form_of(request)
    number = number_of(form)
    context = {
        "form": form,
        "number": number,
        "order": order_of(form, number) if number else None,
        "query": request.GET.urlencode(),
        "has_number": number or queries.best_number(today=timezone.localdate()),
    }
    return render(request, "metrics/signs.html", context, status=200 if form.is_valid() else 422)


def order_in(request: AuthenticatedRequest) -> Order:
    """Return what the address orders; without a number there is nothing to print."""
    form = form_of(request)
    number = number_of(form)
    if number is None:
        raise Http404
    return order_of(form, number)


@managers_only
@require_safe
def sign_preview(request: AuthenticatedRequest) -> HttpResponse:
    """Give the first page as a picture."""
    return HttpResponse(preview_of(order_in(request), timezone.localdate()), content_type="image/png", headers=HEADERS)


@managers_only
@require_safe
def sign_print(request: AuthenticatedRequest) -> HttpResponse:
    """Give the print."""
    order = order_in(request)
    disposition = f'inline; filename="mayak-{order.kind}-{order.paper}.pdf"'.replace("_", "-")
    headers = {**HEADERS, "Content-Disposition": disposition}
    return HttpResponse(sign_pdf(order, timezone.localdate()), content_type="application/pdf", headers=headers)
