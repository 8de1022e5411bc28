"""Word of mouth in money."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only
from metrics import queries, services
from metrics.forms import TalkSettingsForm
from metrics.queries.talk import Circle, circle
from metrics.talk_board import CIRCLE_NAMES, talk_board

ROWS = 50


def talk_page(request: AuthenticatedRequest, form: TalkSettingsForm, status: int = 200) -> HttpResponse:
    """Render the page with what is in the form."""
    return render(request, "metrics/talk.html", {"form": form, **talk_board(timezone.localdate())}, status=status)


@managers_only
@require_safe
def talk(request: AuthenticatedRequest) -> HttpResponse:
    """Show who talks of us, what is measured of it, and what an assumption would make of it."""
    return talk_page(request, TalkSettingsForm.of(queries.talk_settings()))


@managers_only
@require_POST
def talk_save(request: AuthenticatedRequest) -> HttpResponse:
    """Keep how many people tell and which share is assumed to act."""
    form = TalkSettingsForm(request.POST)
    if not form.is_valid():
        return talk_page(request, form, status=422)
    services.save_talk_settings(**form.cleaned_data, actor=request.user)
    messages.success(request, _("Saved: the page is counted by your numbers"))
    return redirect("metrics:talk")


@managers_only
@require_safe
def talk_people(request: AuthenticatedRequest) -> HttpResponse:
    """List the Clients behind a figure of the page."""
    asked = request.GET.get("of", "")
    which = Circle(asked) if asked in set(Circle) else Circle.SILENT_FANS
    page = Paginator(circle(which, today=timezone.localdate()), ROWS).get_page(request.GET.get("page"))
    context = {"which": which, "name": CIRCLE_NAMES[which], "circles": CIRCLE_NAMES.items(), "page": page}
    return render(request, "metrics/talk_people.html", context)
