"""Sorting comments, one after another: what each is, its tags, whom it brings."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import retarget, trigger_client_event

from clients.services import KnownClientError
from common.redirects import back_url
from company.access import AuthenticatedRequest, managers_only
from surveys.comment_forms import ReferralForm, SortForm, TagForm
from surveys.enums import CommentKind
from surveys.filters import comment_filter, params_of, started_waves
from surveys.models import Answer, Tag
from surveys.queries import CommentFilter, comments, kind_counts, triage_queue
from surveys.replies import Reply, reply_to
from surveys.services import make_referral, sort_comment, tag_answer, untag_answer

PER_PAGE = 20
EVERY = CommentFilter(only_text=False)


@dataclass(frozen=True)
class Row:
    """A comment in the queue; `before` is the kind it had before it was sorted just now, if it was."""

    answer: Answer
    reply: Reply | None
    before: str | None = None


@managers_only
@require_GET
def triage(request: AuthenticatedRequest) -> HttpResponse:
    """Show the comments nobody sorted yet, or those of one kind to be sorted again."""
    chosen = comment_filter(request.GET, kind="")
    queue = triage_queue(chosen, critics_first=request.GET.get("first") == "critics")
    page = Paginator(queue, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [Row(answer, reply_to(answer)) for answer in page],
        "last": last_sorted(request),
        "chosen": chosen,
        "critics_first": request.GET.get("first") == "critics",
        "waves": started_waves(),
        "all_tags": Tag.objects.all(),
        **shared(request, chosen),
    }
    return render(request, "surveys/triage.html", context)


def shared(request: AuthenticatedRequest, chosen: CommentFilter) -> dict[str, Any]:
    """Return what the page and a row that is swapped both need."""
    back = back_url(request, request.get_full_path()) if request.method == "POST" else request.get_full_path()
    counts = kind_counts(chosen)
    total = sum(counts.values())
    kinds = [(str(key), kind, counts[kind]) for key, kind in enumerate(CommentKind, start=1)]
    numbers = {"counts": counts, "total": total, "sorted": total - counts["waiting"]}
    return {"kinds": kinds, "back": back, "is_manager": True, **numbers}


def last_sorted(request: AuthenticatedRequest) -> Row | None:
    """Return the comment sorted by the page before this one, so that it can be undone without JavaScript."""
    pk, before = request.GET.get("last", ""), request.GET.get("before", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18 and before in {"", *CommentKind.values}):
        return None
    answer = comments(EVERY).filter(pk=int(pk)).exclude(kind="").first()
    return Row(answer, reply_to(answer), before) if answer else None


@managers_only
@require_POST
def comment_sort(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say what a comment is, unless somebody else has said it meanwhile."""
    answer, form = get_object_or_404(Answer, pk=pk), SortForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    kind, was = form.cleaned_data["kind"], form.cleaned_data["was"]
    is_done = sort_comment(answer=answer, kind=kind, was=was, actor=request.user, now=timezone.now())
    if request.htmx:
        return swapped_row(request, pk, before=was if is_done and kind else None, is_taken=not is_done)
    if not is_done:
        messages.warning(request, taken_words(comments(EVERY).get(pk=pk)))
    back = params_of(back_url(request, "")).copy()
    for name in ("last", "before"):
        back.pop(name, None)
    if is_done and kind:
        back.update({"last": str(pk), "before": was})
    return redirect(f"{reverse('surveys:triage')}?{back.urlencode()}")


def taken_words(answer: Answer) -> str:
    """Say who was faster."""
    if not answer.kind:
        return _("Somebody has put this comment back meanwhile.")
    values = {"who": answer.triaged_by or _("Somebody"), "kind": answer.get_kind_display()}
    return _("%(who)s has sorted this comment already: %(kind)s.") % values


def swapped_row(request: AuthenticatedRequest, pk: int, *, before: str | None = None, is_taken: bool = False) -> HttpResponse:
    """Return one row anew, and the counts above the list."""
    answer = get_object_or_404(comments(EVERY), pk=pk)
    chosen = comment_filter(params_of(back_url(request, "")), kind="")
    context = {
        "row": Row(answer, reply_to(answer), before),
        "note": taken_words(answer) if is_taken else "",
        "is_swap": True,
        **shared(request, chosen),
    }
    response = render(request, "surveys/_triage_swap.html", context)
    return trigger_client_event(response, "toast", {"text": context["note"], "level": "warning"}) if is_taken else response


@managers_only
@require_POST
def comment_tag(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put a tag on a comment."""
    answer, form = get_object_or_404(Answer, pk=pk), TagForm(request.POST)
    if form.is_valid():
        tag_answer(answer=answer, name=form.cleaned_data["name"])
    elif request.htmx:
        return retarget(HttpResponse(escape(form.problem()), status=422), f"#tag-problem-{pk}")
    else:
        messages.error(request, form.problem())
    return swapped_row(request, pk) if request.htmx else redirect(back_url(request, reverse("surveys:triage")))


@managers_only
@require_POST
def comment_untag(request: AuthenticatedRequest, pk: int, tag_pk: int) -> HttpResponse:
    """Take a tag off a comment."""
    untag_answer(answer=get_object_or_404(Answer, pk=pk), tag=get_object_or_404(Tag, pk=tag_pk))
    return swapped_row(request, pk) if request.htmx else redirect(back_url(request, reverse("surveys:triage")))


@managers_only
@require_http_methods(["GET", "POST"])
def referral_create(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down somebody a Client spoke of."""
    answer = get_object_or_404(comments(EVERY), pk=pk)
    form, known = ReferralForm(request.POST or None, initial={"note": answer.why or answer.ten}), None
    if request.method == "POST" and form.is_valid():
        try:
            client = make_referral(answer=answer, actor=request.user, **form.cleaned_data)
        except KnownClientError as refused:
            known = refused.client
        else:
            messages.success(request, _("%(name)s is on the list of Clients.") % {"name": client})
            return redirect(back_url(request, reverse("clients:client_detail", args=[client.pk])))
    context = {"answer": answer, "form": form, "known": known, "next": back_url(request, "")}
    return render(request, "surveys/referral_create.html", context, status=422 if request.method == "POST" else 200)
