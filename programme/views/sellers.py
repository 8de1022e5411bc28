"""Everyone sells: who brings Clients, what those are worth, who waits for a call."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.enums import LeadState
from clients.models import Lead, ReferralLink
from clients.queries import count_waiting_leads
from clients.queries import leads as all_leads
from clients.services import settle_lead
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from mailing.queries import draft_in_force
from programme import queries
from programme.forms import ThanksForm
from programme.seller_letter import KIND, thanks_draft
from programme.services import NoAddressError, address_of, send_thanks

PAGE = 30


@staff_only
@require_GET
def sellers(request: AuthenticatedRequest) -> HttpResponse:
    """Show where new Clients come from and who brought them; money and Clients' names are for managers."""
    today, is_manager = timezone.localdate(), request.user.has_role(Role.MANAGER)
    context = {
        "sources": queries.sources_of_year(today=today),
        "board": queries.board(with_clients=is_manager, today=today),
        "has_scores": is_manager and queries.has_scores(),
        "references": queries.REFERENCES,
        "is_manager": is_manager,
        "waiting": count_waiting_leads() if is_manager else 0,
        "own_link": ReferralLink.objects.filter(recommender__employee__user=request.user).first(),
        "is_employee": hasattr(request.user, "employee"),
        "today": today,
    }
    return render(request, "programme/sellers.html", context)


@managers_only
@require_GET
def seller_leads(request: AuthenticatedRequest) -> HttpResponse:
    """List those who came by links: whom to call first, and what became of the others."""
    page = Paginator(all_leads(), PAGE).get_page(request.GET.get("page"))
    return render(request, "programme/seller_leads.html", {"page": page, "waiting": count_waiting_leads()})


@managers_only
@require_POST
def seller_lead_settle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make a Client of somebody, or write down that they do not want to."""
    lead = get_object_or_404(Lead, pk=pk)
    becomes_client = request.POST.get("to") == "client"
    done = settle_lead(lead=lead, becomes_client=becomes_client, actor=request.user, now=timezone.now())
    if done is None:
        messages.info(request, _("Somebody has settled it already."))
    elif done.client is None:
        messages.success(request, _("Written down. Nobody will call them."))
    elif done.state == LeadState.KNOWN:
        messages.info(request, _("%(name)s was a Client already: their source stays as it was.") % {"name": done.client})
    else:
        messages.success(request, _("%(name)s is on the list of Clients. Now say thank you to who sent them.") % {"name": done.client})
        return redirect("programme:seller_thanks", done.pk)
    return redirect("programme:seller_leads")


@managers_only
@require_http_methods(["GET", "POST"])
def seller_thanks(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show the letter of thanks, ready to be changed; it leaves by the button of a person."""
    found = Lead.objects.select_related("link__client", "link__recommender__employee", "client")
    lead = get_object_or_404(found.filter(client__isnull=False, state=LeadState.CLIENT), pk=pk)
    draft = thanks_draft(lead, request.user, draft_in_force(KIND, request.LANGUAGE_CODE[:2]), request.LANGUAGE_CODE[:2])
    form = ThanksForm(request.POST or None, initial={"subject": draft.subject, "text": draft.text})
    if request.method == "POST" and form.is_valid():
        return send(request, lead, form)
    context = {"lead": lead, "form": form, "address": address_of(lead.link.owner)}
    return render(request, "programme/seller_thanks.html", context, status=422 if form.is_bound else 200)


def send(request: AuthenticatedRequest, lead: Lead, form: ThanksForm) -> HttpResponse:
    """Send the letter once."""
    try:
        is_sent = send_thanks(lead=lead, actor=request.user, now=timezone.now(), **form.cleaned_data)
    except NoAddressError:
        messages.error(request, _("There is no address to write to. Say thank you in person: it is worth more."))
        return redirect("programme:seller_leads")
    if is_sent:
        messages.success(request, _("The letter of thanks is on its way."))
    else:
        messages.info(request, _("Thanks have been sent already."))
    return redirect("programme:seller_leads")
