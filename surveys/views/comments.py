"""What people say, over all waves, and what follows from it."""

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.models import Client
from common.redirects import back_url
from common.sheets import table_response
from company.access import AuthenticatedRequest, managers_only
from surveys.enums import CommentKind
from surveys.exports import comment_heads, comment_rows
from surveys.filters import comment_filter, started_waves
from surveys.forms import CommentActionForm
from surveys.models import Tag, Theme
from surveys.queries import CommentFilter, answers_of, cases_of, comment_counts, comments, count_to_triage, promises_of
from surveys.services import make_action

PER_PAGE = 30
PANEL_ANSWERS = 5
TITLE_LENGTH = 80
DUE_IN = dt.timedelta(days=14)


@managers_only
@require_GET
def comment_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show comments of all waves, newest first."""
    chosen = comment_filter(request.GET)
    page = Paginator(comments(chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "counts": comment_counts(chosen),
        "unsorted": count_to_triage(),
        "chosen": chosen,
        "days": request.GET.get("days", ""),
        "kinds": CommentKind,
        "tags": Tag.objects.all(),
        "themes": Theme.objects.all(),
        "waves": started_waves(),
        "is_manager": True,
        "is_unfiltered": chosen == CommentFilter(),
    }
    return render(request, "surveys/comment_list.html", context)


@managers_only
@require_GET
def comment_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give exactly what the list shows as a file."""
    rows = comments(comment_filter(request.GET)).select_related("client", "contact", "branch", "segment", "wave", "action")
    name = f"comments-{timezone.localdate().isoformat()}"
    return table_response(name, "csv" if request.GET.get("format") == "csv" else "xlsx", comment_heads(), comment_rows(rows))


@managers_only
@require_http_methods(["GET", "POST"])
def comment_action(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Turn a comment into an action with an owner and a date."""
    answer = get_object_or_404(comments(CommentFilter(only_text=False)), pk=pk)
    back = back_url(request, reverse("surveys:wave_detail", args=[answer.wave_id]))
    if answer.action:
        messages.info(request, _("There is an action for this comment already."))
        return redirect(back)
    form = action_form(request, answer.ten or answer.why)
    if request.method == "POST" and form.is_valid():
        make_action(answer=answer, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The action is on the list."))
        return redirect(back)
    status = 422 if request.method == "POST" else 200
    context = {"answer": answer, "form": form, "is_manager": True, "next": back_url(request, "")}
    return render(request, "surveys/comment_action.html", context, status=status)


def action_form(request: AuthenticatedRequest, words: str) -> CommentActionForm:
    """Return the form of an action about a comment: its first line as the title, the reader as the owner, two weeks."""
    initial = {"title": words.split("\n", maxsplit=1)[0][:TITLE_LENGTH], "owner": request.user, "due_on": timezone.localdate() + DUE_IN}
    return CommentActionForm(request.POST or None, initial=initial)


@managers_only
@require_GET
def client_panel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what a Client answered, inside the Client's card."""
    client = get_object_or_404(Client, pk=pk)
    context = {
        "client": client,
        "answers": answers_of(client)[:PANEL_ANSWERS],
        "cases": cases_of(client)[:PANEL_ANSWERS],
        "promises": promises_of(client)[:PANEL_ANSWERS],
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "surveys/client_panel.html", context)
