"""What a Client's phone opens at a touchpoint: three buttons, then room for a line. Looking writes nothing."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.stamps import Stamp, new_stamp, read_stamp
from common.tokens import keyed_hash
from common.visitors import address_of, private
from company.access import public
from touchpoints import services
from touchpoints.forms import ClientNoteForm, ClientRatingForm
from touchpoints.models import PointCode
from touchpoints.services import CORRECTABLE, CodeClosedError, TooManyRatingsError

PURPOSE = "touchpoints.rating"


def code_by(token: str) -> PointCode | None:
    """Return the code an address belongs to."""
    return PointCode.objects.select_related("touchpoint", "branch").filter(token=token.replace("\0", "")).first()


@public
@csrf_exempt  # the signed mark of the page stands in for the cookie; see common/stamps.py
@private
@require_http_methods(["GET", "HEAD", "POST"])
def point_rating(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whoever has pointed a phone at the code: three big buttons."""
    code = code_by(token)
    if code is None:
        return missing_page(request)
    if not takes_ratings(code):
        return closed_page(request, code)
    return take_rating(request, code) if request.method == "POST" else buttons_page(request, code)


def take_rating(request: HttpRequest, code: PointCode) -> HttpResponse:
    """Check and save the button pressed."""
    form, stamp = ClientRatingForm(request.POST), stamp_of(request, code)
    if stamp is None:
        form.add_error(None, _("The page was open for too long. Press the button once more."))
    if not form.is_valid() or stamp is None:
        return buttons_page(request, code, form, 422)
    visitor = keyed_hash("client rating", f"{code.pk}:{address_of(request)}")
    try:
        services.record_rating(code=code, key=stamp.key, rating=form.cleaned_data["rating"], visitor=visitor, now=timezone.now())
    except TooManyRatingsError:
        form.add_error(None, _("Too many ratings come from your network. Wait ten minutes and press the button again."))
        return buttons_page(request, code, form, 429)
    except CodeClosedError:
        return closed_page(request, code)
    return redirect("touchpoints:rating_thanks", code.token, stamp.key)


@public
@csrf_exempt  # the key in the address is known to the rater's phone only, and there is no session to ride on
@private
@require_http_methods(["GET", "HEAD", "POST"])
def rating_thanks(request: HttpRequest, token: str, key: uuid.UUID) -> HttpResponse:
    """Thank, and take a line in the Client's own words while the visit is fresh."""
    code, now = code_by(token), timezone.now()
    said = code.ratings.filter(key=key).first() if code else None
    if code is None or said is None:
        return missing_page(request)
    form = ClientNoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and services.add_note(code=code, key=key, note=form.cleaned_data["note"], now=now):
        return redirect("touchpoints:rating_thanks", token, key)
    if request.method == "POST" and form.is_valid():
        form.add_error(None, _("A line can be added for an hour. Point your phone at the code again and rate once more."))
    context = {"code": code, "said": said, "form": form, "is_fresh": said.rated_at > now - CORRECTABLE}
    return render(request, "touchpoints/rating_thanks.html", context, status=422 if request.method == "POST" else 200)


def takes_ratings(code: PointCode) -> bool:
    """Say whether the code is open and its touchpoint still on the map."""
    return code.is_open and not code.touchpoint.is_archived


def stamp_of(request: HttpRequest, code: PointCode) -> Stamp | None:
    """Return the mark of the page the form came from; one older than a day does not count."""
    stamp = read_stamp(PURPOSE, request.POST.get("stamp", ""), code.token)
    return stamp if stamp and stamp.shown_at > timezone.now() - services.VISITOR_KEPT else None


def buttons_page(request: HttpRequest, code: PointCode, form: ClientRatingForm | None = None, status: int = 200) -> HttpResponse:
    """Show the three buttons."""
    stamp = request.POST.get("stamp", "") if stamp_of(request, code) else new_stamp(PURPOSE, code.token, timezone.now())
    context = {"code": code, "form": form or ClientRatingForm(), "stamp": stamp}
    return render(request, "touchpoints/point_rating.html", context, status=status)


def closed_page(request: HttpRequest, code: PointCode) -> HttpResponse:
    """Say that ratings are not taken here now."""
    return render(request, "touchpoints/rating_closed.html", {"code": code}, status=410)


def missing_page(request: HttpRequest) -> HttpResponse:
    """Say that there is no such code, the same for every wrong one."""
    return render(request, "touchpoints/rating_missing.html", status=404)
