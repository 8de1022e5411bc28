"""People who sign in: their accounts and access."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from company import queries, services
from company.access import AuthenticatedRequest, owner_only, sensitive
from company.forms import UserForm
from company.invitations import password_link, send_password_link
from company.models import User
from company.services import RefusedError

INVALID = 422
ROWS = 50


@owner_only
@require_GET
def people(request: AuthenticatedRequest) -> HttpResponse:
    """Everybody with an account."""
    page = Paginator(queries.people(), ROWS).get_page(request.GET.get("page"))
    return render(request, "company/people.html", {"page": page})


@owner_only
@require_http_methods(["GET", "POST"])
def user_add(request: AuthenticatedRequest) -> HttpResponse:
    """Make an account; its page then shows the link to set a password."""
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = services.invite_user(user=form.save(commit=False), actor=request.user)
        messages.success(request, _("Account made: pass the link on"))
        return redirect("company:user_edit", user.pk)
    return render(request, "company/user_edit.html", {"form": form}, status=INVALID if form.errors else 200)


@owner_only
@require_http_methods(["GET", "POST"])
def user_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change an account; while it has no password, show the link to set one."""
    person = get_object_or_404(User, pk=pk)
    form = UserForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_user(user=form.save(commit=False), actor=request.user)
            messages.success(request, _("Account saved"))
            return redirect("company:people")
        except RefusedError as refusal:
            form.add_error("role", refusal.reason)
    link = "" if person.has_usable_password() else password_link(person)
    context = {"form": form, "person": person, "link": link, "has_second_factor": is_mfa_enabled(person)}
    return render(request, "company/user_edit.html", context, status=INVALID if form.errors else 200)


@owner_only
@require_POST
def user_close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take away the right to sign in."""
    person = get_object_or_404(User, pk=pk)
    try:
        services.close_account(user=person, actor=request.user)
        messages.success(request, _("Access is closed, every session has ended"))
    except RefusedError as refusal:
        messages.error(request, refusal.reason)
    return redirect("company:user_edit", person.pk)


@owner_only
@require_POST
def user_open(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the right to sign in back."""
    person = get_object_or_404(User, pk=pk)
    services.open_account(user=person, actor=request.user)
    messages.success(request, _("Access is open again"))
    return redirect("company:user_edit", person.pk)


@owner_only
@require_POST
def user_mail_link(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Mail the person a link to set a password."""
    person = get_object_or_404(User, pk=pk, is_active=True)
    try:
        send_password_link(user=person, company=queries.the_company())
        messages.success(request, _("The link is on its way to %(address)s") % {"address": person.email})
    except OSError:
        messages.error(request, _("The mail server does not answer. Copy the link and pass it on yourself."))
    return redirect("company:user_edit", person.pk)


@owner_only
@require_POST
@sensitive
def user_reset_factor(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let somebody who lost the phone and the recovery codes sign in with the password alone."""
    person = get_object_or_404(User, pk=pk)
    if services.reset_second_factor(user=person, actor=request.user):
        messages.success(request, _("The second factor is removed, every session has ended"))
    return redirect("company:user_edit", person.pk)
