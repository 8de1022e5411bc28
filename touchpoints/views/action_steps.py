"""Actions on their way: begun, moved, put off, talked about, done, dropped, handed over."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.redirects import back_url
from company.access import AuthenticatedRequest, managers_only, staff_only
from touchpoints import services
from touchpoints.access import action_for
from touchpoints.enums import ActionState
from touchpoints.forms import CommentForm, DoneForm, DropForm, HandOverForm, MoveForm, PostponeForm
from touchpoints.models import Action
from touchpoints.views.actions import action_page, closed_already


def taken(request: AuthenticatedRequest, action: Action, step: Callable[[], None], said: str) -> HttpResponse:
    """Take a step unless somebody has moved the action first, and come back to its page."""
    try:
        step()
    except services.ClosedError:
        return closed_already(request, action)
    messages.success(request, said)
    return redirect("touchpoints:action_detail", action.pk)


@staff_only
@require_POST
def action_start(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say that work on it has begun."""
    action = action_for(request.user, pk)
    step = partial(services.start_action, action=action, actor=request.user)
    return taken(request, action, step, _("Work has begun"))


@staff_only
@require_POST
def action_done(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Close an action with what shows that it is done."""
    action = action_for(request.user, pk)
    form = DoneForm(request.POST, request.FILES)
    if not form.is_valid():
        return action_page(request, action, 422, done=form)
    typed = form.cleaned_data
    step = partial(services.finish_action, action=action, evidence=typed["evidence"], photo_after=typed["photo"], actor=request.user)
    return taken(request, action, step, _("Done. Check the touchpoint in the next audit."))


@staff_only
@require_POST
def action_drop(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give an action up."""
    action = action_for(request.user, pk)
    form = DropForm(request.POST)
    if not form.is_valid():
        return action_page(request, action, 422, drop=form)
    typed = form.cleaned_data
    step = partial(services.drop_action, action=action, reason=typed["reason"], actor=request.user)
    return taken(request, action, step, _("The action is dropped"))


@staff_only
@require_POST
def action_reopen(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take up a closed action again."""
    action = action_for(request.user, pk)
    step = partial(services.reopen_action, action=action, actor=request.user)
    return taken(request, action, step, _("The action is open again"))


@staff_only
@require_POST
def action_move(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Move a card of the board to another column and come back to the board."""
    action, form = action_for(request.user, pk), MoveForm(request.POST)
    back = back_url(request, reverse("touchpoints:action_list") + "?view=board")
    if not form.is_valid():
        messages.error(request, _("There is no such column. Choose one of those on the board."))
        return redirect(back)
    state = ActionState(form.cleaned_data["state"])
    try:
        services.move_action(action=action, was=form.cleaned_data["was"], state=state, actor=request.user)
    except services.ClosedError:
        messages.error(request, _("Somebody has moved this action meanwhile. Here it is as it stands now."))
    return redirect(back)


@staff_only
@require_POST
def action_postpone(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Set another day; staff may do it with their own actions, and the old day stays in the comments."""
    action, form = action_for(request.user, pk), PostponeForm(request.POST)
    if not form.is_valid():
        return action_page(request, action, 422, postpone=form)
    typed = form.cleaned_data
    step = partial(
        services.postpone_action, action=action, due_on=typed["due_on"], why=typed["why"], actor=request.user, request_key=typed["key"]
    )
    return taken(request, action, step, _("The new day is set"))


@staff_only
@require_POST
def action_comment(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write something about an action."""
    action, form = action_for(request.user, pk), CommentForm(request.POST)
    if not form.is_valid():
        return action_page(request, action, 422, comment=form)
    services.comment_action(action=action, text=form.cleaned_data["text"], actor=request.user, request_key=form.cleaned_data["key"])
    return redirect(reverse("touchpoints:action_detail", args=[pk]) + "#comments")


@managers_only
@require_POST
def action_hand_over(request: AuthenticatedRequest) -> HttpResponse:
    """Give the ticked actions to somebody, set them a day, or both."""
    form, back = HandOverForm(request.POST), back_url(request, reverse("touchpoints:action_list"))
    if not form.is_valid():
        messages.error(request, " ".join(str(line) for lines in form.errors.values() for line in lines))
        return redirect(back)
    changed = services.hand_over_actions(actor=request.user, **form.cleaned_data)
    messages.success(request, ngettext("%d action is changed", "%d actions are changed", changed) % changed)
    return redirect(back)
