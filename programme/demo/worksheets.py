"""The demo firm's worksheets, talk about actions, and what ties words of Clients to touchpoints."""

import datetime as dt

from django.utils.translation import gettext

from churn.models import Reason
from churn.services import link_reason
from clients.models import Client
from company.models import User
from programme.demo.firm import MANAGER, OWNER
from programme.demo.pictures import drawing
from programme.demo.places_texts import GUARANTEES, HOLDS, IDEAS, LESSONS, REASON_POINTS, TAG_POINTS, TALK_ABOUT_ACTIONS
from surveys.models import Tag
from touchpoints.enums import ActionState, HoldKind, HoldStrength
from touchpoints.models import Action, ActionComment, Fear, Guarantee, Lesson, TalkIdea, Touchpoint
from touchpoints.services.lessons import add_who_came, save_lesson
from touchpoints.services.worksheets import act_on, rate_holds, save_guarantee, save_idea, start_fears


def create_worksheets(now: dt.datetime) -> None:
    """Fill the three worksheets, and make an action of one of their gaps."""
    manager = User.objects.get(email=MANAGER)
    start_fears(actor=manager)
    for promise, state, kinds in GUARANTEES:
        guarantee = Guarantee(promise=promise, state=state)
        save_guarantee(guarantee=guarantee, fears=Fear.objects.filter(kind__in=kinds), actor=manager)
    for kind, text, point, state, days_ago, came, result in IDEAS:
        idea = TalkIdea(kind=kind, text=text, state=state, came=came, result=result, touchpoint=Touchpoint.objects.get(name=point))
        idea.tried_on = now.date() - dt.timedelta(days=days_ago) if days_ago else None
        save_idea(idea=idea, actor=manager)
    rate_holds(segment=None, ratings={HoldKind(kind): (HoldStrength(much), note) for kind, much, note in HOLDS}, actor=manager)
    act_on(
        row=Guarantee.objects.get(promise=GUARANTEES[1][0]),
        title="Ввести: опоздали на день — чистка даром",
        today=now.date(),
        actor=manager,
    )
    create_lessons(now, manager)


def create_lessons(now: dt.datetime, manager: User) -> None:
    """Save what was taught, and who came."""
    clients = list(Client.objects.order_by("external_id")[:200])
    for kind, title, days_ago, invited, others, came in LESSONS:
        lesson = Lesson(kind=kind, title=title, held_on=now.date() - dt.timedelta(days=days_ago), invited=invited, others=others)
        save_lesson(lesson=lesson, actor=manager)
        if came:
            add_who_came(lesson=lesson, clients=clients[::13][:came], actor=manager)


def talk_about_actions(now: dt.datetime) -> None:
    """Save what was written of actions on the way, and how two of them looked before and after."""
    people = {"owner": User.objects.get(email=OWNER), "manager": User.objects.get(email=MANAGER)}
    for title, who, days_ago, text in TALK_ABOUT_ACTIONS:
        action = Action.objects.get(title=title)
        ActionComment.objects.create(action=action, author=people[who], text=text, written_at=now - dt.timedelta(days=days_ago))
    for action in Action.objects.filter(state=ActionState.DONE).order_by("pk")[:2]:
        action.photo_before.save("photo.jpg", drawing(action.title), save=False)
        action.photo_after.save("photo.jpg", drawing(action.title, is_mended=True), save=False)
        action.save(update_fields=["photo_before", "photo_after"])


def tie_words_to_points() -> None:
    """Tie tags and reasons to the touchpoints they are about."""
    manager = User.objects.get(email=MANAGER)
    for name, point in TAG_POINTS.items():
        Tag.objects.filter(name=name).update(touchpoint=Touchpoint.objects.get(name=point))
    for name, (point, title) in REASON_POINTS.items():
        reason = Reason.objects.get(name=gettext(name))
        link_reason(reason=reason, touchpoint=Touchpoint.objects.get(name=point), actions=Action.objects.filter(title=title), actor=manager)
