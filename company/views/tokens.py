"""Tokens by which other systems speak to Mayak."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from company import queries, services
from company.access import AuthenticatedRequest, owner_only, sensitive
from company.models import ApiToken
from company.token_forms import ApiTokenForm

INVALID = 422
ROWS = 50


@owner_only
@require_GET
def token_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show every token, those in force first."""
    page = Paginator(queries.api_tokens(), ROWS).get_page(request.GET.get("page"))
    return render(request, "company/token_list.html", {"page": page, "now": timezone.now()})


@owner_only
@require_http_methods(["GET", "POST"])
@cache_control(no_store=True)
@sensitive
def token_create(request: AuthenticatedRequest) -> HttpResponse:
    """Make a token and show its secret, this once: it is kept nowhere."""
    form = ApiTokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        token, secret = services.create_token(name=data["name"], scopes=data["scopes"], expires_at=form.expires_at(), actor=request.user)
        return render(request, "company/token_shown.html", {"token": token, "secret": secret}, status=201)
    return render(request, "company/token_create.html", {"form": form}, status=INVALID if request.method == "POST" else 200)


@owner_only
@require_POST
def token_revoke(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make a token worthless at once."""
    if services.revoke_token(token=get_object_or_404(ApiToken, pk=pk), actor=request.user, now=timezone.now()):
        messages.success(request, _("Revoked: the system can no longer send anything by this token."))
    return redirect("company:token_list")
