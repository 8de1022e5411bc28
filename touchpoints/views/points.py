"""The map and its touchpoints."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from touchpoints import catalogue as ready
from touchpoints import queries, services
from touchpoints.enums import JourneyStage, TouchpointClass
from touchpoints.forms import CatalogueForm, MapFilterForm, PlaceForm, TouchpointForm
from touchpoints.map_page import map_page
from touchpoints.models import Touchpoint


@staff_only
@require_safe
def touchpoint_map(request: AuthenticatedRequest) -> HttpResponse:
    """Show the board of touchpoints by class or along the Client's journey."""
    chosen = MapFilterForm(request.GET)
    chosen.is_valid()
    rest = request.GET.copy()
    rest.pop("full", None)
    context = {
        "form": chosen,
        "is_journey": chosen.value("view") == "journey",
        "own_audit": queries.audit_to_walk(request.user),
        "branches": chosen.fields["branch"],
        "stages": JourneyStage,
        "rest": rest.urlencode(),
        **map_page(chosen, request.user, timezone.localdate()),
    }
    return render(request, "touchpoints/map.html", context)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def catalogue(request: AuthenticatedRequest) -> HttpResponse:
    """Choose ready touchpoints to put on the map."""
    entries = ready.entries()
    form = CatalogueForm(request.POST or None, keys=[entry.key for entry in entries])
    if request.method == "POST" and form.is_valid():
        added = services.add_from_catalogue(keys=form.cleaned_data["keys"], actor=request.user)
        messages.success(
            request, ngettext("%(count)s touchpoint is on the map", "%(count)s touchpoints are on the map", added) % {"count": added}
        )
        return redirect("touchpoints:map")
    has_points = Touchpoint.objects.active().exists()
    there = set(Touchpoint.objects.active().exclude(catalogue_key="").values_list("catalogue_key", flat=True))
    groups = [(kind, [entry for entry in entries if entry.kind == kind]) for kind in TouchpointClass]
    context = {
        "form": form,
        "groups": groups,
        "there": there,
        "left": [entry for entry in entries if entry.key not in there],
        "ticked": request.POST.getlist("keys"),
        "has_points": has_points,
        "is_first": request.method != "POST" and not has_points,
    }
    return render(request, "touchpoints/catalogue.html", context, status=422 if request.method == "POST" else 200)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def touchpoint_create(request: AuthenticatedRequest) -> HttpResponse:
    """Put a touchpoint of one's own on the map."""
    asked = {name: request.GET.get(name) for name in ("kind", "stage") if name in request.GET}
    form = TouchpointForm(request.POST or None, request.FILES or None, initial={**asked, "owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "drop_photo"}
        touchpoint = services.add_touchpoint(**said, actor=request.user)
        messages.success(request, _("“%(name)s” is on the map") % {"name": touchpoint.name})
        return redirect("touchpoints:map")
    return render(request, "touchpoints/touchpoint_form.html", {"form": form}, status=422 if request.method == "POST" else 200)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def touchpoint_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change a touchpoint."""
    touchpoint = get_object_or_404(Touchpoint.objects.active(), pk=pk)
    form = TouchpointForm(request.POST or None, request.FILES or None, instance=touchpoint)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        services.change_touchpoint(touchpoint=touchpoint, actor=request.user, photo=said["photo"], drop_photo=said["drop_photo"])
        messages.success(request, _("Saved"))
        return redirect("touchpoints:touchpoint_detail", pk)
    context = {"form": form, "touchpoint": touchpoint}
    return render(request, "touchpoints/touchpoint_form.html", context, status=422 if request.method == "POST" else 200)


@managers_only
@require_POST
def touchpoint_archive(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a touchpoint off the map."""
    touchpoint = get_object_or_404(Touchpoint, pk=pk)
    services.archive_touchpoint(touchpoint=touchpoint, actor=request.user)
    messages.success(request, _("“%(name)s” is off the map, its history is kept") % {"name": touchpoint.name})
    return redirect("touchpoints:map")


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def touchpoint_place(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put a touchpoint elsewhere on the Client's journey."""
    touchpoint = get_object_or_404(Touchpoint.objects.active(), pk=pk)
    form = PlaceForm(request.POST if request.method == "POST" else None)
    wants_json = request.accepts("application/json") and not request.accepts("text/html")
    if request.method == "POST" and form.is_valid():
        services.place_touchpoint(
            touchpoint=touchpoint, stage=form.cleaned_data["stage"], before=place_asked(touchpoint, form), actor=request.user
        )
        where = {"stage": touchpoint.stage, "position": touchpoint.position}
        return JsonResponse(where) if wants_json else redirect(f"{back_to_map(request)}#point-{pk}")
    if request.method == "POST" and wants_json:
        return JsonResponse({"error": " ".join(str(error) for errors in form.errors.values() for error in errors)}, status=422)
    context = {"form": form, "touchpoint": touchpoint, "stages": JourneyStage, "back": back_to_map(request)}
    return render(request, "touchpoints/touchpoint_place.html", context, status=422 if request.method == "POST" else 200)


def place_asked(touchpoint: Touchpoint, form: PlaceForm) -> Touchpoint | None:
    """Return before which touchpoint it should stand, None for the end of the step."""
    said = form.cleaned_data
    if said["before"]:
        return said["before"]  # type: ignore[no-any-return]
    return queries.neighbour_below(touchpoint, said["stage"], said["move"] or "last")


def back_to_map(request: AuthenticatedRequest) -> str:
    """Return the map with the filters it had."""
    return f"{reverse('touchpoints:map')}?{request.GET.urlencode()}"
