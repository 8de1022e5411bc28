"""What a wave came to. Staff see numbers and words without names."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from common.sheets import table_response
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from surveys.access import started_wave_or_404, wave_or_404
from surveys.charts import trend_chart
from surveys.enums import AnswerGroup, WaveState
from surveys.exports import answer_heads, answer_rows, link_heads, link_rows
from surveys.links import public_url
from surveys.models import Wave
from surveys.presentation import bars, explanation, funnel_steps, group_table, headline, wish_rows
from surveys.queries import (
    CommentFilter,
    comment_counts,
    comments,
    compared,
    group_results,
    suspect_answers,
    trend_of,
    unreachable_invitations,
    wave_before,
    wave_result,
    wishes,
)

SHOWN_COMMENTS = 10
SHOWN_WISHES = 7


@staff_only
@require_GET
def wave_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show the results of a wave; a draft leads managers to its preview."""
    wave = wave_or_404(pk)
    is_manager = request.user.has_role(Role.MANAGER)
    if wave.state == WaveState.DRAFT:
        if not is_manager:
            raise Http404
        return redirect("surveys:wave_preview", pk)
    result, points = wave_result(wave), trend_of(wave)
    before = wave_before(wave, points)
    field = "segment" if request.GET.get("by") == "segment" else "branch"
    context = {
        "wave": wave,
        "is_manager": is_manager,
        "result": result,
        "headline": headline(result, before, compared(before, wave, result.counts)),
        "parts": [("neg", result.detractors), ("pas", result.passives), ("pos", result.promoters)],
        "shares": [result.counts.share(part) for part in (result.detractors, result.passives, result.promoters)],
        "bars": bars(result.scores),
        "funnel": funnel_steps(result.funnel),
        "how": explanation(result, timezone.now()),
        "last_day": (wave.closed_at or wave.closes_at) - dt.timedelta(seconds=1),
        "public_url": public_url(wave.public_token) if wave.has_public_link and wave.state == WaveState.RUNNING else "",
        "chart": trend_chart(points) if len(points) > 1 else None,
        "groups": group_table(group_results(wave, field), result),
        "by": field,
        "links_waiting": unreachable_invitations(wave).count() if is_manager else 0,
        "wishes": wish_rows(wishes(wave, SHOWN_WISHES)),
        "suspects": suspect_answers(wave)[:SHOWN_COMMENTS] if result.suspect else [],
        **comment_context(request, wave),
    }
    return render(request, "surveys/wave_detail.html", context)


def comment_context(request: HttpRequest, wave: Wave) -> dict[str, object]:
    """Return the comments of the page and how they are filtered."""
    group = AnswerGroup(asked) if (asked := request.GET.get("group", "")) in AnswerGroup.values else None
    chosen = CommentFilter(group=group, wave=wave, only_text=request.GET.get("text") != "all")
    return {
        "comments": comments(chosen)[:SHOWN_COMMENTS],
        "counts": comment_counts(chosen),
        "group": group,
        "only_text": chosen.only_text,
    }


@managers_only
@require_GET
def wave_export(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the answers as a file."""
    wave = started_wave_or_404(pk)
    return table_response(f"nps-{wave.pk}", file_format(request), answer_heads(), answer_rows(wave))


@managers_only
@require_GET
def wave_links(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the personal links of those who have no e-mail, to be sent by other means."""
    wave = started_wave_or_404(pk)
    return table_response(f"links-{wave.pk}", file_format(request), link_heads(), link_rows(wave))


def file_format(request: HttpRequest) -> str:
    """Return the format asked for."""
    return "csv" if request.GET.get("format") == "csv" else "xlsx"
