"""Campaigns of returning: what waits to be told, the list, the draw, what came of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from churn.enums import CampaignState, ReturnWay
from churn.forms.returns import CampaignForm, NewCampaignForm
from churn.models import ReturnCampaign
from churn.queries import return_results, returns
from churn.services import returns as writing
from company.access import AuthenticatedRequest, managers_only
from touchpoints.access import action_for
from touchpoints.models import Action

PAGE_SIZE = 50


def campaign_or_404(pk: int) -> ReturnCampaign:
    """Return a campaign with its action."""
    return get_object_or_404(ReturnCampaign.objects.select_related("action"), pk=pk)


@managers_only
@require_safe
def return_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show what is fixed and not told yet, and the campaigns."""
    page = Paginator(returns.campaigns(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "churn/return_list.html", {"fixes": returns.fixes_to_tell(now=timezone.now()), "page": page})


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def return_create(request: AuthenticatedRequest) -> HttpResponse:
    """Begin to tell what a done action fixed."""
    given = request.POST.get("action") or request.GET.get("action") or ""
    action = action_for(request.user, int(given) if given.isdecimal() and len(given) < 19 else 0)
    form = NewCampaignForm.begun(action, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and (campaign := created(request, action, form)):
        return redirect("churn:return_detail", campaign.pk)
    people = returns.listed_people(action, way=ReturnWay.EMAIL, now=timezone.now())
    context = {"form": form, "action": action, "counts": returns.counted(people)}
    return render(request, "churn/return_create.html", context, status=422 if form.is_bound else 200)


def created(request: AuthenticatedRequest, action: Action, form: NewCampaignForm) -> ReturnCampaign | None:
    """Make the campaign, or put the reason why not on the form."""
    way, key = ReturnWay(form.cleaned_data["way"]), form.cleaned_data["request_key"]
    try:
        return writing.create_campaign(action=action, plan=form.plan(), way=way, request_key=key, actor=request.user, now=timezone.now())
    except writing.ReturnError as error:
        form.add_error(None, str(error))
        return None


@managers_only
@require_safe
def return_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a campaign: before the start what it could show, afterwards who is told and what came of it."""
    campaign = campaign_or_404(pk)
    return detail_page(request, campaign, CampaignForm.of(campaign))


def detail_page(request: AuthenticatedRequest, campaign: ReturnCampaign, form: CampaignForm) -> HttpResponse:
    """Draw the page of a campaign."""
    today, group = timezone.localdate(), request.GET.get("group", "")
    context = {
        "campaign": campaign,
        "group": group,
        "progress": returns.progress(campaign),
        "page": Paginator(returns.turns_in(campaign, group), PAGE_SIZE).get_page(request.GET.get("page")),
        "today": today,
    }
    if campaign.state == CampaignState.DRAFT:
        lot = return_results.drawable(returns.turns_in(campaign, ""))
        base = return_results.base_share(campaign, lot, today)
        context |= {"form": form, "base": base, "foresights": return_results.foresights(campaign, lot, base), "lot": len(lot)}
    else:
        context |= {"result": return_results.return_result(campaign, today), "next": returns.turns_in(campaign, "write").first()}
    return render(request, "churn/return_detail.html", context, status=422 if form.is_bound else 200)


@managers_only
@require_POST
def return_change(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change a campaign before it begins."""
    campaign = campaign_or_404(pk)
    form = CampaignForm.of(campaign, request.POST)
    if not form.is_valid():
        return detail_page(request, campaign, form)
    try:
        writing.change_campaign(campaign=campaign, plan=form.plan(), actor=request.user)
        messages.success(request, _("Saved."))
    except writing.ReturnError as error:
        messages.error(request, str(error))
    return redirect("churn:return_detail", pk)


@managers_only
@require_POST
def return_start(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Draw the groups and begin."""
    campaign = campaign_or_404(pk)
    try:
        writing.start_campaign(campaign=campaign, actor=request.user, today=timezone.localdate(), now=timezone.now())
        messages.success(request, _("It has begun: calls are in the queue, letters wait for your hand."))
    except writing.ReturnError as error:
        messages.error(request, str(error))
    return redirect("churn:return_detail", pk)


@managers_only
@require_POST
def return_close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """End a campaign."""
    try:
        writing.close_campaign(campaign=campaign_or_404(pk), actor=request.user)
        messages.success(request, _("Closed. The figures stay and go on until the days are over."))
    except writing.ReturnError as error:
        messages.error(request, str(error))
    return redirect("churn:return_detail", pk)
