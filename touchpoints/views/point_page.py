"""The page of one touchpoint: what we say of it, what Clients say, what is being done."""

import datetime as dt

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from company.access import AuthenticatedRequest, staff_only
from touchpoints import queries
from touchpoints.models import Action, Touchpoint
from touchpoints.point_charts import history_chart

MARKS_PER_PAGE = 20
NOTES_SHOWN = 5
PAIRS_SHOWN = 4


@staff_only
@require_safe
def touchpoint_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show one touchpoint: its history, branches, standards, what Clients say, what was changed."""
    touchpoint = get_object_or_404(Touchpoint.objects.select_related("branch", "owner"), pk=pk)
    actions = Action.objects.visible_to(request.user).filter(touchpoints=touchpoint).select_related("owner")
    since = timezone.now() - dt.timedelta(days=queries.SAID_DAYS)
    history = queries.point_history(touchpoint)
    context = {
        "touchpoint": touchpoint,
        "current": queries.current_ratings(touchpoint=touchpoint).get(pk),
        "history": history,
        "chart": history_chart(history),
        "marks": Paginator(queries.point_marks(touchpoint), MARKS_PER_PAGE).get_page(request.GET.get("page")),
        "standings": list(queries.branch_standings(touchpoint)),
        "standards": queries.standards_by_point([touchpoint])[0].rows,
        "voice": queries.client_voice(touchpoint, since=since),
        "notes": list(queries.client_notes(touchpoint)[:NOTES_SHOWN]),
        "days": queries.SAID_DAYS,
        "actions": actions.open(),
        "pairs": list(queries.changes_shown(actions)[:PAIRS_SHOWN]),
        "today": timezone.localdate(),
    }
    return render(request, "touchpoints/touchpoint_detail.html", context)
