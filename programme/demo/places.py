"""The demo firm's map of touchpoints, three audits of it and what is being done."""

import datetime as dt

from company.models import Branch, User
from programme.demo.firm import CLERK, MANAGER, OWNER
from programme.demo.places_texts import STAGES
from programme.demo.texts import ACTIONS, AUDITS, MARK_NOTES, TOUCHPOINTS
from touchpoints.enums import ActionState, AuditState, JourneyStage, Rating
from touchpoints.models import Action, Audit, AuditMark, Touchpoint
from touchpoints.services import refresh_standings

RATINGS = {"-": Rating.AWFUL, "o": Rating.OK, "+": Rating.WOW}
AUDIT_DAYS_AGO = (190, 96, 19)
NOBODYS = {"Парковка у Заводской", "Запах в приёмной"}


def create_places(now: dt.datetime) -> None:
    """Save the map, the audits, one audit due today and the actions."""
    create_map()
    create_audits(now)
    refresh_standings()
    create_actions(now)


def create_map() -> None:
    """Save the touchpoints; a point named after the branch Заводская or Садовая belongs to it."""
    branches = {branch.name: branch for branch in Branch.objects.all()}
    owner = User.objects.get(email=MANAGER)
    stages = {name: JourneyStage(stage) for stage, names in STAGES.items() for name in names}
    for kind, points in TOUCHPOINTS.items():
        Touchpoint.objects.bulk_create(
            Touchpoint(
                name=name,
                kind=kind,
                hint=hint,
                stage=stages.get(name, JourneyStage.USE),
                position=position,
                owner=None if name in NOBODYS else owner,
                branch=own_branch(name, branches),
            )
            for position, (name, hint) in enumerate(points, start=100 * list(TOUCHPOINTS).index(kind))
        )


def own_branch(name: str, branches: dict[str, Branch]) -> Branch | None:
    """Return the branch a point's name speaks of."""
    if "Заводской" in name:
        return branches["Заводская"]
    return branches["На Садовой"] if "Садовой" in name else None


def create_audits(now: dt.datetime) -> None:
    """Save three finished audits and one planned for today."""
    auditor = User.objects.get(email=MANAGER)
    for days_ago, ratings in zip(AUDIT_DAYS_AGO, AUDITS, strict=True):
        finished = now - dt.timedelta(days=days_ago)
        audit = Audit.objects.create(
            auditor=auditor, created_by=auditor, due_on=finished.date(), state=AuditState.DONE, finished_at=finished
        )
        AuditMark.objects.bulk_create(
            AuditMark(
                audit=audit,
                touchpoint=point,
                rating=RATINGS[letter],
                note=MARK_NOTES.get(point.name, "") if letter != "o" and days_ago == AUDIT_DAYS_AGO[-1] else "",
                marked_at=finished - dt.timedelta(minutes=30),
            )
            for kind, letters in ratings.items()
            for point, letter in zip(Touchpoint.objects.filter(kind=kind).order_by("position"), letters, strict=True)
        )
    Audit.objects.create(
        branch=Branch.objects.get(name="На Садовой"),
        auditor=User.objects.get(email=CLERK),
        created_by=auditor,
        due_on=now.date(),
    )


def create_actions(now: dt.datetime) -> None:
    """Save the actions; two of them are late."""
    people = {OWNER: User.objects.get(email=OWNER), MANAGER: User.objects.get(email=MANAGER)}
    for number, (title, point, due_in, state, roubles, effect) in enumerate(ACTIONS):
        is_done = state == ActionState.DONE
        action = Action.objects.create(
            title=title,
            owner=people[OWNER if number == 4 else MANAGER],
            due_on=now.date() + dt.timedelta(days=due_in),
            state=state,
            cost_cents=roubles * 100 or None,
            expected_effect=effect,
            evidence="Проверено на следующем аудите" if is_done else "",
            created_by=people[OWNER],
            done_at=now + dt.timedelta(days=due_in) if is_done else None,
        )
        action.touchpoints.set(Touchpoint.objects.filter(name=point))
        Action.objects.filter(pk=action.pk).update(created_at=now - dt.timedelta(days=14 + max(-due_in, 0)))
