"""The widget of the company's site: one script, the questions as JSON, the answer as a simple request. No cookies anywhere."""

import json
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.visitors import private
from company.access import public
from company.formulas.brand import brand_of
from company.queries import the_company
from surveys.enums import DoorKind
from surveys.forms import MAX_BYTES, MAX_TEXT, AnswerForm
from surveys.limits import is_too_often
from surveys.services import PressAgainError, Submission, WaveClosedError, record_door_answer
from surveys.stamps import new_stamp, read_stamp
from surveys.views.answers import TRAP
from surveys.views.door_pages import Entrance, entrance, texts_of

P = ParamSpec("P")
SCRIPT_TYPE = "text/javascript"
FOR_ANYBODY = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
KEPT = {"Cache-Control": "public, max-age=600"}
SILENT = "// This survey is closed: nothing is shown.\n"
PLACE_OF_WORDS = '"__WORDS__"'


def for_any_site(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let pages of any site read the answer: it holds nothing that not everybody may know, and no cookie opens more."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        for name, value in FOR_ANYBODY.items():
            response[name] = value
        return response

    return wrapped


@public
@for_any_site
@require_http_methods(["GET", "HEAD"])
def widget_script(request: HttpRequest, token: str) -> HttpResponse:
    """Give the script with the words of its button; a closed door gives one that does nothing."""
    del request
    found = entrance(token, DoorKind.WIDGET)
    if found is None:
        return HttpResponse(SILENT, content_type=SCRIPT_TYPE, status=404)
    text = source().replace(PLACE_OF_WORDS, json.dumps(button_words(found)), 1) if found.is_open else SILENT
    return HttpResponse(text, content_type=SCRIPT_TYPE, headers=KEPT)


@public
@csrf_exempt  # the signed mark of the page stands in for the cookie; see surveys/stamps.py
@for_any_site
@private
@require_http_methods(["GET", "HEAD", "POST"])
def widget_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Give the questions with a signed mark, or take the answer."""
    found = entrance(token, DoorKind.WIDGET)
    if found is None:
        return JsonResponse({}, status=404)
    with override(found.link.wave.questionnaire.locale):
        if not found.is_open:
            return refused(410)
        if request.method == "POST":
            return take(request, found)
        return JsonResponse(texts_of(found) | {"stamp": new_stamp(token, timezone.now())})


def take(request: HttpRequest, found: Entrance) -> HttpResponse:
    """Check and save an answer."""
    form, stamp = AnswerForm(request.POST), read_stamp(request.POST.get("stamp", ""), found.link.token)
    if is_too_often(request, found.link.place):
        return refused(429)
    if stamp is None or int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES or not form.is_valid():
        return refused(422)
    submission = Submission(form.answer(), stamp, request.POST.get(TRAP, ""))
    try:
        record_door_answer(door=found.door, submission=submission, key=stamp.key, now=timezone.now())
    except WaveClosedError:
        return refused(410)
    except PressAgainError:
        return refused(409)
    return JsonResponse({"saved": True})


def refused(status: int) -> JsonResponse:
    """Say in words why nothing was saved and what to do."""
    reasons = {
        409: _("You have answered before. To put this answer in its place, press the button once more."),
        410: _("The survey is over"),
        422: _("Choose a number from 0 to 10."),
        429: _("Too many answers come from your network. Wait ten minutes and press the button again."),
    }
    return JsonResponse({"reason": reasons[status]}, status=status)


def button_words(found: Entrance) -> dict[str, Any]:
    """Return what the script needs before anybody opens it."""
    company, locale = the_company(), found.link.wave.questionnaire.locale
    with override(locale):
        return {
            "lang": locale,
            "color": brand_of(company.brand_color).base,
            "limit": MAX_TEXT,
            "open": _("Rate us"),
            "close": _("Close"),
            "send": _("Send"),
            "thanks": _("Thank you!"),
            "read": _("We read every answer"),
            "failed": _("The answer did not get through. Check the connection and press the button again."),
            "preview": _("This is a preview: nothing is sent from here."),
        }


@cache
def source() -> str:
    """Return our script, read once."""
    return (Path(settings.BASE_DIR) / "static" / "js" / "widget.js").read_text()
