"""QR codes at touchpoints as managers see them: hang, print, read, close."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only
from touchpoints import queries, services
from touchpoints.code_links import code_url
from touchpoints.code_prints import FILES, sheet
from touchpoints.forms import CodesForm, SheetForm
from touchpoints.models import PointCode

CODES_PER_PAGE = 50
NOTES_PER_PAGE = 20
AT_HOME = ("127.0.0.1", "localhost", "::1")


def said_since() -> dt.datetime:
    """Return since when what Clients say is counted."""
    return timezone.now() - dt.timedelta(days=queries.SAID_DAYS)


def place_context() -> dict[str, Any]:
    """Return whether phones can open our address at all."""
    return {"origin": settings.BASE_URL, "is_at_home": urlsplit(settings.BASE_URL).hostname in AT_HOME, "days": queries.SAID_DAYS}


@managers_only
@require_safe
def code_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show every code with what came by it."""
    page = Paginator(queries.codes_with_counts(since=said_since()), CODES_PER_PAGE).get_page(request.GET.get("page"))
    rows = [(code, queries.ClientWord(code.branch, code.awful, code.ok, code.wow)) for code in page.object_list]
    return render(request, "touchpoints/code_list.html", {"page": page, "rows": rows, **place_context()})


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def code_create(request: AuthenticatedRequest) -> HttpResponse:
    """Make codes of touchpoints in branches."""
    form = CodesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.open_codes(**form.cleaned_data, actor=request.user)
        messages.success(
            request, ngettext("%(count)s code is ready: print it", "%(count)s codes are ready: print them", made) % {"count": made}
        )
        return redirect("touchpoints:code_list")
    ticked = request.POST.getlist("touchpoints") if request.method == "POST" else request.GET.getlist("touchpoint")
    context = {"form": form, "ticked": ticked, "ticked_branches": request.POST.getlist("branches")}
    return render(request, "touchpoints/code_form.html", context, status=422 if request.method == "POST" else 200)


@managers_only
@require_safe
def code_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a code: what to print, what came by it, in Clients' own words."""
    code = get_object_or_404(queries.codes_with_counts(since=said_since()), pk=pk)
    notes = code.ratings.exclude(note="").order_by("-rated_at", "-id")
    context = {
        "code": code,
        "word": queries.ClientWord(code.branch, code.awful, code.ok, code.wow),
        "notes": Paginator(notes, NOTES_PER_PAGE).get_page(request.GET.get("page")),
        "address": code_url(code),
        **place_context(),
    }
    return render(request, "touchpoints/code_detail.html", context)


@managers_only
@require_POST
def code_toggle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let a code take ratings or stop it."""
    code, is_open = get_object_or_404(PointCode, pk=pk), request.POST.get("to") == "open"
    if services.set_code_open(code=code, is_open=is_open):
        messages.success(request, _("Takes ratings again.") if is_open else _("Closed: whoever comes here is thanked and told so."))
    return redirect("touchpoints:code_detail", pk)


@managers_only
@require_safe
def code_print(request: AuthenticatedRequest, pk: int, name: str) -> HttpResponse:
    """Give the code or a print of it."""
    code = get_object_or_404(PointCode.objects.select_related("touchpoint", "branch"), pk=pk)
    if name not in FILES:
        raise Http404
    content_type, make = FILES[name]
    return printed(make(code), content_type, f"mayak-{code.pk}-{name}", is_saved="download" in request.GET)


@managers_only
@require_safe
def code_sheet(request: AuthenticatedRequest) -> HttpResponse:
    """Give A4 sheets with the codes chosen."""
    form = SheetForm(request.GET)
    if not form.is_valid():
        messages.warning(request, _("Tick the codes to print."))
        return redirect("touchpoints:code_list")
    return printed(sheet(form.chosen()), "application/pdf", "mayak-codes.pdf")


def printed(content: bytes, content_type: str, name: str, *, is_saved: bool = False) -> HttpResponse:
    """Return a file to look at or to keep."""
    how = "attachment" if is_saved else "inline"
    headers = {"Content-Disposition": f'{how}; filename="{name}"', "Cache-Control": "private, no-cache"}
    return HttpResponse(content, content_type=content_type, headers=headers)
