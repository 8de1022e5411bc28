"""What the pages of all worksheets share."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from company.access import AuthenticatedRequest
from touchpoints.services.worksheets import Sheet, act_on


def anchor(row: Sheet) -> str:
    """Return the name of a row within its page."""
    return f"{row._meta.model_name}-{row.pk}"


def back_to(view: str, row: Sheet | None = None) -> HttpResponse:
    """Lead back to a sheet, to the row that was changed."""
    return redirect(reverse(f"touchpoints:{view}") + (f"#{anchor(row)}" if row else ""))


def form_page(request: AuthenticatedRequest, form: BaseForm, *, room: str, title: str, **more: Any) -> HttpResponse:
    """Show a short form of a worksheet; one sent back wrong has status 422."""
    context = {"form": form, "room": room, "title": title} | more
    return render(request, "touchpoints/worksheet_form.html", context, status=422 if form.is_bound else 200)


def make_action(request: AuthenticatedRequest, row: Sheet, title: str, view: str) -> HttpResponse:
    """Make an action of a row, or say that there is one, and come back to the row."""
    action = act_on(row=row, title=title, today=timezone.localdate(), actor=request.user)
    said = {"title": action.title, "owner": action.owner, "day": action.due_on.strftime("%d.%m.%Y")}
    messages.success(request, _("In actions: “%(title)s”, %(owner)s, by %(day)s") % said)
    return back_to(view, row)


def pdf_answer(document: bytes, name: str) -> HttpResponse:
    """Give a print."""
    headers = {"Content-Disposition": f'inline; filename="mayak-{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(document, content_type="application/pdf", headers=headers)
