"""Standards: a sentence each, how often they are kept, which ones slip."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from touchpoints import queries, services
from touchpoints.forms import StandardFilterForm, StandardForm, StandardsForm, StartForm
from touchpoints.models import Standard, Touchpoint

POINTS_PER_PAGE = 30
MOST_RESULTS = 24


@staff_only
@require_safe
def standard_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show standards by touchpoint with how often each is kept; those that slip stand first."""
    chosen, today = StandardFilterForm(request.GET), timezone.localdate()
    slipping = queries.slipping_standards(today)
    points = queries.points_with_standards(chosen.value("q") or "")
    if chosen.value("slipping"):
        points = points.filter(pk__in={course.standard.touchpoint_id for course in slipping})
    page = Paginator(points, POINTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": chosen,
        "page": page,
        "groups": queries.standards_by_point(list(page)),
        "slipping": slipping,
        "has_any": Standard.objects.filter(is_archived=False).exists(),
        "to_start": len(queries.points_to_start_with()),
        # Asked by the page only where there is nothing else to show.
        "has_points": Touchpoint.objects.active().exists,
    }
    return render(request, "touchpoints/standard_list.html", context)


@staff_only
@require_safe
def standard_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show one standard: audit by audit, branch by branch."""
    standard = get_object_or_404(Standard.objects.select_related("touchpoint"), pk=pk)
    results = queries.standard_results(standard, most=MOST_RESULTS)
    context = {"standard": standard, "course": queries.courses_of([standard])[0], "results": results}
    return render(request, "touchpoints/standard_detail.html", context)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def standard_add(request: AuthenticatedRequest, point_pk: int) -> HttpResponse:
    """Add standards to a touchpoint: ready ones and one's own."""
    touchpoint = get_object_or_404(Touchpoint.objects.active(), pk=point_pk)
    form = StandardsForm(request.POST or None, ready=queries.ready_to_add(touchpoint))
    if request.method == "POST" and form.is_valid():
        added = services.add_standards(touchpoint=touchpoint, sentences=form.sentences(), actor=request.user)
        messages.success(request, ngettext("%(count)s standard is added", "%(count)s standards are added", added) % {"count": added})
        return redirect("touchpoints:touchpoint_detail", point_pk)
    context = {"form": form, "touchpoint": touchpoint}
    return render(request, "touchpoints/standard_add.html", context, status=422 if request.method == "POST" else 200)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def standard_start(request: AuthenticatedRequest) -> HttpResponse:
    """Take the ready standards of touchpoints that have none yet."""
    offers = queries.points_to_start_with()
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["points"])
        taken = [(point, sentences) for point, sentences in offers if point in chosen]
        added = sum(services.add_standards(touchpoint=point, sentences=ready, actor=request.user) for point, ready in taken)
        messages.success(request, ngettext("%(count)s standard is added", "%(count)s standards are added", added) % {"count": added})
        return redirect("touchpoints:standard_list")
    context: dict[str, Any] = {
        "form": form,
        "offers": offers,
        "ticked": request.POST.getlist("points"),
        "is_posted": request.method == "POST",
        "has_points": Touchpoint.objects.active().exists,
    }
    return render(request, "touchpoints/standard_start.html", context, status=422 if request.method == "POST" else 200)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def standard_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Reword a standard or put another in its place."""
    standard = get_object_or_404(Standard.objects.filter(is_archived=False).select_related("touchpoint"), pk=pk)
    form = StandardForm(request.POST or None, standard=standard)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_standard(standard=standard, **form.cleaned_data, actor=request.user)
            messages.success(request, _("Saved"))
        except services.ClosedError:
            messages.error(request, _("Somebody has changed this standard meanwhile. Here it is as it stands now."))
        return redirect("touchpoints:touchpoint_detail", standard.touchpoint_id)
    context = {"form": form, "standard": standard}
    return render(request, "touchpoints/standard_form.html", context, status=422 if request.method == "POST" else 200)


@managers_only
@require_POST
def standard_archive(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Stop checking a standard."""
    standard = get_object_or_404(Standard, pk=pk)
    if services.archive_standard(standard=standard, actor=request.user):
        messages.success(request, _("“%(sentence)s” is not checked any more, its history is kept") % {"sentence": standard.sentence})
    return redirect("touchpoints:touchpoint_detail", standard.touchpoint_id)


@managers_only
@require_POST
def standard_move(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Move a standard one place up or down."""
    standard = get_object_or_404(Standard.objects.filter(is_archived=False), pk=pk)
    services.move_standard(standard=standard, up=request.POST.get("direction") == "up", actor=request.user)
    return redirect("touchpoints:touchpoint_detail", standard.touchpoint_id)
