"""Pages for respondents. A GET changes nothing at all: mail scanners open every link."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from common.visitors import private
from company.access import public
from company.queries import the_company
from surveys.access import invitation_by, public_wave_by
from surveys.enums import AnswerGroup
from surveys.forms import MAX_BYTES, AnswerForm
from surveys.greeting import addressed, first_name
from surveys.letters import in_words
from surveys.limits import is_too_often
from surveys.models import Answer, Door, Invitation, StaffWave, Wave
from surveys.services import (
    PressAgainError,
    Submission,
    WaveClosedError,
    mark_opened,
    record_door_answer,
    record_personal_answer,
    record_public_answer,
)
from surveys.stamps import Stamp, new_stamp, read_stamp

TRAP = "website"
# A link of the letter no eye can see leads to the page with this in the address. Opening it writes nothing, as no GET does; but the form
# posts to the address it stands under, so whatever presses the button there gives itself away.
LINK_TRAP = "ref"


@dataclass(frozen=True)
class Link:
    """What an answer page knows about the link it was opened by."""

    token: str
    wave: Wave
    invitation: Invitation | None = None
    door: Door | None = None

    @property
    def place(self) -> str:
        """Where answers are counted against too many of them: a wave, or a door, whose wave may not be made yet."""
        return f"door-{self.door.pk}" if self.door else f"{self.wave.pk}"

    @property
    def name(self) -> str:
        """The respondent's first name, if we are sure of it."""
        return first_name(self.invitation.person.name) if self.invitation else ""

    @property
    def answer(self) -> Answer | None:
        """What was answered by this link already."""
        return getattr(self.invitation, "answer", None) if self.invitation else None


@public
@csrf_exempt  # the link is the authority and there is no session to ride on; see surveys/stamps.py
@private
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask by a personal link; a second visit corrects the answer until the wave closes."""
    invitation = invitation_by(token)
    if invitation is None:
        return missing_page(request)
    link = Link(token, invitation.wave, invitation)
    if not link.wave.takes_answers(timezone.now()):
        return closed_page(request, link)
    return receive_answer(request, link) if request.method == "POST" else question_page(request, link, first_form(request, link))


@public
@csrf_exempt  # the signed mark of the page stands in for the cookie; see surveys/stamps.py
@private
@require_http_methods(["GET", "HEAD", "POST"])
def public_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask anybody who has the public link."""
    wave = public_wave_by(token)
    if wave is None:
        return missing_page(request)
    link = Link(token, wave)
    if not wave.takes_answers(timezone.now()):
        return closed_page(request, link)
    return receive_answer(request, link) if request.method == "POST" else question_page(request, link, first_form(request, link))


@public
@csrf_exempt  # a beacon without cookies
@private
@require_POST
def answer_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Take the page's own word that a person has it before their eyes."""
    invitation = invitation_by(token)
    if invitation and not is_too_often(request, f"{invitation.wave_id}"):
        mark_opened(invitation=invitation)
    return HttpResponse(status=204)


