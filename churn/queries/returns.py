"""Campaigns of returning: which fixes wait to be told, whom each concerns, and how far telling them got."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from churn.enums import CampaignState, LeaverState, ReturnSkip, ReturnState, ReturnWay
from churn.models import Leaver, ReturnCampaign, ReturnTurn
from churn.queries.named import Named, people_who_named
from clients.models import Client
from mailing.enums import MessageState
from mailing.queries import suppressed_addresses
from touchpoints.enums import ActionState
from touchpoints.models import Action

LISTED_FIXES = 30
SHARES = (0, 10, 20, 30, 50)
"""The shares that may be told nothing, as they are offered."""
LOST = (MessageState.FAILED, MessageState.SKIPPED, MessageState.CANCELLED)
RELATED = ("client__sum", "client__branch", "client__responsible", "leaver__caller", "answer", "message")


@dataclass(frozen=True)
class Fix:
    """A done action and how many Clients wait to hear of it; the money of a year is that of the leavers."""

    action: Action
    leavers: int
    critics: int
    at_risk_cents: int


@dataclass
class Listed:
    """A Client who is to be listed: how they would be told, or why they are left in peace."""

    client: Client
    leaver: Leaver | None
    answer_id: int | None
    way: ReturnWay
    skip_reason: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a campaign is: how many are in each state, by way too."""

    counts: dict[str, int] = field(default_factory=dict)

    @property
    def untold(self) -> int:
        """How many still wait for our words."""
        return self.counts["write"] + self.counts["ready"] + self.counts["call"]


def fixes_to_tell(*, now: dt.datetime) -> list[Fix]:
    """Return the latest done actions that somebody named and nobody has been told of, the dearest first: two queries and one of money."""
    actions = list(Action.objects.filter(state=ActionState.DONE).select_related("owner").order_by("-done_at")[:LISTED_FIXES])
    people = people_who_named(actions, now=now)
    risks = dict(
        Leaver.objects.filter(pk__in=[one.leaver_id for one in people if one.leaver_id])
        .exclude(state=LeaverState.RETURNED)
        .values_list("pk", "at_risk_cents")
    )
    found = [fix_of(action, [one for one in people if one.action_id == action.pk], risks) for action in actions]
    return sorted((fix for fix in found if fix.leavers or fix.critics), key=lambda fix: (-fix.at_risk_cents, -fix.action.pk))


def fix_of(action: Action, people: Sequence[Named], risks: dict[int, int]) -> Fix:
    """Count the people of one action; those who came back are nobody to tell."""
    gone = [one.leaver_id for one in people if one.leaver_id in risks]
    critics = sum(one.leaver_id is None for one in people)
    return Fix(action, len(gone), critics, sum(risks[pk] for pk in gone if pk is not None))


def listed_people(action: Action, *, way: ReturnWay, now: dt.datetime) -> list[Listed]:
    """Return everybody the campaign of an action would list, each with the way that is open to them: four queries."""
    people = people_who_named([action], now=now)
    clients = Client.objects.select_related("sum").in_bulk([one.client_id for one in people])
    leavers = Leaver.objects.in_bulk([one.leaver_id for one in people if one.leaver_id])
    closed = suppressed_addresses(client.email.strip().lower() for client in clients.values() if client.email)
    return [
        listed(clients[one.client_id], leavers.get(one.leaver_id or 0), one.answer_id, way, is_closed(clients[one.client_id], closed))
        for one in people
    ]


def is_closed(client: Client, closed: set[str]) -> bool:
    """Say whether no letter may go to the Client's address."""
    return not client.email or client.email.strip().lower() in closed


