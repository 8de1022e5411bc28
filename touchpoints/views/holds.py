"""What holds Clients, segment by segment, and what we teach them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Segment
from company.access import AuthenticatedRequest, managers_only
from touchpoints import starters
from touchpoints.forms.worksheets import HoldForm
from touchpoints.models import Hold
from touchpoints.queries.lessons import lessons
from touchpoints.queries.worksheets import hold_sheet, holds_of
from touchpoints.services import worksheets
from touchpoints.views.sheets import back_to, make_action, pdf_answer
from touchpoints.worksheet_prints import holds_pdf

LESSONS_PER_PAGE = 20


@managers_only
@require_safe
def hold_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show what holds each segment, its weakest hold first, and the lessons."""
    page = Paginator(lessons(), LESSONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"sheet": hold_sheet(), "page": page, "today": timezone.localdate(), "hints": starters.hold_hints()}
    return render(request, "touchpoints/hold_list.html", context)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def hold_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Rate what holds one segment; 0 in the address is all Clients."""
    segment = get_object_or_404(Segment, pk=pk) if pk else None
    form = HoldForm(request.POST or None, holds=holds_of(segment))
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "segment": segment}
        return render(request, "touchpoints/hold_form.html", context, status=422 if form.is_bound else 200)
    worksheets.rate_holds(segment=segment, ratings=form.ratings(), actor=request.user)
    messages.success(request, _("Saved"))
    return back_to("hold_list")


@managers_only
@require_POST
def hold_action(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make an action of a weak hold."""
    hold = get_object_or_404(Hold.objects.select_related("segment"), pk=pk)
    whose = hold.segment or _("all Clients")
    return make_action(
        request, hold, _("Hold Clients better: %(hold)s (%(segment)s)") % {"hold": hold.get_kind_display(), "segment": whose}, "hold_list"
    )


@managers_only
@require_safe
def hold_print(_request: AuthenticatedRequest) -> HttpResponse:
    """Give the sheet on one page of paper."""
    return pdf_answer(holds_pdf(hold_sheet(), list(lessons()[:LESSONS_PER_PAGE]), timezone.localdate()), "holds")
