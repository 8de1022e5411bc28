"""Our own rating of touchpoints beside what Clients say."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only
from company.models import Branch
from programme import queries
from programme.forms import GapForm
from programme.queries.gap import PERIOD
from surveys.queries import CommentFilter, comments
from touchpoints.models import Touchpoint
from touchpoints.services import create_action

ROWS = 30
SHOWN_COMMENTS = 5
DUE_IN = dt.timedelta(days=14)
TITLE_CHARS = 200


@managers_only
@require_safe
def perception_gap(request: AuthenticatedRequest) -> HttpResponse:
    """Show the touchpoints Clients speak of, those that cost most first."""
    form, now = GapForm(request.GET), timezone.now()
    branch, show = form.value("branch"), form.value("show")
    report = queries.gap_report(now=now, today=timezone.localdate(), branch=branch)
    page = Paginator(report.of(show) if show else report.rows, ROWS).get_page(request.GET.get("page"))
    quotes = queries.quotes_about([row.touchpoint for row in page], since=report.since, branch=branch)
    context = {
        "report": report,
        "page": page,
        "rows": [(row, quotes.get(row.touchpoint.pk), uuid.uuid4()) for row in page],
        "kinds": [(kind.value, label, len(report.of(kind))) for kind, label in GapForm.KINDS.items()],
        "show": show,
        "branch": branch,
        "branches": Branch.objects.all(),
        "now": now,
        "is_empty": not (report.rows or report.silent or branch),
    }
    return render(request, "programme/perception_gap.html", context)


@managers_only
@require_safe
def point_voice(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what Clients say of one touchpoint: a panel on its page, also a page of its own."""
    touchpoint = get_object_or_404(Touchpoint.objects.select_related("branch", "owner"), pk=pk)
    template = "programme/_point_voice.html" if request.htmx else "programme/point_voice.html"
    return render(request, template, voice_context(touchpoint))


def voice_context(touchpoint: Touchpoint) -> dict[str, Any]:
    """Return what is shown of one touchpoint."""
    now = timezone.now()
    row = queries.point_row(touchpoint, now=now, today=timezone.localdate())
    links = queries.spoken_of(touchpoint)
    return {
        "touchpoint": touchpoint,
        "row": row,
        "links": links,
        "is_linked": any(links.values()),
        "comments": comments(CommentFilter(point=touchpoint, since=now - PERIOD))[:SHOWN_COMMENTS],
        "stories": queries.stories_of(touchpoint, since=now - PERIOD),
        "key": uuid.uuid4(),
        "now": now,
    }


@managers_only
@require_POST
def gap_action(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make an action of what Clients say of a touchpoint, in one press: for whoever answers for it, in two weeks."""
    touchpoint = get_object_or_404(Touchpoint.objects.active().select_related("owner"), pk=pk)
    row = queries.point_row(touchpoint, now=timezone.now(), today=timezone.localdate())
    quote = queries.quotes_about([touchpoint], since=timezone.now() - PERIOD).get(pk)
    owner = touchpoint.owner if touchpoint.owner and touchpoint.owner.is_active else request.user
    action = create_action(
        title=(_("Put right: %(point)s") % {"point": touchpoint.name})[:TITLE_CHARS],
        details=evidence_of(row, quote),
        owner=owner,
        due_on=timezone.localdate() + DUE_IN,
        touchpoints=[touchpoint],
        request_key=key_of(request.POST.get("key", "")),
        actor=request.user,
    )
    messages.success(request, _("The action is set: %(owner)s, by %(day)s") % {"owner": owner, "day": action.due_on.strftime("%d.%m.%Y")})
    return redirect("touchpoints:action_detail", action.pk)


def key_of(typed: str) -> uuid.UUID | None:
    """Return the key the page was made with; a page without one makes a new action."""
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def evidence_of(row: queries.GapRow, quote: queries.Quote | None) -> str:
    """Write down what asked for the action."""
    voices = row.voices
    facts = _("Over a year: %(critics)s critics and %(fans)s fans speak of it, %(left)s Clients left because of it.") % {
        "critics": voices.critics,
        "fans": voices.fans,
        "left": voices.left,
    }
    return f"{facts}\n\n«{quote.words}»" if quote else facts
