"""Rounds of several people over the same points, standards checked on the way, and photos."""

import datetime as dt
import uuid
from collections.abc import Sequence

from company.models import Branch, User
from programme.demo.firm import CLERK, MANAGER
from programme.demo.pictures import drawing
from programme.demo.places_texts import GUEST, OPEN_ROUND, OPEN_ROUND_POINTS, ROUND, ROUND_NAME, ROUND_NOTES, STANDARDS
from touchpoints.enums import AuditState, Rating
from touchpoints.models import Audit, AuditMark, AuditRound, MarkPhoto, Standard, StandardCheck, Touchpoint
from touchpoints.services import refresh_standings
from touchpoints.services.rounds import Guest, RoundPlan, plan_round

RATINGS = {"-": Rating.AWFUL, "o": Rating.OK, "+": Rating.WOW}
ROUND_BRANCH, ROUND_DAYS_AGO = "На Садовой", 44
PHOTO_KEYS = uuid.UUID("8f0c37a4-2f0b-4d0a-9f1e-51c1a0b7d6aa")


def create_walks(now: dt.datetime) -> None:
    """Save a round that is over, one under way, standards and their checks, photos; then count the ratings in force."""
    create_round(now)
    create_open_round(now)
    create_standards(now)
    add_photos()
    refresh_standings()


def points_named(names: tuple[str, ...]) -> list[Touchpoint]:
    """Return the touchpoints in the order of their names."""
    found = {point.name: point for point in Touchpoint.objects.filter(name__in=names)}
    return [found[name] for name in names]


def create_round(now: dt.datetime) -> None:
    """Save what two colleagues and a mystery guest said of the same points of one branch."""
    people = [User.objects.get(email=MANAGER), User.objects.get(email=CLERK), None]
    points = points_named(tuple(ROUND))
    begun = now - dt.timedelta(days=ROUND_DAYS_AGO)
    audit_round = save_round(ROUND_NAME, people[0], begun)
    audit_round.touchpoints.set(points)
    for place, person in enumerate(people):
        finished = begun + dt.timedelta(hours=5 * place)
        audit = save_audit(audit_round, person, finished=finished, due_on=begun.date() + dt.timedelta(days=3))
        AuditMark.objects.bulk_create(
            AuditMark(
                audit=audit,
                touchpoint=point,
                rating=RATINGS[ROUND[point.name][place]],
                note=ROUND_NOTES.get((point.name, place), ""),
                marked_at=finished - dt.timedelta(minutes=40 - number),
                marked_by=person,
            )
            for number, point in enumerate(points)
        )


def save_round(name: str, author: User | None, begun: dt.datetime) -> AuditRound:
    """Save a round planned a week before it was walked."""
    audit_round = AuditRound.objects.create(name=name, created_by=author)
    AuditRound.objects.filter(pk=audit_round.pk).update(created_at=begun - dt.timedelta(days=7))
    return audit_round


def create_open_round(now: dt.datetime) -> None:
    """Save a round somebody still has to walk: a guest by a link, and a colleague, who gets no letter from a demo."""
    manager, branch = User.objects.get(email=MANAGER), Branch.objects.get(name=ROUND_BRANCH)
    plan = RoundPlan(
        branches=[branch],
        people=(),
        guests=[Guest(GUEST)],
        due_on=now.date() + dt.timedelta(days=4),
        touchpoints=points_named(OPEN_ROUND_POINTS),
        name=OPEN_ROUND,
    )
    audit_round = plan_round(plan=plan, actor=manager, now=now)
    Audit.objects.create(round=audit_round, branch=branch, auditor=manager, created_by=manager, due_on=plan.due_on)


def save_audit(audit_round: AuditRound, person: User | None, *, finished: dt.datetime, due_on: dt.date) -> Audit:
    """Save one walk of a round that is over."""
    return Audit.objects.create(
        round=audit_round,
        branch=Branch.objects.get(name=ROUND_BRANCH),
        auditor=person,
        guest_name="" if person else GUEST,
        created_by=audit_round.created_by,
        due_on=due_on,
        state=AuditState.DONE,
        started_at=finished - dt.timedelta(hours=1),
        finished_at=finished,
    )


def create_standards(now: dt.datetime) -> None:
    """Save the standards, and in how many of the four branches three walks found them kept; calls are picked up later and later."""
    owner = User.objects.get(email=MANAGER)
    points = {point.name: point for point in Touchpoint.objects.filter(name__in=STANDARDS)}
    rows = [
        (Standard(touchpoint=points[name], sentence=sentence, position=place, changed_by=owner), kept)
        for name, sentences in STANDARDS.items()
        for place, (sentence, kept) in enumerate(sentences)
    ]
    Standard.objects.bulk_create(row for row, _kept in rows)
    for turn, days_ago in enumerate((130, 72, 24)):
        check_standards(turn, now - dt.timedelta(days=days_ago), rows)


def check_standards(turn: int, day: dt.datetime, rows: Sequence[tuple[Standard, Sequence[int]]]) -> None:
    """Save a short walk through every branch that looked at the standards."""
    audit_round = save_round(f"Проверка стандартов {day:%d.%m.%Y}", User.objects.get(email=MANAGER), day)
    points = {row.touchpoint for row, _kept in rows}
    audit_round.touchpoints.set(points)
    branches, walker = list(Branch.objects.order_by("position")), User.objects.get(email=CLERK)
    for number, branch in enumerate(branches):
        finished = day + dt.timedelta(hours=number)
        audit = Audit.objects.create(
            round=audit_round,
            branch=branch,
            auditor=walker,
            created_by=walker,
            due_on=day.date(),
            state=AuditState.DONE,
            started_at=finished - dt.timedelta(minutes=15),
            finished_at=finished,
        )
        AuditMark.objects.bulk_create(
            AuditMark(audit=audit, touchpoint=point, rating=Rating.OK, marked_at=finished, marked_by=walker)
            for point in sorted(points, key=lambda one: one.pk)
        )
        StandardCheck.objects.bulk_create(
            StandardCheck(audit=audit, standard=row, is_kept=number < kept[turn], checked_at=finished) for row, kept in rows
        )


def add_photos() -> None:
    """Draw photos of the worst marks of the last whole walk, and of a few points."""
    last = Audit.objects.filter(round=None, state=AuditState.DONE).latest("finished_at")
    for mark in last.marks.filter(rating=Rating.AWFUL).exclude(note="").select_related("touchpoint"):
        photo = MarkPhoto(id=uuid.uuid5(PHOTO_KEYS, mark.touchpoint.name), mark=mark, added_at=mark.marked_at)
        photo.image.save("photo.jpg", drawing(mark.touchpoint.name))
    for point in points_named(("Вход и ступени", "Чай в зале ожидания", "Приём вещей")):
        point.photo.save("photo.jpg", drawing(point.name, is_mended=True))
