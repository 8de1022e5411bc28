"""What managers see of an anonymous staff survey after its tally: released numbers, and words without anybody behind them."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common.redirects import back_url
from common.sheets import book_response
from company.access import AuthenticatedRequest, managers_only
from surveys.charts import trend_chart
from surveys.enums import StaffQuestion, StaffSurveyKind, WaveState
from surveys.models import StaffComment, StaffWave
from surveys.presentation import bars
from surveys.queries import StaffResult, actions_of, mirror, staff_comments, staff_result, staff_themes, theme_counts, vote_result
from surveys.services import make_staff_action
from surveys.staff_exports import result_sheets
from surveys.staff_mirror import MIN_PAIRS, history, mirror_chart, mirror_how, mirror_stories, mirror_table
from surveys.staff_words import groups_how, staff_headline, staff_how, staff_tables, withheld_lines
from surveys.views.comments import action_form
from surveys.views.motives import motives_context, pulse_context

PER_PAGE = 30


def staff_result_page(request: AuthenticatedRequest, wave: StaffWave) -> HttpResponse:
    """Show what a closed survey came to; the caller lets managers in only."""
    if wave.is_lost:
        return render(request, "surveys/staff_lost.html", {"wave": wave})
    context: dict[str, Any] = {"wave": wave, "last_day": wave.closes_at - dt.timedelta(seconds=1)}
    if wave.kind == StaffSurveyKind.ENPS:
        context |= enps_context(request, wave)
    elif wave.kind == StaffSurveyKind.MOTIVES:
        context |= motives_context(wave, request.user, request.GET.get("team", ""))
    elif wave.kind == StaffSurveyKind.VOTE:
        context |= vote_context(wave)
    else:
        context |= pulse_context(wave)
    return render(request, "surveys/staff_result.html", context)


def vote_context(wave: StaffWave) -> dict[str, object]:
    """Return a closed vote as `surveys/_staff_vote.html` shows it."""
    result = vote_result(wave)
    return {"vote": result, "withheld": withheld_lines([result.group] if result.group else [], wave.threshold)}


def enps_context(request: AuthenticatedRequest, wave: StaffWave) -> dict[str, object]:
    """Return the numbers and the comments of an eNPS survey."""
    result = staff_result(wave)
    groups = [score.group for score in (result.everybody, *result.groups) if score]
    tables = staff_tables(result)
    return {
        "result": result,
        "table": next((table for table in tables if table.key == request.GET.get("by")), tables[0] if tables else None),
        "tables": tables,
        "withheld": withheld_lines(groups, wave.threshold),
        "how": staff_how(wave, result.everybody),
        "groups_how": groups_how(wave.threshold),
        "chart": trend_chart(result.points, "eNPS") if len(result.points) > 1 else None,
        **score_context(result),
        **comment_context(request, wave),
    }


def score_context(result: StaffResult) -> dict[str, object]:
    """Return the score of everybody as the page draws it."""
    score = result.everybody
    if score is None or score.counts is None:
        return {"headline": None}
    counts = score.counts
    parts = [("neg", counts.detractors), ("pas", counts.passives), ("pos", counts.promoters)]
    return {
        "headline": staff_headline(result),
        "parts": parts,
        "shares": [counts.share(part) for _tone, part in parts],
        "bars": bars(tuple(score.group.histogram)) if score.group.histogram else [],
        "answered_share": counts.n / score.group.invited,
    }


def comment_context(request: AuthenticatedRequest, wave: StaffWave) -> dict[str, object]:
    """Return the comments of the page, in their random order, and how they are filtered."""
    every = staff_comments(wave)
    themes = staff_themes(every)
    question = asked if (asked := request.GET.get("question", "")) in StaffQuestion.values else ""
    search, theme = request.GET.get("q", "").strip(), request.GET.get("theme", "")
    chosen = set(themes.get(int(theme), [])) if theme.isdecimal() else None
    found = [
        comment
        for place, comment in enumerate(every)
        if (not question or comment.question == question)
        and (chosen is None or place in chosen)
        and search.casefold() in comment.text.casefold()
    ]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    actions = actions_of(page.object_list)
    return {
        "page": page,
        "rows": [(comment, actions.get(comment.pk)) for comment in page],
        "comment_count": len(every),
        "themes": theme_counts(themes),
        "question": question,
        "questions": [(one.value, one.label, sum(comment.question == one for comment in every)) for one in StaffQuestion],
        "search": search,
        "theme": int(theme) if theme.isdecimal() else None,
    }


def closed_staff_wave_or_404(pk: int) -> StaffWave:
    """Return a survey that has a result."""
    return get_object_or_404(StaffWave, pk=pk, state=WaveState.CLOSED, is_lost=False)


@managers_only
@require_GET
def staff_export(_request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the released result as a book."""
    wave = closed_staff_wave_or_404(pk)
    groups = list(wave.groups.prefetch_related("ratings"))
    return book_response(f"staff-{wave.kind}-{wave.pk}", result_sheets(wave, groups, staff_comments(wave)))


@managers_only
@require_http_methods(["GET", "POST"])
def staff_comment_action(request: AuthenticatedRequest, pk: uuid.UUID) -> HttpResponse:
    """Turn an anonymous comment into an action with an owner and a date."""
    comment = get_object_or_404(StaffComment.objects.select_related("wave"), pk=pk)
    back = back_url(request, reverse("surveys:staff_detail", args=[comment.wave_id]))
    if actions_of([comment]):
        messages.info(request, _("There is an action for this comment already."))
        return redirect(back)
    form = action_form(request, comment.text)
    if request.method == "POST" and form.is_valid():
        make_staff_action(comment=comment, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The action is on the list."))
        return redirect(back)
    context = {"comment": comment, "form": form, "next": back_url(request, "")}
    return render(request, "surveys/staff_comment_action.html", context, status=422 if form.is_bound else 200)


@managers_only
@require_GET
def staff_mirror(request: AuthenticatedRequest) -> HttpResponse:
    """Show eNPS beside NPS: what employees said, and what Clients said next."""
    found = mirror(timezone.now())
    heads, rows = history(found.branches)
    context = {
        "mirror": found,
        "stories": mirror_stories(found),
        "chart": mirror_chart(found.company) if found.company else None,
        "table": mirror_table(found.branches),
        "heads": heads,
        "history": rows,
        "how": mirror_how(),
        "missing_pairs": max(MIN_PAIRS - len(found.company.pairs), 0) if found.company else MIN_PAIRS,
        "now": timezone.now(),
    }
    return render(request, "surveys/staff_mirror.html", context)
