"""Audits: planned, walked on a phone, finished."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from touchpoints import queries, services
from touchpoints.access import audit_for
from touchpoints.enums import AuditState, Rating
from touchpoints.forms import AuditForm, MarkForm
from touchpoints.models import Audit, AuditMark, Touchpoint

AUDITS_PER_PAGE = 50


@staff_only
@require_safe
def audit_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show audits: open ones first, then finished."""
    audits = queries.audits_with_counts(request.user)
    context = {
        "open_audits": audits.exclude(state=AuditState.DONE).order_by("due_on", "id"),
        "finished": Paginator(audits.filter(state=AuditState.DONE).order_by("-finished_at", "-id"), AUDITS_PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "today": timezone.localdate(),
    }
    return render(request, "touchpoints/audit_list.html", context)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def audit_create(request: AuthenticatedRequest) -> HttpResponse:
    """Plan an audit, or begin one's own at once."""
    initial = {"auditor": request.user.pk, "due_on": timezone.localdate(), "branch": request.GET.get("branch")}
    form = AuditForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return render(request, "touchpoints/audit_form.html", {"form": form}, status=422 if request.method == "POST" else 200)
    audit = services.plan_audit(**form.cleaned_data, actor=request.user)
    if "begin" in request.POST and audit.auditor_id == request.user.pk:
        services.start_audit(audit=audit, actor=request.user)
        return redirect("touchpoints:audit_walk", audit.pk)
    messages.success(request, _("The audit is planned"))
    return redirect("touchpoints:audit_list")


@staff_only
@require_safe
def audit_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what the audit said; while it is open, what is left to walk."""
    audit = audit_for(request.user, pk)
    marks, is_done = list(queries.audit_marks(audit)), audit.state == AuditState.DONE
    context = {
        "audit": audit,
        "marks": marks,
        "counts": queries.count_class(None, [Rating(mark.rating) for mark in marks]),
        "is_done": is_done,
        "unmarked": [] if is_done else [step.touchpoint for step in queries.walk_steps(audit) if step.mark is None],
        "without_action": [mark.pk for mark in marks if mark.rating == Rating.AWFUL and not mark.action_count],
    }
    return render(request, "touchpoints/audit_detail.html", context)


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
@require_safe
def audit_walk(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show one touchpoint to mark: the one asked for, else the first without a mark."""
    audit = audit_for(request.user, pk)
    steps = queries.walk_steps(audit)
    place = step_asked_for(steps, request.GET.get("point", ""))
    if place is None or audit.state == AuditState.DONE:
        return redirect("touchpoints:audit_detail", pk)
    return render(request, "touchpoints/audit_walk.html", walk_context(audit, steps, place, MarkForm()))


def step_asked_for(steps: list[queries.Step], asked: str) -> int | None:
    """Return the place of the touchpoint in the walk; without one, of the first that has no mark."""
    named = (place for place, step in enumerate(steps) if str(step.touchpoint.pk) == asked)
    unmarked = (place for place, step in enumerate(steps) if step.mark is None)
    return next(named, None) if asked else next(unmarked, None)


def walk_context(audit: Audit, steps: list[queries.Step], place: int, form: MarkForm) -> dict[str, object]:
    """Return what the screen of one touchpoint shows."""
    return {
        "audit": audit,
        "steps": steps,
        "step": steps[place],
        "number": place + 1,
        "before": steps[place - 1].touchpoint if place else None,
        "after": steps[place + 1].touchpoint if place + 1 < len(steps) else None,
        "form": form,
        "ratings": list(reversed(Rating)),
    }


@staff_only
@require_POST
def mark_save(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    """Save the mark of one touchpoint; the same mark sent again changes nothing."""
    audit = audit_for(request.user, pk)
    touchpoint = get_object_or_404(Touchpoint.objects.met_in(audit.branch), pk=point_pk)
    form = MarkForm(request.POST, request.FILES)
    is_script = request.headers.get("Accept") == "application/json"
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422) if is_script else marked_wrongly(request, audit, touchpoint, form)
    try:
        mark = services.save_mark(audit=audit, touchpoint=touchpoint, actor=request.user, **form.cleaned_data)
    except services.ClosedError:
        return JsonResponse({"state": "finished"}, status=409) if is_script else already_finished(request, audit)
    return JsonResponse(saved_mark(mark)) if is_script else redirect(next_screen(audit, touchpoint))


def saved_mark(mark: AuditMark) -> dict[str, object]:
    """Return what the script on the phone keeps of a saved mark."""
    photo = reverse("touchpoints:photo", args=["mark", mark.pk]) if mark.photo else ""
    return {"state": "saved", "rating": mark.rating, "note": mark.note, "photo": photo}


def marked_wrongly(request: AuthenticatedRequest, audit: Audit, touchpoint: Touchpoint, form: MarkForm) -> HttpResponse:
    """Show the screen again with what was typed and what is wrong."""
    steps = queries.walk_steps(audit)
    place = step_asked_for(steps, str(touchpoint.pk))
    if place is None:
        return redirect("touchpoints:audit_walk", audit.pk)
    return render(request, "touchpoints/audit_walk.html", walk_context(audit, steps, place, form), status=422)


def next_screen(audit: Audit, touchpoint: Touchpoint) -> str:
    """Return the address of the next touchpoint of the walk; after the last one, of the summary."""
    order = [step.touchpoint.pk for step in queries.walk_steps(audit)]
    place = order.index(touchpoint.pk) + 1
    if place >= len(order):
        return reverse("touchpoints:audit_detail", args=[audit.pk])
    return f"{reverse('touchpoints:audit_walk', args=[audit.pk])}?point={order[place]}"


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
