"""The demo firm tells leavers what it has mended: letters with a line of somebody's own, a few told nothing, some who came back."""

import datetime as dt
import hashlib
import uuid
from contextlib import suppress
from itertools import permutations

import numpy as np
from django.utils.translation import gettext

from churn.enums import ReturnState, ReturnWay
from churn.models import Reason, ReturnCampaign, ReturnTurn
from churn.services import set_reasons
from churn.services.finding import mark_returned
from churn.services.return_letters import KIND, EditedLetter, mark_posted, save_letter
from churn.services.returns import ReturnError, ReturnPlan, create_campaign, start_campaign
from clients.models import Purchase
from clients.services import refresh_rollups
from company.models import User
from mailing.models import Message
from mailing.services import letter_of
from programme.demo.firm import MANAGER
from programme.demo.post import Posted, post
from programme.demo.texts import FIXED, MENDED, OWN_LINES
from touchpoints.models import Action

SEED = 40
STARTED, WINDOW = 40, 30
PLAN = ReturnPlan(name="Срок теперь держим", fixed=FIXED, held_out_percent=30, window_days=WINDOW, locale="ru")
WRITTEN, SENT = 0.85, 0.75
"""Shares of those to be told: whose letter is written, and whose has left."""
POSTED_EACH = 4
BACK_TOLD, BACK_UNTOLD = 0.3, 0.1


def create_returns(now: dt.datetime) -> None:
    """Begin a campaign some weeks ago and carry it on to today."""
    random, manager = np.random.default_rng(SEED), User.objects.get(email=MANAGER)
    action = Action.objects.get(title=MENDED)
    set_reasons(action=action, reasons=[Reason.objects.get(name=gettext("Broke the promised date"))], actor=manager)
    with suppress(ReturnError):  # in a very small demo nobody named it
        tell_them(random, action, manager, now)


def tell_them(random: np.random.Generator, action: Action, manager: User, now: dt.datetime) -> None:
    """List those who named what was mended, draw lots, write, and let some return."""
    started, key = now - dt.timedelta(days=STARTED), uuid.UUID(int=SEED)
    campaign = create_campaign(action=action, plan=PLAN, way=ReturnWay.EMAIL, request_key=key, actor=manager, now=started)
    ReturnCampaign.objects.filter(pk=campaign.pk).update(created_at=started)
    start_campaign(campaign=campaign, actor=manager, today=started.date(), now=started)
    turns = ReturnTurn.objects.filter(campaign=campaign, state=ReturnState.WAITING, is_held_out=False, way=ReturnWay.EMAIL)
    write_letters(list(turns.select_related("client", "campaign").order_by("client__external_id")), manager, now)
    let_some_return(random, campaign, now.date())


def write_letters(turns: list[ReturnTurn], manager: User, now: dt.datetime) -> None:
    """Write most letters and send the first of them; every fourth one goes by post."""
    pairs = list(permutations(OWN_LINES, 2))
    written = min(round(len(turns) * WRITTEN), len(pairs))
    sent = min(round(len(turns) * SENT), written - 1)  # one ready letter is there to be looked at
    for number, turn in enumerate(turns[:written]):
        at = now - dt.timedelta(days=STARTED - 1 - number % (STARTED // 4))
        is_posted = number % POSTED_EACH == POSTED_EACH - 1
        ReturnTurn.objects.filter(pk=turn.pk).update(way=ReturnWay.POST if is_posted else ReturnWay.EMAIL)
        address = f"190000, Санкт-Петербург, Садовая ул., д. {number + 3}" if is_posted else ""
        first, _, rest = turn.letter.partition("\n\n")
        letter = "\n\n".join((first, " ".join(pairs[number * 7 % len(pairs)]), rest))
        save_letter(turn=turn, edited=EditedLetter(turn.subject, letter, address, None), actor=manager, now=at)
        if number < sent:
            send(turn, letter, manager, at, is_posted=is_posted)


def send(turn: ReturnTurn, letter: str, manager: User, at: dt.datetime, *, is_posted: bool) -> None:
    """Note a letter that left the same day."""
    if is_posted:
        mark_posted(campaign=turn.campaign, turns=[turn.pk], actor=manager, today=at.date())
        return
    kept = letter_of(kind=KIND, locale="ru", name=PLAN.name, actor=manager, subject=turn.subject, text=letter)
    posted = Posted(address=turn.client.email, name=turn.client.name, key=str(turn.pk), at=at)
    wave = post(kind=KIND.value, occurrence=str(turn.pk), letter=kept, letters=[posted], ends=at + dt.timedelta(days=3), actor=manager)
    message = Message.objects.get(wave=wave)
    ReturnTurn.objects.filter(pk=turn.pk).update(state=ReturnState.TOLD, told_on=at.date(), message=message)


def let_some_return(random: np.random.Generator, campaign: ReturnCampaign, today: dt.date) -> None:
    """Let some of those who left buy again, of those told more than of those told nothing."""
    gone = ReturnTurn.objects.filter(campaign=campaign, told_on__isnull=False, leaver__isnull=False, leaver__returned_on=None)
    bought = []
    for turn in gone.select_related("client").order_by("client__external_id"):
        is_back = random.random() < (BACK_UNTOLD if turn.is_held_out else BACK_TOLD)
        day = (turn.told_on or today) + dt.timedelta(days=int(random.integers(3, WINDOW - 3)))
        if is_back and day <= today:
            bought.append(purchase(random, turn, day))
    Purchase.objects.bulk_create(bought)
    refresh_rollups(one.client_id for one in bought)
    mark_returned()


def purchase(random: np.random.Generator, turn: ReturnTurn, day: dt.date) -> Purchase:
    """Return the purchase somebody came back with."""
    fingerprint = hashlib.blake2b(f"demo:back:{turn.client.external_id}".encode(), digest_size=16).digest()
    cents = int(random.integers(9, 48)) * 10_000
    return Purchase(client=turn.client, day=day, cents=cents, product="Пальто", branch_id=turn.client.branch_id, fingerprint=fingerprint)
