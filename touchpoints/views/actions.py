"""Actions: what to fix, by whom, by when."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.money import format_cents
from common.sheets import table_response
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from company.queries import the_company
from touchpoints import queries, services
from touchpoints.access import action_for, mark_for_action, may_open
from touchpoints.action_table import action_heads, action_rows
from touchpoints.enums import OPEN_ACTION_STATES, ActionState
from touchpoints.forms import ActionFilterForm, ActionForm, CommentForm, DoneForm, DropForm, PostponeForm, default_due
from touchpoints.models import Action, AuditMark

ACTIONS_PER_PAGE = 50
VIEWS = ("table", "board", "people")


@staff_only
@require_safe
def action_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show actions as a table, a board or by owner."""
    chosen, today = ActionFilterForm(request.GET), timezone.localdate()
    state, view = chosen.value("state") or "open", chosen.value("view") or "table"
    mine = narrowed(request, chosen)
    context: dict[str, Any] = {"form": chosen, "state": state, "view": view, "today": today, "here": request.get_full_path()}
    context["counts"] = sums = queries.action_counts(mine, today)
    context |= {"can_hand_over": request.user.has_role(Role.MANAGER) and state in {"open", "overdue"}, "how": sums_how(sums)}
    context |= {"to_check": queries.to_check_again(mine).count(), "points": queries.points_with_actions()}
    if view == "board":
        context["columns"] = queries.action_columns(queries.listed_actions(mine))
    elif view == "people":
        context["people"] = queries.actions_by_owner(mine, today)
    else:
        rows = queries.in_state(queries.listed_actions(mine), state, today)
        context["page"] = Paginator(rows, ACTIONS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "touchpoints/action_list.html", context)


def narrowed(request: AuthenticatedRequest, chosen: ActionFilterForm) -> "QuerySet[Action]":
    """Return the actions the user may see and asked for, in whatever state."""
    mine = Action.objects.visible_to(request.user)
    search = (chosen.value("q") or "").replace("\0", "").strip()
    return queries.find_actions(mine, owner=chosen.value("owner"), touchpoint=chosen.value("touchpoint"), search=search)


def sums_how(sums: queries.ActionSums) -> list[tuple[str, str]]:
    """Return what stands behind the costs above the list."""
    currency = the_company().currency
    return [
        (_("Open, planned cost"), format_cents(sums.open_cents, currency)),
        (_("Done, cost"), format_cents(sums.done_cents, currency)),
        (_("Without a cost, not counted"), str(sums.unpriced)),
    ]


@staff_only
@require_safe
def action_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give the actions of the list as a file: all states, as they are filtered."""
    chosen = ActionFilterForm(request.GET)
    found = queries.listed_actions(narrowed(request, chosen)).order_by("due_on", "id")
    return table_response(f"actions-{timezone.localdate().isoformat()}", "xlsx", action_heads(), action_rows(found))


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
    """Show an action, what asked for it, what came of it, and how to move it on."""
    return action_page(request, action_for(request.user, pk))


def action_page(request: AuthenticatedRequest, action: Action, status: int = 200, **forms: Any) -> HttpResponse:
    """Draw the page of an action; a form that was refused stands in it as it was typed."""
    outcomes = queries.action_outcomes(action) if action.state == ActionState.DONE else []
    unseen = queries.unseen_points(outcomes)
    context = {
        "action": action,
        "points": action.touchpoints.all(),
        "is_open": action.state in OPEN_ACTION_STATES,
        "asked_by": queries.worksheets_of(action),
        "shots": action.mark.photos.all() if action.mark else [],
        "opens_audit": action.mark is not None and may_open(request.user, action.mark.audit),
        "comments": queries.comments_of(action),
        "outcomes": outcomes,
        "unseen": unseen,
        "check_url": check_url([point.pk for point in unseen]),
        "today": timezone.localdate(),
        "done": DoneForm(),
        "drop": DropForm(),
        "postpone": PostponeForm(initial={"due_on": action.due_on, "key": uuid.uuid4()}),
        "comment": CommentForm(initial={"key": uuid.uuid4()}),
    }
    return render(request, "touchpoints/action_detail.html", context | forms, status=status)


def check_url(points: list[int]) -> str:
    """Return the form of a round over these touchpoints."""
    return f"{reverse('touchpoints:audit_create')}?{urlencode([('touchpoint', pk) for pk in points])}"


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
