"""The tree of reasons: reading, growing, moving, merging it, and what happened to it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from churn import queries, services
from churn.enums import ReasonGroup
from churn.forms import ReasonForm, ReasonLinkForm, ReasonMergeForm
from churn.models import Reason, ReasonChange
from churn.services import ReasonError, ReasonFields
from company.access import AuthenticatedRequest, managers_only

CHANGES_PER_PAGE = 50
LATEST_CHANGES = 10
STEPS = {"up": -1, "down": 1}


@managers_only
@require_safe
def reason_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the tree."""
    return tree_page(request, ReasonForm(initial={"place": request.GET.get("place", ReasonGroup.OURSELVES), "is_within_power": True}))


def tree_page(request: AuthenticatedRequest, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    """Draw the tree beside the form of a new reason."""
    tree, archived = queries.reason_tree(), list(queries.archived_reasons())
    context = {"tree": tree, "archived": archived, "has_any": any(part.branches for part in tree), "form": form}
    return render(request, "churn/reason_list.html", context, status=status)


@managers_only
@require_POST
def add_reason(request: AuthenticatedRequest) -> HttpResponse:
    """Add a reason; without any, supply the standard tree."""
    if "standard" in request.POST:
        services.ensure_reasons()
        return redirect("churn:reason_list")
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return tree_page(request, form, status=422)
    place, name = form.cleaned_data["place"], form.cleaned_data["name"]
    try:
        power = form.cleaned_data["is_within_power"]
        services.add_reason(group=place.group, parent=place.parent, name=name, is_within_power=power, actor=request.user)
    except ReasonError as error:
        form.add_error("name", str(error))
        return tree_page(request, form, status=422)
    messages.success(request, _("«%(name)s» is in the tree.") % {"name": name})
    return redirect("churn:reason_list")


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit_reason(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Rename, mark or move a reason."""
    reason = get_object_or_404(queries.linked_reasons(), pk=pk)
    if request.method != "POST":
        place = reason.parent_id or reason.group
        form = ReasonForm(initial={"name": reason.name, "is_within_power": reason.is_within_power, "place": place}, reason=reason)
        return reason_page(request, reason, form)
    form = ReasonForm(request.POST, reason=reason)
    if form.is_valid():
        try:
            saved = services.update_reason(reason=reason, fields=ReasonFields(**form.cleaned_data), actor=request.user)
        except ReasonError as error:
            form.add_error(None, str(error))
        else:
            say_saved(request, saved)
            return redirect("churn:reason_list")
    return reason_page(request, reason, form, status=422)


def say_saved(request: AuthenticatedRequest, reason: Reason) -> None:
    """Say that a reason is saved, and when it stands in the archive, that it stays there."""
    text = _("«%(name)s» is saved and stays in the archive.") if reason.is_archived else _("«%(name)s» is saved.")
    messages.success(request, text % {"name": reason})


def reason_page(request: AuthenticatedRequest, reason: Reason, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    """Draw the page of one reason with its latest history."""
    context = {"reason": reason, "form": form, "changes": queries.reason_history(reason)[:LATEST_CHANGES]}
    return render(request, "churn/reason_form.html", context, status=status)


@managers_only
@require_POST
def archive_reason(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put a reason into the archive or bring it back."""
    reason, is_archived = get_object_or_404(Reason, pk=pk), request.POST.get("to") == "archive"
    services.update_reason(reason=reason, fields=ReasonFields(reason.name, reason.is_within_power, is_archived), actor=request.user)
    text = _("«%(name)s» is in the archive; old calls keep it.") if is_archived else _("«%(name)s» is in the tree.")
    messages.success(request, text % {"name": reason})
    return redirect("churn:reason_list")


@managers_only
@require_POST
def shift_reason(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Move a reason one place up or down among its neighbours."""
    reason = get_object_or_404(Reason, pk=pk)
    if step := STEPS.get(request.POST.get("to", "")):
        services.shift_reason(reason=reason, step=step, actor=request.user)
    return redirect("churn:reason_list")


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def merge_reason(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give everything one reason has to another."""
    reason = get_object_or_404(Reason.objects.select_related("parent"), pk=pk)
    form = ReasonMergeForm(request.POST if request.method == "POST" else None, reason=reason)
    if request.method == "POST" and form.is_valid():
        try:
            merged = services.merge_reasons(source=reason, target=form.cleaned_data["target"], actor=request.user)
        except ReasonError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, merged_words(reason, form.cleaned_data["target"], merged.n_calls))
            return redirect("churn:edit_reason", form.cleaned_data["target"].pk)
    context = {"reason": reason, "form": form, "forecast": queries.merge_forecast(reason)}
    return render(request, "churn/reason_merge.html", context, status=422 if request.method == "POST" else 200)


def merged_words(source: Reason, target: Reason, n_calls: int) -> str:
    """Say what a merge did and how to take it back."""
    words = ngettext(
        "«%(source)s» is merged into «%(target)s»: %(n)s call went over. It can be undone on the page of changes.",
        "«%(source)s» is merged into «%(target)s»: %(n)s calls went over. It can be undone on the page of changes.",
        n_calls,
    )
    return words % {"source": source, "target": target, "n": n_calls}


@managers_only
@require_POST
def undo_merge(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take two merged reasons apart again."""
    change = get_object_or_404(ReasonChange.objects.select_related("reason"), pk=pk)
    try:
        back = services.undo_merge(change=change, actor=request.user)
    except ReasonError as error:
        messages.error(request, str(error))
        return redirect("churn:reason_history")
    words = ngettext("«%(name)s» is back with %(n)s call.", "«%(name)s» is back with %(n)s calls.", back)
    messages.success(request, words % {"name": change.reason, "n": back})
    return redirect("churn:edit_reason", change.reason_id)


@managers_only
@require_safe
def reason_history(request: AuthenticatedRequest) -> HttpResponse:
    """Show who changed what in the tree."""
    page = Paginator(queries.reason_history(), CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "churn/reason_history.html", {"page": page})


@managers_only
@require_http_methods(["GET", "POST"])
def link_reason(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Choose the touchpoint where a reason arises and the actions against it."""
    reason = get_object_or_404(Reason, pk=pk)
    form = ReasonLinkForm(request.POST if request.method == "POST" else None, reason=reason)
    if request.method == "POST" and form.is_valid():
        services.link_reason(reason=reason, actor=request.user, **form.cleaned_data)
        messages.success(request, _("«%(name)s» is saved.") % {"name": reason})
        return redirect("churn:reason_list")
    return render(request, "churn/reason_link.html", {"form": form, "reason": reason}, status=422 if request.method == "POST" else 200)
