"""Campaigns of returning: listing, the draw, and calls put into the queue."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from churn.enums import OPEN_STATES, CampaignState, LeaverState, ReturnSkip, ReturnState, ReturnWay
from churn.letters import draft_letter
from churn.models import Leaver, ReturnCampaign, ReturnTurn
from churn.queries import return_facts, return_results, returns
from churn.services.finding import FINDING_LOCK
from churn.services.setup import wait_for_turn
from churn.services.sharing import assign_callers
from company.models import User
from touchpoints.enums import ActionState
from touchpoints.models import Action

LISTING_LOCK = 7_238_011
WRITTEN_WAYS = returns.WRITTEN_WAYS


class ReturnError(ValueError):
    """Something that cannot be done to a campaign or a letter; the text says why and what to do."""


@dataclass(frozen=True)
class ReturnPlan:
    """What a manager decides about a campaign."""

    name: str
    fixed: str
    held_out_percent: int
    window_days: int
    locale: str


@transaction.atomic
def create_campaign(  # noqa: PLR0913 - named, what a campaign is
    *, action: Action, plan: ReturnPlan, way: ReturnWay, request_key: uuid.UUID, actor: User, now: dt.datetime
) -> ReturnCampaign:
    """List everybody who named what a done action removed; the same form twice is one campaign, and nobody is listed twice."""
    wait_for_turn(LISTING_LOCK)
    if known := ReturnCampaign.objects.filter(request_key=request_key).first():
        return known
    if not Action.objects.filter(pk=action.pk, state=ActionState.DONE).exists():
        raise ReturnError(_("The action is not done yet. Write when there is something to say."))
    people = returns.listed_people(action, way=way, now=now)
    if not people:
        raise ReturnError(_("Nobody is left to tell: everybody who named it stands in a campaign already."))
    campaign = ReturnCampaign.objects.create(action=action, request_key=request_key, created_by=actor, **vars(plan))
    ReturnTurn.objects.bulk_create(new_turn(campaign, row) for row in people)
    return campaign


def new_turn(campaign: ReturnCampaign, row: returns.Listed) -> ReturnTurn:
    """Return the turn as it is written down."""
    state = ReturnState.SKIPPED if row.skip_reason else ReturnState.WAITING
    return ReturnTurn(
        campaign=campaign,
        client=row.client,
        leaver=row.leaver,
        answer_id=row.answer_id,
        way=row.way,
        state=state,
        skip_reason=row.skip_reason,
    )


@transaction.atomic
def change_campaign(*, campaign: ReturnCampaign, plan: ReturnPlan, actor: User) -> None:
    """Change a campaign that has not begun."""
    del actor
    if not ReturnCampaign.objects.filter(pk=campaign.pk, state=CampaignState.DRAFT).update(**vars(plan)):
        raise ReturnError(_("The campaign has begun meanwhile, so its groups stay as they were drawn."))


@transaction.atomic
def start_campaign(*, campaign: ReturnCampaign, actor: User, today: dt.date, now: dt.datetime) -> None:
    """Draw who is told nothing, put calls into the queue and draft the letters; once only.

    The rows are held until the end: whoever changes one of them meanwhile comes after the draw and sees it.
    """
    del actor
    wait_for_turn(FINDING_LOCK)
    draft = ReturnCampaign.objects.select_for_update().filter(pk=campaign.pk, state=CampaignState.DRAFT).first()
    if draft is None:
        raise ReturnError(_("The campaign has begun already."))
    turns = list(returns.turns_in(draft, "").select_for_update(of=("self",)))
    leave_who_came_back(turns)
    leave_who_is_compared(turns)
    lot = return_results.drawable(turns)
    if not any(turn.state == ReturnState.WAITING for turn in turns):
        raise ReturnError(_("Nobody is left to tell: all of the list came back or asked not to be disturbed."))
    base = return_results.base_share(draft, lot, today)
    seen = return_results.foresight(draft, lot, base, draft.held_out_percent)
    draw(draft, lot, today)
    draft_letters(draft, [turn for turn in turns if is_to_write(turn)])
    ReturnTurn.objects.bulk_update(turns, ["state", "skip_reason", "is_held_out", "drawn_on", "told_on", "subject", "letter"])
    values = {"base_share": base.share if base else None, "detectable": seen.detectable}
    ReturnCampaign.objects.filter(pk=draft.pk).update(state=CampaignState.RUNNING, started_at=now, **values)
    queue_calls(turns, today)


def leave_who_came_back(turns: Sequence[ReturnTurn]) -> None:
    """Take out those who bought since they were listed."""
    for turn in turns:
        if turn.state == ReturnState.WAITING and turn.leaver and returns.has_come_back(turn.leaver, turn.client):
            turn.state, turn.skip_reason = ReturnState.SKIPPED, ReturnSkip.CAME_BACK


def leave_who_is_compared(turns: Sequence[ReturnTurn]) -> None:
    """Take out those whom another campaign tells nothing, so that it can compare."""
    held = set(returns.in_other_campaigns(turns).filter(is_held_out=True).values_list("client", flat=True))
    for turn in turns:
        if turn.state == ReturnState.WAITING and turn.client_id in held:
            turn.state, turn.skip_reason = ReturnState.SKIPPED, ReturnSkip.COMPARED


def draw(campaign: ReturnCampaign, lot: Sequence[ReturnTurn], today: dt.date) -> None:
    """Let chance decide who is told nothing; for both groups the days begin today."""
    held = return_results.held_out_of(campaign, lot, campaign.held_out_percent)
    for turn in lot:
        turn.drawn_on = today
        turn.is_held_out = turn.client_id in held
        turn.told_on = today if turn.is_held_out else None


def is_to_write(turn: ReturnTurn) -> bool:
    """Say whether somebody has to write to the Client."""
    return turn.state == ReturnState.WAITING and not turn.is_held_out and turn.way in WRITTEN_WAYS


def draft_letters(campaign: ReturnCampaign, turns: Sequence[ReturnTurn]) -> None:
    """Put a first draft of every letter together; it has no hash, so that it cannot be sent as it is."""
    facts = return_facts.letter_facts(campaign, turns)
    for turn in turns:
        draft = draft_letter(facts[turn.pk], campaign.locale)
        turn.subject, turn.letter = draft.subject, draft.text


def queue_calls(turns: Sequence[ReturnTurn], today: dt.date) -> None:
    """Put leavers who are to be called back into the queue, if their case is closed and no other one is open."""
    waiting = [turn for turn in turns if turn.way == ReturnWay.CALL and turn.state == ReturnState.WAITING and not turn.is_held_out]
    called = [turn.leaver_id for turn in waiting if turn.leaver_id]
    other = Leaver.objects.filter(client=OuterRef("client"), state__in=OPEN_STATES)
    closed = Leaver.objects.filter(pk__in=called, state=LeaverState.CLOSED, client__do_not_call=False).exclude(Exists(other))
    closed.update(state=LeaverState.TALKED, next_call_on=today)
    assign_callers(today=today)


@transaction.atomic
def choose_way(*, turn: ReturnTurn, way: ReturnWay, actor: User, today: dt.date) -> None:
    """Tell a Client in another way; a letter gets its draft, a call goes into the queue."""
    del actor
    state = ReturnCampaign.objects.select_for_update().get(pk=turn.campaign_id).state
    turn.refresh_from_db(fields=["state", "is_held_out", "subject", "letter", "edited_at"])
    if way not in returns.ways_for(turn.client):
        raise ReturnError(_("This way is closed: there is no address for it, or the Client asked not to be disturbed by it."))
    is_running = state == CampaignState.RUNNING
    if is_running and returns.in_other_campaigns([turn]).filter(is_held_out=True).exists():
        raise ReturnError(_("Another campaign tells this Client nothing for now, to compare. Wait until it is closed."))
    is_written = bool(turn.edited_at) and way in WRITTEN_WAYS
    turn.way, turn.state, turn.skip_reason = way, ReturnState.READY if is_written else ReturnState.WAITING, ""
    if is_running and not turn.letter and way in WRITTEN_WAYS:
        draft_letters(turn.campaign, [turn])
    fields = {"way": way, "state": turn.state, "skip_reason": "", "subject": turn.subject, "letter": turn.letter}
    may_change = ReturnTurn.objects.filter(pk=turn.pk, is_held_out=False, edited_at=turn.edited_at).exclude(state=ReturnState.TOLD)
    if not may_change.exclude(campaign__state=CampaignState.CLOSED).update(**fields):
        raise ReturnError(_("This Client has just been told, or somebody is at the letter. Look again."))
    if is_running and turn.leaver_id and way == ReturnWay.CALL:
        wait_for_turn(FINDING_LOCK)
        queue_calls([turn], today)


@transaction.atomic
def take_out(*, turn: ReturnTurn, actor: User) -> None:
    """Leave a Client in peace by a person's decision; in the comparison they stay with their group."""
    del actor
    waiting = ReturnTurn.objects.filter(pk=turn.pk, is_held_out=False, state__in=[ReturnState.WAITING, ReturnState.READY])
    if not waiting.update(state=ReturnState.SKIPPED, skip_reason=ReturnSkip.BY_HAND):
        raise ReturnError(_("This Client has been told already."))


@transaction.atomic
def close_campaign(*, campaign: ReturnCampaign, actor: User) -> None:
    """End a campaign: nobody else is told, those held out may be called and written to again."""
    del actor
    if not ReturnCampaign.objects.filter(pk=campaign.pk, state=CampaignState.RUNNING).update(state=CampaignState.CLOSED):
        raise ReturnError(_("The campaign is closed already, or has not begun."))
