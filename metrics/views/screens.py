"""The number on a television in the office: the address is the authority, nobody signs in there."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.tokens import keyed_hash
from common.visitors import address_of, private
from company.access import AuthenticatedRequest, managers_only, public
from company.queries import the_company
from metrics import queries, services
from metrics.forms import ScreenForm
from metrics.models import OfficeScreen
from metrics.signs import screen_words
from surveys.services import count_post

INVALID = 422
POSTS_IN_WINDOW = 300
"""Of one address in ten minutes: a whole office with its screens stands behind one."""


@managers_only
@require_safe
def screen_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show every screen, those in force first."""
    return render(request, "metrics/screen_list.html", {"screens": queries.office_screens()})


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
def screen_create(request: AuthenticatedRequest) -> HttpResponse:
    """Make an address for a screen and show it, this once: it is kept nowhere."""
    is_sent = request.method == "POST"
    form = ScreenForm(request.POST) if is_sent else ScreenForm(initial={"language": get_language()})
    if is_sent and form.is_valid():
        made, secret = services.create_screen(**form.cleaned_data, actor=request.user)
        address = settings.BASE_URL.rstrip("/") + reverse("metrics:screen", args=[secret])
        return render(request, "metrics/screen_shown.html", {"screen": made, "address": address}, status=201)
    return render(request, "metrics/screen_create.html", {"form": form}, status=INVALID if is_sent else 200)


@managers_only
@require_POST
def screen_revoke(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make the address of a screen worthless."""
    if services.revoke_screen(screen=get_object_or_404(OfficeScreen, pk=pk), actor=request.user, now=timezone.now()):
        messages.success(request, _("Switched off: within five minutes the screen goes dark"))
    return redirect("metrics:screen_list")


def version() -> str:
    """Return what changes with every new script and style of the page."""
    return f"{static('js/screen.js')} {static('css/screen.css')}"


def board(screen: OfficeScreen | None) -> dict[str, Any]:
    """Return what stands on the screen; nothing on one that is unknown or switched off."""
    if screen is None or screen.revoked_at:
        return {"screen": screen, "version": version()}
    return {"screen": screen, "version": version(), **screen_words(screen, the_company(), timezone.now())}


def status_of(screen: OfficeScreen | None) -> int:
    """Return 200 for an address in force, 410 for one switched off, 404 for one nobody was given."""
    return 404 if screen is None else 410 if screen.revoked_at else 200


@public
@private
@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """Fill the television with the number."""
    found = queries.screen_by(token)
    with override(found.language if found else get_language()):
        return render(request, "metrics/screen.html", {**board(found), "token": token}, status=status_of(found))


@public
@csrf_exempt  # a television has no cookies; the address itself is the secret, and all that changes is when it was seen
@private
@require_POST
def screen_now(request: HttpRequest, token: str) -> HttpResponse:
    """Give the present number to a screen that asks again."""
    now = timezone.now()
    if count_post(key=keyed_hash("screen limit", address_of(request)), now=now) > POSTS_IN_WINDOW:
        return HttpResponse(status=429, headers={"Retry-After": "600"})
    found = queries.screen_by(token)
    if found and not found.revoked_at:
        services.note_screen_seen(screen=found, now=now)
    with override(found.language if found else get_language()):
        response = render(request, "metrics/_screen.html", board(found), status=status_of(found))
    response["X-Mayak-Screen"] = version()
    return response
