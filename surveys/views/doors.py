"""Doors as managers see them: make one, print it, put it on a tablet or the site, close it."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from company.access import AuthenticatedRequest, managers_only
from surveys.access import door_or_404
from surveys.door_forms import DoorForm
from surveys.door_prints import FILES
from surveys.enums import DoorKind
from surveys.links import door_url
from surveys.queries import doors, surveys_for_doors
from surveys.services import create_always_survey, create_door, open_door, update_door, wave_shown

ICONS = {DoorKind.QR: "qr-code", DoorKind.KIOSK: "tablet", DoorKind.WIDGET: "app-window"}
AT_HOME = ("127.0.0.1", "localhost", "::1")


@managers_only
@require_GET
def door_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show all doors, open ones first, with what came through."""
    rows = [(door, ICONS[DoorKind(door.kind)]) for door in doors()]
    return render(request, "surveys/door_list.html", {"rows": rows})


@managers_only
@require_http_methods(["GET", "POST"])
def door_create(request: AuthenticatedRequest) -> HttpResponse:
    """Make a door; before there is a survey to lead to, offer to open one."""
    form = DoorForm(request.POST or None, initial={"kind": DoorKind.QR})
    if request.method == "POST" and form.is_valid():
        door = create_door(door=form.save(commit=False), actor=request.user)
        messages.success(request, _("Ready: print it, open it on the tablet or put it on the site."))
        return redirect("surveys:door_detail", door.pk)
    context = {"form": form, "has_survey": surveys_for_doors().exists()}
    return render(request, "surveys/door_form.html", context, status=422 if form.is_bound else 200)


@managers_only
@require_http_methods(["GET", "POST"])
def door_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change where a door stands and where it leads."""
    door = door_or_404(pk)
    form = DoorForm(request.POST or None, instance=door)
    if request.method == "POST" and form.is_valid():
        update_door(door=form.save(commit=False), actor=request.user)
        messages.success(request, _("Saved. The address and the code stay as they were."))
        return redirect("surveys:door_detail", pk)
    context = {"form": form, "door": door_or_404(pk), "has_survey": True}
    return render(request, "surveys/door_form.html", context, status=422 if form.is_bound else 200)


@managers_only
@require_POST
def door_survey(request: AuthenticatedRequest) -> HttpResponse:
    """Open the survey doors lead to."""
    create_always_survey(locale=get_language() or "ru", actor=request.user)
    messages.success(request, _("The survey is open all the time: each month its answers become a wave."))
    return redirect("surveys:door_create")


@managers_only
@require_GET
def door_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a door with everything to take away: files to print, the tablet's address, the tag of the site."""
    door = door_or_404(pk)
    context = {
        "door": door,
        "icon": ICONS[DoorKind(door.kind)],
        "address": door_url(door),
        "origin": settings.BASE_URL,
        "is_at_home": urlsplit(settings.BASE_URL).hostname in AT_HOME,
        "takes_answers": wave_shown(door=door, now=timezone.now()) is not None,
        "counts": doors().get(pk=pk),
    }
    return render(request, "surveys/door_detail.html", context)


@managers_only
@require_POST
def door_toggle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Open or close a door."""
    door, is_open = door_or_404(pk), request.POST.get("to") == "open"
    if open_door(door=door, is_open=is_open, actor=request.user):
        messages.success(request, _("Open again.") if is_open else _("Closed: whoever comes here is told that the survey is over."))
    return redirect("surveys:door_detail", pk)


@managers_only
@require_GET
def door_preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show the widget as visitors of the site will see it; nothing is sent."""
    door = door_or_404(pk)
    if door.kind != DoorKind.WIDGET:
        raise Http404
    return render(request, "surveys/door_preview.html", {"door": door})


@managers_only
@require_GET
def door_print(request: AuthenticatedRequest, pk: int, name: str) -> HttpResponse:
    """Give the code or a print of a door."""
    door = door_or_404(pk)
    if name not in FILES or door.kind == DoorKind.WIDGET:
        raise Http404
    content_type, make = FILES[name]
    headers = {"Content-Disposition": f'inline; filename="mayak-{door.pk}-{name}"', "Cache-Control": "private, no-cache"}
    if "download" in request.GET:
        headers["Content-Disposition"] = headers["Content-Disposition"].replace("inline", "attachment")
    return HttpResponse(make(door, timezone.now()), content_type=content_type, headers=headers)