def listed(client: Client, leaver: Leaver | None, answer_id: int | None, wished: ReturnWay, is_mute: bool) -> Listed:
    """Decide how one Client would be told, or why not."""
    ways = open_ways(client, is_mute=is_mute)
    row = Listed(client, leaver, answer_id, wished if wished in ways else ways[0] if ways else wished)
    if leaver and has_come_back(leaver, client):
        row.skip_reason = ReturnSkip.CAME_BACK
    elif not ways:
        is_asked = client.do_not_call or client.do_not_mail or (is_mute and bool(client.email))
        row.skip_reason = ReturnSkip.DO_NOT_DISTURB if is_asked else ReturnSkip.NO_CONTACT
    return row


def open_ways(client: Client, *, is_mute: bool) -> list[ReturnWay]:
    """Return the ways in which a Client may be told. A letter by post needs an address nobody asked for yet, so it is open to all."""
    ways = []
    if client.phone and not client.do_not_call:
        ways.append(ReturnWay.CALL)
    if not client.do_not_mail and not is_mute:
        ways.append(ReturnWay.EMAIL)
    if ways and not client.do_not_mail:
        ways.append(ReturnWay.POST)
    return ways


def ways_for(client: Client) -> list[ReturnWay]:
    """Return the ways open to one Client; by post too where there is neither a phone nor an e-mail."""
    ways = open_ways(client, is_mute=not client.email or is_unsubscribed(client))
    return [*ways, ReturnWay.POST] if ReturnWay.POST not in ways and not client.do_not_mail else ways


def is_unsubscribed(client: Client) -> bool:
    """Say whether the Client wants no e-mail from us; a letter by post stays allowed."""
    return bool(client.email and suppressed_addresses([client.email.strip().lower()]))


def has_come_back(leaver: Leaver, client: Client) -> bool:
    """Say whether the leaver has bought since the silence."""
    total = getattr(client, "sum", None)
    return leaver.state == LeaverState.RETURNED or bool(total and total.last_day > max(leaver.last_purchase_on, leaver.left_on))


def campaigns() -> QuerySet[ReturnCampaign]:
    """Return the campaigns with how many Clients each has, how many are told, held out and came back."""
    return (
        ReturnCampaign.objects.select_related("action", "created_by")
        .annotate(
            n_all=Count("turns"),
            n_told=Count("turns", filter=Q(turns__state=ReturnState.TOLD)),
            n_held_out=Count("turns", filter=Q(turns__is_held_out=True)),
            n_to_write=Count("turns", filter=TO_WRITE_OF_CAMPAIGN),
        )
        .order_by("-created_at", "-pk")
    )


TO_WRITE_OF_CAMPAIGN = Q(turns__state=ReturnState.WAITING, turns__is_held_out=False) & ~Q(turns__way=ReturnWay.CALL)
TO_POST = Q(state=ReturnState.READY, way=ReturnWay.POST, client__do_not_mail=False)
WRITTEN_WAYS = (ReturnWay.EMAIL, ReturnWay.POST)
GROUPS: dict[str, Q] = {
    "write": Q(state=ReturnState.WAITING, is_held_out=False, way__in=WRITTEN_WAYS),
    "ready": Q(state=ReturnState.READY),
    "call": Q(state=ReturnState.WAITING, is_held_out=False, way=ReturnWay.CALL),
    "told": Q(state=ReturnState.TOLD),
    "held": Q(is_held_out=True),
    "skipped": Q(state=ReturnState.SKIPPED),
}


def turns_in(campaign: ReturnCampaign, group: str) -> QuerySet[ReturnTurn]:
    """Return the turns of one group (any other name: all), the dearest leavers first."""
    turns = ReturnTurn.objects.filter(GROUPS.get(group, Q()), campaign=campaign).select_related(*RELATED)
    return turns.order_by(F("leaver__at_risk_cents").desc(nulls_last=True), "pk")


