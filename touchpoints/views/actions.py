"""Actions: what to fix, by whom, by when."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from touchpoints import queries, services
from touchpoints.access import action_for, mark_for_action
from touchpoints.enums import OPEN_ACTION_STATES, ActionState
from touchpoints.forms import ActionFilterForm, ActionForm, DoneForm, DropForm, default_due
from touchpoints.models import Action, AuditMark

ACTIONS_PER_PAGE = 50


@staff_only
@require_safe
def action_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show actions as a table or a board."""
    chosen, today = ActionFilterForm(request.GET), timezone.localdate()
    state, person = chosen.value("state") or "open", chosen.value("owner")
    mine = Action.objects.visible_to(request.user).select_related("owner").prefetch_related("touchpoints")
    if person:
        mine = mine.filter(owner=person)
    context: dict[str, Any] = {"form": chosen, "state": state, "today": today, "is_board": chosen.value("view") == "board"}
    context["counts"] = queries.action_counts(mine, today)
    if context["is_board"]:
        context["columns"] = queries.action_columns(mine)
    else:
        context["page"] = Paginator(in_state(mine, state, today), ACTIONS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "touchpoints/action_list.html", context)


def in_state(actions: "QuerySet[Action]", state: str, today: Any) -> "QuerySet[Action]":
    """Return the actions of one tab of the list."""
    if state == "done":
        return actions.filter(state=ActionState.DONE).order_by("-done_at", "-id")
    if state == "dropped":
        return actions.filter(state=ActionState.DROPPED).order_by("-id")
    still = actions.filter(state__in=OPEN_ACTION_STATES).order_by("due_on", "id")
    return still.filter(due_on__lt=today) if state == "overdue" else still


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def action_create(request: AuthenticatedRequest) -> HttpResponse:
    """Decide on something to do; other pages fill in the title, the touchpoint and the mark by the address."""
    mark = mark_of_address(request)
    form = ActionForm(request.POST or None, request.FILES or None, user=request.user, initial=proposed(request, mark))
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "mark": mark}
        return render(request, "touchpoints/action_form.html", context, status=422 if request.method == "POST" else 200)
    values = action_values(form)
    action = services.create_action(**values, request_key=form.cleaned_data["key"], mark=mark, actor=request.user)
    messages.success(
        request, _("The action is set: %(owner)s, by %(day)s") % {"owner": action.owner, "day": action.due_on.strftime("%d.%m.%Y")}
    )
    return redirect("touchpoints:audit_detail", mark.audit_id) if mark else redirect("touchpoints:action_detail", action.pk)


def mark_of_address(request: AuthenticatedRequest) -> AuditMark | None:
    """Return the mark the action is made from, when the address names one."""
    asked = request.GET.get("mark", "")
    return mark_for_action(request.user, int(asked)) if asked.isdecimal() and len(asked) < 19 else None


def proposed(request: AuthenticatedRequest, mark: AuditMark | None) -> dict[str, Any]:
    """Return what the form is filled with at first."""
    points = [pk for pk in request.GET.getlist("touchpoint") if pk.isdecimal()]
    initial = {
        "title": request.GET.get("title", ""),
        "details": request.GET.get("details", ""),
        "touchpoints": points,
        "owner": request.user.pk,
        "due_on": default_due(timezone.localdate()),
    }
    if mark:
        owner = mark.touchpoint.owner_id or request.user.pk
        initial |= {"title": mark.touchpoint.name, "details": mark.note, "touchpoints": [mark.touchpoint_id], "owner": owner}
    return initial


def action_values(form: ActionForm) -> dict[str, Any]:
    """Return the fields of the form under the names the services use."""
    typed = form.cleaned_data
    values = {name: typed[name] for name in ("title", "details", "owner", "due_on", "expected_effect", "touchpoints")}
    return values | {"cost_cents": typed["cost"], "photo_before": typed["photo"]}


@staff_only
@require_safe
def action_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show an action and how to move it on."""
    action = action_for(request.user, pk)
    return render(request, "touchpoints/action_detail.html", action_context(action, DoneForm(), DropForm()))


def action_context(action: Action, done: DoneForm, drop: DropForm) -> dict[str, Any]:
    """Return what the page of an action shows."""
    is_open = action.state in OPEN_ACTION_STATES
    return {
        "action": action,
        "points": action.touchpoints.all(),
        "is_open": is_open,
        "done": done,
        "drop": drop,
        "today": timezone.localdate(),
    }


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def action_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change an open action."""
    action = action_for(request.user, pk)
    if action.state not in OPEN_ACTION_STATES:
        return closed_already(request, action)
    form = ActionForm(request.POST or None, request.FILES or None, user=request.user, instance=action)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "action": action}
        return render(request, "touchpoints/action_form.html", context, status=422 if request.method == "POST" else 200)
    values = action_values(form)
    action.cost_cents = values["cost_cents"]
    try:
        services.change_action(action=action, touchpoints=values["touchpoints"], photo_before=values["photo_before"], actor=request.user)
    except services.ClosedError:
        return closed_already(request, action)
    messages.success(request, _("Saved"))
    return redirect("touchpoints:action_detail", pk)


def closed_already(request: AuthenticatedRequest, action: Action) -> HttpResponse:
    """Say that somebody moved the action first, and show it as it is now."""
    messages.error(request, _("Somebody has moved this action meanwhile. Here it is as it stands now."))
    return redirect("touchpoints:action_detail", action.pk)


@staff_only
@require_POST
def action_start(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say that work on it has begun."""
    action = action_for(request.user, pk)
    try:
        services.start_action(action=action, actor=request.user)
    except services.ClosedError:
        return closed_already(request, action)
    messages.success(request, _("Work has begun"))
    return redirect("touchpoints:action_detail", pk)


@staff_only
@require_POST
def action_done(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Close an action with what shows that it is done."""
    action = action_for(request.user, pk)
    form = DoneForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "touchpoints/action_detail.html", action_context(action, form, DropForm()), status=422)
    try:
        services.finish_action(
            action=action, evidence=form.cleaned_data["evidence"], photo_after=form.cleaned_data["photo"], actor=request.user
        )
    except services.ClosedError:
        return closed_already(request, action)
    messages.success(request, _("Done. Check the touchpoint in the next audit."))
    return redirect("touchpoints:action_detail", pk)


@staff_only
@require_POST
def action_drop(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give an action up."""
    action = action_for(request.user, pk)
    form = DropForm(request.POST)
    if not form.is_valid():
        return render(request, "touchpoints/action_detail.html", action_context(action, DoneForm(), form), status=422)
    try:
        services.drop_action(action=action, reason=form.cleaned_data["reason"], actor=request.user)
    except services.ClosedError:
        return closed_already(request, action)
    messages.success(request, _("The action is dropped"))
    return redirect("touchpoints:action_detail", pk)


@staff_only
@require_POST
def action_reopen(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take up a closed action again."""
    action = action_for(request.user, pk)
    try:
        services.reopen_action(action=action, actor=request.user)
    except services.ClosedError:
        return closed_already(request, action)
    messages.success(request, _("The action is open again"))
    return redirect("touchpoints:action_detail", pk)
