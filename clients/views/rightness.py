"""The right Clients: the list, one Client explained, the weights, marks of colleagues."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import access
from clients.enums import MarkKind
from clients.models import Client, RightScore, RightWeights
from clients.queries import rightness as queries
from clients.right_forms import MarkForm, RightFilterForm, WeightsForm
from clients.services import rightness as services
from common.sheets import table_response
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from company.queries import the_company

PAGE_SIZE = 50
INVALID = 422


@managers_only
@require_safe
def right_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show whom to keep and whom to win back first, and whom not to."""
    today, form = timezone.localdate(), RightFilterForm(request.GET, currency=the_company().currency)
    wanted = form.asked()
    page = Paginator(queries.right_clients(wanted, today), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "wanted": wanted,
        "page": page,
        "weights": queries.weights_in_force(),
        "counted_on": queries.counted_on(),
        "section": "clients",
    }
    return render(request, "clients/right_list.html", context)


@managers_only
@require_safe
def right_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give exactly what the list shows as a file."""
    today = timezone.localdate()
    wanted = RightFilterForm(request.GET, currency=the_company().currency).asked()
    heads = [_("Client's number"), _("Name"), _("Branch"), _("Segment"), _("Score"), *(name_of(name) for name in queries.CRITERIA)]
    heads += [_("Money brought"), _("Last purchase")]
    return table_response(f"right-clients-{today.isoformat()}", "xlsx", heads, queries.right_rows(queries.right_clients(wanted, today)))


def name_of(criterion: str) -> str:
    """Return what a criterion is called."""
    return str(WeightsForm.base_fields[criterion].label)


@managers_only
@require_POST
def right_count(request: AuthenticatedRequest) -> HttpResponse:
    """Count all scores now instead of at night."""
    count = services.count_right_scores(today=timezone.localdate())
    text = ngettext("%(count)s Client has a score now.", "%(count)s Clients have a score now.", count)
    messages.success(request, text % {"count": count})
    return redirect("clients:right_list")


@managers_only
@require_http_methods(["GET", "POST"])
def right_weights(request: AuthenticatedRequest) -> HttpResponse:
    """Say how much each criterion counts, after a look at what that changes."""
    row = RightWeights.objects.filter(pk=1).first() or RightWeights()
    form = WeightsForm(request.POST if request.method == "POST" else None, instance=row)
    preview = None
    if form.is_bound and form.is_valid():
        if "look" not in request.POST:
            services.set_right_weights(weights=form.weights(), today=timezone.localdate(), actor=request.user)
            messages.success(request, _("Weights saved, the scores are counted by them."))
            return redirect("clients:right_list")
        preview = queries.preview_weights(form.weights())
    context = {"form": form, "preview": preview, "has_scores": RightScore.objects.exists()}
    return render(request, "clients/right_weights.html", context, status=INVALID if form.errors else 200)


@managers_only
@require_safe
def right_panel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Explain one Client's score part by part."""
    client = get_object_or_404(Client.objects.select_related("sum", "segment"), pk=pk)
    detail = queries.right_detail(client)
    context = {"client": client, "detail": detail, "parts": [(name_of(one.name), one) for one in detail.criteria]}
    return render(request, "clients/_right_panel.html" if request.htmx else "clients/right_panel.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def client_marks(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say with a reason that a Client demands much or is rude; managers see everybody's words, others their own."""
    client = access.client_to_mark_or_404(request.user, pk)
    form = MarkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        services.mark_client(
            client=client,
            kind=MarkKind(data["kind"]),
            degree=data["degree"],
            reason=data["reason"],
            today=timezone.localdate(),
            actor=request.user,
        )
        messages.success(request, _("Your word is written down."))
        return redirect("clients:client_marks", pk=pk)
    return marks_page(request, client, form)


def marks_page(request: AuthenticatedRequest, client: Client, form: MarkForm) -> HttpResponse:
    """Show the marks one may see, and the form."""
    is_manager = request.user.has_role(Role.MANAGER)
    marks = queries.right_detail(client).marks if is_manager else queries.marks_of(client, request.user.pk)
    context: dict[str, Any] = {"client": client, "form": form, "marks": marks, "is_manager": is_manager}
    return render(request, "clients/client_marks.html", context, status=INVALID if form.errors else 200)


@staff_only
@require_POST
def mark_take_back(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a mark back; it fades from then on."""
    mark = access.mark_or_404(request.user, pk)
    if services.take_mark_back(mark=mark, today=timezone.localdate(), actor=request.user):
        messages.success(request, _("Taken back."))
    if request.user.has_role(Role.MANAGER) or access.looks_after(request.user, mark.client):
        return redirect("clients:client_marks", pk=mark.client_id)
    return redirect("churn:queue")
