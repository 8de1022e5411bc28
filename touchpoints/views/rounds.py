"""Rounds: planned at once for many people and branches, compared afterwards."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from touchpoints import audit_prints as reports
from touchpoints import queries, services
from touchpoints.access import audit_for
from touchpoints.enums import TouchpointClass
from touchpoints.forms import RoundFilterForm, RoundForm, first_plan
from touchpoints.models import Audit, AuditRound, Touchpoint

ROUNDS_PER_PAGE = 30
ROWS_PER_PAGE = 100
COLUMNS = 8


@managers_only
@require_safe
def round_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show rounds with how far they are."""
    page = Paginator(queries.rounds_with_progress(), ROUNDS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "touchpoints/round_list.html", {"page": page, "today": timezone.localdate()})


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def round_create(request: AuthenticatedRequest) -> HttpResponse:
    """Plan a round, or begin one's own walk at once."""
    initial = first_plan(request.GET.getlist("touchpoint"), request.user.pk, request.GET.get("branch"))
    form = RoundForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "classes": points_by_class(form)}
        return render(request, "touchpoints/round_form.html", context, status=422 if request.method == "POST" else 200)
    key = form.cleaned_data["key"]
    audit_round = services.plan_round(plan=form.plan(), actor=request.user, now=timezone.now(), request_key=key)
    own = audit_round.audits.open().filter(auditor=request.user).order_by("id").first()
    if "begin" in request.POST and own:
        services.start_audit(audit=own, actor=request.user)
        return redirect("touchpoints:audit_walk", own.pk)
    return planned(request, audit_round)


def planned(request: AuthenticatedRequest, audit_round: AuditRound) -> HttpResponseRedirect:
    """Say how many walks were planned and show them."""
    count = audit_round.audits.count()
    messages.success(
        request,
        ngettext(
            "%(count)s audit is planned, the letters are on their way", "%(count)s audits are planned, the letters are on their way", count
        )
        % {"count": count},
    )
    return redirect("touchpoints:round_detail", audit_round.pk)


def points_by_class(form: RoundForm) -> list[tuple[TouchpointClass, list[tuple[Touchpoint, bool]]]]:
    """Return the map to choose from, by class, each touchpoint with whether it is ticked."""
    ticked = {str(pk) for pk in form["points"].value() or []}
    points = [(point, str(point.pk) in ticked) for point in Touchpoint.objects.active().in_map_order().select_related("branch")]
    return [(kind, [(point, is_on) for point, is_on in points if point.kind == kind]) for kind in TouchpointClass]


@managers_only
@require_safe
def round_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what the auditors of a round said side by side, where they differ first."""
    audit_round = get_object_or_404(AuditRound.objects.select_related("created_by"), pk=pk)
    audits = list(queries.round_audits(audit_round))
    return render(request, "touchpoints/round_detail.html", round_context(request, audit_round, audits))


def round_context(request: AuthenticatedRequest, audit_round: AuditRound, audits: list[Audit]) -> dict[str, Any]:
    """Return what the page of a round shows; with many walks the table is that of one branch."""
    places = {audit.branch_id: audit.branch for audit in audits}
    shown = chosen_walks(request, audits)
    table = queries.round_table(shown)
    return {
        "round": audit_round,
        "audits": audits,
        "places": list(places.values()),
        "place": shown[0].branch if shown and len({audit.branch_id for audit in shown}) == 1 else None,
        "is_part": len(shown) < len(audits),
        "table": table,
        "page": Paginator(table.rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "kept": queries.standards_kept(shown),
        "points": audit_round.touchpoints.count(),
        "today": timezone.localdate(),
    }


def chosen_walks(request: AuthenticatedRequest, audits: list[Audit]) -> list[Audit]:
    """Return the walks to put side by side: those of the branch asked for, else all of them, of too many the first branch's."""
    asked = RoundFilterForm(request.GET).value("branch")
    if asked:
        return [audit for audit in audits if audit.branch_id == asked.pk][: 3 * COLUMNS]
    if len(audits) <= COLUMNS:
        return audits
    return [audit for audit in audits if audit.branch_id == audits[0].branch_id][: 3 * COLUMNS]


@managers_only
@require_POST
def guest_link_new(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give a mystery guest a new link."""
    audit = audit_for(request.user, pk)
    try:
        services.replace_guest_link(audit=audit, actor=request.user, now=timezone.now())
    except services.ClosedError:
        messages.error(request, _("This walk is over or is a colleague's: there is no link to replace"))
    else:
        messages.success(request, _("The old link opens nothing any more, the new one is here"))
    return redirect("touchpoints:audit_detail", pk)


@managers_only
@require_safe
def round_report(_request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Print the report of a round."""
    audit_round = get_object_or_404(AuditRound.objects.filter(audits__marks__isnull=False).distinct(), pk=pk)
    return as_pdf(reports.round_report(audit_round), f"round-{pk}.pdf")


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """Return a PDF to save."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@staff_only
@require_safe
def audit_report(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Print the report of an audit."""
    audit = audit_for(request.user, pk)
    if not audit.marks.exists():
        raise Http404
    return as_pdf(reports.audit_report(audit), f"audit-{pk}.pdf")
