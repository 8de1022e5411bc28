"""The map and its touchpoints."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from touchpoints import catalogue as ready
from touchpoints import queries, services
from touchpoints.enums import Rating, TouchpointClass
from touchpoints.forms import CatalogueForm, MapFilterForm, TouchpointForm
from touchpoints.models import Touchpoint


@staff_only
@require_safe
def touchpoint_map(request: AuthenticatedRequest) -> HttpResponse:
    """Show the board of touchpoints by class."""
    chosen = MapFilterForm(request.GET)
    branch = chosen.value("branch")
    everything = queries.map_cards(branch, timezone.localdate())
    found = matching(everything, chosen)
    rating = chosen.value("rating")
    shown = [card for card in found if rating is None or card.rating == rating]
    context = {
        "form": chosen,
        "columns": queries.board(everything, shown, worst_first=chosen.value("sort") != "path"),
        "has_points": bool(everything) or Touchpoint.objects.active().exists(),
        "found": len(shown),
        "total": len(everything),
        "better": sum(card.change > 0 for card in everything),
        "worse": sum(card.change < 0 for card in everything),
        "segments": rating_segments(found),
        "last_audit": queries.last_audit(branch),
        "own_audit": queries.audit_to_walk(request.user),
        "branches": chosen.fields["branch"],
    }
    return render(request, "touchpoints/map.html", context)


def matching(cards: list[queries.Card], chosen: MapFilterForm) -> list[queries.Card]:
    """Return the cards that pass the search and the switch, whatever their rating."""
    text, worse_only = (chosen.value("q") or "").casefold(), chosen.value("worse")
    return [card for card in cards if text in card.touchpoint.name.casefold() and (card.change < 0 or not worse_only)]


def rating_segments(cards: list[queries.Card]) -> list[dict[str, Any]]:
    """Return the choices of the rating switch with how many cards each would show."""
    ratings = [card.rating for card in cards]
    named = [{"value": rating.value, "count": ratings.count(rating), "id": rating.name.lower()} for rating in Rating]
    return [{"value": "", "count": len(cards), "id": "all"}, *named]


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
    there = set(Touchpoint.objects.active().exclude(catalogue_key="").values_list("catalogue_key", flat=True))
    groups = [(kind, [entry for entry in entries if entry.kind == kind]) for kind in TouchpointClass]
    context = {
        "form": form,
        "groups": groups,
        "there": there,
        "left": [entry for entry in entries if entry.key not in there],
        "ticked": request.POST.getlist("keys"),
        "is_posted": request.method == "POST",
    }
    return render(request, "touchpoints/catalogue.html", context, status=422 if request.method == "POST" else 200)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def touchpoint_create(request: AuthenticatedRequest) -> HttpResponse:
    """Put a touchpoint of one's own on the map."""
    form = TouchpointForm(request.POST or None, initial={"kind": request.GET.get("kind"), "owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        touchpoint = services.add_touchpoint(**form.cleaned_data, actor=request.user)
        messages.success(request, _("“%(name)s” is on the map") % {"name": touchpoint.name})
        return redirect("touchpoints:map")
    return render(request, "touchpoints/touchpoint_form.html", {"form": form}, status=422 if request.method == "POST" else 200)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def touchpoint_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change a touchpoint."""
    touchpoint = get_object_or_404(Touchpoint.objects.active(), pk=pk)
    form = TouchpointForm(request.POST or None, instance=touchpoint)
    if request.method == "POST" and form.is_valid():
        services.change_touchpoint(touchpoint=touchpoint, actor=request.user)
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
@require_POST
def touchpoint_move(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Move a touchpoint one place up or down in its class."""
    touchpoint = get_object_or_404(Touchpoint.objects.active(), pk=pk)
    services.move_touchpoint(touchpoint=touchpoint, up=request.POST.get("direction") == "up", actor=request.user)
    return redirect(f"{reverse('touchpoints:map')}?{request.GET.urlencode()}")
