"""A done action, people who named it, and a campaign over them."""

import datetime as dt
import itertools
import uuid
from typing import Any

from django.utils import timezone

from churn.enums import ReturnWay
from churn.models import ExitCall, Leaver, ReturnCampaign, ReturnTurn
from churn.services import record_call, set_reasons
from churn.services.return_letters import EditedLetter, save_letter
from churn.services.returns import ReturnPlan, create_campaign, start_campaign
from clients.models import Client
from company.models import User
from surveys.enums import AnswerChannel
from surveys.models import Answer, Questionnaire, Wave
from tests.churn.world import TODAY, make_client, make_leaver, make_reason, talk
from touchpoints.models import Action

names = itertools.count(1)
NOW = dt.datetime.combine(TODAY, dt.time(9), dt.UTC)


def done_action(owner: User, *, days_ago: int = 3) -> Action:
    """Save an action that removed the usual reason, done so many days ago."""
    action = Action.objects.create(title="Возить вовремя", owner=owner, due_on=TODAY)
    set_reasons(action=action, reasons=[make_reason()], actor=owner)
    done = timezone.now() - dt.timedelta(days_ago)
    Action.objects.filter(pk=action.pk).update(state="done", evidence="Курьеры приезжают за полчаса", done_at=done)
    action.refresh_from_db()
    return action


def told_leaver(caller: User, name: str = "", *, words: str = "Ждали три часа", days: int = 10, **client: Any) -> Leaver:
    """Save a leaver who named the reason so many days ago; the case is closed."""
    values = {"email": f"c{next(names)}@example.org", "phone": f"+7900000{next(names):04}"} | client
    who = make_client(name, 300, 260, 220, **values)
    leaver = make_leaver(who, last_purchase_on=TODAY - dt.timedelta(220), left_on=TODAY - dt.timedelta(30), caller=caller)
    call = record_call(leaver=leaver, record=talk(words=words), actor=caller)
    ExitCall.objects.filter(pk=call.pk).update(called_at=timezone.now() - dt.timedelta(days))
    leaver.refresh_from_db()
    return leaver


def client_wave() -> Wave:
    """Save a wave of Clients, or find it."""
    if known := Wave.objects.first():
        return known
    words = dict.fromkeys(("score_question", "low_label", "high_label", "why_question", "ten_question", "promoter_question"), "?")
    questionnaire = Questionnaire.objects.create(**words)
    closes = timezone.now() + dt.timedelta(30)
    return Wave.objects.create(name="NPS", subject="NPS", questionnaire=questionnaire, public_token="t", closes_at=closes)


def critic(action: Action | None, *, score: int = 3, days: int = 20, why: str = "Опять ждали", **client: Any) -> Answer:
    """Save a critic's answer that the action was made of."""
    values = {"email": f"k{next(names)}@example.org", "phone": f"+7911000{next(names):04}"} | client
    who = make_client("", 40, 5, **values)
    return Answer.objects.create(
        wave=client_wave(),
        client=who,
        channel=AnswerChannel.LINK,
        score=score,
        why=why,
        submission_key=uuid.uuid4(),
        action=action,
        answered_at=timezone.now() - dt.timedelta(days),
    )


def plan(**fields: Any) -> ReturnPlan:
    """Return a plan in which everybody is told."""
    words = {"name": "Возим вовремя", "fixed": "курьеры приезжают за полчаса", "locale": "ru"}
    numbers: dict[str, Any] = {"held_out_percent": 0, "window_days": 60}
    return ReturnPlan(**(numbers | words | fields))


def campaign_of(action: Action, actor: User, *, way: ReturnWay = ReturnWay.EMAIL, **fields: Any) -> ReturnCampaign:
    """List everybody who named what the action removed."""
    return create_campaign(action=action, plan=plan(**fields), way=way, request_key=uuid.uuid4(), actor=actor, now=timezone.now())


def begun(action: Action, actor: User, *, way: ReturnWay = ReturnWay.EMAIL, **fields: Any) -> ReturnCampaign:
    """List and begin."""
    campaign = campaign_of(action, actor, way=way, **fields)
    start_campaign(campaign=campaign, actor=actor, today=TODAY, now=timezone.now())
    campaign.refresh_from_db()
    return campaign


def turn_of(campaign: ReturnCampaign, client: Client) -> ReturnTurn:
    """Return the Client's turn as it is now."""
    return ReturnTurn.objects.select_related("campaign", "client__sum", "leaver", "answer").get(campaign=campaign, client=client)


def written(turn: ReturnTurn, actor: User, *, text: str = "", **fields: Any) -> ReturnTurn:
    """Save the letter with a line of one's own."""
    own = text or f"{turn.letter}\n\nСвоими словами: {chr(1072 + turn.pk % 32) * 5} {chr(1072 + turn.pk // 32 % 32) * 4}."
    values = {"subject": turn.subject or "Исправили", "letter": own, "postal_address": turn.postal_address, "version": turn.edited_at}
    save_letter(turn=turn, edited=EditedLetter(**(values | fields)), actor=actor, now=timezone.now())
    return turn_of(turn.campaign, turn.client)
