"""Personal links: whose there are, one's own, its code and cards, and the page friends open."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.models import Client, ReferralLink
from clients.queries import link_by
from clients.services import add_recommender, link_for, switch_link, take_lead
from common.tokens import keyed_hash
from common.visitors import address_of
from company.access import AuthenticatedRequest, managers_only, public, staff_only
from company.enums import Role
from company.models import Employee
from company.queries import the_company
from programme.forms import EmployeeLinkForm, LeadForm, RecommenderForm
from programme.seller_prints import FILES, link_url, public_name
from surveys.services import count_post

PAGE = 50
FORMS_OF_ADDRESS, FORMS_OF_LINK = 20, 200
"""How many filled forms one address, and one link, may send in ten minutes: an office shares an address, a robot needs more."""


@managers_only
@require_http_methods(["GET", "POST"])
def seller_people(request: AuthenticatedRequest) -> HttpResponse:
    """List the links and add a candidate or partner with theirs."""
    form = RecommenderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        who = add_recommender(kind=data["kind"], name=data["name"], email=data["email"], actor=request.user)
        messages.success(request, _("The link is ready: print the cards or send the address."))
        return redirect("programme:seller_link", link_for(who=who, actor=request.user).pk)
    links = ReferralLink.objects.select_related("client", "recommender__employee")
    context = {
        "page": Paginator(links, PAGE).get_page(request.GET.get("page")),
        "form": form,
        "employees": EmployeeLinkForm(),
        "now": timezone.localdate(),
    }
    return render(request, "programme/seller_people.html", context, status=422 if form.is_bound else 200)


@managers_only
@require_POST
def seller_employee_link(request: AuthenticatedRequest) -> HttpResponse:
    """Make the link of an employee."""
    form = EmployeeLinkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an employee."))
        return redirect("programme:seller_people")
    return redirect("programme:seller_link", link_for(who=form.cleaned_data["employee"], actor=request.user).pk)


@managers_only
@require_POST
def seller_client_link(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make the link of a Client."""
    return redirect("programme:seller_link", link_for(who=get_object_or_404(Client, pk=pk), actor=request.user).pk)


@staff_only
@require_POST
def seller_own_link(request: AuthenticatedRequest) -> HttpResponse:
    """Make one's own link."""
    employee = Employee.objects.filter(user=request.user).first()
    if employee is None:
        messages.error(request, _("You are not on the list of employees yet. Ask your manager to add you."))
        return redirect("programme:sellers")
    return redirect("programme:seller_link", link_for(who=employee, actor=request.user).pk)


def link_or_404(request: AuthenticatedRequest, pk: int) -> ReferralLink:
    """Return a link the user may see: managers any, others their own."""
    found = ReferralLink.objects.select_related("client", "recommender__employee").filter(pk=pk)
    if not request.user.has_role(Role.MANAGER):
        found = found.filter(recommender__employee__user=request.user)
    return get_object_or_404(found)


@staff_only
@require_GET
def seller_link(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a link with all there is to take away."""
    link = link_or_404(request, pk)
    context = {"link": link, "address": link_url(link), "came": link.leads.count(), "is_manager": request.user.has_role(Role.MANAGER)}
    return render(request, "programme/seller_link.html", context)


@staff_only
@require_GET
def seller_link_print(request: AuthenticatedRequest, pk: int, name: str) -> HttpResponse:
    """Give the code or the cards of a link."""
    link = link_or_404(request, pk)
    if name not in FILES:
        raise Http404
    content_type, make = FILES[name]
    headers = {"Content-Disposition": f'inline; filename="mayak-{link.code}-{name}"', "Cache-Control": "private, no-cache"}
    return HttpResponse(make(link), content_type=content_type, headers=headers)


@managers_only
@require_POST
def seller_link_switch(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let people in by a link, or stop."""
    link, is_on = link_or_404(request, pk), request.POST.get("to") == "on"
    if switch_link(link=link, is_on=is_on, actor=request.user):
        messages.success(request, _("The link takes people in again.") if is_on else _("Closed: whoever comes reads how to reach you."))
    return redirect("programme:seller_link", pk)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seller_landing(request: HttpRequest, code: str) -> HttpResponse:
    """Greet whom a friend has sent, and take a name and a phone or an e-mail.

    The code is no secret, so the page is not `private`: without a referrer the form's own check would refuse it.
    """
    link = link_by(code)
    if link is None or not link.is_on:
        return render(request, "programme/seller_landing_closed.html", status=404 if link is None else 410)
    form = LeadForm(request.POST or None)
    if request.method == "POST" and is_too_often(request, code):
        form.add_error(None, _("Too many forms at once. Press the button again in ten minutes."))
        return landing_page(request, link, form, 429)
    if request.method == "POST" and form.is_valid():
        keep(link, form)
        return redirect("programme:seller_landing_thanks", code)
    return landing_page(request, link, form, 422 if form.is_bound else 200)


def is_too_often(request: HttpRequest, code: str) -> bool:
    """Count the form and say whether its sender, or everybody at this link, sends too many."""
    now = timezone.now()
    of_link = count_post(key=keyed_hash("lead link limit", code), now=now)
    of_address = count_post(key=keyed_hash("lead limit", address_of(request)), now=now)
    return of_address > FORMS_OF_ADDRESS or of_link > FORMS_OF_LINK


def keep(link: ReferralLink, form: LeadForm) -> None:
    """Write down who came; what fills the field people do not see is thrown away."""
    data = dict(form.cleaned_data)
    if data.pop("website"):
        return
    del data["agree"]
    take_lead(link=link, agreed_to=consent(), **data)


def consent() -> str:
    """Return the words people agree to."""
    return _("“%(company)s” may keep my name and contact and call or write to me about this request.") % {"company": the_company().name}


def landing_page(request: HttpRequest, link: ReferralLink, form: LeadForm, status: int) -> HttpResponse:
    """Draw the page."""
    context = {"form": form, "friend": public_name(link), "consent": consent()}
    response = render(request, "programme/seller_landing.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@public
@never_cache
@require_GET
def seller_landing_thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Thank, and say what happens next. It says the same to everybody."""
    if link_by(code) is None:
        return render(request, "programme/seller_landing_closed.html", status=404)
    return render(request, "programme/seller_landing_thanks.html")
