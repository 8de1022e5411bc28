"""Audits: planned, walked on a phone, finished."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.codes import qr_svg
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from touchpoints import queries, services
from touchpoints.access import audit_for
from touchpoints.enums import CLOSED_AUDIT_STATES, AuditState, Rating
from touchpoints.forms import ColleagueAuditForm, GuestAuditForm, OpenAuditForm
from touchpoints.links import guest_link
from touchpoints.models import Audit

AUDITS_PER_PAGE = 50
OPEN_PER_PAGE = 50
RECENT_ROUNDS = 6


@staff_only
@require_safe
def audit_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show audits: open ones first, then finished."""
    audits = queries.audits_with_counts(request.user)
    still = queries.with_points(audits.exclude(state__in=CLOSED_AUDIT_STATES)).order_by("due_on", "id")
    context = {
        "own_audits": still.filter(auditor=request.user),
        "open_audits": Paginator(still.exclude(auditor=request.user), OPEN_PER_PAGE).get_page(request.GET.get("open")),
        "finished": Paginator(audits.filter(state=AuditState.DONE).order_by("-finished_at", "-id"), AUDITS_PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "rounds": queries.rounds_with_progress()[:RECENT_ROUNDS] if request.user.has_role(Role.MANAGER) else (),
        "today": timezone.localdate(),
    }
    return render(request, "touchpoints/audit_list.html", context)


@staff_only
@require_safe
def audit_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what the audit said; while it is open, what is left to walk."""
    audit = audit_for(request.user, pk)
    rows, is_open = queries.marks_then(audit), audit.state not in CLOSED_AUDIT_STATES
    context = {
        "audit": audit,
        "rows": rows,
        "counts": queries.count_class(None, [Rating(row.mark.rating) for row in rows if row.mark.rating is not None]),
        "is_done": audit.state == AuditState.DONE,
        "is_open": is_open,
        "unmarked": queries.unmarked_points(audit) if is_open else [],
        "without_action": [row.mark.pk for row in rows if row.mark.rating == Rating.AWFUL and not row.action_count],
        "guest": guest_panel(audit) if is_open and audit.guest_name and request.user.has_role(Role.MANAGER) else None,
    }
    return render(request, "touchpoints/audit_detail.html", context)


def guest_panel(audit: Audit) -> dict[str, str]:
    """Return the link of a mystery guest and its code."""
    address = guest_link(audit).url
    return {"url": address, "code": qr_svg(address, border=2)}


@staff_only
@require_POST
def audit_start(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Begin the walk."""
    audit = audit_for(request.user, pk)
    try:
        services.start_audit(audit=audit, actor=request.user)
    except services.ClosedError:
        return already_finished(request, audit)
    return redirect("touchpoints:audit_walk", pk)


def already_finished(request: AuthenticatedRequest, audit: Audit) -> HttpResponse:
    """Say that the audit takes no more marks, and show it."""
    messages.error(request, _("This audit is finished: its marks can be read, not changed"))
    return redirect("touchpoints:audit_detail", audit.pk)


@staff_only
@require_POST
def audit_finish(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Close the walk."""
    audit = audit_for(request.user, pk)
    try:
        services.finish_audit(audit=audit, actor=request.user)
    except services.ClosedError:
        return already_finished(request, audit)
    except services.NothingMarkedError:
        messages.error(request, _("Nothing is marked yet. Mark at least one touchpoint, then finish."))
        return redirect("touchpoints:audit_detail", pk)
    messages.success(request, _("The audit is finished, the map shows the new ratings"))
    return redirect("touchpoints:audit_detail", pk)


@managers_only
@require_http_methods(["GET", "POST"])
def audit_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Hand an open audit over or move its day; of a guest's one correct who the guest is."""
    audit = audit_for(request.user, pk)
    if audit.state in CLOSED_AUDIT_STATES:
        return already_finished(request, audit)
    form = open_audit_form(request, audit)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "touchpoints/audit_form.html", {"audit": audit, "form": form}, status=status)
    try:
        save_open_audit(request, audit, form)
    except services.ClosedError:
        return already_finished(request, audit)
    messages.success(request, _("Saved"))
    return redirect("touchpoints:audit_detail", pk)


def open_audit_form(request: AuthenticatedRequest, audit: Audit) -> OpenAuditForm:
    """Return the form for a guest's walk or a colleague's."""
    typed = request.POST if request.method == "POST" else None
    return GuestAuditForm(typed, audit=audit) if audit.guest_name else ColleagueAuditForm(typed, audit=audit)


def save_open_audit(request: AuthenticatedRequest, audit: Audit, form: OpenAuditForm) -> None:
    """Save what was typed about an open audit."""
    day, now = form.cleaned_data["due_on"], timezone.now()
    if isinstance(form, GuestAuditForm):
        services.change_guest_audit(audit=audit, guest=form.guest(), due_on=day, actor=request.user, now=now)
    else:
        services.hand_over_audit(audit=audit, auditor=form.cleaned_data["auditor"], due_on=day, actor=request.user, now=now)


@managers_only
@require_POST
def audit_cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Remove a planned audit that nobody has begun."""
    audit = audit_for(request.user, pk)
    try:
        services.cancel_audit(audit=audit, actor=request.user)
    except services.ClosedError:
        messages.error(request, _("The walk has begun: this audit can be finished, not removed"))
        return redirect("touchpoints:audit_detail", pk)
    messages.success(request, _("The audit is removed from the plan"))
    return redirect("touchpoints:audit_list")