def progress(campaign: ReturnCampaign) -> Progress:
    """Count the turns of every group, and the ready letters by way."""
    conditions = GROUPS | {
        "all": Q(),
        "email": Q(state=ReturnState.READY, way=ReturnWay.EMAIL),
        "post": TO_POST,
        "no_address": TO_POST & Q(postal_address=""),
        "leavers": Q(leaver__isnull=False) & ~Q(state=ReturnState.SKIPPED),
        "critics": Q(leaver__isnull=True) & ~Q(state=ReturnState.SKIPPED),
        "lost": Q(message__state__in=LOST),
    }
    turns = ReturnTurn.objects.filter(campaign=campaign).order_by()
    return Progress(turns.aggregate(**{name: Count("pk", filter=condition) for name, condition in conditions.items()}))


def next_to_write(turn: ReturnTurn) -> ReturnTurn | None:
    """Return whose letter is written next."""
    left = turns_in(turn.campaign, "write").exclude(pk=turn.pk)
    return left.filter(pk__gt=turn.pk).order_by("pk").first() or left.order_by("pk").first()


def other_letters(turn: ReturnTurn) -> list[tuple[str, str]]:
    """Return the edited letters of the campaign's other Clients, with whose they are."""
    others = ReturnTurn.objects.filter(campaign=turn.campaign_id, letter_hash__isnull=False).exclude(pk=turn.pk)
    return [(str(other.client), other.letter) for other in others.select_related("client").order_by("pk")]


def letters_to_print(campaign: ReturnCampaign) -> QuerySet[ReturnTurn]:
    """Return the letters that can go into envelopes: ready, with an address, and to nobody who asked meanwhile not to be written to."""
    ready = ReturnTurn.objects.filter(TO_POST, campaign=campaign, is_held_out=False)
    return ready.exclude(postal_address="").select_related("client", "edited_by").order_by("pk")


def in_other_campaigns(turns: Sequence[ReturnTurn]) -> QuerySet[ReturnTurn]:
    """Return what other campaigns that run still do with these Clients: told nothing, or waiting to be told."""
    clients, own = [turn.client_id for turn in turns], {turn.campaign_id for turn in turns}
    busy = Q(is_held_out=True) | Q(state__in=[ReturnState.WAITING, ReturnState.READY])
    others = ReturnTurn.objects.filter(busy, client__in=clients, campaign__state=CampaignState.RUNNING)
    return others.exclude(campaign__in=own).order_by()


def held_out_of_calls() -> QuerySet[ReturnTurn]:
    """Return, for a leaver of the outer query, the turns that keep their Client out of calls: told nothing in a campaign that runs."""
    running = Q(campaign__state=CampaignState.RUNNING)
    return ReturnTurn.objects.filter(running, client=OuterRef("client"), is_held_out=True)


def fixed_for(client: Client) -> list[Action]:
    """Return the done actions that removed what the Client named in calls, the newest first."""
    by_call = Q(pk__in=Action.objects.filter(Exists(Leaver.objects.filter(client=client, calls__action=OuterRef("pk")))).values("pk"))
    by_reason = Q(reasons__calls__leaver__client=client) | Q(reasons__children__calls__leaver__client=client)
    return list(Action.objects.filter(by_call | by_reason, state=ActionState.DONE).distinct().order_by("-done_at")[:3])


def turns_of_client(client: Client) -> Iterable[ReturnTurn]:
    """Return the Client's turns in campaigns that have begun, the newest first."""
    begun = ReturnTurn.objects.filter(client=client).exclude(campaign__state=CampaignState.DRAFT)
    return begun.select_related("campaign", "message").order_by("-pk")


@dataclass(frozen=True)
class Counts:
    """How many people a campaign would list: to be told, of them leavers, and left in peace by reason."""

    told: int
    leavers: int
    skipped: list[tuple[ReturnSkip, int]]


def counted(people: Sequence[Listed]) -> Counts:
    """Count the listed."""
    told = [one for one in people if not one.skip_reason]
    skipped = [(reason, sum(one.skip_reason == reason for one in people)) for reason in ReturnSkip]
    return Counts(len(told), sum(one.leaver is not None for one in told), [(reason, n) for reason, n in skipped if n])
