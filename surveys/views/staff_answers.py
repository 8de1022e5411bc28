"""Where employees answer anonymously: by the link of a letter, by a printed code, on a shared tablet.

Nothing here reads or writes a session, sets a cookie or counts an opening; what goes wrong is noted without the address, the form or the
text of the error. The link or code is the whole authority.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from traceback import extract_tb
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common.visitors import PRIVATE
from company.access import public
from company.queries import the_company
from surveys.access import staff_wave_by
from surveys.ballot_keys import kept_keys
from surveys.enums import StaffSlice, StaffSurveyKind
from surveys.formulas.ballots import MAX_TEXT
from surveys.letters import in_words
from surveys.limits import count_wrong_code, guesses_codes
from surveys.models import StaffTicket, StaffWave
from surveys.queries import ticket_by
from surveys.services import StaffWaveClosedError, TicketUnknownError, TicketUsedError, cast_ballot
from surveys.staff_vote_forms import MAX_BYTES, CodeForm, VoteForm, vote_form
from surveys.views.answers import last_moment

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]
logger = logging.getLogger(__name__)


def unseen(view: Page[P]) -> Page[P]:
    """Keep the page out of caches and logs; of an error only its kind and its line in the program are noted."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - Django's own report would hold the link and the answer
            note(error)
            response = notice(request, None, "trouble", 400 if isinstance(error, SuspiciousOperation) else 503)
        for name, value in PRIVATE.items():
            response[name] = value
        response._has_been_logged = True  # type: ignore[attr-defined] # noqa: SLF001 - Django would log the path, which is the link
        return response

    return wrapped


def note(error: Exception) -> None:
    """Log what kind of error happened where: its text may hold a row of the database."""
    frame = extract_tb(error.__traceback__)[-1]
    logger.error("An answer page failed: %s in %s, line %s", type(error).__name__, Path(frame.filename).name, frame.lineno)


@dataclass(frozen=True)
class Stand:
    """Where somebody answers: their ticket, what proves it, and whether the code was typed and the screen is shared."""

    ticket: StaffTicket
    token: str
    by_code: bool = False
    is_tablet: bool = False

    @property
    def wave(self) -> StaffWave:
        """The survey that is answered."""
        return self.ticket.wave

    @property
    def home(self) -> str:
        """Where a shared tablet goes back to."""
        return reverse("surveys:staff_tablet", args=[self.wave.public_token]) if self.is_tablet else ""


