"""Fears of buyers and the guarantees that take them away."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only
from touchpoints import starters
from touchpoints.enums import FearKind, GuaranteeState
from touchpoints.forms.worksheets import FearForm, GuaranteeForm
from touchpoints.models import Fear, Guarantee
from touchpoints.queries.worksheets import fear_sheet
from touchpoints.services import worksheets
from touchpoints.views.sheets import back_to, form_page, make_action, pdf_answer
from touchpoints.worksheet_prints import fears_pdf


@managers_only
@require_safe
def fear_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show fears against guarantees, gaps first."""
    context = {"sheet": fear_sheet(), "today": timezone.localdate(), "starts": starters.fears()}
    return render(request, "touchpoints/fear_list.html", context)


@managers_only
@require_POST
def fear_start(request: AuthenticatedRequest) -> HttpResponse:
    """Put the fears of the method on the sheet."""
    made = worksheets.start_fears(actor=request.user)
    said = ngettext(
        "%(number)s fear is on the sheet: put it into your Clients' words.",
        "%(number)s fears are on the sheet: put them into your Clients' words.",
        made,
    )
    messages.success(request, said % {"number": made} if made else _("These fears are on the sheet already."))
    return back_to("fear_list")


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def fear_create(request: AuthenticatedRequest) -> HttpResponse:
    """Write down a fear."""
    form = FearForm(request.POST or None, initial={"kind": FearKind.OTHER})
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, room="fear_list", title=_("A fear of our buyers"))
    fear = worksheets.add_fear(fear=form.save(commit=False), actor=request.user)
    messages.success(request, _("Written down. What do we promise against it?"))
    return back_to("fear_list", fear)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def fear_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change a fear."""
    fear = get_object_or_404(Fear, pk=pk)
    form = FearForm(request.POST or None, instance=fear)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, room="fear_list", title=_("Change the fear"), erase="touchpoints:fear_delete", pk=pk)
    worksheets.change_fear(fear=form.save(commit=False), actor=request.user)
    messages.success(request, _("Saved"))
    return back_to("fear_list", fear)


@managers_only
@require_POST
def fear_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a fear off the sheet; its action lives on."""
    worksheets.take_off(row=get_object_or_404(Fear, pk=pk))
    messages.success(request, _("Taken off the sheet"))
    return back_to("fear_list")


@managers_only
@require_POST
def fear_action(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make an action of a fear."""
    fear = get_object_or_404(Fear, pk=pk)
    return make_action(request, fear, _("Take away the fear: “%(fear)s”") % {"fear": fear.words}, "fear_list")


@managers_only
@require_POST
def guarantee_take(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put a ready guarantee against a fear, as an idea."""
    fear = get_object_or_404(Fear, pk=pk)
    start = next((start for start in starters.guarantees() if start.key == request.POST.get("key")), None)
    if start is None:
        raise Http404
    worksheets.take_guarantee(start=start, fear=fear, actor=request.user)
    messages.success(request, _("On the sheet as an idea. Say so once Clients really have it."))
    return back_to("fear_list", fear)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def guarantee_create(request: AuthenticatedRequest) -> HttpResponse:
    """Write down a guarantee; a page may name the fear it is for."""
    form = GuaranteeForm(request.POST or None, initial={"fears": [pk for pk in request.GET.getlist("fear") if pk.isdecimal()]})
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, room="fear_list", title=_("A guarantee"))
    row = worksheets.save_guarantee(guarantee=form.save(commit=False), fears=form.cleaned_data["fears"], actor=request.user)
    messages.success(request, _("The guarantee is on the sheet"))
    return back_to("fear_list", row)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def guarantee_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change a guarantee."""
    row = get_object_or_404(Guarantee, pk=pk)
    form = GuaranteeForm(request.POST or None, instance=row)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, room="fear_list", title=_("Change the guarantee"), erase="touchpoints:guarantee_delete", pk=pk)
    worksheets.save_guarantee(guarantee=form.save(commit=False), fears=form.cleaned_data["fears"], actor=request.user)
    messages.success(request, _("Saved"))
    return back_to("fear_list", row)


@managers_only
@require_POST
def guarantee_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a guarantee off the sheet; its action lives on."""
    worksheets.take_off(row=get_object_or_404(Guarantee, pk=pk))
    messages.success(request, _("Taken off the sheet"))
    return back_to("fear_list")


@managers_only
@require_POST
def guarantee_state(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say whether Clients have a guarantee now."""
    row, state = get_object_or_404(Guarantee, pk=pk), request.POST.get("state")
    if state not in GuaranteeState.values:
        raise Http404
    if worksheets.set_guarantee_state(guarantee=row, state=GuaranteeState(state), actor=request.user):
        messages.success(request, _("Now Clients have it") if state == GuaranteeState.GIVEN else _("Saved"))
    return back_to("fear_list", row)


@managers_only
@require_POST
def guarantee_action(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make an action of a guarantee not given yet."""
    row = get_object_or_404(Guarantee, pk=pk)
    return make_action(request, row, _("Give the guarantee: “%(promise)s”") % {"promise": row.promise}, "fear_list")


@managers_only
@require_safe
def fear_print(_request: AuthenticatedRequest) -> HttpResponse:
    """Give the sheet on one page of paper."""
    return pdf_answer(fears_pdf(fear_sheet(), timezone.localdate()), "fears")
