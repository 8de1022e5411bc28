"""The page on which somebody scores us again. A GET changes nothing: mail scanners open every link."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.visitors import private
from company.access import public
from company.queries import the_company
from surveys.access import second_score_by
from surveys.greeting import addressed, first_name
from surveys.letters import in_words
from surveys.limits import is_too_often
from surveys.loop_forms import SecondScoreForm
from surveys.models import SecondScore
from surveys.services import AnswerValues, PressAgainError, Submission, WaveClosedError, record_second_score, takes_second_score
from surveys.stamps import new_stamp, read_stamp
from surveys.views.answers import TRAP, chosen_score, missing_page


@public
@csrf_exempt  # the link is the authority and there is no session to ride on; see surveys/stamps.py
@private
@require_http_methods(["GET", "HEAD", "POST"])
def second_score(request: HttpRequest, token: str) -> HttpResponse:
    """Ask one question again; a second visit corrects the answer."""
    second = second_score_by(token)
    if second is None:
        return missing_page(request)
    if not takes_second_score(second, timezone.now()):
        return again_page(request, second, "surveys/second_closed.html", {}, 410)
    return receive(request, second, token) if request.method == "POST" else question(request, second, token, first_form(request, second))


@public
@private
@require_http_methods(["GET", "HEAD"])
def second_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thank for the second score."""
    second = second_score_by(token)
    if second is None:
        return missing_page(request)
    if second.score is None:
        return redirect("surveys:second_score", token)
    return again_page(request, second, "surveys/second_thanks.html", {"token": token, "second": second})


def first_form(request: HttpRequest, second: SecondScore) -> SecondScoreForm:
    """Return the form as it first appears: what was answered before, the number chosen in the letter."""
    initial: dict[str, Any] = {"score": second.score, "comment": second.comment}
    return SecondScoreForm(initial=initial | chosen_score(request))


def receive(request: HttpRequest, second: SecondScore, token: str) -> HttpResponse:
    """Check and save what was sent; whatever is wrong, nothing typed is lost."""
    form, stamp = SecondScoreForm(request.POST), read_stamp(request.POST.get("stamp", ""), token)
    if is_too_often(request, str(second.answer.wave_id)):
        form.add_error(None, _("Too many answers come from your network. Wait ten minutes and press the button again."))
        return question(request, second, token, form, 429)
    if not form.is_valid():
        return question(request, second, token, form, 422)
    values = AnswerValues(form.cleaned_data["score"], form.cleaned_data["comment"])
    try:
        record_second_score(second=second, submission=Submission(values, stamp, request.POST.get(TRAP, "")), now=timezone.now())
    except PressAgainError:
        form.add_error(None, _("You have answered before. To put this answer in its place, press the button once more."))
        return question(request, second, token, form, 422)
    except WaveClosedError:
        return again_page(request, second, "surveys/second_closed.html", {}, 410)
    return redirect("surveys:second_thanks", token)


def question(request: HttpRequest, second: SecondScore, token: str, form: SecondScoreForm, status: int = 200) -> HttpResponse:
    """Show the one question."""
    wording = second.answer.wave.questionnaire
    sent = request.POST.get("stamp", "")
    context = {
        "form": form,
        "wording": wording,
        "question": addressed(name_of(second), in_words(wording.score_question, the_company())),
        "scores": range(11),
        "chosen": str(value) if (value := form["score"].value()) is not None else "",
        "stamp": sent if sent and read_stamp(sent, token) else new_stamp(token, timezone.now()),
        "second": second,
    }
    return again_page(request, second, "surveys/second_score.html", context, status)


def name_of(second: SecondScore) -> str:
    """Return the person's first name, if we are sure of it."""
    person = second.answer.client or second.answer.contact
    return first_name(person.name) if person else ""


def again_page(request: HttpRequest, second: SecondScore, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Draw a page in the language of the letter."""
    locale = second.promise.locale if second.promise else second.answer.locale
    with translation.override(locale):
        response = render(request, template, context, status=status)
    response["Content-Language"] = locale
    return response
