"""Sell more to each: segments against a year ago, who has stopped growing, the worksheet of a segment."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Segment
from common.sheets import download, table_response
from company.access import AuthenticatedRequest, managers_only
from metrics import queries, services
from metrics.enums import SellQuestion
from metrics.forms import SellActionForm, SellNoteForm, SellWordsForm
from metrics.models import SellNote
from metrics.sell_board import facts_of, questions_of, segment_rows, sell_board
from metrics.sell_prints import sell_pdf
from metrics.views.chosen import chosen_segment

PAGE_SIZE = 50
INVALID = 422


def sheet_of(segment: Segment | None, question: str = "") -> str:
    """Return the address of a worksheet, at a question of it."""
    return reverse("metrics:sell_more", query={"segment": segment.pk} if segment else None) + (f"#q-{question}" if question else "")


@managers_only
@require_safe
def sell_more(request: AuthenticatedRequest) -> HttpResponse:
    """Show how the segments buy against a year ago, and the worksheet of the chosen one."""
    return render(request, "metrics/sell_more.html", sell_board(chosen_segment(request), timezone.localdate()))


@managers_only
@require_safe
def sell_fallen(request: AuthenticatedRequest) -> HttpResponse:
    """List who is still with us but buys less than a year before by more than chance."""
    today, segment = timezone.localdate(), chosen_segment(request)
    window = queries.two_years(today=today)
    context: dict[str, Any] = {"window": window, "segment": segment, "segments": Segment.objects.all(), "today": today}
    if window:
        found = queries.fallen(window=window, today=today, segment=segment)
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        rows, compared = queries.with_clients(list(page)), queries.compared(window=window, today=today, segment=segment)
        context |= {"page": page, "rows": rows, "compared": compared}
    return render(request, "metrics/sell_fallen.html", context)


@managers_only
@require_safe
def sell_fallen_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give the list as a file."""
    today, segment = timezone.localdate(), chosen_segment(request)
    window = queries.two_years(today=today)
    heads = [_("Client's number"), _("Name"), _("Segment"), _("Branch")]
    heads += [_("Purchases, the year before"), _("Purchases, last year"), _("Money, the year before"), _("Money, last year"), _("Lost")]
    rows = queries.fallen_lines(queries.fallen(window=window, today=today, segment=segment)) if window else ()
    return table_response(f"stopped-growing-{today.isoformat()}", "xlsx", heads, rows)


@managers_only
@require_safe
def sell_print(request: AuthenticatedRequest) -> HttpResponse:
    """Print the worksheet of a segment on one page."""
    today, segment = timezone.localdate(), chosen_segment(request)
    window = queries.two_years(today=today)
    facts = facts_of(segment, window, segment_rows(window, today), today) if window else None
    return download("mayak-sell-more.pdf", sell_pdf(segment, facts, questions_of(segment), today), "application/pdf")


@managers_only
@require_POST
def sell_note_add(request: AuthenticatedRequest) -> HttpResponse:
    """Write an answer down."""
    segment, form = chosen_segment(request), SellNoteForm.sent(request.POST)
    if form.data.get("question") not in SellQuestion.values:
        raise Http404
    if not form.is_valid():
        return render(request, "metrics/sell_more.html", sell_board(segment, timezone.localdate(), form), status=INVALID)
    data = form.cleaned_data
    question = SellQuestion(data["question"])
    services.add_sell_note(segment=segment, question=question, words=data["words"], request_key=data["key"], actor=request.user)
    return redirect(sheet_of(segment, question))


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def sell_note_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put an answer into other words."""
    note = get_object_or_404(SellNote.objects.select_related("segment"), pk=pk)
    form = SellWordsForm(request.POST or None, instance=note)
    if form.is_valid():
        services.change_sell_note(note=note, words=form.cleaned_data["words"], actor=request.user)
        return redirect(sheet_of(note.segment, note.question))
    context = {"form": form, "note": note, "back": sheet_of(note.segment, note.question), "title": _("An answer in other words")}
    return render(request, "metrics/sell_form.html", context | {"may_erase": True}, status=INVALID if form.is_bound else 200)


@managers_only
@require_POST
def sell_note_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take an answer off the sheet."""
    note = get_object_or_404(SellNote.objects.select_related("segment"), pk=pk)
    services.take_sell_note_off(note=note)
    messages.success(request, _("Off the sheet: “%(words)s”") % {"words": note.words})
    return redirect(sheet_of(note.segment, note.question))


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def sell_note_action(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make an action of an answer."""
    note = get_object_or_404(SellNote.objects.select_related("segment"), pk=pk)
    form = SellActionForm(request.POST) if request.method == "POST" else SellActionForm.about(note, request.user)
    if form.is_valid():
        action, is_new = services.act_on_sell_note(note=note, **form.cleaned_data, actor=request.user)
        said = {"title": action.title, "owner": action.owner, "day": action.due_on.strftime("%d.%m.%Y")}
        text = _("In actions: “%(title)s”, %(owner)s, by %(day)s") if is_new else _("It is an action already: “%(title)s”")
        messages.success(request, text % said)
        return redirect(sheet_of(note.segment, note.question))
    context = {"form": form, "note": note, "back": sheet_of(note.segment, note.question), "title": _("Make an action")}
    return render(request, "metrics/sell_form.html", context, status=INVALID if form.is_bound else 200)
