"""What stands behind a QR code, on a tablet and in the widget. Looking changes nothing: the month's wave is made by its first answer."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.visitors import private
from company.access import public
from company.queries import the_company
from surveys.access import door_by
from surveys.door_forms import KioskForm
from surveys.enums import DoorKind
from surveys.forms import MAX_BYTES, MAX_TEXT
from surveys.letters import in_words
from surveys.limits import is_tablet_too_busy
from surveys.models import Door
from surveys.services import PressAgainError, Submission, WaveClosedError, coming_wave, record_door_answer, wave_shown
from surveys.stamps import Stamp, new_stamp, read_stamp
from surveys.views.answers import (
    TRAP,
    Link,
    closed_page,
    first_form,
    missing_page,
    page,
    question_page,
    receive_answer,
    thanks_page,
)

KEYS_OF_TABLETS = uuid.UUID("6f0f6c0e-6a0c-4b0e-9d1e-5b3f6f2f9a11")


@dataclass(frozen=True)
class Entrance:
    """A door somebody stands before: the link its pages are drawn by, and whether it takes answers."""

    door: Door
    link: Link
    is_open: bool


def entrance(token: str, kind: DoorKind) -> Entrance | None:
    """Return what is behind an address of a door."""
    door, now = door_by(token, kind), timezone.now()
    if door is None:
        return None
    wave = wave_shown(door=door, now=now)
    return Entrance(door, Link(token, wave or coming_wave(survey=door.survey, now=now), door=door), wave is not None)


@public
@csrf_exempt  # the signed mark of the page stands in for the cookie; see surveys/stamps.py
@private
@require_http_methods(["GET", "HEAD", "POST"])
def door_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whoever has pointed a phone at the code."""
    found = entrance(token, DoorKind.QR)
    if found is None:
        return missing_page(request)
    if not found.is_open:
        return closed_page(request, found.link)
    if request.method == "POST":
        return receive_answer(request, found.link)
    return question_page(request, found.link, first_form(request, found.link))


@public
@private
@require_http_methods(["GET", "HEAD"])
def door_thanks(request: HttpRequest, token: str, key: uuid.UUID) -> HttpResponse:
    """Thank for an answer by a QR code."""
    found = entrance(token, DoorKind.QR)
    given = found.door.answers.filter(submission_key=key).first() if found else None
    return thanks_page(request, found.link, given) if found and given else missing_page(request)


@public
@csrf_exempt  # the signed mark of the page stands in for the cookie; see surveys/stamps.py
@private
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whoever stands before the tablet. Without scripts it is a plain form, with them it outlives a lost connection."""
    found = entrance(token, DoorKind.KIOSK)
    if found is None:
        return missing_page(request)
    if not found.is_open:
        return closed_page(request, found.link)
    return take_at_kiosk(request, found) if request.method == "POST" else kiosk_page(request, found, KioskForm())


@public
@private
@require_http_methods(["GET", "HEAD"])
def kiosk_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thank, and lead back to the question by itself: for a tablet without scripts."""
    found = entrance(token, DoorKind.KIOSK)
    return page(request, found.link, "surveys/kiosk_thanks.html", {"token": token}) if found else missing_page(request)


def take_at_kiosk(request: HttpRequest, found: Entrance) -> HttpResponse:
    """Check and save what a tablet sends: from a script an answer with a key of its own, from a plain form that of the page."""
    form, stamp = KioskForm(request.POST), read_stamp(request.POST.get("stamp", ""), found.link.token)
    if is_tablet_too_busy(found.door.pk):
        form.add_error(None, _("Too many answers at once. Press the button again in a few minutes."))
        return kiosk_page(request, found, form, 429)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        form.add_error(None, _("The text is too long. Make it shorter and press the button again."))
    if form.is_valid() and not (form.cleaned_data["key"] or stamp):
        form.add_error(None, _("The page was open for too long. Press the button once more."))
    if not form.is_valid():
        return kiosk_page(request, found, form, 422)
    try:
        save_at_kiosk(found.door, form, stamp, request.POST.get(TRAP, ""))
    except WaveClosedError:
        return closed_page(request, found.link)
    return kiosk_saved(found.link, form)


def save_at_kiosk(door: Door, form: KioskForm, stamp: Stamp | None, trap: str) -> None:
    """Save the answer. A repeated one that looks worse than the first changes nothing: to the tablet it is saved all the same."""
    now, own_key = timezone.now(), form.cleaned_data["key"]
    key = uuid.uuid5(KEYS_OF_TABLETS, f"{door.pk}:{own_key}") if own_key or not stamp else stamp.key
    submission = Submission(form.answer(), stamp, trap)
    try:
        record_door_answer(door=door, submission=submission, key=key, now=now, answered_at=now - form.waited())
    except PressAgainError:
        return


def kiosk_saved(link: Link, form: KioskForm) -> HttpResponse:
    """Tell a script which answer has arrived, with a fresh mark for the next one; lead a plain form to the thanks."""
    if own_key := form.cleaned_data["key"]:
        return JsonResponse({"saved": str(own_key), "stamp": new_stamp(link.token, timezone.now())})
    return redirect("surveys:kiosk_thanks", link.token)


def kiosk_page(request: HttpRequest, found: Entrance, form: KioskForm, status: int = 200) -> HttpResponse:
    """Show the question to the whole room."""
    with override(found.link.wave.questionnaire.locale):
        words = {"waiting": waiting_words(), "max_text": MAX_TEXT}
    return question_page(request, found.link, form, status, template="surveys/kiosk.html", **words)


def waiting_words() -> dict[str, str]:
    """Return what a tablet says about answers it still keeps, by the plural rule of the language; it puts the number for `#`."""
    text = ngettext("# answer waits for the network", "# answers wait for the network", 1)
    few, many = (ngettext("# answer waits for the network", "# answers wait for the network", number) for number in (2, 5))
    return {"one": text, "few": few, "many": many, "other": many}


def texts_of(found: Entrance) -> dict[str, Any]:
    """Return the questions of a door."""
    wording = found.link.wave.questionnaire
    return {
        "question": in_words(wording.score_question, the_company()),
        "low": wording.low_label,
        "high": wording.high_label,
        "why": wording.why_question,
        "ten": wording.ten_question,
        "fans": wording.promoter_question,
    }
