"""Reasons to talk: ideas, where they are tried and what came of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only
from touchpoints import services, starters
from touchpoints.enums import TalkKind, TalkState
from touchpoints.forms.worksheets import TalkForm, TalkResultForm
from touchpoints.models import TalkIdea
from touchpoints.queries.worksheets import DAYS_TO_TELL, talk_sheet
from touchpoints.services import worksheets
from touchpoints.views.sheets import back_to, form_page, make_action, pdf_answer
from touchpoints.worksheet_prints import talk_pdf


@managers_only
@require_safe
def talk_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show ideas: first those tried without a word on what came of them."""
    today = timezone.localdate()
    context = {"sheet": talk_sheet(today), "today": today, "starts": starters.ideas(), "days_to_tell": DAYS_TO_TELL}
    return render(request, "touchpoints/talk_list.html", context)


@managers_only
@require_POST
def talk_start(request: AuthenticatedRequest) -> HttpResponse:
    """Put examples on the sheet: the ones named, or all."""
    keys = request.POST.getlist("key") or [start.key for start in starters.ideas()]
    made = worksheets.start_ideas(keys=keys, actor=request.user)
    said = ngettext("%(number)s idea is on the sheet", "%(number)s ideas are on the sheet", made)
    messages.success(request, said % {"number": made} if made else _("These ideas are on the sheet already."))
    return back_to("talk_list")


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def talk_create(request: AuthenticatedRequest) -> HttpResponse:
    """Write down an idea; the kind may stand in the address."""
    kind = request.GET.get("kind")
    form = TalkForm(request.POST or None, initial={"kind": kind if kind in TalkKind.values else None})
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, room="talk_list", title=_("A reason to talk"))
    idea = worksheets.save_idea(idea=form.save(commit=False), actor=request.user)
    messages.success(request, _("The idea is written down. Where shall we try it?"))
    return back_to("talk_list", idea)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def talk_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change an idea."""
    idea = get_object_or_404(TalkIdea, pk=pk)
    form = TalkForm(request.POST or None, instance=idea)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, room="talk_list", title=_("Change the idea"), erase="touchpoints:talk_delete", pk=pk)
    worksheets.save_idea(idea=form.save(commit=False), actor=request.user)
    messages.success(request, _("Saved"))
    return back_to("talk_list", idea)


@managers_only
@require_POST
def talk_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take an idea off the sheet; its action lives on."""
    worksheets.take_off(row=get_object_or_404(TalkIdea, pk=pk))
    messages.success(request, _("Taken off the sheet"))
    return back_to("talk_list")


@managers_only
@require_POST
def talk_action(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make an action of an idea."""
    idea = get_object_or_404(TalkIdea, pk=pk)
    return make_action(request, idea, _("Try: “%(idea)s”") % {"idea": idea.text}, "talk_list")


@managers_only
@require_POST
def talk_try(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Begin to try an idea today."""
    idea = get_object_or_404(TalkIdea, pk=pk)
    try:
        worksheets.try_idea(idea=idea, since=timezone.localdate(), actor=request.user)
    except services.ClosedError:
        return moved_already(request, idea)
    messages.success(request, _("We are trying it. In a month the sheet will ask what came of it."))
    return back_to("talk_list", idea)


def moved_already(request: AuthenticatedRequest, idea: TalkIdea) -> HttpResponse:
    """Say that somebody moved the idea first, and show it as it is now."""
    messages.error(request, _("Somebody has moved this idea meanwhile. Here it is as it stands now."))
    return back_to("talk_list", idea)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def talk_result(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write what came of an idea that is or was tried."""
    idea = get_object_or_404(TalkIdea, pk=pk)
    if idea.state == TalkState.IDEA:
        return moved_already(request, idea)
    form = TalkResultForm(request.POST or None, instance=idea)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, room="talk_list", title=_("What came of it?"), lead=get_object_or_404(TalkIdea, pk=pk).text)
    idea.cost_cents = form.cleaned_data["cost"]
    try:
        worksheets.end_trial(idea=idea, state=TalkState(form.cleaned_data["verdict"]), actor=request.user)
    except services.ClosedError:
        return moved_already(request, idea)
    messages.success(request, _("Written down"))
    return back_to("talk_list", idea)


@managers_only
@require_safe
def talk_print(_request: AuthenticatedRequest) -> HttpResponse:
    """Give the sheet on one page of paper."""
    today = timezone.localdate()
    return pdf_answer(talk_pdf(talk_sheet(today), today), "talk")