@public
@csrf_exempt  # the link is the authority and there is no session to ride on
@sensitive_post_parameters()
@unseen
@require_http_methods(["GET", "HEAD", "POST"])
def staff_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask by a personal link."""
    ticket = ticket_by(token)
    if ticket is None:
        return unknown_link(request)
    return take_or_ask(request, Stand(ticket, token), is_vote=request.method == "POST")


@public
@csrf_exempt  # the code is the authority and there is no session to ride on
@sensitive_post_parameters()
@unseen
@require_http_methods(["GET", "HEAD", "POST"])
def staff_code(request: HttpRequest) -> HttpResponse:
    """Ask whoever has drawn a code, on a device of their own."""
    return by_code(request, None) if request.method == "POST" else code_page(request, None, CodeForm())


@public
@csrf_exempt  # the code is the authority and there is no session to ride on
@sensitive_post_parameters()
@unseen
@require_http_methods(["GET", "HEAD", "POST"])
def staff_tablet(request: HttpRequest, public_token: str) -> HttpResponse:
    """Ask one after another on a shared tablet, each with a code of their own."""
    wave = staff_wave_by(public_token)
    if wave is None:
        return notice(request, None, "missing", 404)
    if not wave.takes_answers(timezone.now()):
        return notice(request, wave, "closed", 410)
    return by_code(request, wave) if request.method == "POST" else code_page(request, wave, CodeForm())


@public
@unseen
@require_http_methods(["GET", "HEAD"])
def staff_thanks(request: HttpRequest) -> HttpResponse:
    """Thank, without knowing whom."""
    language = request.GET.get("language", "")
    return draw(request, language if language in dict(settings.LANGUAGES) else "", "surveys/staff_thanks.html", {})


@public
@unseen
@require_http_methods(["GET", "HEAD"])
def staff_tablet_thanks(request: HttpRequest, public_token: str) -> HttpResponse:
    """Thank on a shared tablet, which goes back to the code by itself."""
    wave = staff_wave_by(public_token)
    if wave is None:
        return notice(request, None, "missing", 404)
    context = {"home": reverse("surveys:staff_tablet", args=[wave.public_token])}
    return draw(request, wave.locale, "surveys/staff_thanks.html", context)


@public
@unseen
@require_http_methods(["GET", "HEAD"])
def staff_promise(request: HttpRequest, public_token: str) -> HttpResponse:
    """Say what is stored about an answer to this survey, and who can see what."""
    wave = staff_wave_by(public_token)
    if wave is None:
        return notice(request, None, "missing", 404)
    return draw(request, wave.locale, "surveys/staff_promise.html", promise_context(wave))


def unknown_link(request: HttpRequest) -> HttpResponse:
    """Say that there is no such link; posts to it count as wrong codes do, while looking writes nothing, as no GET does."""
    if request.method == "POST":
        count_wrong_code(request)
    return notice(request, None, "missing", 429 if guesses_codes(request) else 404)


def by_code(request: HttpRequest, tablet: StaffWave | None) -> HttpResponse:
    """Take a code, and with it the answer; a wrong code is counted against its sender, a right one leaves no trace."""
    form = CodeForm(request.POST)
    if guesses_codes(request):
        form.add_error("code", _("Too many wrong codes came from your network. Wait ten minutes and try again."))
        return code_page(request, tablet, form, 429)
    if not form.is_valid():
        return code_page(request, tablet, form, 422)
    code = form.cleaned_data["code"]
    ticket = ticket_by(code)
    if ticket is None or (tablet and ticket.wave_id != tablet.pk):
        count_wrong_code(request)
        form.add_error("code", _("There is no such code, or its survey is over. Compare it with your card."))
        return code_page(request, tablet, form, 422)
    return take_or_ask(request, Stand(ticket, code, by_code=True, is_tablet=tablet is not None), is_vote="vote" in request.POST)


def take_or_ask(request: HttpRequest, stand: Stand, *, is_vote: bool) -> HttpResponse:
    """Take the answer or show the questions, unless there is a reason against both."""
    wave = stand.wave
    if not wave.takes_answers(timezone.now()):
        return notice(request, wave, "closed", 410, stand.home)
    if stand.ticket.answered:
        return notice(request, wave, "used", 200, stand.home)
    if wave.public_token not in kept_keys():
        return notice(request, wave, "no_key", 503, stand.home)
    return receive(request, stand) if is_vote else question_page(request, stand, vote_form(wave))


def receive(request: HttpRequest, stand: Stand) -> HttpResponse:
    """Check the answer and put it into the box; whatever is wrong, nothing typed is lost."""
    form = vote_form(stand.wave, request.POST)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        form.add_error(None, _("The text is too long. Make it shorter and press the button again."))
    if not form.is_valid():
        return question_page(request, stand, form, 422)
    try:
        cast_ballot(token=stand.token, vote=form.vote(), now=timezone.now())
    except (TicketUsedError, TicketUnknownError, StaffWaveClosedError) as refusal:
        return refused(request, stand, refusal)
    except DatabaseError as error:
        note(error)
        form.add_error(None, _("The answer has not been taken: the server is busy. Your words are still here. Press the button again."))
        return question_page(request, stand, form, 503)
    return thanks(stand)


def refused(request: HttpRequest, stand: Stand, refusal: Exception) -> HttpResponse:
    """Say calmly what has happened between the page and the press: mostly the button was pressed twice."""
    if isinstance(refusal, TicketUsedError):
        return notice(request, stand.wave, "used", 200, stand.home)
    return notice(request, stand.wave, "closed", 410, stand.home)


def thanks(stand: Stand) -> HttpResponse:
    """Lead to the thanks, whose address names nobody."""
    if stand.is_tablet:
        return redirect("surveys:staff_tablet_thanks", stand.wave.public_token)
    return redirect(reverse("surveys:staff_thanks", query={"language": stand.wave.locale}))


def question_page(request: HttpRequest, stand: Stand, form: VoteForm, status: int = 200) -> HttpResponse:
    """Show the promise in short and the questions."""
    wave = stand.wave
    context = {
        **promise_context(wave),
        "form": form,
        "question": in_words(wave.question, the_company()),
        "scores": range(11),
        "max_text": MAX_TEXT,
        "code": stand.token if stand.by_code else "",
        "home": stand.home,
    }
    return draw(request, wave.locale, "surveys/staff_answer.html", context, status)


def code_page(request: HttpRequest, tablet: StaffWave | None, form: CodeForm, status: int = 200) -> HttpResponse:
    """Ask for the code."""
    home = reverse("surveys:staff_tablet", args=[tablet.public_token]) if tablet else ""
    context = {"form": form, "home": home, **(promise_context(tablet) if tablet else {})}
    return draw(request, tablet.locale if tablet else "", "surveys/staff_code.html", context, status)


def promise_context(wave: StaffWave) -> dict[str, Any]:
    """Return what the promise says about this very survey."""
    return {
        "wave": wave,
        "slices": [StaffSlice(value).label for value in wave.slices],
        "has_branches": StaffSlice.BRANCH in wave.slices,
        "is_score": wave.kind == StaffSurveyKind.ENPS,
        "last_moment": last_moment(wave),
    }


def notice(request: HttpRequest, wave: StaffWave | None, kind: str, status: int, home: str = "") -> HttpResponse:
    """Say in plain words why there is nothing to answer here; unknown links all get the same page."""
    return draw(request, wave.locale if wave else "", "surveys/staff_notice.html", {"notice": kind, "home": home}, status)


def draw(request: HttpRequest, locale: str, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Draw a page in the survey's language; where the survey is not known, in the visitor's."""
    language = locale or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        response = render(request, template, context, status=status)
    response["Content-Language"] = language
    return response
