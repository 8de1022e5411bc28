"""Telling one Client of a campaign: the letter, the way, the call; sending, printing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from churn.enums import CampaignState, ReturnState, ReturnWay
from churn.forms.returns import LetterForm, PostedForm, WayForm, version_of
from churn.formulas.likeness import greets, most_like
from churn.models import Leaver, ReturnTurn
from churn.queries import return_facts, returns
from churn.return_prints import letters_pdf
from churn.services import return_letters as writing
from churn.services import returns as deciding
from churn.services.returns import ReturnError
from churn.views.returns import campaign_or_404
from clients.models import Client
from common.policies import framing_policy, letter_policy
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from mailing.queries import LetterDraft, letter_page

TO_EDIT = {ReturnState.WAITING, ReturnState.READY}


def turn_or_404(pk: int) -> ReturnTurn:
    """Return a turn with everything a letter is made of."""
    return get_object_or_404(ReturnTurn.objects.select_related(*returns.RELATED, "campaign__action", "edited_by"), pk=pk)


def is_editable(turn: ReturnTurn) -> bool:
    """Say whether a letter to this Client may be written now."""
    is_open = turn.campaign.state == CampaignState.RUNNING and turn.state in TO_EDIT and not turn.is_held_out
    return is_open and turn.way in returns.WRITTEN_WAYS


@managers_only
@framing_policy
@require_http_methods(["GET", "HEAD", "POST"])
def return_turn(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write the letter to one Client beside what is known of them."""
    turn = turn_or_404(pk)
    form = LetterForm.of(turn, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return turn_page(request, turn, form)
    try:
        writing.save_letter(turn=turn, edited=form.edited(turn), actor=request.user, now=timezone.now())
    except writing.LetterConflictError as error:
        return conflict_page(request, turn_or_404(pk), str(error))
    except ReturnError as error:
        form.add_error("letter", str(error))
        return turn_page(request, turn, form)
    return after_saving(request, turn_or_404(pk))


def turn_page(request: AuthenticatedRequest, turn: ReturnTurn, form: LetterForm, theirs: str = "") -> HttpResponse:
    """Draw the page of one Client; after a conflict with the other person's text."""
    facts = return_facts.letter_facts(turn.campaign, [turn])[turn.pk]
    context = {
        "turn": turn,
        "campaign": turn.campaign,
        "form": form if is_editable(turn) else None,
        "facts": facts,
        "ways": [way for way in returns.ways_for(turn.client) if way != turn.way] if may_change_way(turn) else [],
        "is_unsubscribed": not turn.client.do_not_mail and returns.is_unsubscribed(turn.client),
        "likeness": most_like(turn.letter, [turn.client.name], returns.other_letters(turn)) if turn.edited_at else None,
        "theirs": theirs,
        "left": returns.turns_in(turn.campaign, "write").count(),
    }
    return render(request, "churn/return_turn.html", context, status=422 if form.is_bound else 200)


def may_change_way(turn: ReturnTurn) -> bool:
    """Say whether another way may be chosen still."""
    return turn.campaign.state != CampaignState.CLOSED and turn.state != ReturnState.TOLD and not turn.is_held_out


def conflict_page(request: AuthenticatedRequest, turn: ReturnTurn, problem: str) -> HttpResponse:
    """Show what was typed beside what somebody else saved; saving once more is a decision."""
    data = request.POST.copy()
    data["version"] = version_of(turn)
    form = LetterForm.of(turn, data)
    form.add_error(None, problem)
    return turn_page(request, turn, form, theirs=turn.letter)


def after_saving(request: AuthenticatedRequest, turn: ReturnTurn) -> HttpResponse:
    """Warn of a letter too like another one; go on to the next Client, or stay."""
    others = returns.other_letters(turn)
    close = most_like(turn.letter, [turn.client.name], others)
    if greeted := greets(turn.letter, turn.client.name, [whose for whose, _letter in others]):
        text = _("Saved, but the letter greets %(other)s and goes to %(client)s. Mend the first line.")
        messages.warning(request, text % {"other": greeted, "client": turn.client})
        return redirect("churn:return_turn", turn.pk)
    if close and close.is_too_much:
        text = _("Saved, but %(share)s %% of this letter stands in the one to %(client)s too. Look at what to change.")
        messages.warning(request, text % {"share": round(close.share * 100), "client": close.whose})
        return redirect("churn:return_turn", turn.pk)
    messages.success(request, _("The letter to %(client)s is ready.") % {"client": turn.client})
    following = returns.next_to_write(turn) if "next" in request.POST else None
    return redirect("churn:return_turn", following.pk) if following else redirect("churn:return_detail", turn.campaign_id)


@managers_only
@xframe_options_sameorigin
@letter_policy
@require_safe
def return_preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show the saved letter as it arrives by e-mail."""
    del request
    turn = turn_or_404(pk)
    draft = LetterDraft(writing.subject_of(turn), writing.framed(turn.letter, turn.campaign.locale), "")
    return HttpResponse(letter_page(writing.KIND, turn.campaign.locale, draft, {}))


@managers_only
@require_POST
def return_way(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Tell a Client in another way."""
    turn, form = turn_or_404(pk), WayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the ways."))
        return redirect("churn:return_turn", pk)
    try:
        way = ReturnWay(form.cleaned_data["way"])
        deciding.choose_way(turn=turn, way=way, actor=request.user, today=timezone.localdate())
        messages.success(request, _("Saved."))
    except ReturnError as error:
        messages.error(request, str(error))
    return redirect("churn:return_turn", pk)


@managers_only
@require_POST
def return_skip(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Leave a Client in peace."""
    turn = turn_or_404(pk)
    try:
        deciding.take_out(turn=turn, actor=request.user)
        messages.success(request, _("%(client)s is left in peace.") % {"client": turn.client})
    except ReturnError as error:
        messages.error(request, str(error))
    return redirect("churn:return_detail", turn.campaign_id)


@managers_only
@require_POST
def return_told(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Note that a present critic was called."""
    turn = turn_or_404(pk)
    try:
        writing.tell_by_phone(turn=turn, actor=request.user, today=timezone.localdate())
        messages.success(request, _("%(client)s has been told.") % {"client": turn.client})
    except ReturnError as error:
        messages.error(request, str(error))
    return redirect("churn:return_detail", turn.campaign_id)


@managers_only
@require_POST
def return_send(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Send every ready letter by e-mail."""
    sent = writing.send_letters(campaign=campaign_or_404(pk), actor=request.user, now=timezone.now())
    text = ngettext("%(n)s letter is on its way.", "%(n)s letters are on their way.", sent.sent) % {"n": sent.sent}
    if sent.skipped:
        left = ngettext("%(n)s Client is left in peace instead.", "%(n)s Clients are left in peace instead.", sent.skipped)
        text = f"{text} {left % {'n': sent.skipped}}"
    messages.success(request, text if sent.sent or sent.skipped else _("Nothing was ready to be sent."))
    return redirect("churn:return_detail", pk)


@managers_only
@require_safe
def return_letters(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Return the ready letters for the post as a PDF, a page each."""
    del request
    campaign = campaign_or_404(pk)
    turns = list(returns.letters_to_print(campaign))
    if not turns:
        raise Http404
    headers = {"Content-Disposition": f'inline; filename="letters-{pk}.pdf"'}
    return HttpResponse(letters_pdf(campaign, turns, timezone.localdate()), content_type="application/pdf", headers=headers)


@managers_only
@require_POST
def return_posted(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Note that the printed letters were put into the post."""
    campaign = campaign_or_404(pk)
    form = PostedForm.of([turn.pk for turn in returns.letters_to_print(campaign)], request.POST)
    if not form.is_valid():
        messages.error(request, _("These letters have changed since you printed them. Look again."))
        return redirect("churn:return_detail", pk)
    n = writing.mark_posted(campaign=campaign, turns=form.cleaned_data["turns"], actor=request.user, today=timezone.localdate())
    messages.success(request, ngettext("%(n)s letter is in the post.", "%(n)s letters are in the post.", n) % {"n": n})
    return redirect("churn:return_detail", pk)


@staff_only
@require_safe
def return_panel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what we fixed of all the Client named, and whether they know; staff see it of those they call."""
    client = get_object_or_404(Client, pk=pk)
    is_manager = request.user.has_role(Role.MANAGER)
    if not is_manager and not Leaver.objects.filter(client=client, caller=request.user).exists():
        raise Http404
    fixed, turns = returns.fixed_for(client), list(returns.turns_of_client(client))
    if request.htmx and not fixed and not turns:
        return HttpResponse(status=204)
    context = {"client": client, "fixed": fixed, "turns": turns, "is_manager": is_manager}
    return render(request, "churn/_return_panel.html" if request.htmx else "churn/return_panel.html", context)
