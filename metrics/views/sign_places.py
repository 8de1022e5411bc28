"""The wall of photos: where the number hangs."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only
from company.models import Branch
from metrics import queries, services
from metrics.enums import NumberSource, SignKind
from metrics.forms import HangForm, new_request_key
from metrics.models import SignPlace
from metrics.views.chosen import chosen_branch, chosen_segment

INVALID = 422
PHOTOS = 24
TAKEN_SHOWN = 20


@managers_only
@require_safe
def sign_places(request: AuthenticatedRequest) -> HttpResponse:
    """Show where the number hangs, and which signs are worth printing anew."""
    today, branch = timezone.localdate(), chosen_branch(request)
    page = Paginator(queries.hanging_signs(branch=branch), PHOTOS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "hung": queries.with_numbers(list(page.object_list), today),
        "taken": queries.taken_signs()[:TAKEN_SHOWN],
        "branches": Branch.objects.all(),
        "branch": branch,
    }
    return render(request, "metrics/sign_places.html", context)


def first_values(request: AuthenticatedRequest) -> dict[str, Any]:
    """Return what the form starts with: today, and the number that has just been printed."""
    kind, segment, today = request.GET.get("kind", ""), chosen_segment(request), timezone.localdate()
    asked = request.GET.get("source", "")
    number = queries.sign_number(NumberSource(asked), today=today, segment=segment) if asked in NumberSource.values else None
    number = number or queries.best_number(today=today, segment=segment)
    return {
        "request_key": new_request_key(),
        "kind": kind if kind in SignKind.values else SignKind.WALL,
        "hung_on": today,
        "number": f"{number.rounded_cents // 100}" if number else "",
        "source": number.source if number else NumberSource.BELIEVED,
        "segment": segment,
    }


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def sign_hang(request: AuthenticatedRequest) -> HttpResponse:
    """Write down where a sign hangs now."""
    is_sent = request.method == "POST"
    form = HangForm(request.POST, request.FILES) if is_sent else HangForm(initial=first_values(request))
    if is_sent and form.is_valid():
        services.hang_sign(place=form.sign(), photo=form.cleaned_data["photo"], actor=request.user)
        messages.success(request, _("Written down: the number is seen here"))
        return redirect("metrics:sign_places")
    return render(request, "metrics/sign_hang.html", {"form": form}, status=INVALID if is_sent else 200)


@managers_only
@require_POST
def sign_take_down(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down that a sign hangs there no more."""
    if services.take_sign_down(place=get_object_or_404(SignPlace, pk=pk), on=timezone.localdate(), actor=request.user):
        messages.success(request, _("Taken down: it stays in the list below"))
    return redirect("metrics:sign_places")


@managers_only
@require_safe
def sign_photo(_request: AuthenticatedRequest, pk: int) -> FileResponse:
    """Send the photo of a place, as a picture and nothing else."""
    place = get_object_or_404(SignPlace.objects.exclude(photo=""), pk=pk)
    try:
        response = FileResponse(place.photo.open("rb"), content_type="image/jpeg", filename="photo.jpg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