@public
@private
@require_http_methods(["GET", "HEAD"])
def answer_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thank for an answer by a personal link."""
    invitation = invitation_by(token)
    if invitation is None:
        return missing_page(request)
    link = Link(token, invitation.wave, invitation)
    return thanks_page(request, link, link.answer) if link.answer else redirect("surveys:answer", token)


@public
@private
@require_http_methods(["GET", "HEAD"])
def public_thanks(request: HttpRequest, token: str, key: uuid.UUID) -> HttpResponse:
    """Thank for an answer by the public link."""
    wave = public_wave_by(token)
    given = wave.answers.filter(submission_key=key).first() if wave else None
    return thanks_page(request, Link(token, wave), given) if wave and given else missing_page(request)


def first_form(request: HttpRequest, link: Link) -> AnswerForm:
    """Return the form as it first appears: what was answered before, the number chosen in the letter."""
    given = link.answer
    initial: dict[str, Any] = {name: getattr(given, name) for name in AnswerForm.base_fields} if given else {}
    return AnswerForm(initial=initial | chosen_score(request))


def chosen_score(request: HttpRequest) -> dict[str, int]:
    """Return the number pressed in the letter as a first value, nothing if there is none: opening a link only chooses."""
    chosen = request.GET.get("score", "")
    return {"score": int(chosen)} if chosen in {str(score) for score in range(11)} else {}


def receive_answer(request: HttpRequest, link: Link) -> HttpResponse:
    """Check and save what was sent; whatever is wrong, nothing typed is lost."""
    form, stamp = AnswerForm(request.POST), read_stamp(request.POST.get("stamp", ""), link.token)
    if is_too_often(request, link.place):
        form.add_error(None, _("Too many answers come from your network. Wait ten minutes and press the button again."))
        return question_page(request, link, form, status=429)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        form.add_error(None, _("The text is too long. Make it shorter and press the button again."))
    if stamp is None and link.invitation is None:
        form.add_error(None, _("The page was open for too long. Press the button once more."))
    if not form.is_valid():
        return question_page(request, link, form, status=422)
    try:
        return save_answer(link, Submission(form.answer(), stamp, request.POST.get(TRAP, "") or request.GET.get(LINK_TRAP, "")), stamp)
    except WaveClosedError:
        return closed_page(request, link)
    except PressAgainError:
        form.add_error(None, _("You have answered before. To put this answer in its place, press the button once more."))
        return question_page(request, link, form, status=422)


def save_answer(link: Link, submission: Submission, stamp: Stamp | None) -> HttpResponse:
    """Save the answer and lead to the thanks."""
    now = timezone.now()
    if link.invitation:
        record_personal_answer(invitation=link.invitation, submission=submission, now=now)
        return redirect("surveys:answer_thanks", link.token)
    if stamp is None:
        raise WaveClosedError
    if link.door:
        given = record_door_answer(door=link.door, submission=submission, key=stamp.key, now=now)
        return redirect("surveys:door_thanks", link.token, given.submission_key)
    given = record_public_answer(wave=link.wave, submission=submission, stamp=stamp, now=now)
    return redirect("surveys:public_thanks", link.token, given.submission_key)


def question_page(
    request: HttpRequest, link: Link, form: AnswerForm, status: int = 200, template: str = "surveys/answer.html", **extra: Any
) -> HttpResponse:
    """Show the three questions."""
    sent = request.POST.get("stamp", "")
    kept = sent if sent and read_stamp(sent, link.token) else new_stamp(link.token, timezone.now())
    wording, company = link.wave.questionnaire, getattr(request, "company", None) or the_company()
    context = {
        "form": form,
        "wave": link.wave,
        "wording": wording,
        "question": addressed(link.name, in_words(wording.score_question, company)),
        "scores": range(11),
        "chosen": str(value) if (value := form["score"].value()) is not None else "",
        "stamp": kept,
        "given": link.answer,
        "token": link.token if link.invitation else "",
        **extra,
    }
    return page(request, link, template, context, status)


def thanks_page(request: HttpRequest, link: Link, given: Answer) -> HttpResponse:
    """Thank, in a way that fits what was said."""
    context = {
        "name": link.name,
        "given": given,
        "is_low": given.group == AnswerGroup.DETRACTOR,
        "phone_end": link.invitation.person.phone[-4:] if link.invitation and given.call_me else "",
        "correct_until": last_moment(link.wave) if link.invitation and link.wave.takes_answers(timezone.now()) else None,
        "token": link.token,
    }
    return page(request, link, "surveys/answer_thanks.html", context)


def closed_page(request: HttpRequest, link: Link) -> HttpResponse:
    """Say that the wave is over, and whether the answer was received."""
    return page(request, link, "surveys/answer_closed.html", {"given": link.answer, "door": link.door}, status=410)


def missing_page(request: HttpRequest) -> HttpResponse:
    """Say that there is no such link, the same for every wrong one."""
    return render(request, "surveys/answer_missing.html", status=404)


def page(request: HttpRequest, link: Link, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Draw a page in the language of the wave."""
    with translation.override(link.wave.questionnaire.locale):
        response = render(request, template, context, status=status)
    response["Content-Language"] = link.wave.questionnaire.locale
    return response


def last_moment(wave: Wave | StaffWave) -> dt.datetime:
    """Return the last moment of the last day, which reads better than the midnight after it."""
    return wave.closes_at - dt.timedelta(seconds=1)
